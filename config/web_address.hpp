#pragma once

#include <string>
#include <string_view>

#include "config/result.hpp"
#include "config/socket_address.hpp"

namespace confab {

/// Where the web server waits: "http://0.0.0.0:8080", "https://[::]:8443", "unix:/run/confab/web.sock".
struct web_address {
  bool tls = false;
  socket_address address{};
  std::string path{};  ///< of a Unix socket; empty: TCP
};

/// The host is an IP literal, the port is required; the path is absolute and fits a socket's address.
result<web_address> parse_web_address(std::string_view text);

/// "https://chat.example.com/rooms": http or https, a host, perhaps a port, perhaps a path; without what
/// would make it another URL when more is appended. What is wrong with it; empty: nothing.
[[nodiscard]] std::string check_public_url(std::string_view text);

}  // namespace confab
