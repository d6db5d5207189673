#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "signaling/sip/referral.hpp"
#include "signaling/sip/request_rate.hpp"

namespace confab::sip {

/// All REFERs under way: which request makes one, which belongs to one. Part of the user agent; signaling
/// thread only.
class referrals {
 public:
  /// Without a listener every REFER is refused.
  referrals(user_agent& agent, refer_listener* listener);

  /// A REFER outside a dialog, or in that of a call.
  void take(const incoming& request, bool shutting_down);
  void take_in_call(const incoming& request, refer_origin origin);
  /// A request in the dialog of a REFER; false: it is not.
  [[nodiscard]] bool take_in_dialog(const incoming& request);
  /// A SUBSCRIBE in the dialog of a call; false: it is not about a REFER.
  [[nodiscard]] bool subscribe_in_call(const incoming& request, leg_id leg);

  [[nodiscard]] referral* find(subscription_id id) noexcept;
  void emit(refer_event event) { listener_->on_refer_event(std::move(event)); }
  void forget(referral& who);
  void sweep() { leaving_.clear(); }
  void stop();
  [[nodiscard]] bool empty() const noexcept { return all_.empty(); }

 private:
  void begin(const incoming& request, refer_origin origin);

  user_agent& agent_;
  refer_listener* listener_;
  request_rate rate_;
  std::unordered_map<subscription_id, std::unique_ptr<referral>> all_;
  std::unordered_multimap<std::string, referral*> by_call_id_;
  std::vector<std::unique_ptr<referral>> leaving_;
};

}  // namespace confab::sip
