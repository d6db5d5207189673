#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "media/msrp/byte_spans.hpp"
#include "media/msrp/chunk_assembler.hpp"
#include "media/msrp/chunk_writer.hpp"
#include "media/msrp/requests.hpp"

namespace confab::msrp {

/// News of a message that we sent.
struct delivery_event {
  enum class kind : uint8_t {
    accepted,   ///< the next hop has answered 200 to all of it
    delivered,  ///< success REPORTs cover all of it
    failed,  ///< a response, a REPORT or the lack of a response (408) said so; said once, and the last news
  };
  kind what = kind::accepted;
  std::string message_id;
  uint16_t code = 200;
  std::string comment = {};
};

/// RFC 4975 §7.1.1, §7.1.2, §7.3.2: what becomes of the SENDs of one stream: responses and REPORTs matched to
/// messages, 30 s without a response (`limits::msrp_transaction`, only where Failure-Report is yes) is as
/// 408. No clock; owned by one stream. A message with both reports "no" is not followed. Of chunks with
/// Failure-Report partial, most of which are never heard of again, the last `limits::msrp_quiet_chunks` are
/// remembered: what goes to many must cost nothing here.
class delivery_tracker {
 public:
  /// A chunk has been written. False when it cannot be followed, because too many wait
  /// (`limits::msrp_transactions`): no failure of it will be told.
  [[nodiscard]] bool on_sent(const sent_chunk& chunk, clock_time now);

  /// A response; those to nothing of ours are passed over.
  std::optional<delivery_event> on_response(const head& response);
  std::optional<delivery_event> on_report(const report_request& report);

  /// Failures by silence; call it at `next_deadline`.
  [[nodiscard]] std::vector<delivery_event> on_time(clock_time now);
  [[nodiscard]] std::optional<clock_time> next_deadline() const noexcept;

  /// Waiting for a response or a REPORT.
  [[nodiscard]] size_t open_messages() const noexcept { return messages_.size(); }

 private:
  /// With Failure-Report partial: only a failure of it is answered.
  struct quiet_chunk {
    std::string transaction_id;
    std::string message_id;
  };
  struct timer {
    std::string transaction_id;
    clock_time due;
  };
  struct message {
    size_t unanswered = 0;          ///< chunks that must be answered and are not
    std::optional<uint64_t> total;  ///< known when its last chunk was sent
    bool success_report = false;
    byte_spans reported;
    uint64_t number = 0;  ///< of `order_`
  };

  message& follow(const sent_chunk& chunk);
  void remember(const sent_chunk& chunk);
  bool forget(const std::string& message_id);
  std::optional<delivery_event> fail(const std::string& message_id, uint16_t code, std::string comment);
  void drop_oldest_message();
  void drop_answered_timers();

  std::unordered_map<std::string, std::string>
      transactions_;                ///< the message of each, waiting for a response
  std::deque<timer> timers_;        ///< in order; the first one's transaction waits, others may be answered
  std::vector<quiet_chunk> quiet_;  ///< a ring of them; whoever was failed or aborted is blank
  size_t quiet_next_ = 0;
  std::unordered_map<std::string, message> messages_;
  std::deque<std::pair<std::string, uint64_t>>
      order_;  ///< ids of `messages_`, oldest first, and of gone ones
  uint64_t numbered_ = 0;
};

}  // namespace confab::msrp
