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

/// One watcher of a room, from its SUBSCRIBE until the last NOTIFY is sent: the notifier of RFC 6665 §4.2.
/// Owned by the user agent; signaling thread only. `subscription_ended` is told once, when the outcome is
/// certain; the last document may still wait for its turn then.
class subscription {
 public:
  subscription(user_agent& agent, subscription_id id, room_id room);
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

  [[nodiscard]] subscription_id id() const noexcept { return id_; }
  [[nodiscard]] const std::string& call_id() const noexcept { return dialog_.call_id(); }
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
  void refresh(const incoming& request);
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
  room_id room_;
  phase phase_ = phase::asked;
  bool told_ = false;
  bool fetch_ = false;
  sip::dialog dialog_;
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
