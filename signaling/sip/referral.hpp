#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "signaling/sip/deadlines.hpp"
#include "signaling/sip/dialog.hpp"
#include "signaling/sip/refer_events.hpp"
#include "signaling/sip/subscribe_request.hpp"
#include "signaling/sip/user_agent.hpp"

namespace confab::sip {

class referrals;

/// Where a REFER came from.
struct refer_origin {
  room_id room;
  sip::peer peer;
  std::optional<leg_id> leg{};  ///< the call whose dialog it came in
  bool numbered = false;        ///< another one came before in that dialog (RFC 3515 §2.4.6)
};

/// One REFER and the subscription it makes (RFC 3515 §2.4.4), from the request until the NOTIFY with the
/// outcome is sent. In a call's dialog it speaks through that dialog and falls silent with the call. Owned by
/// `referrals`; signaling thread only.
class referral {
 public:
  referral(user_agent& agent, referrals& owner, subscription_id id, refer_origin origin);
  ~referral();
  referral(const referral&) = delete;
  referral& operator=(const referral&) = delete;

  // What the owner of the room asks for.
  void accept();
  void refuse(const refusal& why);
  void progress(uint16_t status, const std::string& reason);
  void turn_away();  ///< shutting down

  // What the network brings.
  void begin(const incoming& request, const refer_request& asked);
  void on_request(const incoming& request);    ///< in a dialog of its own
  void on_subscribe(const incoming& request);  ///< refreshes or ends it; the sequence number is taken

  [[nodiscard]] subscription_id id() const noexcept { return id_; }
  [[nodiscard]] const std::string& call_id() const noexcept { return call_id_; }
  [[nodiscard]] const std::optional<leg_id>& leg() const noexcept { return origin_.leg; }
  [[nodiscard]] const event_type& event() const noexcept { return event_; }
  [[nodiscard]] bool began_by(const incoming& request) const;
  [[nodiscard]] bool is_dialog_of(const incoming& request) const;

 private:
  enum class phase : uint8_t { asked, active, gone };
  struct status_line {
    uint16_t status = 0;
    std::string reason;
    const char* over = nullptr;  ///< reason of `terminated`; null: there is more to come
  };

  void answer(const response_plan& plan);
  void on_deadline();
  void finish(const char* over);
  void leave();
  void send_next();
  void on_notified(int error, const wire_message* response);
  [[nodiscard]] std::string contact_for(const incoming& request) const;
  [[nodiscard]] std::string state_line(const status_line& what) const;

  user_agent& agent_;
  referrals& owner_;
  subscription_id id_;
  refer_origin origin_;
  phase phase_ = phase::asked;
  bool silent_ = false;
  bool settled_ = false;  ///< the last line is queued
  event_type event_{"refer", {}};
  std::string call_id_;
  uint32_t first_cseq_ = 0;
  sip::dialog dialog_;  ///< unused in a call's
  std::string remote_tag_;
  std::string contact_;  ///< line of the 202
  re_ptr<sip_msg> msg_;
  sip_strans* transaction_ = nullptr;
  std::deque<status_line> queue_;
  status_line latest_{100, "Trying"};
  std::shared_ptr<client_request> notify_;
  deadlines::id timer_ = 0;
  std::chrono::steady_clock::time_point expires_at_;
};

}  // namespace confab::sip
