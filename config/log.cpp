#include "config/log.hpp"

#include <array>
#include <chrono>
#include <memory>

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "config/log_format.hpp"

namespace confab::log {
namespace {

/// The process has one standard error, so there is one of these. The loggers lock inside spdlog; the options
/// are set by `start` before other threads exist and only read after.
struct state {
  std::shared_ptr<spdlog::logger> out = make_logger();
  level least = level::info;
  bool json = false;
  std::array<bool, 4> traced{};

  static std::shared_ptr<spdlog::logger> make_logger() {
    auto logger =
        std::make_shared<spdlog::logger>("confab", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%v");  // log_format makes the whole line
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::trace);  // standard error has no buffer worth losing lines for
    return logger;
  }
};

state& the_state() {
  static state s;
  return s;
}

template <class Record>
void emit(const Record& r) {
  const state& s = the_state();
  const std::string line = s.json ? format_json(r) : format_text(r);
  s.out->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

result<void> start(const options& o) {
  state next;
  bool known = false;
  for (const level l : {level::debug, level::info, level::warning, level::error}) {
    if (o.level != to_string(l)) continue;
    next.least = l;
    known = true;
  }
  if (!known)
    return {errc::bad_setting, "log.level: expected debug, info, warning or error, found " + escape(o.level)};
  next.json = o.format == "json";
  if (!next.json && o.format != "text") {
    return {errc::bad_setting, "log.format: expected text or json, found " + escape(o.format)};
  }
  for (const std::string& name : o.trace) {
    known = false;
    for (const wire w : {wire::sip, wire::rtp, wire::msrp, wire::xmpp}) {
      if (name != to_string(w)) continue;
      next.traced.at(static_cast<size_t>(w)) = true;
      known = true;
    }
    if (!known)
      return {errc::bad_setting, "log.trace: expected sip, rtp, msrp or xmpp, found " + escape(name)};
  }
  the_state() = std::move(next);
  return {};
}

void stop() {
  the_state().out->flush();
}

void write(level l, std::string_view message, std::initializer_list<field> fields) {
  if (l < the_state().least) return;
  emit(record{std::chrono::system_clock::now(), l, message, {fields.begin(), fields.size()}});
}

bool traces(wire w) noexcept {
  return the_state().traced[static_cast<size_t>(w)];
}

void trace(wire w, bool sent, std::string_view local, std::string_view remote, std::string_view bytes) {
  if (!traces(w)) return;
  emit(wire_record{std::chrono::system_clock::now(), w, sent, local, remote, bytes});
}

}  // namespace confab::log
