#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/msrp/identifiers.hpp"
#include "media/msrp/requests.hpp"

namespace confab::msrp {

/// A SEND that has been written to its end-line.
struct sent_chunk {
  std::string transaction_id;
  std::string message_id;
  byte_range range;  ///< what it really held; the total where it is known
  continuation flag = continuation::last;
  bool success_report = false;
  failure_report on_failure = failure_report::yes;
};

struct writer_settings {
  path to;                    ///< the peer's path, as its SDP says
  path from;                  ///< ours
  uint64_t queued_bytes = 0;  ///< of bodies not yet written; more: refused. At least `msrp.max-message`
};

/// RFC 4975 §7.1.1: what one stream sends. Messages share immutable bodies and take turns chunk by chunk, so
/// that a small one waits for no more than `limits::msrp_chunk_least` bytes of each large one; the bytes of
/// one message keep their order. Responses and REPORTs go first at each end of a chunk. Bytes are made when
/// there is room for them (`write`). No I/O, no clock; owned by one stream.
class chunk_writer {
 public:
  explicit chunk_writer(const writer_settings& settings);

  /// A message; `send.range` is worked out here. Without `send.type` it has no body (a keep-alive). False
  /// when the queue is full: the caller counts, or gives the stream up.
  [[nodiscard]] bool push(send_request send, shared_body body);
  /// The same for what goes to many streams: the head is shared as the body is.
  [[nodiscard]] bool push(std::shared_ptr<const send_request> send, shared_body body);

  /// A message whose body comes in pieces; `total` if it is known. Its first piece is for the byte after
  /// `first`: what stands before it the peer has. False when the queue is full.
  [[nodiscard]] bool push_open(send_request send, std::optional<uint64_t> total, uint64_t first = 0);
  /// Its next piece. False when the queue is full (try again after `write`), or no such message is open.
  [[nodiscard]] bool append(std::string_view message_id, shared_body piece);
  /// No more pieces. False when no such message is open.
  bool finish(std::string_view message_id);
  /// A message is taken back: without a trace where nothing of it was written, else with `#`.
  void abort(std::string_view message_id);

  /// A whole response or REPORT. False past `limits::msrp_queued_replies_bytes`: the peer asks and does not
  /// read.
  [[nodiscard]] bool push_reply(const head& h);

  /// Appends at most `max_bytes` to `out`, less when there is no more to say; returns the chunks that ended
  /// in them.
  std::vector<sent_chunk> write(std::string& out, size_t max_bytes, const random_source& random);

  /// Others write on the same connection: no chunk is longer than `limits::msrp_chunk_shared` from now on.
  void share() noexcept { shared_ = true; }
  /// Appends the rest of what is half written.
  std::vector<sent_chunk> write_to_end(std::string& out);
  /// Nothing is half written: others may write.
  [[nodiscard]] bool is_between_chunks() const noexcept { return !chunk_ && staged_.empty(); }

  /// Nothing can be written now; open messages may wait for pieces.
  [[nodiscard]] bool idle() const noexcept;
  [[nodiscard]] uint64_t queued_bytes() const noexcept { return queued_bytes_; }
  [[nodiscard]] size_t queued_messages() const noexcept { return messages_.size(); }

 private:
  struct message {
    std::shared_ptr<const send_request> send;
    std::list<shared_body> parts;  ///< what is still to be sent
    size_t part_at = 0;            ///< in the first of them
    uint64_t sent = 0;
    std::optional<uint64_t> total;
    bool complete = true;  ///< no more parts will come
    bool aborted = false;
    bool begun = false;
    bool counted = false;  ///< in `newcomers_`
    [[nodiscard]] bool ready() const noexcept { return !parts.empty() || complete || aborted; }
    [[nodiscard]] size_t part_left() const noexcept {
      return parts.empty() ? 0 : parts.front()->size() - part_at;
    }
  };
  /// The chunk under way; its message is the first of `messages_`.
  struct chunk {
    std::string transaction_id;
    uint64_t start = 1;  ///< Byte-Range
    size_t planned = 0;  ///< bytes of body, fewer when it is cut
    size_t written = 0;
    bool has_body = true;
  };

  bool add(message m);
  void stage_head(const message& m, const chunk& c);
  message* open_message(std::string_view id);
  void count(message& m) noexcept;
  void uncount(message& m) noexcept;
  bool go_on(std::string& out, size_t room, std::vector<sent_chunk>& ended);
  bool begin_chunk(const random_source& random);
  void write_body(std::string& out, size_t room);
  void end_chunk();
  [[nodiscard]] bool others_wait() const noexcept;
  [[nodiscard]] bool newcomer_waits() const noexcept;
  void drop_body(message& m) noexcept;

  std::string paths_;  ///< both header lines
  uint64_t most_queued_bytes_;
  std::list<message> messages_;
  size_t newcomers_ = 0;  ///< messages that have something to say and have not begun
  uint64_t queued_bytes_ = 0;
  std::deque<std::string> replies_;
  size_t reply_bytes_ = 0;
  std::optional<chunk> chunk_;
  std::string staged_;  ///< lines to write before anything else
  size_t staged_at_ = 0;
  bool shared_ = false;
  std::optional<sent_chunk> ending_;  ///< told when `staged_` is written
};

}  // namespace confab::msrp
