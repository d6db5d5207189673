#include <algorithm>
#include <cstdlib>
#include <vector>

#include "media/secure/srtp.hpp"

namespace {

using namespace confab;
using bytes = std::vector<uint8_t>;

struct engines {
  std::unique_ptr<secure::srtp_session> openssl, libsrtp2;
};

engines make_engines(media::srtp_suite suite, const bytes& key) {
  const media::srtp_settings settings{.suite = suite, .local_key = key, .remote_key = key};
  auto one = secure::make_srtp_session(settings, secure::srtp_engine::openssl);
  auto other = secure::make_srtp_session(settings, secure::srtp_engine::libsrtp2);
  if (!one || !other) std::abort();
  return {std::move(*one), std::move(*other)};
}

/// The same length and bytes, or the same kind of refusal.
void compare(const result<size_t>& a, const bytes& packet_a, const result<size_t>& b, const bytes& packet_b) {
  if (a.ok() != b.ok()) std::abort();
  if (!a) {
    if (a.error().code != b.error().code) std::abort();
    return;
  }
  if (*a != *b ||
      !std::equal(packet_a.begin(), packet_a.begin() + static_cast<std::ptrdiff_t>(*a), packet_b.begin()))
    std::abort();
}

void open_both(const engines& by, const bytes& packet, bool control) {
  bytes a = packet, b = packet;
  const auto one = control ? by.openssl->unprotect_rtcp(a) : by.openssl->unprotect_rtp(a);
  const auto other = control ? by.libsrtp2->unprotect_rtcp(b) : by.libsrtp2->unprotect_rtp(b);
  compare(one, a, other, b);
}

/// The sealed packet, empty when refused.
bytes seal_both(const engines& by, const bytes& packet, bool control) {
  bytes a = packet;
  a.resize(packet.size() + secure::max_trailer_bytes);
  bytes b = a;
  const auto one =
      control ? by.openssl->protect_rtcp(a, packet.size()) : by.openssl->protect_rtp(a, packet.size());
  const auto other =
      control ? by.libsrtp2->protect_rtcp(b, packet.size()) : by.libsrtp2->protect_rtp(b, packet.size());
  compare(one, a, other, b);
  a.resize(one ? *one : 0);
  return a;
}

}  // namespace

/// Both engines say the same to the same packets. The first byte chooses the suite; then come packets, each
/// behind two bytes: what to do with it, and its length. What was sealed may come back later, whole or
/// damaged.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto suite = static_cast<media::srtp_suite>(data[0] & 3);
  const engines both = make_engines(suite, bytes(media::key_and_salt_bytes(suite), 0x42));
  std::vector<std::pair<bytes, bool>> sealed;
  for (size_t at = 1; at + 2 <= size;) {
    const uint8_t action = data[at];
    const bool control = (action & 1) != 0;
    const size_t length = std::min<size_t>(data[at + 1], size - at - 2);
    const bytes packet(data + at + 2, data + at + 2 + length);
    at += 2 + length;
    open_both(both, packet, control);
    auto made = seal_both(both, packet, control);
    if (!made.empty()) sealed.emplace_back(std::move(made), control);
    if (sealed.empty()) continue;
    const auto& [earlier, kind] = sealed[(action >> 3) % sealed.size()];
    bytes again = earlier;
    if ((action & 2) != 0) again[action % again.size()] ^= 1;
    if ((action & 4) != 0) open_both(both, again, kind);
  }
  return 0;
}
