#include "signaling/sdp/message_attributes.hpp"

#include <algorithm>
#include <array>

#include "config/limits.hpp"
#include "signaling/sdp/hex_pairs.hpp"
#include "signaling/sdp/text.hpp"

namespace confab::sdp {
namespace {

error malformed(std::string_view what, std::string_view value) {
  constexpr size_t shown_bytes = 80;
  return {errc::malformed, std::string(what) + ": " + std::string(value.substr(0, shown_bytes))};
}

bool is_printable(std::string_view word) {
  return std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c != 0x7f; });
}

/// All words of the value; false where one is not ASCII and printable.
bool read_words(std::string_view value, std::vector<std::string>& into) {
  for (auto word = text::next_word(value); !word.empty(); word = text::next_word(value)) {
    if (!is_printable(word)) return false;
    into.emplace_back(word);
  }
  return true;
}

struct hash_function {
  std::string_view name;
  size_t bytes;
};
constexpr std::array hash_functions{hash_function{"sha-1", 20}, hash_function{"sha-224", 28},
                                    hash_function{"sha-256", 32}, hash_function{"sha-384", 48},
                                    hash_function{"sha-512", 64}};

}  // namespace

result<std::vector<std::string>> parse_message_path(std::string_view value) {
  std::vector<std::string> path;
  if (!read_words(value, path) || path.empty()) return malformed("not an a=path", value);
  if (path.size() > limits::msrp_path_uris) {
    return {errc::too_large, "an a=path of " + std::to_string(path.size()) + " URIs"};
  }
  for (const std::string& uri : path) {
    const std::string_view scheme = std::string_view(uri).substr(0, uri.find("://"));
    if (!text::same(scheme, "msrp") && !text::same(scheme, "msrps")) return malformed("not an a=path", value);
  }
  return path;
}

result<std::vector<std::string>> parse_accept_types(std::string_view value) {
  std::vector<std::string> types;
  if (!read_words(value, types) || types.empty()) return malformed("not a list of types", value);
  return types;
}

result<std::vector<std::string>> parse_chatroom(std::string_view value) {
  std::vector<std::string> tokens;
  if (!read_words(value, tokens)) return malformed("not an a=chatroom", value);
  return tokens;
}

std::string write_words(const std::vector<std::string>& words) {
  std::string value;
  for (const std::string& word : words) value += (value.empty() ? "" : " ") + word;
  return value;
}

bool takes_type(const std::vector<std::string>& types, std::string_view type) {
  const std::string whole_type = std::string(type.substr(0, type.find('/'))) + "/*";
  return std::any_of(types.begin(), types.end(), [&](const std::string& one) {
    return one == "*" || one == "*/*" || text::same(one, type) || text::same(one, whole_type);
  });
}

result<uint64_t> parse_max_size(std::string_view value) {
  const auto size = text::number(text::trimmed(value), uint64_t{1} << 62);
  if (!size) return malformed("not an a=max-size", value);
  return *size;
}

result<setup_role> parse_setup(std::string_view value) {
  for (const auto role :
       {setup_role::active, setup_role::passive, setup_role::actpass, setup_role::holdconn}) {
    if (text::same(text::trimmed(value), write(role))) return role;
  }
  return malformed("not an a=setup", value);
}

std::string_view write(setup_role role) noexcept {
  switch (role) {
    case setup_role::active:
      return "active";
    case setup_role::passive:
      return "passive";
    case setup_role::actpass:
      return "actpass";
    case setup_role::holdconn:
      return "holdconn";
  }
  return "active";
}

result<fingerprint> parse_fingerprint(std::string_view value) {
  std::string_view rest = value;
  const std::string_view name = text::next_word(rest);
  const std::string digest = text::upper_hex_pairs(text::trimmed(rest));
  if (digest.empty()) return malformed("not an a=fingerprint", value);
  for (const hash_function& f : hash_functions) {
    if (!text::same(name, f.name)) continue;
    if (text::pairs_in(digest) != f.bytes) return malformed("an a=fingerprint of the wrong length", value);
    return fingerprint{std::string(f.name), digest};
  }
  return {errc::unsupported, "an a=fingerprint of an unknown function"};
}

std::string write(const fingerprint& f) {
  return f.hash + " " + f.digest;
}

}  // namespace confab::sdp
