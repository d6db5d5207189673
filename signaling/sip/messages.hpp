#pragma once

#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "signaling/sip/deadlines.hpp"
#include "signaling/sip/libre_bridge.hpp"
#include "signaling/sip/message_queue.hpp"
#include "signaling/sip/request_rate.hpp"
#include "signaling/sip/user_agent.hpp"

struct sip_strans;

namespace confab::sip {

/// All instant messages (RFC 3428) under way: those that wait for a room's verdict, and those on their way to
/// phones. Part of the user agent; signaling thread only.
class messages {
 public:
  /// Without a listener every MESSAGE is refused.
  messages(user_agent& agent, message_listener* listener);
  ~messages();
  messages(const messages&) = delete;
  messages& operator=(const messages&) = delete;

  // What the network brings.
  /// A copy of one that was taken already: a proxy forked it (RFC 3261 §8.2.2.2).
  [[nodiscard]] bool arrived_before(const incoming& request) const;
  void take(const incoming& request, bool shutting_down);
  void take_in_call(const incoming& request, const room_id& room, sip::peer who, leg_id leg);
  /// What waits for its phone is lost.
  void call_over(leg_id leg);

  // What rooms ask for.
  void accept(message_id id, bool passed_on);
  void refuse(message_id id, const refusal& why);
  void send(leg_id leg, const outgoing_message_ptr& what);

  void stop();  ///< shutting down

 private:
  /// One whose sender waits.
  struct asked {
    re_ptr<sip_msg> msg;
    sip_strans* transaction = nullptr;
    deadlines::id timer = 0;
  };
  /// What goes to one phone.
  struct outbox {
    message_queue queue;
    std::shared_ptr<client_request> request;
  };

  void begin(const incoming& request, incoming_message news);
  void answer(message_id id, const response_plan& plan);
  void remember(const incoming& request);
  void send_next(leg_id leg);
  [[nodiscard]] request_plan plan_of(dialog& speaks, const message_text& what) const;
  void on_sent(leg_id leg, int error, const wire_message* response);

  user_agent& agent_;
  message_listener* listener_;
  request_rate rate_;
  uint64_t last_id_ = 0;
  std::unordered_map<message_id, asked> asked_;
  std::unordered_map<leg_id, outbox> outboxes_;
  std::deque<std::string> seen_;  ///< in the order they came
  std::unordered_set<std::string> seen_keys_;
};

}  // namespace confab::sip
