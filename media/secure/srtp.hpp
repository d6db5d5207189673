#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "config/result.hpp"
#include "media/stream_settings.hpp"

namespace confab::secure {

/// Bytes `protect` may add to a packet at most: tag, and for SRTCP the index.
inline constexpr size_t max_trailer_bytes = 24;

/// SRTP and SRTCP of one leg (RFC 3711, RFC 7714): our sending context and the peer's receiving context, any
/// SSRC, replay windows, rollover. In place. Owned by one shard; allocates when made, when rekeyed and when a
/// new SSRC is first seen. The one interface a faster implementation joins; libsrtp2 stands behind it for
/// now.
class srtp_session {
 public:
  virtual ~srtp_session() = default;
  /// The keys of a later negotiation. A direction whose suite and key stay goes on with its context, whatever
  /// the other does: beginning anew under an old key would use its keystream twice (RFC 3711 §9.1). Refuses
  /// like `make_srtp_session`; then nothing has changed.
  virtual result<void> rekey(const media::srtp_settings& settings) = 0;
  /// `buffer` holds a packet of `length` bytes and room for `max_trailer_bytes`; the new length.
  virtual result<size_t> protect_rtp(std::span<uint8_t> buffer, size_t length) = 0;
  virtual result<size_t> protect_rtcp(std::span<uint8_t> buffer, size_t length) = 0;
  /// Opens a packet in place; the length without tag. Refuses `unauthentic`, `replayed`, `malformed`.
  virtual result<size_t> unprotect_rtp(std::span<uint8_t> packet) = 0;
  virtual result<size_t> unprotect_rtcp(std::span<uint8_t> packet) = 0;
};

/// Refuses keys of a wrong length.
result<std::unique_ptr<srtp_session>> make_srtp_session(const media::srtp_settings& settings);

/// A fresh random master key and salt for a suite, from the operating system's generator.
std::vector<uint8_t> random_key(media::srtp_suite suite);

}  // namespace confab::secure
