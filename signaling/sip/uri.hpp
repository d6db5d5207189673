#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/ids.hpp"
#include "config/result.hpp"

namespace confab::sip {

/// A SIP or SIPS URI in its parts (RFC 3261 §19.1). Other schemes keep what is behind the colon in `host`.
struct uri {
  std::string scheme;   ///< lower case
  std::string user;     ///< as written, escapes kept; may hold `;` parameters
  std::string host;     ///< as written; IPv6 with brackets
  uint16_t port = 0;    ///< 0: not given
  std::string params;   ///< with its leading `;`
  std::string headers;  ///< with its leading `?`

  [[nodiscard]] bool is_sip() const noexcept { return scheme == "sip" || scheme == "sips"; }
  [[nodiscard]] std::optional<std::string> param(std::string_view name) const;
};

/// `malformed` for spaces, brackets, bad ports and escapes; never fails for an unknown scheme that is well
/// formed.
result<uri> parse_uri(std::string_view text);
std::string write_uri(const uri& value);

/// A From, To or Contact value: `"Name" <uri>;params` or a bare URI, whose parameters then are the header's.
struct name_addr {
  std::string display_name;  ///< unquoted
  std::string uri;
  std::string params;  ///< of the header, with the leading `;`
};
result<name_addr> parse_name_addr(std::string_view text);

/// The URI without password, parameters and headers: who someone is.
std::string address_of_record(const uri& value);

/// The URI to call, of one that a stranger names: without `method` and URI headers, which would shape our
/// INVITE.
uri to_call(uri named);
/// Two SIP URIs are the same when this is (RFC 3261 §19.1.4); not for showing.
std::string comparable(const uri& value);
/// Both are SIP URIs of one user at one host, whatever else they say.
[[nodiscard]] bool same_person(std::string_view left, std::string_view right);

/// The room a Request-URI names: `user@host`; parameters and port dropped, host in lower case, escapes in the
/// form of RFC 3986 §6.2.2. `not_found` without a user, `too_large` past `limits::uri_bytes`.
result<room_id> room_of(const uri& request_uri);
/// The user part of a room, ready to stand in a URI.
std::string user_of(const room_id& room);
std::string host_of(const room_id& room);

}  // namespace confab::sip
