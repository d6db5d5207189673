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

}  // namespace

result<cidr_range> cidr_range::parse(std::string_view text) {
  const size_t slash = text.find('/');
  auto network = socket_address::parse(text.substr(0, slash), 0);
  if (!network) return network.error();
  cidr_range range;
  range.network_ = *network;
  const unsigned most = bytes_of(*network).bits;
  range.prefix_bits_ = most;
  if (slash == std::string_view::npos) return range;
  const std::string_view length = text.substr(slash + 1);
  const char* const end = length.data() + length.size();
  const auto [rest, problem] = std::from_chars(length.data(), end, range.prefix_bits_);
  if (problem != std::errc() || rest != end || range.prefix_bits_ > most) {
    return {errc::malformed,
            "the length of " + std::string(text) + " is not from 0 to " + std::to_string(most)};
  }
  return range;
}

bool cidr_range::contains(const socket_address& address) const noexcept {
  const address_bytes network = bytes_of(network_);
  const address_bytes raw = bytes_of(address);
  const address_bytes plain = without_mapping(raw);
  if (network.bits == 0) return false;
  if (network.bits == plain.bits) return same_prefix(network, plain, prefix_bits_);
  // A range written in the mapped block itself matches mapped peers; `::/0` speaks of IPv6 peers only.
  return network.bits == raw.bits && prefix_bits_ >= 96 && same_prefix(network, raw, prefix_bits_);
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
