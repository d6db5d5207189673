#include "signaling/sip/endpoint.hpp"

#include <atomic>
#include <utility>

#include "signaling/sip/messages.hpp"
#include "signaling/sip/referrals.hpp"
#include "signaling/sip/session.hpp"
#include "signaling/sip/signaling_thread.hpp"
#include "signaling/sip/subscription.hpp"
#include "signaling/sip/tuning.hpp"
#include "signaling/sip/user_agent.hpp"

namespace confab::sip {

/// Turns calls from any thread into tasks of the signaling thread; the user agent does the work there.
class endpoint::impl {
 public:
  result<void> start(endpoint_settings settings, tuning tuned, call_listener& listener,
                     subscription_listener* watchers, refer_listener* referrers, message_listener* chats) {
    return thread_.start(
        [this, settings = std::move(settings), tuned = std::move(tuned), &listener, watchers, referrers,
         chats]() mutable -> result<void> {
          agent_ = std::make_unique<user_agent>(std::move(settings), std::move(tuned), listener, watchers,
                                                referrers, chats);
          agent_->number_legs_by([this] { return next(); });
          auto opened = agent_->open();
          if (opened) listeners_ = agent_->ways().listeners();
          return opened;
        },
        [this] { agent_.reset(); });
  }

  void stop() { thread_.stop(); }
  leg_id next() noexcept { return {last_leg_.fetch_add(1, std::memory_order_relaxed) + 1}; }
  [[nodiscard]] const std::vector<bound_listener>& listeners() const noexcept { return listeners_; }

  template <class Action>
  void with_agent(Action action) {
    thread_.post([this, action = std::move(action)]() mutable { action(*agent_); });
  }

  /// The same for a subscription and its `subscription_ended`.
  template <class Action>
  void with_subscription(subscription_id id, Action action) {
    with_agent([id, action = std::move(action)](user_agent& agent) mutable {
      if (auto* who = agent.find(id)) action(*who);
    });
  }

  /// A leg that is gone is not an error: its `ended` is on the way.
  template <class Action>
  void with_refer(subscription_id id, Action action) {
    with_agent([id, action = std::move(action)](user_agent& agent) mutable {
      if (auto* who = agent.refers().find(id)) action(*who);
    });
  }

  template <class Action>
  void with_session(leg_id leg, Action action) {
    with_agent([leg, action = std::move(action)](user_agent& agent) mutable {
      if (auto* who = agent.find(leg)) action(*who);
    });
  }

 private:
  std::atomic<uint64_t> last_leg_{0};
  std::vector<bound_listener> listeners_;
  std::unique_ptr<user_agent> agent_;  // signaling thread only
  signaling_thread thread_;
};

endpoint::endpoint(std::unique_ptr<impl> inner) : impl_(std::move(inner)) {}
endpoint::~endpoint() {
  impl_->stop();
}

result<std::unique_ptr<endpoint>> endpoint::start(endpoint_settings settings, call_listener& listener,
                                                  subscription_listener* watchers, refer_listener* referrers,
                                                  message_listener* chats) {
  return endpoint_tuner::start(std::move(settings), {}, listener, watchers, referrers, chats);
}

result<std::unique_ptr<endpoint>> endpoint_tuner::start(endpoint_settings settings, tuning tuned,
                                                        call_listener& listener,
                                                        subscription_listener* watchers,
                                                        refer_listener* referrers, message_listener* chats) {
  auto inner = std::make_unique<endpoint::impl>();
  if (auto started =
          inner->start(std::move(settings), std::move(tuned), listener, watchers, referrers, chats);
      !started)
    return started.error();
  return std::unique_ptr<endpoint>(new endpoint(std::move(inner)));
}

const std::vector<bound_listener>& endpoint::listeners() const noexcept {
  return impl_->listeners();
}
leg_id endpoint::next_leg_id() noexcept {
  return impl_->next();
}

void endpoint::ring(leg_id leg) {
  impl_->with_session(leg, [](session& who) { who.ring(); });
}

void endpoint::accept(leg_id leg, std::string sdp) {
  impl_->with_session(leg, [sdp = std::move(sdp)](session& who) { who.accept(sdp); });
}

void endpoint::refuse(leg_id leg, refusal why) {
  impl_->with_session(leg, [why = std::move(why)](session& who) { who.refuse(why); });
}

void endpoint::offer(leg_id leg, std::string sdp) {
  impl_->with_session(leg, [sdp = std::move(sdp)](session& who) mutable { who.offer(std::move(sdp)); });
}

void endpoint::dial(dial_request request) {
  impl_->with_agent(
      [request = std::move(request)](user_agent& agent) mutable { agent.dial(std::move(request)); });
}

void endpoint::hang_up(leg_id leg, std::string reason) {
  impl_->with_session(leg, [reason = std::move(reason)](session& who) { who.hang_up(reason); });
}

void endpoint::accept_subscription(subscription_id id, std::chrono::seconds granted) {
  impl_->with_subscription(id, [granted](subscription& who) { who.accept(granted); });
}

void endpoint::refuse_subscription(subscription_id id, refusal why) {
  impl_->with_subscription(id, [why = std::move(why)](subscription& who) { who.refuse(why); });
}

void endpoint::notify(subscription_id id, document what) {
  impl_->with_subscription(
      id, [what = std::move(what)](subscription& who) mutable { who.notify(std::move(what)); });
}

void endpoint::end_subscription(subscription_id id, termination why, std::optional<document> last) {
  impl_->with_subscription(
      id, [why, last = std::move(last)](subscription& who) mutable { who.end(why, std::move(last)); });
}

void endpoint::accept_refer(subscription_id id) {
  impl_->with_refer(id, [](referral& who) { who.accept(); });
}

void endpoint::refuse_refer(subscription_id id, refusal why) {
  impl_->with_refer(id, [why = std::move(why)](referral& who) { who.refuse(why); });
}

void endpoint::refer_progress(subscription_id id, uint16_t status, std::string reason) {
  impl_->with_refer(id,
                    [status, reason = std::move(reason)](referral& who) { who.progress(status, reason); });
}

void endpoint::accept_message(message_id id, bool passed_on) {
  impl_->with_agent([id, passed_on](user_agent& agent) { agent.pager().accept(id, passed_on); });
}

void endpoint::refuse_message(message_id id, refusal why) {
  impl_->with_agent([id, why = std::move(why)](user_agent& agent) { agent.pager().refuse(id, why); });
}

void endpoint::send_message(std::vector<leg_id> legs, outgoing_message_ptr message) {
  impl_->with_agent([legs = std::move(legs), message = std::move(message)](user_agent& agent) {
    for (const leg_id leg : legs) agent.pager().send(leg, message);
  });
}

void endpoint::shut_down(std::chrono::milliseconds patience, std::function<void()> done) {
  impl_->with_agent([patience, done = std::move(done)](user_agent& agent) mutable {
    agent.shut_down(patience, std::move(done));
  });
}

}  // namespace confab::sip
