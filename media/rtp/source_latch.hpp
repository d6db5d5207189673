#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "config/socket_address.hpp"

namespace confab::rtp {

/// Symmetric RTP (RFC 4961) that latches safely: where a leg's media goes, and from where it is heard. The
/// rules: the signalled address when packets come from there, else the first valid source; afterwards it
/// moves only after a re-INVITE, for authenticated packets, or for the same SSRC with a continuing sequence
/// once the old source has fallen silent (a peer that changes networks; not a bystander that copies what it
/// sees). Silence opens nothing. Towards a host that the SIP did not come from, sending stops after a few
/// seconds without an answer: no amplifier.
class source_latch {
 public:
  using clock_time = std::chrono::steady_clock::time_point;

  /// `signalled` is the peer's RTP address in SDP, `sip_source` where its SIP came from.
  source_latch(const socket_address& signalled, const socket_address& sip_source) noexcept
      : signalled_(signalled), sip_source_(sip_source) {}

  /// After every answer to a re-INVITE, whatever it changed.
  void reconfigured(const socket_address& signalled, const socket_address& sip_source,
                    clock_time now) noexcept;

  /// A valid RTP packet: whether it may be heard. `authenticated` when its SRTP tag was checked. Counts what
  /// it refuses.
  [[nodiscard]] bool accept(const socket_address& from, uint32_t ssrc, uint16_t sequence, bool authenticated,
                            clock_time now) noexcept;

  /// Where media goes now.
  [[nodiscard]] const socket_address& destination() const noexcept {
    return latched_ ? *latched_ : signalled_;
  }
  /// The amplifier guard; its clock starts with the first call for a destination.
  [[nodiscard]] bool may_send(clock_time now) noexcept;
  /// Whether the SIP came from that host.
  [[nodiscard]] bool is_signaling_host(const socket_address& host) const noexcept {
    return host.same_host(sip_source_);
  }
  [[nodiscard]] uint64_t refused() const noexcept { return refused_; }

 private:
  [[nodiscard]] bool may_move(const socket_address& from, uint32_t ssrc, uint16_t sequence,
                              bool authenticated, clock_time now) const noexcept;
  void note(uint32_t ssrc, uint16_t sequence) noexcept;

  socket_address signalled_, sip_source_;
  std::optional<socket_address> latched_;   ///< something came from there
  std::optional<socket_address> previous_;  ///< latched before the last re-INVITE moved the peer
  bool moved_ = false;                      ///< by proof; the signalled address no longer takes precedence
  clock_time settled_at_{};                 ///< until then packets of `previous_` are still under way
  clock_time open_until_{};                 ///< until then any source may take the stream over
  clock_time heard_at_{};                   ///< the last packet of the latched source
  std::optional<clock_time> asked_at_;      ///< first packet to an unconfirmed destination
  uint32_t ssrc_ = 0;
  uint16_t highest_ = 0;
  uint64_t refused_ = 0;
};

/// The same for RTCP on its own port, which has no sequence: heard from the signalled RTCP address, from the
/// host that RTP is latched to, or when authenticated; reports go to where the last accepted one came from.
/// An address of `a=rtcp` (RFC 3605) that neither RTP nor SIP vouches for gets a few reports unless it
/// answers.
class control_latch {
 public:
  using clock_time = std::chrono::steady_clock::time_point;

  explicit control_latch(const socket_address& signalled) noexcept : signalled_(signalled) {}

  void reconfigured(const socket_address& signalled) noexcept;
  /// The amplifier guard. `media` decides for its own host; the clock starts with the first call that only it
  /// answers.
  [[nodiscard]] bool may_send(source_latch& media, clock_time now) noexcept;
  [[nodiscard]] bool accept(const socket_address& from, const socket_address& rtp_destination,
                            bool authenticated) noexcept;
  [[nodiscard]] const socket_address& destination() const noexcept {
    return latched_ ? *latched_ : signalled_;
  }
  [[nodiscard]] uint64_t refused() const noexcept { return refused_; }

 private:
  socket_address signalled_;
  std::optional<socket_address> latched_;
  std::optional<clock_time> asked_at_;  ///< first report to an unconfirmed address
  uint64_t refused_ = 0;
};

}  // namespace confab::rtp
