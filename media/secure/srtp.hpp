#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "media/stream_settings.hpp"

namespace confab::secure {

/// Bytes `protect` may add to a packet at most: tag, and for SRTCP the index.
inline constexpr size_t max_trailer_bytes = 24;

/// Who does the work. They make the same packets of the same keys, and give the same verdicts.
enum class srtp_engine : uint8_t {
  automatic,  ///< OpenSSL, and libsrtp2 when OpenSSL does not offer the suite
  openssl,    ///< some 0.2 µs a packet
  libsrtp2,   ///< the reference; many times the CPU as Debian builds it (decision 006), and 60 KB a leg
};

/// "auto", "openssl", "libsrtp2", as `media.srtp-engine` says it.
[[nodiscard]] std::optional<srtp_engine> srtp_engine_named(std::string_view name) noexcept;

/// SRTP and SRTCP of one leg (RFC 3711, RFC 7714): our sending context and the peer's receiving context, any
/// SSRC (bounded: `limits::srtp_own_ssrcs_per_leg`, `limits::srtp_ssrcs_per_leg`), replay windows of 128,
/// rollover. In place. Owned by one shard. Allocates when made and when rekeyed; libsrtp2 also when an SSRC
/// is first seen. A packet that is refused may be spoilt.
class srtp_session {
 public:
  virtual ~srtp_session() = default;
  /// The keys of a later negotiation. A direction whose suite and key stay goes on with its context, whatever
  /// the other does: beginning anew under an old key would use its keystream twice (RFC 3711 §9.1). Refuses
  /// like `make_srtp_session`; then nothing has changed.
  virtual result<void> rekey(const media::srtp_settings& settings) = 0;
  /// `buffer` holds a packet of `length` bytes and room for `max_trailer_bytes`; the new length. Refuses
  /// `malformed`, `too_large` without that room, `replayed` for a sequence number that was sent, `exhausted`
  /// when SSRCs or the key's lifetime (2^48 RTP, 2^31 RTCP packets a source) are used up.
  virtual result<size_t> protect_rtp(std::span<uint8_t> buffer, size_t length) = 0;
  virtual result<size_t> protect_rtcp(std::span<uint8_t> buffer, size_t length) = 0;
  /// Opens a packet in place; the length without tag. Refuses `unauthentic`, `replayed`, `malformed`,
  /// `too_large`, `exhausted`.
  virtual result<size_t> unprotect_rtp(std::span<uint8_t> packet) = 0;
  virtual result<size_t> unprotect_rtcp(std::span<uint8_t> packet) = 0;
};

/// Refuses `malformed` for keys of a wrong length, `unavailable` when the engine cannot serve the suite.
result<std::unique_ptr<srtp_session>> make_srtp_session(const media::srtp_settings& settings,
                                                        srtp_engine engine = srtp_engine::automatic);

/// A fresh random master key and salt for a suite, from the operating system's generator.
std::vector<uint8_t> random_key(media::srtp_suite suite);

}  // namespace confab::secure
