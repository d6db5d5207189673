#include "signaling/conference/screens.hpp"

#include <gtest/gtest.h>

#include "config/base64.hpp"
#include "config/limits.hpp"
#include "tests/support/jpegs.hpp"

namespace confab::conference {
namespace {

using testing::small_jpeg;

constexpr size_t most = 100'000;
const screen_keeper::clock_time t0{std::chrono::seconds(1'000)};
const std::chrono::system_clock::time_point wall{std::chrono::seconds(1'800'000'000)};
constexpr leg_id alice{1}, bob{2};

std::shared_ptr<frame_budget> plenty() {
  return std::make_shared<frame_budget>(size_t{1} << 30);
}

std::string base64(const std::string& bytes) {
  return to_base64(std::vector<uint8_t>(bytes.begin(), bytes.end()));
}

TEST(read_screen, takes_a_jpeg_as_it_is_and_as_base64) {
  const auto jpeg = small_jpeg(800, 600);
  auto folded = base64(jpeg);
  for (size_t at = 20; at < folded.size(); at += 22) folded.insert(at, "\r\n");
  auto unpadded = base64(jpeg);
  while (unpadded.ends_with('=')) unpadded.pop_back();
  for (const auto& body : {jpeg, base64(jpeg), folded, unpadded, base64(jpeg) + "\n"}) {
    const auto read = read_screen(body, most);
    ASSERT_TRUE(read.ok()) << read.error().text;
    EXPECT_EQ(read->jpeg, jpeg);
    EXPECT_EQ(read->width, 800);
    EXPECT_EQ(read->height, 600);
  }
}

TEST(read_screen, refuses_anything_else) {
  EXPECT_EQ(read_screen("", most).error().code, errc::malformed);
  EXPECT_EQ(read_screen("<svg onload=alert(1)>", most).error().code, errc::malformed);
  EXPECT_EQ(read_screen(base64("GIF89a"), most).error().code, errc::malformed);
  EXPECT_EQ(read_screen(small_jpeg(1, 1, std::string(most, 's')), most).error().code, errc::too_large);
  EXPECT_EQ(read_screen(base64(small_jpeg(1, 1, std::string(most, 's'))), most).error().code,
            errc::too_large);
  EXPECT_EQ(read_screen(std::string(2 * most, ' '), most).error().code, errc::too_large);
}

TEST(screen_keeper, says_when_somebody_begins_and_numbers_the_pictures) {
  screen_keeper screens(most, plenty());
  const auto first = screens.take(alice, small_jpeg(), t0, wall);
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(first->first);
  EXPECT_EQ(first->frame->taken, wall);
  const auto second = screens.take(alice, small_jpeg(), t0, wall);
  EXPECT_FALSE(second->first);
  EXPECT_GT(second->frame->number, first->frame->number);
  EXPECT_TRUE(screens.take(bob, small_jpeg(), t0, wall)->first);
  EXPECT_EQ(screens.legs(), (std::vector<leg_id>{alice, bob}));
}

TEST(screen_keeper, withdraws_whoever_sends_nothing_for_so_long) {
  screen_keeper screens(most, plenty());
  EXPECT_FALSE(screens.deadline());
  (void)screens.take(alice, small_jpeg(), t0, wall);
  (void)screens.take(bob, small_jpeg(), t0 + std::chrono::seconds(3), wall);
  EXPECT_EQ(screens.deadline(), t0 + limits::screen_quiet);
  EXPECT_TRUE(screens.poll(t0 + limits::screen_quiet - std::chrono::milliseconds(1)).empty());
  (void)screens.take(alice, small_jpeg(), t0 + std::chrono::seconds(9), wall);
  EXPECT_EQ(screens.poll(t0 + std::chrono::seconds(13)), (std::vector<leg_id>{bob}));
  EXPECT_TRUE(screens.shares(alice));
  EXPECT_FALSE(screens.shares(bob));
  EXPECT_TRUE(screens.take(bob, small_jpeg(), t0 + std::chrono::seconds(20), wall)->first)
      << "it begins again";
}

TEST(screen_keeper, is_not_kept_alive_by_what_is_no_picture) {
  screen_keeper screens(most, plenty());
  (void)screens.take(alice, small_jpeg(), t0, wall);
  EXPECT_FALSE(screens.take(alice, "nonsense", t0 + std::chrono::seconds(9), wall).ok());
  EXPECT_EQ(screens.poll(t0 + limits::screen_quiet).size(), 1u);
}

TEST(screen_keeper, has_room_for_so_many) {
  screen_keeper screens(most, plenty());
  for (uint64_t leg = 1; leg <= limits::screens_per_room; ++leg)
    ASSERT_TRUE(screens.take(leg_id{leg}, small_jpeg(), t0, wall).ok());
  EXPECT_EQ(screens.take(leg_id{999}, small_jpeg(), t0, wall).error().code, errc::exhausted);
  EXPECT_TRUE(screens.take(leg_id{1}, small_jpeg(), t0, wall).ok()) << "those who share go on";
  EXPECT_TRUE(screens.forget(leg_id{1}));
  EXPECT_FALSE(screens.forget(leg_id{1}));
  EXPECT_TRUE(screens.take(leg_id{999}, small_jpeg(), t0, wall).ok());
}

TEST(screen_keeper, holds_no_more_than_the_process_may) {
  const auto budget = std::make_shared<frame_budget>(2 * small_jpeg().size());
  screen_keeper screens(most, budget), others(most, budget);
  auto held = screens.take(alice, small_jpeg(), t0, wall)->frame;
  ASSERT_TRUE(others.take(alice, small_jpeg(), t0, wall).ok());
  EXPECT_EQ(screens.take(bob, small_jpeg(), t0, wall).error().code, errc::exhausted);
  EXPECT_TRUE(others.forget(alice));
  EXPECT_TRUE(screens.take(alice, small_jpeg(), t0, wall).ok());
  EXPECT_EQ(others.take(alice, small_jpeg(), t0, wall).error().code, errc::exhausted)
      << "somebody still reads the first";
  held.reset();
  EXPECT_TRUE(others.take(alice, small_jpeg(), t0, wall).ok());
}

}  // namespace
}  // namespace confab::conference
