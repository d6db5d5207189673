#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/net_deny.hpp"
#include "config/result.hpp"
#include "config/socket_address.hpp"
#include "signaling/sip/call_events.hpp"
#include "signaling/sip/certificate_identity.hpp"
#include "signaling/sip/digest_credentials.hpp"
#include "signaling/sip/guess_limit.hpp"
#include "signaling/sip/message_events.hpp"
#include "signaling/sip/refer_events.hpp"
#include "signaling/sip/subscription_events.hpp"
#include "signaling/sip/user_store.hpp"

namespace confab::sip {

/// What the endpoint takes from the operator's settings; already validated.
struct endpoint_settings {
  std::vector<std::string>
      listen;  ///< `udp://0.0.0.0:5060`, `tcp://[::]:5060`, `tls://…`; port 0: any free one
  std::string advertised_address;            ///< host put into Contact and Via; empty: the local address used
  std::string outbound_proxy;                ///< SIP URI, empty: RFC 3263 on the target
  std::vector<std::string> trusted_peers;    ///< CIDR ranges; requests from elsewhere get 403
  std::vector<std::string> room_domains;     ///< hosts whose users are rooms; empty: any host. Others: 404
  uint32_t refers_per_second = 10;           ///< from one address, then 503
  uint32_t messages_per_second = 50;         ///< from one address, then 503
  size_t max_legs = 0;                       ///< 0: limits::legs_per_process; more: 503 with Retry-After
  std::string certificate_file;              ///< PEM, certificate chain; needed when `listen` has tls
  std::string private_key_file;              ///< PEM
  std::string ca_file;                       ///< PEM, peers are asked for certificates and checked against it
  bool verify_peers = false;                 ///< and refused without
  net_deny deny;                             ///< where nothing is sent on a stranger's word
  std::vector<socket_address> name_servers;  ///< asked for SIP targets; empty: those of the machine
  std::string user_agent;                    ///< Server and User-Agent header
  std::chrono::seconds session_expires{1800};  ///< RFC 4028, what we ask for and accept at most
  std::chrono::seconds min_session_expires{90};
  std::chrono::milliseconds ring_after{
      0};  ///< a caller without an answer hears 180 by then; 0: never by itself

  /// Who begins something outside a dialog must be one of them; null: anybody may.
  std::shared_ptr<const user_store> users;
  /// Where they must; null: in every room. Called on the signaling thread, at any time.
  std::function<bool(const room_id&)> asks_users;
  /// How they may prove it, the preferred way first.
  std::vector<digest_algorithm> digest_algorithms = digest_challenge::preferred_algorithms();
  guess_policy guesses{};  ///< how many wrong passwords are borne
  /// What a certificate that `ca_file` vouches for makes of a TLS peer.
  certificate_trust identity_from_tls = certificate_trust::none;
  /// CIDR ranges; P-Asserted-Identity from there is believed (RFC 3325).
  std::vector<std::string> identity_from;

  /// Wire trace: called on the signaling thread with each message sent or received; empty: off.
  std::function<void(bool sent, std::string_view transport, const socket_address& local,
                     const socket_address& remote, std::string_view bytes)>
      trace;
};

/// A listener that is open, with the port it really has.
struct bound_listener {
  std::string transport;
  socket_address address;
};

/// The SIP side of the server: libre's transports, transactions and dialogs on a thread of its own, our
/// INVITE sessions on top. RFC 3261, 3262, 3264, 3311, 3428, 3515, 3581, 3891, 4028, 6665, 8760. All methods
/// may be called from any thread.
class endpoint final : public call_control,
                       public subscription_control,
                       public refer_control,
                       public message_control {
 public:
  /// Opens every listener and starts the signaling thread; fails with what could not be opened and why.
  /// The listeners must outlive the endpoint. Without one for subscriptions they are refused with 480, REFERs
  /// and MESSAGEs with 403.
  static result<std::unique_ptr<endpoint>> start(endpoint_settings settings, call_listener& listener,
                                                 subscription_listener* watchers = nullptr,
                                                 refer_listener* referrers = nullptr,
                                                 message_listener* chats = nullptr);
  ~endpoint() override;  ///< stops the thread; sessions that are still up are dropped without a word

  endpoint(const endpoint&) = delete;
  endpoint& operator=(const endpoint&) = delete;

  [[nodiscard]] const std::vector<bound_listener>& listeners() const noexcept;
  /// An id for a leg that will be dialled.
  [[nodiscard]] leg_id next_leg_id() noexcept;

  void ring(leg_id leg) override;
  void accept(leg_id leg, std::string sdp) override;
  void refuse(leg_id leg, refusal why) override;
  void offer(leg_id leg, std::string sdp) override;
  void dial(dial_request request) override;
  void hang_up(leg_id leg, std::string reason) override;

  void accept_subscription(subscription_id id, std::chrono::seconds granted) override;
  void refuse_subscription(subscription_id id, refusal why) override;
  void notify(subscription_id id, document what) override;
  void end_subscription(subscription_id id, termination why, std::optional<document> last) override;

  void accept_refer(subscription_id id) override;
  void refuse_refer(subscription_id id, refusal why) override;
  void refer_progress(subscription_id id, uint16_t status, std::string reason) override;

  void accept_message(message_id id, bool passed_on) override;
  void refuse_message(message_id id, refusal why) override;
  void send_message(std::vector<leg_id> legs, outgoing_message_ptr message) override;

  /// Refuses new calls with 503, ends all others (BYE, CANCEL, 503) and calls `done` on the signaling thread
  /// when no transaction is left or `patience` is over.
  void shut_down(std::chrono::milliseconds patience, std::function<void()> done);

 private:
  friend struct endpoint_tuner;
  class impl;
  explicit endpoint(std::unique_ptr<impl> inner);
  std::unique_ptr<impl> impl_;
};

}  // namespace confab::sip
