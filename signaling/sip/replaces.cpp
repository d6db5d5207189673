#include "signaling/sip/replaces.hpp"

#include <algorithm>

#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

/// RFC 3891 §6.1, RFC 3261 §25.1: a tag is a token; a Call-ID also takes other visible ASCII.
bool is_visible(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

bool is_tag(std::string_view text) {
  return is_visible(text) && text.find_first_of("\"=,<>") == std::string_view::npos;
}

}  // namespace

result<replaces> parse_replaces(std::string_view value) {
  replaces out;
  bool to = false;
  bool from = false;
  out.call_id = std::string(trim(value.substr(0, value.find(';'))));
  if (!is_visible(out.call_id) || out.call_id.find(',') != std::string::npos)
    return {errc::malformed, "Replaces without a Call-ID"};
  const auto semicolon = value.find(';');
  if (semicolon == std::string_view::npos) return {errc::malformed, "Replaces without tags"};
  for (const auto piece : split(value.substr(semicolon), ';')) {
    const auto equals = piece.find('=');
    const auto name = trim(piece.substr(0, equals));
    const auto text = equals == std::string_view::npos ? std::string_view{} : trim(piece.substr(equals + 1));
    if (same_word(name, "to-tag")) {
      if (to || !is_tag(text)) return {errc::malformed, "Replaces needs one to-tag"};
      out.to_tag = std::string(text);
      to = true;
    } else if (same_word(name, "from-tag")) {
      if (from || !is_tag(text)) return {errc::malformed, "Replaces needs one from-tag"};
      out.from_tag = std::string(text);
      from = true;
    } else if (same_word(name, "early-only")) {
      out.early_only = true;
    }
  }
  if (!to || !from) return {errc::malformed, "Replaces needs to-tag and from-tag"};
  return out;
}

std::string write_replaces(const replaces& value) {
  return value.call_id + ";to-tag=" + value.to_tag + ";from-tag=" + value.from_tag +
         (value.early_only ? ";early-only" : "");
}

replaces_reading read_replaces(const wire_message& invite) {
  const auto how_many = invite.count("replaces");
  if (how_many == 0) return {};
  const rejection bad{400, "Bad Request (Replaces)", {}};
  if (how_many > 1 || invite.has("join")) return {{}, bad};
  auto parsed = parse_replaces(invite.first("replaces"));
  if (!parsed) return {{}, bad};
  return {std::move(*parsed), {}};
}

std::optional<rejection> judge_replaces(replaced_state state, bool early_only) {
  switch (state) {
    case replaced_state::none:
      return rejection{481, "Call/Transaction Does Not Exist", {}};
    // An early dialog the peer began towards us cannot be taken over; only one that we began can.
    case replaced_state::early_theirs:
      return rejection{481, "Call/Transaction Does Not Exist", {}};
    case replaced_state::early_ours:
      return std::nullopt;
    case replaced_state::confirmed:
      if (early_only) return rejection{486, "Busy Here", {}};
      return std::nullopt;
    case replaced_state::ended:
      return rejection{603, "Decline", {}};
  }
  return std::nullopt;
}

}  // namespace confab::sip
