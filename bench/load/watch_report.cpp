#include "bench/load/watch_report.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

namespace confab::load {
namespace {

using json = nlohmann::ordered_json;

double rounded(double value) {
  return std::round(value * 10'000) / 10'000;
}

json of(const notify_counts& n) {
  return {{"notifies", n.notifies}, {"bytes", n.bytes},     {"repeated", n.repeated},
          {"full", n.full},         {"partial", n.partial}, {"without_users", n.without_users},
          {"version_gaps", n.gaps}};
}

json ratio(double value, double by) {
  return by > 0 ? json(rounded(value / by)) : json();
}

}  // namespace

std::string_view to_string(room_change change) noexcept {
  switch (change) {
    case room_change::hold:
      return "hold";
    case room_change::rejoin:
      return "rejoin";
  }
  return "unknown";
}

notify_counts& notify_counts::operator+=(const notify_counts& other) noexcept {
  notifies += other.notifies;
  bytes += other.bytes;
  repeated += other.repeated;
  full += other.full;
  partial += other.partial;
  without_users += other.without_users;
  gaps += other.gaps;
  return *this;
}

notify_counts& notify_counts::operator-=(const notify_counts& other) noexcept {
  notifies -= other.notifies;
  bytes -= other.bytes;
  repeated -= other.repeated;
  full -= other.full;
  partial -= other.partial;
  without_users -= other.without_users;
  gaps -= other.gaps;
  return *this;
}

void add_doubts(const watch_report& w, uint32_t changes_wanted, std::vector<std::string>& out) {
  const auto doubt = [&](bool holds, uint64_t count, const char* what) {
    if (holds) out.push_back(std::to_string(count) + what);
  };
  doubt(w.subscribed < w.asked, w.asked - w.subscribed, " watchers could not subscribe");
  doubt(w.ended > 0, w.ended, " subscriptions were ended by the server");
  doubt(w.changes < changes_wanted, changes_wanted - w.changes, " changes were not taken by the server");
  doubt(w.behind > 0, w.behind, " watchers heard nothing after the last change");
  doubt(w.told.gaps > 0, w.told.gaps, " documents did not follow the one before");
  doubt(w.idle.notifies > 0, w.idle.notifies, " NOTIFYs came while nothing changed");
}

nlohmann::ordered_json to_json(const watch_report& w, uint32_t per_room, bool metered) {
  json out{{"watchers", w.asked},    {"subscribed", w.subscribed}, {"ended_by_server", w.ended},
           {"failures", w.failures}, {"changes", w.changes},       {"behind", w.behind}};
  const double told = static_cast<double>(w.changes) * per_room;
  out["notifies_per_change_and_watcher"] = ratio(static_cast<double>(w.told.notifies), told);
  out["bytes_per_change_and_watcher"] = ratio(static_cast<double>(w.told.bytes), told);
  out["bytes_per_notify"] = ratio(static_cast<double>(w.told.bytes), static_cast<double>(w.told.notifies));
  if (metered) {
    // What the room costs without changes is measured before them, and taken off.
    const double idle = w.idle_seconds > 0 ? w.idle_cpu_ms / w.idle_seconds * w.change_seconds : 0;
    out["idle_cpu_percent"] = ratio(w.idle_cpu_ms, w.idle_seconds * 10);
    out["cpu_ms_per_change"] = ratio(w.change_cpu_ms - idle, w.changes);
    out["cpu_us_per_notify"] = ratio((w.change_cpu_ms - idle) * 1'000, static_cast<double>(w.told.notifies));
  }
  out["first"] = of(w.first);
  out["told"] = of(w.told);
  out["change_seconds"] = rounded(w.change_seconds);
  return out;
}

}  // namespace confab::load
