#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>

#include "config/log.hpp"

/// How a log line looks: pure functions, so that tests need no clock and no terminal.
namespace confab::log {

/// One event; borrows everything until the call returns.
struct record {
  std::chrono::system_clock::time_point time;
  log::level level = log::level::info;
  std::string_view message;
  std::span<const field> fields;
};

/// One message as it crossed the wire.
struct wire_record {
  std::chrono::system_clock::time_point time;
  log::wire wire = log::wire::sip;
  bool sent = false;
  std::string_view local, remote;
  std::string_view bytes;
};

[[nodiscard]] std::string_view to_string(level l) noexcept;
[[nodiscard]] std::string_view to_string(wire w) noexcept;

/// `2026-11-23T19:20:01.123Z`, in UTC (RFC 3339).
[[nodiscard]] std::string format_time(std::chrono::system_clock::time_point time);

/// Bytes fit for a terminal: valid UTF-8 stays, all else, control and direction-changing characters too, as
/// `\n` or `\xNN`.
[[nodiscard]] std::string escape(std::string_view bytes);

/// `2026-11-23T19:20:01.123Z info  call joined room=lunch@host leg=4`; values with blanks or quotes stand in
/// quotes.
[[nodiscard]] std::string format_text(const record& r);
/// One object in one line: time, level, message, then the fields (RFC 8259).
[[nodiscard]] std::string format_json(const record& r);

/// A line that says what crossed where, then each line of the message after ` | `.
[[nodiscard]] std::string format_text(const wire_record& r);
/// One object in one line; the message in `bytes`, what is not text as `\xNN`.
[[nodiscard]] std::string format_json(const wire_record& r);

}  // namespace confab::log
