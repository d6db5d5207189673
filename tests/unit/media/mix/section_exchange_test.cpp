#include "media/mix/section_exchange.hpp"

#include <algorithm>
#include <thread>

#include <gtest/gtest.h>

namespace confab::mix {
namespace {

wide_frame constant(int32_t value) {
  wide_frame f;
  f.fill(value);
  return f;
}

/// A room of so many sections, all open.
struct sections {
  explicit sections(unsigned count) : exchange(count) {
    for (unsigned i = 0; i < count; ++i) exchange.open(i);
  }
  void say(unsigned section, uint64_t tick, int32_t value, const std::vector<speaker_rank>& said = {}) {
    const wide_frame sum = constant(value);
    exchange.publish(section, tick, &sum, said);
  }
  /// What the section hears in this tick; 0: silence.
  int32_t hear(unsigned section, uint64_t tick) {
    wide_frame sum;
    got = exchange.collect(section, tick, sum, ranks);
    if (!got.sound) return 0;
    EXPECT_TRUE(std::ranges::all_of(sum, [&](int32_t s) { return s == sum[0]; }));
    return sum[0];
  }
  section_exchange exchange;
  section_exchange::collected got;
  std::array<speaker_rank, 128> ranks{};
};

TEST(section_exchange, gives_each_section_what_the_others_said_a_tick_ago) {
  sections s(3);
  for (uint64_t tick = 10; tick < 30; ++tick) {
    for (unsigned i = 0; i < 3; ++i) {
      const bool before = tick > 10;
      const int32_t all = 111 * static_cast<int32_t>(tick - 1);
      const int32_t own[] = {1, 10, 100};
      EXPECT_EQ(s.hear(i, tick), before ? all - own[i] * static_cast<int32_t>(tick - 1) : 0);
      s.say(i, tick, own[i] * static_cast<int32_t>(tick));
    }
  }
}

TEST(section_exchange, hears_the_same_whoever_runs_first) {
  for (const bool writer_first : {false, true}) {
    sections s(2);
    for (uint64_t tick = 1; tick < 20; ++tick) {
      if (writer_first) s.say(0, tick, static_cast<int32_t>(tick));
      EXPECT_EQ(s.hear(1, tick), static_cast<int32_t>(tick) - 1);
      if (!writer_first) s.say(0, tick, static_cast<int32_t>(tick));
    }
  }
}

TEST(section_exchange, takes_what_came_late_for_silence_and_never_plays_it) {
  sections s(2);
  s.say(0, 1, 1);
  EXPECT_EQ(s.hear(1, 2), 1);
  EXPECT_EQ(s.hear(1, 3), 0);  // tick 2 is not there yet
  s.say(0, 2, 2);
  s.say(0, 3, 3);
  EXPECT_EQ(s.hear(1, 4), 3);
  EXPECT_EQ(s.got.late, 1U);
  EXPECT_EQ(s.hear(1, 4), 0) << "no frame is heard twice";
}

TEST(section_exchange, is_silence_for_a_section_that_does_not_speak_or_has_left) {
  sections s(2);
  s.exchange.publish(0, 1, nullptr, {});
  EXPECT_EQ(s.hear(1, 2), 0);
  EXPECT_EQ(s.hear(1, 3), 0);
  EXPECT_EQ(s.got.late, 0U);
}

TEST(section_exchange, comes_back_within_a_tick_after_a_reader_was_away) {
  sections s(2);
  for (uint64_t tick = 1; tick < 100; ++tick) s.say(0, tick, static_cast<int32_t>(tick));
  EXPECT_EQ(s.hear(1, 100), 0);  // its ring was full of older ones
  s.say(0, 100, 100);
  EXPECT_EQ(s.hear(1, 101), 100);
}

TEST(section_exchange, passes_ranks_on_as_many_as_there_is_room_for) {
  sections s(3);
  s.say(0, 1, 1, {7, 8, 9});
  s.say(1, 1, 1, {5});
  EXPECT_EQ(s.hear(2, 2), 2);
  ASSERT_EQ(s.got.ranks, 4U);
  EXPECT_EQ(std::vector(s.ranks.begin(), s.ranks.begin() + 4), (std::vector<speaker_rank>{7, 8, 9, 5}));
  s.say(0, 2, 1, std::vector<speaker_rank>(100, 3));
  s.say(1, 2, 1, std::vector<speaker_rank>(100, 4));
  EXPECT_EQ(s.hear(2, 3), 2);
  EXPECT_EQ(s.got.ranks, 2 * limits::speakers_per_room);
  wide_frame sum;
  s.say(0, 3, 1, {1, 2, 3});
  EXPECT_EQ(s.exchange.collect(2, 4, sum, std::span(s.ranks).first(2)).ranks, 2U);
}

TEST(section_exchange, keeps_the_slot_the_first_chose) {
  section_exchange exchange(2);
  EXPECT_EQ(exchange.settle_slot(2), 2U);
  EXPECT_EQ(exchange.settle_slot(0), 2U);
}

TEST(section_exchange, has_no_more_sections_than_it_may) {
  EXPECT_EQ(section_exchange(1'000).most_sections(), limits::sections_per_room);
}

/// What the thread sanitizer is for: two sections tick on threads of their own while a third comes.
TEST(section_exchange, is_used_by_several_threads_and_no_frame_is_torn_or_heard_twice) {
  section_exchange exchange(3);
  exchange.open(0);
  exchange.open(1);
  constexpr uint64_t ticks = 20'000;
  std::array<std::atomic<uint64_t>, 3> at{};
  std::array<uint64_t, 3> heard{};
  const auto run = [&](unsigned section) {
    std::array<speaker_rank, 8> ranks;
    wide_frame sum, own;
    for (uint64_t tick = 1; tick <= ticks; ++tick) {
      const auto got = exchange.collect(section, tick, sum, ranks);
      if (got.sound) {
        ++heard[section];
        // One or two others, each with the number of the tick before.
        const auto whole =
            sum[0] == static_cast<int32_t>(tick - 1) || sum[0] == 2 * static_cast<int32_t>(tick - 1);
        if (!whole || std::ranges::any_of(sum, [&](int32_t s) { return s != sum[0]; })) {
          ADD_FAILURE() << "tick " << tick << " hears " << sum[0];
          break;
        }
      }
      own.fill(static_cast<int32_t>(tick));
      const speaker_rank rank = tick;
      exchange.publish(section, tick, &own, std::span(&rank, 1));
      at[section].store(tick, std::memory_order_relaxed);
      // About as far as the others, as the grid makes it; sections 0 and 1 wait for each other.
      const unsigned other = section == 0 ? 1 : 0;
      while (at[other].load(std::memory_order_relaxed) + 2 < tick) std::this_thread::yield();
    }
    at[section].store(ticks, std::memory_order_relaxed);
  };
  std::thread first(run, 0), second(run, 1);
  exchange.open(2);
  std::thread third(run, 2);
  for (std::thread* t : {&first, &second, &third}) t->join();
  EXPECT_GT(heard[0] + heard[1], 0U);
}

}  // namespace
}  // namespace confab::mix
