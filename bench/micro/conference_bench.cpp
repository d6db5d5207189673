#include <string>

#include <benchmark/benchmark.h>

#include "signaling/conference/conference_document.hpp"
#include "signaling/conference/room_picture.hpp"
#include "signaling/conference/room_watchers.hpp"
#include "signaling/conference/roster.hpp"

// What a change in a room of so many users costs before its NOTIFYs are sent: writing the document, and
// handing it to 200 watchers, with full documents and with partial ones.

namespace confab::conference {
namespace {

attendee someone(uint64_t leg) {
  attendee who;
  who.leg = leg_id{leg};
  who.uri = "sip:user" + std::to_string(leg) + "@conference.example.com";
  who.display_name = "User Number " + std::to_string(leg);
  who.contact = "sip:user" + std::to_string(leg) + "@192.0.2.17:5062;transport=tcp";
  who.since = "2026-11-24T09:00:00.000Z";
  who.has_audio = true;
  return who;
}

room_picture room_of(int64_t users) {
  room_info room;
  room.entity = "sip:lunch@conference.example.com";
  room.display_text = "Ad-hoc conference";
  room_picture picture(room);
  for (int64_t i = 1; i <= users; ++i) picture.show(someone(static_cast<uint64_t>(i)));
  (void)picture.take_changes();
  return picture;
}

void write_whole(benchmark::State& state) {
  const auto picture = room_of(state.range(0));
  size_t bytes = 0;
  for (auto _ : state) bytes = write_full(picture.room(), picture.users(), audience::outsider).text.size();
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK(write_whole)->Arg(10)->Arg(100)->Arg(1'000)->Unit(benchmark::kMicrosecond);

void read_whole(benchmark::State& state) {
  const auto picture = room_of(state.range(0));
  const auto text = with_version(write_full(picture.room(), picture.users(), audience::outsider), 1);
  for (auto _ : state) benchmark::DoNotOptimize(parse_conference_info(text));
}
BENCHMARK(read_whole)->Arg(10)->Arg(1'000)->Unit(benchmark::kMicrosecond);

/// One leg is muted or unmuted, 200 watchers are told; each copies the document once, with its version.
void tell_watchers(benchmark::State& state, bool partial) {
  using namespace std::chrono_literals;
  auto picture = room_of(state.range(0));
  room_watchers watchers({partial, {}});
  for (uint64_t i = 1; i <= 200; ++i) {
    watch who;
    who.id = subscription_id{i};
    who.max_body_bytes = 1'048'576;
    (void)watchers.admit(who, picture);
  }
  room_watchers::clock_time now{1h};
  auto who = someone(1);
  bool muted = false;
  size_t bytes = 0;
  for (auto _ : state) {
    muted = !muted;
    who.status = muted ? endpoint_status::muted_via_focus : endpoint_status::connected;
    picture.show(who);
    watchers.changed(now);
    now += 10s;
    bytes = 0;
    for (const auto& sent : watchers.poll(now, picture)) bytes += with_version(*sent.document, 7).size();
  }
  state.counters["bytes"] = static_cast<double>(bytes);
}
BENCHMARK_CAPTURE(tell_watchers, full, false)->Arg(10)->Arg(100)->Arg(1'000)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(tell_watchers, partial, true)
    ->Arg(10)
    ->Arg(100)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Unit(benchmark::kMicrosecond);

/// One leg leaves and comes again, as the room's list of participants and its picture see it; no document.
void come_and_go(benchmark::State& state) {
  const auto users = static_cast<uint64_t>(state.range(0));
  auto picture = room_of(state.range(0));
  roster list({});
  const auto participant_of = [](const attendee& who) {
    participant one;
    one.leg = who.leg;
    one.uri = who.uri;
    one.has_audio = true;
    return one;
  };
  for (uint64_t leg = 1; leg <= users; ++leg) (void)list.join(participant_of(someone(leg)));
  uint64_t leg = 0;
  for (auto _ : state) {
    leg = leg % users + 1;
    const auto who = someone(leg);
    benchmark::DoNotOptimize(list.leave(leg_id{leg}));
    picture.depart(leg_id{leg}, disconnection_method::departed, {});
    picture.sweep();
    benchmark::DoNotOptimize(list.join(participant_of(who)));
    picture.show(who);
    benchmark::DoNotOptimize(list.user_count());
    benchmark::DoNotOptimize(picture.take_changes());
  }
}
BENCHMARK(come_and_go)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMicrosecond);

/// Everybody comes.
void fill_room(benchmark::State& state) {
  for (auto _ : state) {
    roster list({});
    for (int64_t leg = 1; leg <= state.range(0); ++leg) {
      const auto who = someone(static_cast<uint64_t>(leg));
      participant one;
      one.leg = who.leg;
      one.uri = who.uri;
      one.has_audio = true;
      (void)list.join(one);
    }
    benchmark::DoNotOptimize(list.user_count());
    benchmark::DoNotOptimize(room_of(state.range(0)));
  }
  state.counters["per leg"] =
      benchmark::Counter(static_cast<double>(state.range(0)),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(fill_room)->Arg(10)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace confab::conference
