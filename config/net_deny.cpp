#include "config/net_deny.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <initializer_list>
#include <optional>

namespace confab {
namespace {

/// The table below is right, as the tests show; a bug otherwise.
std::vector<cidr_range> ranges(std::initializer_list<const char*> texts) {
  std::vector<cidr_range> out;
  for (const char* text : texts) {
    auto range = cidr_range::parse(text);
    assert(range.ok());
    out.push_back(*range);
  }
  return out;
}

/// What a word stands for; nothing if it is none.
std::vector<std::vector<cidr_range>> places_of(std::string_view word) {
  if (word == "loopback") return {ranges({"127.0.0.0/8", "0.0.0.0/8", "::1/128", "::/128"})};
  if (word == "link-local") return {ranges({"169.254.0.0/16", "fe80::/10"})};
  if (word != "private") return {};
  return {ranges({"10.0.0.0/8"}),    ranges({"172.16.0.0/12"}), ranges({"192.168.0.0/16"}),
          ranges({"100.64.0.0/10"}), ranges({"fc00::/7"}),      ranges({"fec0::/10"})};
}

/// Not one host: nothing here sends there, whoever asks.
bool is_no_host(const socket_address& address) noexcept {
  static const auto never = ranges({"224.0.0.0/4", "240.0.0.0/4", "ff00::/8"});
  return !address.is_specified() || contains(never, address);
}

socket_address ipv4(const uint8_t* bytes) noexcept {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  std::memcpy(&v4.sin_addr, bytes, 4);
  return {reinterpret_cast<const sockaddr*>(&v4), sizeof(v4)};
}

/// :: and ::1, which begin like IPv4-compatible addresses and are none.
bool is_itself(const std::array<uint8_t, 16>& bytes) noexcept {
  return bytes.back() <= 1 && std::all_of(bytes.begin(), bytes.end() - 1, [](uint8_t b) { return b == 0; });
}

/// The IPv4 host that a translator or tunnel on the way would make of an IPv6 address. Mapped ones are known
/// to `cidr_range`.
std::optional<socket_address> inner_ipv4(const socket_address& address) noexcept {
  if (address.family() != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, address.raw(), sizeof(v6));
  std::array<uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  constexpr std::array<uint8_t, 12> nat64{0, 0x64, 0xff, 0x9b};  // RFC 6052 §2.1
  constexpr std::array<uint8_t, 12> compatible{};                // RFC 4291 §2.5.5.1
  const auto starts_with = [&](const auto& head) {
    return std::equal(head.begin(), head.end(), bytes.begin());
  };
  if (starts_with(std::array<uint8_t, 2>{0x20, 0x02})) return ipv4(bytes.data() + 2);  // RFC 3056 §2
  if (starts_with(nat64)) return ipv4(bytes.data() + 12);
  if (starts_with(compatible) && !is_itself(bytes)) return ipv4(bytes.data() + 12);
  return std::nullopt;
}

}  // namespace

result<net_deny> net_deny::parse(const std::vector<std::string>& items) {
  net_deny out;
  for (const std::string& item : items) {
    auto places = places_of(item);
    if (places.empty()) {
      auto range = cidr_range::parse(item);
      if (!range) return {errc::bad_setting, check_deny_item(item)};
      places.push_back({*range});
    }
    out.places_.insert(out.places_.end(), places.begin(), places.end());
  }
  return out;
}

bool net_deny::denied(const socket_address& target, const socket_address& peer) const noexcept {
  if (out_of_reach(target, peer)) return true;
  const auto inner = inner_ipv4(target);
  return inner && out_of_reach(*inner, peer);
}

bool net_deny::out_of_reach(const socket_address& target, const socket_address& peer) const noexcept {
  return is_no_host(target) || std::any_of(places_.begin(), places_.end(), [&](const place& p) {
           return contains(p, target) && !contains(p, peer);
         });
}

bool is_private_network(const socket_address& address) noexcept {
  static const auto places = places_of("private");
  return std::any_of(places.begin(), places.end(), [&](const auto& one) { return contains(one, address); });
}

std::string check_deny_item(std::string_view item) {
  if (!places_of(item).empty()) return {};
  const auto range = cidr_range::parse(item);
  if (range) return {};
  return "neither loopback, link-local or private nor a network: " + range.error().text;
}

}  // namespace confab
