#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "media/secure/key_derivation.hpp"
#include "media/stream_settings.hpp"

namespace confab::secure {

/// Encrypts and authenticates packets of one direction under its session keys, whatever their SSRC; knows
/// nothing of replays and rollovers, which its caller has settled. In place, no allocation. The caller has
/// checked all lengths. Belongs to one thread.
class packet_transform {
 public:
  virtual ~packet_transform() = default;

  /// `packet` has room for the tag behind its `length` bytes, of which the first `clear` stay readable.
  /// False, here and below: OpenSSL failed, or the tag does not fit; the packet is spoilt then.
  [[nodiscard]] virtual bool seal_rtp(std::span<uint8_t> packet, size_t length, size_t clear,
                                      uint64_t index) noexcept = 0;
  /// `packet` ends in its tag.
  [[nodiscard]] virtual bool open_rtp(std::span<uint8_t> packet, size_t clear, uint64_t index) noexcept = 0;
  /// Writes tag, E bit and index behind `length` bytes.
  [[nodiscard]] virtual bool seal_rtcp(std::span<uint8_t> packet, size_t length, uint32_t index) noexcept = 0;
  /// `packet` with all that follows it. `trailer` is E bit and index as they came.
  [[nodiscard]] virtual bool open_rtcp(std::span<uint8_t> packet, uint32_t trailer) noexcept = 0;
};

/// Null when OpenSSL does not offer what the suite needs.
[[nodiscard]] std::unique_ptr<packet_transform> make_counter_transform(media::srtp_suite suite,
                                                                       const direction_keys& keys);
[[nodiscard]] std::unique_ptr<packet_transform> make_gcm_transform(const direction_keys& keys, bool sealing);

}  // namespace confab::secure
