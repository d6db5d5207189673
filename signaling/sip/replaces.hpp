#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/result.hpp"
#include "signaling/sip/rejection.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip {

/// RFC 3891 §6.1. Seen from whoever receives it: to-tag is the local tag.
struct replaces {
  std::string call_id;
  std::string to_tag;
  std::string from_tag;
  bool early_only = false;
};

result<replaces> parse_replaces(std::string_view value);
std::string write_replaces(const replaces& value);

/// The Replaces of an INVITE; nothing when it has none. More than one, or one that does not parse: 400 (RFC
/// 3891 §3).
struct replaces_reading {
  std::optional<replaces> wanted;
  std::optional<rejection> refused;
};
[[nodiscard]] replaces_reading read_replaces(const wire_message& invite);

/// How far the dialog that was found has come.
enum class replaced_state : uint8_t { none, early_theirs, early_ours, confirmed, ended };
/// RFC 3891 §3: which failure, if any, answers a Replaces that met a dialog in this state.
[[nodiscard]] std::optional<rejection> judge_replaces(replaced_state state, bool early_only);

}  // namespace confab::sip
