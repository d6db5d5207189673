#pragma once

#include <memory>
#include <vector>

#include "config/limits.hpp"
#include "config/net_deny.hpp"
#include "signaling/sip/deadlines.hpp"
#include "signaling/sip/tcp_reach.hpp"
#include "signaling/sip/transports.hpp"

struct sip;

namespace confab::sip {

struct pending_ack;
struct pending_ack_release {
  void operator()(pending_ack* ack) const noexcept;
};

/// What every request of ours needs to be sent. Owned by the user agent, outlives libre's stack; signaling
/// thread only.
struct outbound {
  ::sip* stack;
  const transports& ways;
  deadlines& timers;
  net_deny deny;
  tcp_reach tcp{limits::tcp_peers_known};
  /// ACKs whose next hop is asked of DNS.
  std::vector<std::unique_ptr<pending_ack, pending_ack_release>> acks{};

  /// A large request to this hop would not be a datagram.
  [[nodiscard]] bool takes_streams(const std::string& next_hop, tcp_reach::clock_time now) const;
  /// By TCP instead, if that is worth a try.
  [[nodiscard]] std::optional<std::string> instead_by_tcp(const std::string& next_hop,
                                                          tcp_reach::clock_time now) const;
};

}  // namespace confab::sip
