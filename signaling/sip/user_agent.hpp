#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "signaling/dns/resolver.hpp"
#include "signaling/sip/admission.hpp"
#include "signaling/sip/authenticator.hpp"
#include "signaling/sip/client_request.hpp"
#include "signaling/sip/deadlines.hpp"
#include "signaling/sip/dialog.hpp"
#include "signaling/sip/endpoint.hpp"
#include "signaling/sip/libre_bridge.hpp"
#include "signaling/sip/replaces.hpp"
#include "signaling/sip/session_timer.hpp"
#include "signaling/sip/transports.hpp"
#include "signaling/sip/tuning.hpp"

struct mbuf;
struct sip_strans;
struct udp_sock;

namespace confab::sip {

class session;
class subscription;
class referrals;
class messages;
struct subscribe_request;
struct watch_origin;
struct datagram_watch;
struct datagram_watch_release {
  void operator()(datagram_watch* watch) const noexcept;
};

/// A request that came in and passed `screen`; borrows libre's message.
struct incoming {
  const sip_msg& msg;
  const wire_message& wire;
  uint32_t cseq;
  std::string transport;
  socket_address source;
  socket_address local;    ///< concrete
  std::string identity{};  ///< "sip:alice@example.com" once somebody vouches for it

  [[nodiscard]] std::string to_tag() const;
  [[nodiscard]] std::string from_tag() const;
};

/// What a response of ours says.
struct response_plan {
  uint16_t status = 200;
  std::string reason = "OK";
  std::string headers;        ///< whole lines
  std::string sdp;            ///< empty: no body
  bool record_route = false;  ///< responses that make a dialog copy Record-Route (RFC 3261 §12.1.1)
};

/// The UAS and UAC core (RFC 3261 §8): owns libre's stack and all sessions, sends each request where it
/// belongs. Lives on the signaling thread.
class user_agent {
 public:
  user_agent(endpoint_settings settings, tuning tuned, call_listener& listener,
             subscription_listener* watchers, refer_listener* referrers, message_listener* chats);
  ~user_agent();
  user_agent(const user_agent&) = delete;
  user_agent& operator=(const user_agent&) = delete;

  result<void> open();

  // What the endpoint asks for.
  [[nodiscard]] session* find(leg_id leg) noexcept;
  [[nodiscard]] subscription* find(subscription_id watch) noexcept;
  [[nodiscard]] referrals& refers() noexcept { return *referrals_; }
  [[nodiscard]] messages& pager() noexcept { return *messages_; }
  void dial(dial_request request);
  void shut_down(std::chrono::milliseconds patience, std::function<void()> done);
  [[nodiscard]] std::vector<leg_id> legs() const;
  void number_legs_by(std::function<leg_id()> next) { next_leg_ = std::move(next); }

  // What sessions use.
  [[nodiscard]] const endpoint_settings& settings() const noexcept { return settings_; }
  [[nodiscard]] session_timer_policy timer_policy() const noexcept {
    return {settings_.session_expires, settings_.min_session_expires};
  }
  [[nodiscard]] const transports& ways() const noexcept { return ways_; }
  [[nodiscard]] deadlines& timers() noexcept { return timers_; }
  [[nodiscard]] ::sip* stack() noexcept { return stack_.get(); }
  [[nodiscard]] outbound& out() noexcept { return *out_; }
  void emit(call_event event) { listener_.on_call_event(std::move(event)); }
  void index(const std::string& call_id, session& who);
  /// Removes the session once the current callback is over.
  void forget(session& who);
  void replaced(leg_id old);

  // What subscriptions use; user_agent_subscriptions.cpp.
  void emit(subscription_event event);
  void forget(subscription& who);
  void subscribe_in_call(const incoming& request, watch_origin origin);
  /// Those who watch through the dialog of this call hear that it is over.
  void call_over(leg_id leg, dialog& speaks);
  [[nodiscard]] subscription_id next_subscription() noexcept { return {++last_subscription_}; }

  // What REFERs and MESSAGEs use.
  /// Of a call that is up; null when there is none.
  [[nodiscard]] dialog* dialog_of(leg_id leg) noexcept;
  void tidy();  ///< somebody was forgotten

  /// Answers; `transaction` is libre's, or null for one that answers at once. Returns the message for
  /// retransmission.
  re_ptr<mbuf> reply(const sip_msg& request, sip_strans** transaction, const response_plan& plan);
  void reject(const incoming& request, const rejection& why);
  void resend(const sip_msg& request, mbuf& response);

 private:
  friend struct user_agent_bridge;
  friend struct datagram_watch;
  void on_request(const sip_msg& message);
  void on_response(const sip_msg& message);
  bool on_datagram(const socket_address& source, mbuf& mb, udp_sock* socket);
  [[nodiscard]] datagram_watch* watch_towards(const socket_address& peer) const;
  void watch_datagrams(const sip_msg& message);
  void probe_listeners();

  void outside_dialog(incoming& request);
  [[nodiscard]] bool arrived_before(const incoming& request) const;
  [[nodiscard]] std::optional<rejection> authenticate(incoming& request);
  [[nodiscard]] std::string vouched_identity(const incoming& request) const;
  [[nodiscard]] bool asks_users(const wire_message& request) const;
  void inside_dialog(const incoming& request);
  void options(const incoming& request);
  void invite(const incoming& request);
  void subscribe(const incoming& request);
  [[nodiscard]] std::optional<rejection> no_watchers() const;
  void watch(const incoming& request, watch_origin origin, const subscribe_request& asked);
  [[nodiscard]] subscription* find_watched(const incoming& request) const;
  void stop_subscriptions();
  void sweep_later();
  [[nodiscard]] session* find_dialog(const incoming& request) const;
  [[nodiscard]] bool merged(const incoming& request) const;
  [[nodiscard]] std::optional<rejection> seat_of(const wire_message& request,
                                                 std::optional<leg_id>& seat) const;
  [[nodiscard]] size_t live_legs() const noexcept;
  void finish_shutdown();

  endpoint_settings settings_;
  tuning tuned_;
  call_listener& listener_;
  subscription_listener* watchers_;
  address_ranges trusted_;
  address_ranges asserters_;
  std::optional<authenticator> authenticator_;
  dns::resolver resolver_;
  deadlines timers_;
  std::unique_ptr<outbound> out_;  ///< outlives the stack
  re_ptr<::sip> stack_;
  transports ways_;
  std::unordered_map<leg_id, std::unique_ptr<session>> sessions_;
  std::unordered_multimap<std::string, session*> by_call_id_;
  std::vector<std::unique_ptr<session>> leaving_;
  std::unordered_map<subscription_id, std::unique_ptr<subscription>> subscriptions_;
  std::unordered_multimap<std::string, subscription*> watched_by_call_id_;
  std::vector<std::unique_ptr<subscription>> unsubscribed_;
  std::unique_ptr<referrals> referrals_;
  std::unique_ptr<messages> messages_;
  uint64_t last_subscription_ = 0;
  std::unordered_set<const void*> watched_sockets_;
  std::vector<std::unique_ptr<datagram_watch, datagram_watch_release>> watches_;
  std::function<leg_id()> next_leg_;
  deadlines::id sweep_ = 0;
  bool shutting_down_ = false;
  deadlines::id shutdown_poll_ = 0;
  deadlines::id shutdown_push_ = 0;
  deadlines::id shutdown_limit_ = 0;
  std::function<void()> shut_;
};

}  // namespace confab::sip
