#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "media/msrp/message.hpp"

namespace confab::msrp {

/// The headers of one request or response are there.
struct frame_head {
  msrp::head head;
  bool has_body = false;  ///< `frame_body` may follow
};
/// The next bytes of its body; borrowed until the next call of the framer, and from the input.
struct frame_body {
  std::string_view bytes;
};
/// Its end-line came.
struct frame_end {
  continuation flag = continuation::last;
};
using frame_event = std::variant<frame_head, frame_body, frame_end>;

/// RFC 4975 §7.1 and §7.3.1: one connection's bytes into requests and responses. Bodies pass through in the
/// pieces they come in; what is kept is at most a head (`limits::msrp_head_bytes`) and the start of an
/// end-line. No I/O; owned by one stream. Any cut of the stream gives the same heads, body bytes and ends.
class framer {
 public:
  /// The next event from the front of `bytes`, which are taken off; nothing: all are used up. An error
  /// (`malformed`, `too_large`) is for good: the bytes cannot be followed any more, so the caller answers 400
  /// where `transaction_head` gives it the means, and closes.
  result<std::optional<frame_event>> next(std::string_view& bytes);

  /// What is known of a message whose headers did not end well: id, method, paths, as far as they came.
  [[nodiscard]] const head& transaction_head() const noexcept { return head_; }

  /// Between two messages: the connection may be closed without loss.
  [[nodiscard]] bool idle() const noexcept { return state_ == state::start_line && line_.empty(); }

 private:
  enum class state : uint8_t { start_line, headers, body, end, failed };
  using step = result<std::optional<frame_event>>;

  result<bool> take_line(std::string_view& bytes);
  result<void> begin();
  step on_header();
  step next_body(std::string_view& bytes);
  step next_held(std::string_view& bytes);
  step fail(error why);
  frame_event finish(continuation flag);
  [[nodiscard]] std::optional<continuation> end_line(std::string_view line) const noexcept;

  state state_ = state::start_line;
  std::string line_;       ///< the line under way
  size_t head_bytes_ = 0;  ///< of the lines before it
  head head_;
  continuation flag_ = continuation::last;  ///< of the end-line that stood right after the headers
  std::string marker_;                      ///< CRLF and the end-line up to its flag
  std::string held_;                        ///< what may be the start of an end-line
  size_t not_body_ = 0;  ///< bytes at the front of `held_` that belong to the empty line before the body
  std::string given_;    ///< held bytes that turned out to be body, borrowed by the caller
  std::optional<error> why_;
};

}  // namespace confab::msrp
