#include "config/socket_address.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <system_error>

#include <arpa/inet.h>

namespace confab {

socket_address::socket_address(const sockaddr* raw, socklen_t length) {
  std::memcpy(&storage_, raw, std::min<size_t>(length, sizeof(storage_)));
  if (family() != AF_INET && family() != AF_INET6) storage_ = {.v6 = {}};
}

result<socket_address> socket_address::parse(std::string_view host, uint16_t port) {
  if (host.size() > 1 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  std::array<char, INET6_ADDRSTRLEN> text{};
  socket_address address;
  if (!host.empty() && host.size() < text.size()) {
    std::copy(host.begin(), host.end(), text.begin());
    if (inet_pton(AF_INET, text.data(), &address.storage_.v4.sin_addr) == 1) {
      address.storage_.v4.sin_family = AF_INET;
    } else if (inet_pton(AF_INET6, text.data(), &address.storage_.v6.sin6_addr) == 1) {
      address.storage_.v6.sin6_family = AF_INET6;
    }
  }
  if (!address.is_specified()) return {errc::malformed, "not an IP address: " + std::string(host)};
  address.set_port(port);
  return address;
}

result<socket_address> socket_address::parse_with_port(std::string_view text, uint16_t default_port) {
  const auto colon = text.rfind(':');
  const bool alone = colon == std::string_view::npos || text.back() == ']' || text.find(':') != colon;
  const bool bracketed = text.find("]:") != std::string_view::npos;
  if (alone && !bracketed) return parse(text, default_port);
  const auto digits = text.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (wrong != std::errc{} || end != digits.data() + digits.size() || port == 0)
    return {errc::malformed, "not a port: " + std::string(digits)};
  return parse(text.substr(0, colon), port);
}

bool socket_address::is_any_host() const noexcept {
  if (family() == AF_INET) return storage_.v4.sin_addr.s_addr == INADDR_ANY;
  return family() == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&storage_.v6.sin6_addr);
}

uint16_t socket_address::port() const noexcept {
  if (family() == AF_INET) return ntohs(storage_.v4.sin_port);
  return family() == AF_INET6 ? ntohs(storage_.v6.sin6_port) : uint16_t{0};
}

void socket_address::set_port(uint16_t port) noexcept {
  if (family() == AF_INET) storage_.v4.sin_port = htons(port);
  if (family() == AF_INET6) storage_.v6.sin6_port = htons(port);
}

bool socket_address::same_host(const socket_address& other) const noexcept {
  if (family() != other.family()) return false;
  if (family() == AF_INET) return storage_.v4.sin_addr.s_addr == other.storage_.v4.sin_addr.s_addr;
  if (family() == AF_INET6) return IN6_ARE_ADDR_EQUAL(&storage_.v6.sin6_addr, &other.storage_.v6.sin6_addr);
  return true;
}

bool socket_address::operator==(const socket_address& other) const noexcept {
  return same_host(other) && port() == other.port();
}

std::string socket_address::host() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* bytes = family() == AF_INET ? static_cast<const void*>(&storage_.v4.sin_addr)
                                          : static_cast<const void*>(&storage_.v6.sin6_addr);
  if (!is_specified() || inet_ntop(family(), bytes, text.data(), text.size()) == nullptr)
    return "unspecified";
  return text.data();
}

std::string socket_address::customer() const {
  if (family() != AF_INET6) return host();
  sockaddr_in6 network{};
  network.sin6_family = AF_INET6;
  std::copy_n(storage_.v6.sin6_addr.s6_addr, 8, network.sin6_addr.s6_addr);
  return socket_address(reinterpret_cast<const sockaddr*>(&network), sizeof(network)).host() + "/64";
}

std::string socket_address::to_string() const {
  const bool brackets = family() == AF_INET6;
  std::string text(brackets ? "[" : "");
  text.append(host()).append(brackets ? "]:" : ":").append(std::to_string(port()));
  return text;
}

socklen_t socket_address::raw_length() const noexcept {
  return family() == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
}

}  // namespace confab
