#include "config/cidr.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace confab {
namespace {

/// An address in network order, IPv4 in the first four bytes.
struct address_bytes {
  std::array<uint8_t, 16> bytes{};
  unsigned bits = 0;  ///< 32, 128, or 0 for an unspecified address
};

address_bytes bytes_of(const socket_address& address) noexcept {
  address_bytes out;
  if (address.family() == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, address.raw(), sizeof(v4));
    std::memcpy(out.bytes.data(), &v4.sin_addr, 4);
    out.bits = 32;
  } else if (address.family() == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, address.raw(), sizeof(v6));
    std::memcpy(out.bytes.data(), &v6.sin6_addr, 16);
    out.bits = 128;
  }
  return out;
}

/// RFC 4291 §2.5.5.2: ::ffff:a.b.c.d stands for the IPv4 host a.b.c.d.
address_bytes without_mapping(const address_bytes& in) noexcept {
  constexpr std::array<uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (in.bits != 128 || !std::equal(mapped.begin(), mapped.end(), in.bytes.begin())) return in;
  address_bytes out;
  std::copy(in.bytes.begin() + 12, in.bytes.end(), out.bytes.begin());
  out.bits = 32;
  return out;
}

bool same_prefix(const address_bytes& a, const address_bytes& b, unsigned prefix_bits) noexcept {
  const size_t whole = prefix_bits / 8;
  if (!std::equal(a.bytes.begin(), a.bytes.begin() + static_cast<ptrdiff_t>(whole), b.bytes.begin()))
    return false;
  const unsigned rest = prefix_bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<uint8_t>(0xff << (8 - rest));
  return ((a.bytes[whole] ^ b.bytes[whole]) & mask) == 0;
}

constexpr unsigned mapped_bits = 96;

socket_address ipv4_host(const address_bytes& bytes) noexcept {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  std::memcpy(&v4.sin_addr, bytes.bytes.data(), 4);
  return {reinterpret_cast<const sockaddr*>(&v4), sizeof(v4)};
}

result<unsigned> parse_length(std::string_view text, size_t at, unsigned most) {
  const std::string_view digits = text.substr(at);
  const char* const end = digits.data() + digits.size();
  unsigned length = 0;
  const auto [rest, problem] = std::from_chars(digits.data(), end, length);
  if (problem == std::errc() && rest == end && length <= most) return length;
  return {errc::malformed,
          "the length of " + std::string(text) + " is not from 0 to " + std::to_string(most)};
}

}  // namespace

result<cidr_range> cidr_range::parse(std::string_view text) {
  const size_t slash = text.find('/');
  auto network = socket_address::parse(text.substr(0, slash), 0);
  if (!network) return network.error();
  cidr_range range;
  range.network_ = *network;
  const address_bytes bytes = bytes_of(*network);
  range.prefix_bits_ = bytes.bits;
  if (slash != std::string_view::npos) {
    const auto length = parse_length(text, slash + 1, bytes.bits);
    if (!length) return length.error();
    range.prefix_bits_ = *length;
  }
  const address_bytes plain = without_mapping(bytes);
  if (plain.bits == bytes.bits) return range;
  // Peers are compared without the mapping, so the range is kept without it too.
  if (range.prefix_bits_ < mapped_bits)
    return {errc::malformed, "an IPv4 range is written like 192.0.2.0/24"};
  range.network_ = ipv4_host(plain);
  range.prefix_bits_ -= mapped_bits;
  return range;
}

bool cidr_range::contains(const socket_address& address) const noexcept {
  const address_bytes network = bytes_of(network_);
  const address_bytes peer = without_mapping(bytes_of(address));
  return network.bits != 0 && network.bits == peer.bits && same_prefix(network, peer, prefix_bits_);
}

std::string cidr_range::to_string() const {
  return network_.host() + "/" + std::to_string(prefix_bits_);
}

result<std::vector<cidr_range>> parse_cidr_list(const std::vector<std::string>& texts) {
  std::vector<cidr_range> ranges;
  ranges.reserve(texts.size());
  for (const std::string& text : texts) {
    auto range = cidr_range::parse(text);
    if (!range) return range.error();
    ranges.push_back(*range);
  }
  return ranges;
}

bool contains(const std::vector<cidr_range>& ranges, const socket_address& address) noexcept {
  return std::any_of(ranges.begin(), ranges.end(), [&](const cidr_range& r) { return r.contains(address); });
}

}  // namespace confab
