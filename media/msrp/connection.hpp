#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "media/msrp/chunk_assembler.hpp"
#include "media/msrp/chunk_writer.hpp"
#include "media/msrp/data_receiver.hpp"
#include "media/msrp/delivery_tracker.hpp"
#include "media/msrp/framer.hpp"
#include "media/msrp/receipts.hpp"

namespace confab::msrp {

struct connection_settings {
  uint64_t message_bytes = 0;  ///< `msrp.max-message`: longer ones get 413
  uint64_t queued_bytes = 0;   ///< of messages on their way out; more: `push` refuses
  /// Patterns of the types it takes (RFC 4975 §8.6); others get 415.
  std::vector<std::string> accepted_types{"message/cpim"};
  byte_budget_ptr budget = {};  ///< of messages of all streams that are not whole or not judged; more: 413
};

/// What the owner of a connection is told, in order.
/// A request of a session that it does not know: whose is it? Answer with `bind`, once bound with `admit`, or
/// with `refuse`.
struct binding_wanted {
  std::string session_id;
  path from;
};
/// Of another session on the same connection: whole requests and responses, one after the other, in any cut.
struct guest_bytes {
  uint64_t guest = 0;  ///< that `admit` named
  std::string bytes;
};
struct message_came {  ///< answer with `judge`
  uint64_t ticket = 0;
  send_request send;
  shared_body body;
};
struct nickname_wanted {  ///< answer with `judge`
  uint64_t ticket = 0;
  std::string name;
};
struct data_came_whole {  ///< the last chunk of a file; answer with `judge` once it is on the disk
  uint64_t ticket = 0;
};
struct data_stopped {   ///< the sender gave up or was refused: nothing more comes
  uint16_t code = 200;  ///< of the refusal
};
struct offset_told {  ///< the answer to `ask_offset`; 0 where the peer does not know
  uint64_t bytes = 0;
};
struct message_news {  ///< of one of ours
  delivery_event event;
};
struct peer_lost {  ///< its bytes cannot be followed: close it, once what is to be said is written
  std::string why;
};
using connection_event = std::variant<binding_wanted, guest_bytes, message_came, nickname_wanted,
                                      data_came_whole, data_stopped, offset_told, message_news, peer_lost>;

/// One MSRP connection (RFC 4975 §5.4, §7): requests come in and are answered, messages go out. Nothing is
/// read on while it is not known whose session it is, or while `limits::msrp_unjudged` messages or one of the
/// largest size wait for their verdict, so that a peer cannot pile up what the room has not looked at.
/// Relays send the sessions of all their clients over one connection (RFC 4976): the first one binds it,
/// what is of the others (`admit`) is handed on by its To-Path. No I/O; owned by one stream.
class connection {
 public:
  connection(connection_settings settings, random_source random);

  /// Bytes that came; works on them as far as it may.
  [[nodiscard]] std::vector<connection_event> take(std::string_view bytes, clock_time now);
  /// Goes on after `bind`, `refuse` or `judge`.
  [[nodiscard]] std::vector<connection_event> resume(clock_time now) { return take({}, now); }
  /// Bytes worked on since the last call: the peer may send as many more.
  [[nodiscard]] size_t take_credit() noexcept { return std::exchange(credit_, 0); }

  /// Bytes are kept back until somebody has judged, or has said whose session it is.
  [[nodiscard]] bool is_waiting() const noexcept { return !inbox_.empty(); }
  /// The session it carries: our URI, and the peer's path as its SDP says.
  void bind(const uri& ours, const path& theirs, clock_time now);
  [[nodiscard]] bool is_bound() const noexcept { return writer_.has_value(); }
  /// The session carries a file to us (`plan`), or one from us (nothing). Before `bind`.
  void carry_file(const std::optional<data_plan>& plan);
  /// Bytes of the file that came since the last call, in their order.
  [[nodiscard]] std::string take_data() noexcept { return std::exchange(data_, {}); }
  [[nodiscard]] size_t data_bytes() const noexcept { return data_.size(); }
  /// How far the file is with what this connection brought, also of what was here before.
  [[nodiscard]] uint64_t data_reached() const noexcept { return receiver_ ? receiver_->reached() : 0; }
  /// FILE_OFFSET: how much of the file has the peer? `offset_told` follows.
  void ask_offset();
  /// A file from us, whose bytes from `first` on come by `append_data`; `total` is its size.
  [[nodiscard]] bool begin_data(send_request send, uint64_t first, uint64_t total);
  /// False when the queue is full.
  [[nodiscard]] bool append_data(shared_body piece);
  void finish_data();
  void abort_data();
  /// Bytes of messages that wait to be written.
  [[nodiscard]] uint64_t queued_bytes() const noexcept { return writer_ ? writer_->queued_bytes() : 0; }
  /// The budget of those in the same room, once it is known which.
  void set_budget(byte_budget_ptr budget) noexcept { assembler_.set_budget(std::move(budget)); }
  /// There is no such session (481), or it has a connection already (506). After
  /// `limits::msrp_refused_claims` of them the peer is lost; one that is bound is not, but is answered 481
  /// without a question for a while.
  void refuse(uint16_t code);
  // connection_shared.cpp
  /// What is of the session that `binding_wanted` named last, in a bound connection, comes as `guest_bytes`
  /// from now on. `guest`: not 0, and new.
  void admit(uint64_t guest);
  /// That session is over: 481 from now on.
  void dismiss(uint64_t guest);
  /// Its own session is over; what comes for it gets 481, what waits to be written for it is dropped (before:
  /// `write_chunks`), and the others go on.
  void retire();
  /// Other sessions write on the same connection: no chunk is longer than `limits::msrp_chunk_shared`. After
  /// `bind`.
  void share();
  /// As `write`, but goes on to the end of the chunk: others may write after it. Once it is shared, that is
  /// `limits::msrp_chunk_shared` and two heads more at most.
  void write_chunks(std::string& out, size_t max_bytes, clock_time now);
  /// Nothing is half written.
  [[nodiscard]] bool is_between_chunks() const noexcept;
  /// Something of its own session came since the last call.
  [[nodiscard]] bool take_heard() noexcept { return std::exchange(heard_, false); }

