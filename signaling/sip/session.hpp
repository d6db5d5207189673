#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "signaling/sip/call_events.hpp"
#include "signaling/sip/deadlines.hpp"
#include "signaling/sip/dialog.hpp"
#include "signaling/sip/multipart.hpp"
#include "signaling/sip/reliable_provisional.hpp"
#include "signaling/sip/replaces.hpp"
#include "signaling/sip/session_timer.hpp"
#include "signaling/sip/user_agent.hpp"

namespace confab::sip {

/// One INVITE session in either direction (RFC 3261 §13–15), from its INVITE until its last loose end is
/// tied. Owned by the user agent; signaling thread only. `ended` is told once, at the moment the outcome is
/// certain; the session may stay a little longer (`closing`) to send a BYE that must wait for an ACK or to
/// answer a BYE that crossed ours.
class session {
 public:
  session(user_agent& agent, leg_id leg, room_id room);
  ~session();
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  // What the leg asks for.
  void ring();
  void accept(const std::string& sdp);
  void refuse(const refusal& why);
  void offer(std::string sdp);
  void hang_up(const std::string& reason, end_cause cause = end_cause::local);
  void turn_away();             ///< shutting down
  void stop_waiting_for_ack();  ///< shutting down, and out of time

  // What the network brings.
  void begin_incoming(const incoming& invite, const uas_timer& timer, std::optional<leg_id> replaces,
                      std::vector<std::string> recipients);
  void begin_outgoing(dial_request request);
  void on_request(const incoming& request);
  void on_stray_answer(const wire_message& response, const socket_address& source,
                       const std::string& transport);

  [[nodiscard]] leg_id leg() const noexcept { return leg_; }
  [[nodiscard]] const room_id& room() const noexcept { return room_; }
  [[nodiscard]] const std::string& call_id() const noexcept { return dialog_.call_id(); }
  [[nodiscard]] bool is_half_dialog(std::string_view local_tag) const noexcept {
    return outgoing_ && dialog_.local_tag() == local_tag;
  }
  [[nodiscard]] bool live() const noexcept { return !told_; }
  [[nodiscard]] sip::dialog* live_dialog() noexcept { return told_ ? nullptr : &dialog_; }
  [[nodiscard]] bool began_by(const incoming& invite) const;
  [[nodiscard]] bool is_dialog_of(const incoming& request) const;
  [[nodiscard]] bool is_dialog_of(const replaces& wanted) const;
  [[nodiscard]] replaced_state as_replaced() const noexcept;

 private:
  friend struct session_bridge;
  enum class phase : uint8_t { invited, answered, dialing, up, closing, gone };

  /// An INVITE or UPDATE of the peer that waits for the leg.
  struct pending_offer {
    re_ptr<sip_msg> msg;
    sip_strans* transaction = nullptr;
    bool is_update = false;
    bool had_sdp = false;
    uint32_t cseq = 0;
    std::string contact;  ///< line of the 2xx
    std::string timer_headers;
    session_timer timer;
  };
  /// A 2xx of ours that no ACK has met yet.
  struct unacked {
    uint32_t cseq;
    re_ptr<sip_msg> msg;
    re_ptr<mbuf> response;
    resend_schedule schedule;
    deadlines::id timer = 0;
    bool wants_answer = false;
  };
  /// A reliable provisional response of ours that no PRACK has met yet (RFC 3262 §3).
  struct unpracked {
    uint32_t rseq = 0;
    re_ptr<mbuf> response;
    resend_schedule schedule{};
    deadlines::id timer = 0;
    bool wants_answer = false;
    std::optional<std::string> held;  ///< SDP of the 200 that waits for the PRACK
  };

