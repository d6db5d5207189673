#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/result.hpp"

/// The server's log: one line an event, text or JSON, on standard error. Callable from any thread except
/// inside a tick.
namespace confab::log {

enum class level : uint8_t { debug, info, warning, error };

/// A name and its value, e.g. {"room", "lunch@example.com"}. Values are escaped, control characters never
/// reach a terminal.
using field = std::pair<std::string_view, std::string>;

struct options {
  std::string level = "info";
  std::string format = "text";       ///< or "json"
  std::vector<std::string> trace{};  ///< of "sip", "rtp", "msrp", "xmpp"
};

/// Once, before any thread logs. Until then, text at info.
result<void> start(const options& o);
/// Writes out what is queued; before exit.
void stop();

void write(level l, std::string_view message, std::initializer_list<field> fields = {});
inline void debug(std::string_view m, std::initializer_list<field> f = {}) {
  write(level::debug, m, f);
}
inline void info(std::string_view m, std::initializer_list<field> f = {}) {
  write(level::info, m, f);
}
inline void warning(std::string_view m, std::initializer_list<field> f = {}) {
  write(level::warning, m, f);
}
inline void error(std::string_view m, std::initializer_list<field> f = {}) {
  write(level::error, m, f);
}

enum class wire : uint8_t { sip, rtp, msrp, xmpp };
[[nodiscard]] bool traces(wire w) noexcept;
/// One message as it crossed the wire; `bytes` are escaped where they are not text.
void trace(wire w, bool sent, std::string_view local, std::string_view remote, std::string_view bytes);

}  // namespace confab::log
