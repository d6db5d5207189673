#include "media/secure/rollover.hpp"

#include <set>

#include <gtest/gtest.h>

#include "media/secure/replay_window.hpp"

namespace confab::secure {
namespace {

TEST(rollover, estimates_the_index_nearest_to_the_highest) {
  struct row {
    uint64_t highest;
    uint16_t sequence;
    uint64_t index;
  };
  constexpr row rows[]{
      {0, 0, 0},
      {0, 65'535, 65'535},                    // the first packet: nothing came before it
      {5, 65'535, 65'535},                    // no rollover count of -1
      {0x8000, 0xffff, 0xffff},               // up to the median none is assumed
      {0x8001, 0, 0x1'0000},                  // more than half a period back: the next one
      {0x8001, 1, 1},                         // half a period: still this one
      {0xffff, 0, 0x1'0000},                  //
      {0x1'0000, 0xffff, 0xffff},             // late, from before the wrap
      {0x1'7fff, 0xffff, 0x1'ffff},           // exactly half a period ahead
      {0x1'7ffe, 0xffff, 0xffff},             // more: late
      {0x5'1234, 0x1234, 0x5'1234},           //
      {rtp_index_end - 1, 0, rtp_index_end},  // spent
  };
  for (const auto& r : rows) {
    EXPECT_EQ(estimate_index(r.highest, r.sequence), r.index) << r.highest << ' ' << r.sequence;
  }
}

TEST(replay_window, knows_what_a_set_of_indices_knows) {
  uint64_t random = 1;
  replay_window window;
  std::set<uint64_t> seen;
  uint64_t top = 0;
  for (int i = 0; i < 200'000; ++i) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    const uint64_t step = random >> 33;
    const uint64_t reach = step % 50 == 0 ? 400 : step % 7 == 0 ? 140 : 6;
    const uint64_t middle = top + reach / 2;
    const uint64_t back = (random >> 40) % (reach + 1);
    const uint64_t index = back > middle ? 0 : middle - back;
    const bool expected = index > top || (top - index < replay_window::packets && !seen.contains(index));
    ASSERT_EQ(window.is_new(index), expected) << index << " of " << top;
    if (!expected) continue;
    window.add(index);
    seen.insert(index);
    top = std::max(top, index);
    ASSERT_EQ(window.highest(), top);
  }
}

}  // namespace
}  // namespace confab::secure
