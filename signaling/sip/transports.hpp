#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "signaling/sip/endpoint.hpp"
#include "signaling/sip/libre_bridge.hpp"
#include "signaling/sip/tls_peers.hpp"

struct sip;
struct tls;

namespace confab::sip {

/// The part of a `listen` entry: `udp://0.0.0.0:5060`.
struct listen_entry {
  std::string transport;
  socket_address address;
};
result<listen_entry> parse_listen(std::string_view text);

/// The listeners, and which of our addresses a peer sees. Signaling thread only.
class transports {
 public:
  /// Opens every listener of the settings on `stack`. `0.0.0.0` and `[::]` become one listener for each
  /// address the machine has now: libre refuses wildcards, and so Via and Contact always name an address that
  /// is there. Without an address of that family the entry is skipped with a warning.
  result<void> open(::sip* stack, const endpoint_settings& settings);

  [[nodiscard]] const std::vector<bound_listener>& listeners() const noexcept { return listeners_; }
  /// The listener a peer reaches us at. `hint` is the local address of its packet, where known.
  [[nodiscard]] socket_address local_for(std::string_view transport, const socket_address& peer,
                                         const socket_address& hint = {}) const;
  /// `host:port` for Via and Contact: the advertised host, if there is one, with the listener's port.
  [[nodiscard]] std::string sent_by(std::string_view transport, const socket_address& peer,
                                    const socket_address& hint = {}) const;
  [[nodiscard]] bool serves(std::string_view transport) const noexcept;
  /// The certificates of those who come by TLS.
  [[nodiscard]] const tls_peers& peers() const noexcept { return peers_; }

 private:
  result<void> open_one(::sip* stack, std::string_view transport, socket_address& address, bool may_vanish);
  result<void> open_everywhere(::sip* stack, const listen_entry& entry);
  result<void> load_certificate(const endpoint_settings& settings);

  std::vector<bound_listener> listeners_;
  std::string advertised_;
  tls_peers peers_;
  re_ptr<tls> tls_;
};

}  // namespace confab::sip
