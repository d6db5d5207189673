#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

namespace confab::msrp {

/// RFC 4975 §6: `msrps://host:port/session-id;tcp`. A value; `==` is equality of the fields, not of §6.1.
struct uri {
  bool secure = false;  ///< msrps
  std::string user = {};
  std::string host;  ///< IPv4, IPv6 without brackets, or a name
  std::optional<uint16_t> port = {};
  std::string session_id = {};
  std::string transport = "tcp";
  std::string parameters = {};  ///< what follows the transport, without its first semicolon
  bool operator==(const uri&) const = default;
};

/// `too_large` past `limits::msrp_uri_bytes`; `malformed` for anything outside of the grammar of §9, a
/// missing transport included.
result<uri> parse_uri(std::string_view text);
[[nodiscard]] std::string write(const uri& u);

/// RFC 4975 §6.1: user and parameters do not count, a port that is missing equals no port.
[[nodiscard]] bool equivalent(const uri& a, const uri& b);

/// Session ids alone: peers behind NAT and relays write addresses that are not ours. False where there is
/// none.
[[nodiscard]] bool same_session(const uri& a, const uri& b) noexcept;

/// RFC 4975 §7.1: a To-Path or From-Path, nearest hop first.
using path = std::vector<uri>;

/// URIs with single spaces between. `too_large` for more than `limits::msrp_path_uris`, `malformed` for none.
result<path> parse_path(std::string_view text);
[[nodiscard]] std::string write(const path& p);

}  // namespace confab::msrp