  /// The verdict on a message or nickname. `comment` empty: the usual word.
  void judge(uint64_t ticket, uint16_t code, std::string_view comment = {});

  /// False when the queue is full, or before it is bound.
  [[nodiscard]] bool push(send_request send, shared_body body);
  [[nodiscard]] bool push(std::shared_ptr<const send_request> send, shared_body body);
  /// An empty SEND (RFC 4975 §5.4): binds a connection that we opened, and keeps one alive.
  [[nodiscard]] bool push_keep_alive();

  /// Appends at most `max_bytes` of what is to be sent.
  void write(std::string& out, size_t max_bytes, clock_time now);
  [[nodiscard]] bool has_output() const noexcept;

  [[nodiscard]] std::vector<connection_event> on_time(clock_time now);
  [[nodiscard]] std::optional<clock_time> next_deadline() const noexcept;

 private:
  enum class state : uint8_t { unbound, asking, bound, lost };
  /// What becomes of the body of the request under way.
  enum class current : uint8_t { none, sending, data, passed_on, skipped };
  enum class cargo : uint8_t { messages, file_in, file_out };
  struct unjudged {
    head request;
    std::optional<report_address> address;  ///< of a SEND
    byte_range range;
    byte_share share;    ///< of its body
    uint64_t bytes = 0;  ///< of its body, whether from a budget or not
  };

  /// Of the other sessions.
  struct sharing {
    std::unordered_map<std::string, uint64_t> guests;  ///< by our session id
    std::deque<std::string> ended;  ///< session ids; `limits::msrp_shared_sessions` at most
    uint64_t under_way = 0;         ///< whose frame passes
    std::string transaction_id;     ///< of it
    bool has_body = false;
    size_t asked = 0;  ///< questions in vain, of lately
    clock_time asked_at{};
  };

  void on(frame_head& event, clock_time now);
  void on(const frame_body& event);
  void on(const frame_end& event, clock_time now);
  void begin_request(head request, bool has_body, clock_time now);
  void begin_send(head request, bool has_body, clock_time now);
  // connection_data.cpp
  void begin_data_request(head request, bool has_body);
  void take_in(std::string_view bytes);
  void finish_data_chunk(continuation flag);
  void tell_offset(const head& request);
  [[nodiscard]] bool takes_offset(const head& response);
  // connection_shared.cpp
  [[nodiscard]] bool is_anothers(frame_head& event, clock_time now);
  [[nodiscard]] bool may_ask(const std::string& session_id, clock_time now);
  void remember_ended(std::string session_id);
  void pass_on(const head& h, bool has_body, uint64_t guest);
  void pass_on(const frame_end& event);
  [[nodiscard]] std::string& passed();
  [[nodiscard]] chunk_assembler new_assembler() const;

  void wish_nickname(head request);
  void finish_send(continuation flag, clock_time now);
  void report_lost(const send_request& send);
  void skip(const head& request, uint16_t code, std::string_view comment = {});
  void respond(const head& request, uint16_t code, std::string_view comment = {});
  void lose(const std::string& why);
  void tell(delivery_event news);
  [[nodiscard]] bool may_go_on() const noexcept;
  [[nodiscard]] bool is_accepted(const content_type& type) const;

  connection_settings settings_;
  random_source random_;
  framer framer_;
  chunk_assembler assembler_;
  std::optional<chunk_writer> writer_;  ///< once bound
  delivery_tracker tracker_;
  state state_ = state::unbound;
  current current_ = current::none;
  head request_;  ///< under way
  bool request_has_body_ = false;
  uri ours_;
  path theirs_;
  std::string inbox_;  ///< not worked on yet
  std::string unbound_replies_;
  size_t refused_ = 0;
  size_t credit_ = 0;
  std::unordered_map<uint64_t, unjudged> unjudged_;
  uint64_t unjudged_bytes_ = 0;
  uint64_t last_ticket_ = 0;
  cargo cargo_ = cargo::messages;
  std::optional<data_receiver> receiver_;  ///< of a file to us
  std::optional<send_request> data_send_;  ///< the chunk of it under way
  std::string data_;
  std::string data_id_;               ///< Message-ID of a file from us
  std::string offset_transaction_;    ///< of a FILE_OFFSET that waits for its answer
  std::unique_ptr<sharing> sharing_;  ///< absent while it carries one session
  bool heard_ = false;
  std::vector<connection_event> events_;
};

}  // namespace confab::msrp