  // session.cpp: life
  void tell_established();
  void end(end_cause cause, uint16_t status, std::string reason);
  void close(end_cause cause, uint16_t status, std::string reason);  ///< end, and nothing is left to do
  void drop_timers();
  void settle_if_idle();
  void read_peer(const wire_message& message, const socket_address& source, const std::string& transport);
  std::shared_ptr<client_request> send_in_dialog(const std::string& method, const std::string& headers,
                                                 const typed_body& body, client_request::handler on_response,
                                                 int* why = nullptr, std::string plain_sdp = {});
  void send_ack(uint32_t cseq);
  void bye(const std::string& reason);
  void restart_session_timer(const session_timer& timer);
  bool dead_dialog(int error, const wire_message* response);

  // session_answer.cpp: the peer's requests
  void on_ack(const incoming& request);
  void on_bye(const incoming& request);
  void on_prack(const incoming& request);
  void on_info(const incoming& request);
  void on_refer(const incoming& request);
  void on_message(const incoming& request);
  void on_subscribe(const incoming& request);
  void on_offer_request(const incoming& request);
  void on_cancel();
  void open_pending(const incoming& request, const uas_timer& timer);
  void send_reliable(uint16_t status, const std::string& reason, const std::string& sdp);
  void resend_reliable();
  void stop_reliable();
  void answer_pending(const std::string& sdp);
  void fail_pending(const rejection& why);
  void resend_answer(uint32_t cseq);
  void drop_unacked(uint32_t cseq);
  [[nodiscard]] std::optional<rejection> offer_clash(const incoming& request) const;

  // session_offer.cpp: our requests
  void send_invite(std::chrono::seconds minimum);
  void on_invite_response(int error, const sip_msg* message, const wire_message* response);
  void on_provisional(const sip_msg& message, const wire_message& response);
  void on_answered(const sip_msg& message, const wire_message& response);
  void send_offer();
  void on_offer_response(int error, const sip_msg* message, const wire_message* response, bool refresh);
  void next_offer();
  void cancel_dial();

  // session_refresh.cpp: RFC 4028
  void on_session_timer();
  void refresh_by_update();

  user_agent& agent_;
  leg_id leg_;
  room_id room_;
  phase phase_ = phase::invited;
  bool outgoing_ = false;
  bool told_ = false;
  bool established_ = false;
  bool bye_sent_ = false;
  bool bye_when_acked_ = false;
  bool referred_before_ = false;
  std::string bye_reason_;
  sip::dialog dialog_;
  sip::peer peer_;
  bool peer_takes_update_ = false;
  uint32_t invite_cseq_ = 0;
  std::optional<leg_id> replaces_;

  std::unique_ptr<pending_offer> pending_;
  std::vector<std::unique_ptr<unacked>> unacked_;
  unpracked reliable_;
  uint32_t last_rseq_ = 0;
  bool asked_reliable_ = false;

  dial_request dialed_;
  sip::dialog unanswered_;                              ///< dialog_ before any response
  bool dial_answered_ = false;                          ///< an answer came in a reliable provisional
  std::optional<std::chrono::seconds> larger_minimum_;  ///< of the session's expiry, from a 422
  std::optional<uint32_t> seen_rseq_;
  std::shared_ptr<client_request> request_;  ///< our INVITE, re-INVITE or UPDATE
  std::shared_ptr<client_request> bye_;
  bool offering_ = false;    ///< our offer waits for its answer
  bool refreshing_ = false;  ///< request_ only keeps the session alive
  std::optional<std::string> queued_offer_;
  std::string local_sdp_;
  std::string remote_sdp_;

  session_timer timer_;
  deadlines::id refresh_timer_ = 0;
  deadlines::id ring_timer_ = 0;  ///< theirs: until the 180; ours: until we give up
  deadlines::id glare_timer_ = 0;
};

/// ACK and BYE for a 2xx nobody wants any more: it crossed our CANCEL, or another branch of a fork was first.
void end_answered_dialog(user_agent& agent, dialog half, uint32_t cseq, const wire_message& response,
                         const socket_address& source, const std::string& transport);

}  // namespace confab::sip
