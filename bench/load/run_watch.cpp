#include <algorithm>

#include "bench/load/call_group.hpp"
#include "bench/load/runs.hpp"
#include "bench/load/watch_group.hpp"

namespace confab::load {
namespace {

using steady = std::chrono::steady_clock;
using std::chrono::milliseconds;

double seconds_since(steady::time_point start) {
  return std::chrono::duration<double>(steady::now() - start).count();
}

/// The rooms, their legs and their watchers, and what is done to them.
class watched_rooms {
 public:
  watched_rooms(const options& o, call_group& calls, watch_group& watchers)
      : options_(o), calls_(calls), watchers_(watchers) {
    calls_.attend(watchers_.fd(), [this] { watchers_.serve(); });
  }

  void bring_legs(const local_media& media) {
    media_ = media;
    calls_.set_up(
        options_.total_legs(), [&](size_t) { return media_; }, [&](size_t i) { return room_of(i); });
    for (size_t i = 0; i < options_.total_legs(); ++i) seats_.push_back(i);
  }

  result<void> bring_watchers() {
    const std::chrono::nanoseconds interval(static_cast<int64_t>(1e9 / options_.call_rate));
    const auto domain = options_.domain.empty() ? options_.target.to_string() : options_.domain;
    for (uint32_t i = 0; i < options_.watchers * options_.rooms; ++i) {
      const uint32_t room = i % options_.rooms;
      if (auto added = watchers_.add(room, options_.room_prefix + std::to_string(room), domain); !added)
        return added;
      calls_.run_for(interval);
    }
    wait_while([&] { return watchers_.asking() > 0; }, sip_call::give_up);
    return {};
  }

  /// Until no NOTIFY has come for the time that `settle` says, a minute at most.
  void wait_until_quiet() {
    const auto start = steady::now();
    wait_while([&] { return std::max(start, watchers_.last_notify()) + options_.settle > steady::now(); },
               std::chrono::minutes(1));
  }

  /// Changes at the rate, room after room.
  void make_changes(uint32_t count) {
    const std::chrono::nanoseconds interval(static_cast<int64_t>(1e9 / options_.change_rate));
    auto due = steady::now();
    for (uint32_t i = 0; i < count; ++i, due += interval) {
      calls_.run_until(due);
      last_change_ = steady::now();
      last_room_ = room_of(seat_of(i));
      options_.change == room_change::hold ? hold(i) : rejoin(i);
    }
  }

  /// Watchers of the room that changed last who have heard nothing since.
  [[nodiscard]] uint32_t behind() const { return watchers_.behind(last_room_, last_change_); }
  /// Changes that the server took.
  [[nodiscard]] uint32_t changes() const { return rejoins_ + calls_.changes(); }

  void leave() {
    watchers_.unsubscribe_all();
    wait_while([&] { return watchers_.leaving() > 0; }, std::chrono::seconds(5));
  }

 private:
  /// Every other change undoes the one before, so that one leg at most is off hold, or missing.
  [[nodiscard]] size_t seat_of(uint32_t number) const {
    const size_t pair = number / 2;
    return (pair % options_.rooms) * options_.legs + (pair / options_.rooms) % options_.legs;
  }
  [[nodiscard]] uint32_t room_of(size_t seat) const { return static_cast<uint32_t>(seat / options_.legs); }

  void hold(uint32_t number) {
    calls_.change(seats_[seat_of(number)],
                  number % 2 == 0 ? stream_direction::sendrecv : stream_direction::inactive);
  }

  void rejoin(uint32_t number) {
    const size_t seat = seat_of(number);
    if (number % 2 == 0) {
      calls_.hang_up(seats_[seat]);
    } else {
      seats_[seat] = calls_.call(room_of(seat), media_);
    }
    ++rejoins_;
  }

  template <class Busy>
  void wait_while(Busy busy, std::chrono::seconds limit) {
    const auto end = steady::now() + limit;
    while (busy() && steady::now() < end) {
      calls_.run_for(milliseconds(20));
      watchers_.fire_timers();
    }
  }

  const options& options_;
  call_group& calls_;
  watch_group& watchers_;
  local_media media_;
  std::vector<size_t> seats_;  ///< the call that sits on each
  uint32_t rejoins_ = 0;
  uint32_t last_room_ = 0;
  steady::time_point last_change_{};
};

/// CPU time of the server; zero when nobody asked for it.
result<std::chrono::microseconds> cpu_of(const options& o) {
  if (!o.pid) return std::chrono::microseconds(0);
  auto read = read_process(*o.pid);
  if (!read) return read.error();
  return read->cpu;
}

double milliseconds_of(std::chrono::microseconds t) {
  return std::chrono::duration<double, std::milli>(t).count();
}

/// The window without changes, then the one with them.
result<void> measure(const options& o, call_group& calls, watch_group& watchers, watched_rooms& rooms,
                     watch_report& report) {
  report.first = watchers.counts();
  auto before = cpu_of(o);
  if (!before) return before.error();
  auto start = steady::now();
  calls.run_for(o.measure);
  report.idle_seconds = seconds_since(start);
  auto between = cpu_of(o);
  if (!between) return between.error();
  report.idle_cpu_ms = milliseconds_of(*between - *before);
  report.idle = watchers.counts();
  report.idle -= report.first;

  const auto settled = watchers.counts();
  start = steady::now();
  rooms.make_changes(o.total_changes());
  // Their end is a part of their price, also where the server puts NOTIFYs off.
  rooms.wait_until_quiet();
  report.change_seconds = seconds_since(start);
  auto after = cpu_of(o);
  if (!after) return after.error();
  report.change_cpu_ms = milliseconds_of(*after - *between);
  report.told = watchers.counts();
  report.told -= settled;
  report.changes = rooms.changes();
  report.behind = rooms.behind();
  return {};
}

}  // namespace

result<run_report> run_watch(const options& o) {
  raise_file_limit();
  run_report report;
  report.asked = o;
  // One pair takes, unread, what the server sends to any of the legs.
  auto host = local_address_towards(o.target, o.local_host);
  if (!host) return host.error();
  uint16_t port = o.first_port;
  auto sink = bind_pair(*host, port);
  if (!sink) return sink.error();
  const auto ignore = [](size_t, const sip_call&) {};
  auto calls = call_group::open(o, {ignore, ignore, [](size_t) {}});
  if (!calls) return calls.error();
  auto watchers = watch_group::open(o.target, o.local_host, o.watch);
  if (!watchers) return watchers.error();

  watched_rooms rooms(o, **calls, **watchers);
  rooms.bring_legs({sink->rtp.local(), o.codec, {}, stream_direction::inactive});
  if (auto brought = rooms.bring_watchers(); !brought) return brought.error();
  auto& watch = report.watch.emplace();
  watch.asked = static_cast<uint32_t>((*watchers)->size());
  watch.subscribed = static_cast<uint32_t>((*watchers)->active());
  rooms.wait_until_quiet();
  if (auto measured = measure(o, **calls, **watchers, rooms, watch); !measured) return measured.error();
  (*watchers)->fill(watch);
  report.seconds = watch.change_seconds;
  rooms.leave();
  (*calls)->tear_down();
  (*calls)->fill(report);
  return report;
}

}  // namespace confab::load
