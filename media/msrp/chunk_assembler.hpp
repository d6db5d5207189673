#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "media/msrp/byte_budget.hpp"
#include "media/msrp/byte_spans.hpp"
#include "media/msrp/requests.hpp"

namespace confab::msrp {

using clock_time = std::chrono::steady_clock::time_point;

/// Where bodies go.
enum class assembly : uint8_t {
  whole,   ///< kept until the message is whole: `whole_message::body`
  pieces,  ///< handed on as they come, nothing is kept: `body_piece`
};

struct assembler_settings {
  assembly mode = assembly::whole;
  uint64_t message_bytes = 0;  ///< `msrp.max-message`, or the size of the file; larger: 413
  /// Of all messages under way together, in `whole` mode; more: 413. At least `message_bytes`.
  uint64_t open_bytes = 0;
  byte_budget_ptr budget = {};  ///< that they share with those of other streams; null: none. More: 413
  uint64_t free_bytes = 0;      ///< of these messages that are not taken from it
};

/// A message all of whose bytes have come. `send` is the head of its first chunk (by arrival), its range the
/// whole: `1-n/n`.
struct whole_message {
  send_request send;
  shared_body body;  ///< null in `pieces` mode
  byte_share share;  ///< of the budget: to be kept as long as the body
};
/// A message that will not become whole.
struct lost_message {
  enum class cause : uint8_t {
    aborted,    ///< its sender said `#`
    timed_out,  ///< no chunk for `limits::msrp_message_idle`, or slower on the whole than `msrp_writer_pace`
    refused,    ///< past a bound; further chunks of it get the same code
  };
  send_request send;  ///< the head of its first chunk
  cause why = cause::aborted;
};

/// Bytes of the chunk under way, at their place in the message; borrowed from the caller.
struct body_piece {
  uint64_t offset = 0;
  std::string_view bytes;
};

/// What came of a chunk.
struct chunk_end {
  uint16_t code = 200;  ///< to answer the SEND with
  byte_range range;     ///< what really came, for a REPORT on this chunk alone
  std::optional<whole_message> whole = {};
  std::optional<lost_message> lost = {};
};

/// RFC 4975 §7.1.1, §7.3.1: one peer's chunks into messages: interleaved, out of order, overlapping (the last
/// byte to come wins), of unknown size. A chunk is `on_head`, `on_body` for each piece, `on_end`, as the
/// framer gives them; chunks do not overlap in time. No I/O; owned by one stream.
class chunk_assembler {
 public:
  explicit chunk_assembler(assembler_settings settings) : settings_(std::move(settings)) {}
  /// Messages that begin from now on take from it, all but the first `free_bytes` of the stream:
  /// whatever others keep, small messages pass.
  void set_budget(byte_budget_ptr budget) noexcept { settings_.budget = std::move(budget); }

  /// 200, or the code that the SEND gets: 413 past a bound. The caller may answer a refusal at once so that
  /// the sender stops (§10.5), and feeds the rest of the chunk all the same.
  [[nodiscard]] uint16_t on_head(const send_request& send, clock_time now);
  /// The next bytes of the chunk. In `pieces` mode where they belong; nothing while refused, or for a repeat
  /// of a message that had come whole. In `whole` mode always nothing.
  std::optional<body_piece> on_body(std::string_view bytes);
  /// What `on_head` and `on_body` have found so far: 200, or what the SEND will be answered with.
  [[nodiscard]] uint16_t code() const noexcept { return code_; }
  [[nodiscard]] chunk_end on_end(continuation flag, clock_time now);

  /// Gives up messages that nothing was heard of; call it at `next_deadline`.
  [[nodiscard]] std::vector<lost_message> on_time(clock_time now);
  [[nodiscard]] std::optional<clock_time> next_deadline() const noexcept;

  /// A message of that id has begun and not ended.
  [[nodiscard]] bool is_open(const std::string& id) const { return open_.contains(id); }
  [[nodiscard]] size_t open_messages() const noexcept { return open_.size(); }
  /// Kept for messages under way.
  [[nodiscard]] uint64_t kept_bytes() const noexcept { return kept_bytes_; }

 private:
  struct message {
    send_request first;
    std::string body;
    byte_share share;
    uint64_t came = 0;  ///< bytes, repeats too
    uint64_t free = 0;  ///< bytes of the body that are not in the share
    byte_spans spans;
    std::optional<uint64_t> total;  ///< known once the chunk with `$` ended
    clock_time heard;
    clock_time begun;
    [[nodiscard]] clock_time due() const noexcept;
  };
  struct ended {
    std::string id;
    uint16_t code;  ///< 200: whole or aborted; else what further chunks get
  };
  using messages = std::unordered_map<std::string, message>;

  uint16_t open(const send_request& send, clock_time now);
  void refuse(uint16_t code);
  bool keep_more(message& m, uint64_t more);
  static void make_room(message& m, uint64_t end);
  void forget(messages::iterator at, uint16_t code);
  void remember(std::string id, uint16_t code);
  [[nodiscard]] const ended* ended_of(std::string_view id) const noexcept;
  chunk_end settle(messages::iterator at, continuation flag);

  assembler_settings settings_;
  messages open_;
  std::deque<ended> ended_;  ///< the latest, newest last
  uint64_t kept_bytes_ = 0;
  uint64_t free_bytes_ = 0;  ///< of them, in no share

  // The chunk under way.
  std::string id_;
  uint16_t code_ = 200;
  uint64_t begin_ = 0;  ///< offset of its first byte
  uint64_t at_ = 0;     ///< of its next
  std::optional<lost_message> lost_;
};

}  // namespace confab::msrp
