#include "config/listen_address.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace confab {
namespace {

result<uint16_t> parse_port(std::string_view text) {
  uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, port);
  if (text.empty() || problem != std::errc() || rest != end)
    return {errc::malformed, "the port is not from 0 to 65535"};
  return port;
}

}  // namespace

result<listen_address> parse_listen_address(std::string_view text,
                                            std::span<const std::string_view> schemes) {
  const size_t mark = text.find("://");
  if (mark == std::string_view::npos) return {errc::malformed, "there is no \"://\""};
  const std::string_view scheme = text.substr(0, mark);
  if (std::find(schemes.begin(), schemes.end(), scheme) == schemes.end()) {
    return {errc::unsupported, "the scheme is not known here"};
  }
  const std::string_view rest = text.substr(mark + 3);
  const size_t colon = rest.rfind(':');
  const size_t bracket = rest.rfind(']');
  if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket)) {
    return {errc::malformed, "the port is missing"};
  }
  const std::string_view host = rest.substr(0, colon);
  // Without brackets the last group of an IPv6 address would pass for a port.
  if (host.find(':') != std::string_view::npos && host.front() != '[') {
    return {errc::malformed, "an IPv6 address stands in brackets"};
  }
  const auto port = parse_port(rest.substr(colon + 1));
  if (!port) return port.error();
  auto address = socket_address::parse(host, *port);
  if (!address) return address.error();
  if (host.front() == '[' && address->family() != AF_INET6)
    return {errc::malformed, "brackets hold an IPv6 address"};
  return listen_address{std::string(scheme), *address};
}

}  // namespace confab
