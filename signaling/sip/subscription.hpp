#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "signaling/sip/deadlines.hpp"
#include "signaling/sip/dialog.hpp"
#include "signaling/sip/subscribe_request.hpp"
#include "signaling/sip/subscription_events.hpp"
#include "signaling/sip/user_agent.hpp"

namespace confab::sip {

/// Who sends a request outside a dialog.
[[nodiscard]] peer peer_of(const incoming& request);

/// Where a SUBSCRIBE came from.
struct watch_origin {
  room_id room;
  sip::peer peer;
  std::optional<leg_id> leg{};  ///< the call whose dialog it came in
};

/// One watcher of a room, from its SUBSCRIBE until the last NOTIFY is sent: the notifier of RFC 6665 §4.2.
/// Owned by the user agent; signaling thread only. `subscription_ended` is told once, when the outcome is
/// certain; the last document may still wait for its turn then. One that began in a call's dialog speaks
/// through that dialog, and ends with the call (RFC 5057: two usages of one dialog).
class subscription {
 public:
  subscription(user_agent& agent, subscription_id id, watch_origin origin);
  ~subscription();
  subscription(const subscription&) = delete;
  subscription& operator=(const subscription&) = delete;

  // What the owner asks for.
  void accept(std::chrono::seconds granted);
  void refuse(const refusal& why);
  void notify(document what);
  void end(termination why, std::optional<document> last);
  void turn_away();  ///< shutting down

  // What the network brings.
  void begin(const incoming& request, const subscribe_request& asked);
  void on_request(const incoming& request);
  void refresh(const incoming& request);  ///< SUBSCRIBE again; its sequence number is taken
  /// The call whose dialog this shares is over; `speaks` is that dialog, for one last NOTIFY.
  void call_over(sip::dialog& speaks);

  [[nodiscard]] subscription_id id() const noexcept { return id_; }
  [[nodiscard]] const std::string& call_id() const noexcept { return call_id_; }
  [[nodiscard]] const std::optional<leg_id>& leg() const noexcept { return origin_.leg; }
  [[nodiscard]] bool began_by(const incoming& request) const;
  [[nodiscard]] bool is_dialog_of(const incoming& request) const;

 private:
  enum class phase : uint8_t {
    asked,    ///< the owner has not answered
    active,   ///< documents go out
    closing,  ///< the watcher waits for one last document of the owner
    ending,   ///< told; the last NOTIFY waits for its turn
    gone,
  };
  struct pending_request {
    re_ptr<sip_msg> msg;
    sip_strans* transaction = nullptr;
    std::string contact;  ///< line of the 200
  };

  [[nodiscard]] std::string contact_for(const incoming& request) const;
  void answer_pending(const response_plan& plan);
  [[nodiscard]] sip::dialog* speaks() noexcept;
  [[nodiscard]] size_t room_for_body();
  void ask_for_state();
  void await_last(watch_end cause);
  void on_deadline();
  void enqueue(document what);
  void finish(termination why, watch_end cause, std::string reason);
  void tell(watch_end cause, std::string reason);
  void leave();
  void send_next();
  void on_notified(int error, const wire_message* response);
  [[nodiscard]] std::string state_line() const;

  user_agent& agent_;
  subscription_id id_;
  watch_origin origin_;
  phase phase_ = phase::asked;
  bool told_ = false;
  bool fetch_ = false;
  sip::dialog dialog_;  ///< unused in a call's
  std::string call_id_;
  event_type event_;
  uint32_t first_cseq_ = 0;
  std::chrono::seconds asked_{0};
  std::unique_ptr<pending_request> pending_;
  watch_end closing_as_ = watch_end::local;
  termination why_ = termination::timeout;
  std::deque<document> queue_;
  uint32_t version_ = 0;                    ///< of the last document
  std::shared_ptr<client_request> notify_;  ///< on its way
  deadlines::id timer_ = 0;                 ///< the phase's: patience with the owner, or expiry
  std::chrono::steady_clock::time_point expires_at_;
};

}  // namespace confab::sip
