#include "signaling/conference/entrance.hpp"

#include <gtest/gtest.h>

namespace confab::conference {
namespace {

using namespace std::chrono_literals;

constexpr entrance::clock_time t0{1'000s};

/// Actions as words: "play:enter-pin", "pin:1234", "in", "in:moderator" …
std::string words(const entrance_actions& actions) {
  struct speaker {
    std::string operator()(const at_entrance::play& a) const { return "play:" + a.prompt; }
    std::string operator()(const at_entrance::stop_prompts&) const { return "hush"; }
    std::string operator()(const at_entrance::music& a) const { return a.on ? "music" : "no-music"; }
    std::string operator()(const at_entrance::check_pin& a) const { return "pin:" + a.digits; }
    std::string operator()(const at_entrance::find_room& a) const { return "room:" + a.digits; }
    std::string operator()(const at_entrance::let_in& a) const { return a.moderator ? "in:moderator" : "in"; }
    std::string operator()(const at_entrance::hang_up&) const { return "bye"; }
  };
  std::string out;
  for (const auto& action : actions) out += (out.empty() ? "" : " ") + std::visit(speaker{}, action);
  return out;
}

std::string press(entrance& door, const std::string& keys, entrance::clock_time now) {
  std::string out;
  for (const char key : keys) {
    const auto said = words(door.on_key(key, now));
    if (!said.empty()) out += (out.empty() ? "" : " ") + said;
  }
  return out;
}

entrance_rules with_pin() {
  entrance_rules rules;
  rules.pin = true;
  rules.pin_digits = 6;
  return rules;
}

entrance_rules with_moderator() {
  entrance_rules rules;
  rules.moderator = true;
  rules.may_become_one = true;
  rules.pin_digits = 6;
  return rules;
}

TEST(entrance, asks_for_the_pin_and_lets_in_who_knows_it) {
  entrance door(with_pin());
  EXPECT_EQ(words(door.begin(t0)), "play:enter-pin");
  EXPECT_EQ(press(door, "1234#", t0 + 1s), "hush pin:1234");
  EXPECT_EQ(words(door.on_pin(pin_verdict::right, t0 + 1s)), "in");
  EXPECT_FALSE(door.deadline());
}

TEST(entrance, ends_an_entry_by_the_hash_by_its_length_and_by_a_pause) {
  struct row {
    std::string keys;
    entrance::clock_time::duration pause;
    std::string wanted;
  };
  for (const auto& [keys, pause, wanted] : std::initializer_list<row>{
           {"12#", 0s, "hush pin:12"},
           {"123456", 0s, "hush pin:123456"},
           {"99*12#", 0s, "hush hush pin:12"},
           {"12A3#", 0s, "hush pin:123"},
           {"12", 5s, "hush pin:12"},
           {"12", 4s, "hush"},
           {"#", 0s, ""},
           {"123456#", 0s, "hush pin:123456"},
       }) {
    entrance door(with_pin());
    (void)door.begin(t0);
    auto said = press(door, keys, t0 + 1s);
    const auto later = words(door.poll(t0 + 1s + pause));
    if (!later.empty()) said += " " + later;
    EXPECT_EQ(said, wanted) << keys;
  }
}

TEST(entrance, takes_no_try_for_a_hash_behind_an_entry_that_was_complete) {
  entrance door(with_pin());
  (void)door.begin(t0);
  EXPECT_EQ(press(door, "123456", t0), "hush pin:123456");
  (void)door.on_pin(pin_verdict::wrong, t0);
  EXPECT_EQ(press(door, "#", t0), "");
  EXPECT_EQ(press(door, "654321", t0), "hush pin:654321");
}

TEST(entrance, says_goodbye_after_three_wrong_pins_and_hangs_up_once_that_was_heard) {
  entrance door(with_pin());
  (void)door.begin(t0);
  for (int i = 0; i < 2; ++i) {
    (void)press(door, "1#", t0 + 1s);
    EXPECT_EQ(words(door.on_pin(pin_verdict::wrong, t0 + 1s)), "play:wrong-pin play:enter-pin");
  }
  (void)press(door, "1#", t0 + 1s);
  EXPECT_EQ(words(door.on_pin(pin_verdict::wrong, t0 + 1s)), "play:wrong-pin play:goodbye");
  EXPECT_EQ(press(door, "1234#", t0 + 2s), "") << "it is over";
  EXPECT_EQ(words(door.poll(t0 + 4s)), "");
  EXPECT_EQ(door.deadline(), t0 + 1s + entrance::farewell);
  EXPECT_EQ(words(door.poll(t0 + 1s + entrance::farewell)), "bye");
  EXPECT_EQ(words(door.poll(t0 + 1h)), "");
}

TEST(entrance, hears_nobody_any_more_when_too_many_pins_were_wrong) {
  entrance door(with_pin());
  (void)door.begin(t0);
  (void)press(door, "1#", t0);
  EXPECT_EQ(words(door.on_pin(pin_verdict::exhausted, t0)), "play:wrong-pin play:goodbye");
}

TEST(entrance, waits_ten_seconds_for_the_first_digit_three_times) {
  entrance door(with_pin());
  (void)door.begin(t0);
  EXPECT_EQ(door.deadline(), t0 + 10s);
  EXPECT_EQ(words(door.poll(t0 + 10s)), "play:enter-pin");
  EXPECT_EQ(words(door.poll(t0 + 20s)), "play:enter-pin");
  EXPECT_EQ(words(door.poll(t0 + 30s)), "play:goodbye");
}

TEST(entrance, takes_a_minute_at_most) {
  entrance door(with_pin());
  (void)door.begin(t0);
  std::string said;
  for (auto at = t0; at < t0 + 60s; at += 4s) said += press(door, "1*", at);  // never an entry
  EXPECT_EQ(door.deadline(), t0 + 60s);
  EXPECT_EQ(words(door.poll(t0 + 60s)), "play:goodbye");
}

TEST(entrance, makes_a_moderator_of_who_knows_the_moderator_pin) {
  entrance door(with_pin());
  (void)door.begin(t0);
  (void)press(door, "999999", t0);
  EXPECT_EQ(words(door.on_pin(pin_verdict::moderator, t0)), "in:moderator");
}

TEST(entrance, lets_a_known_moderator_in_without_waiting_but_not_without_the_pin) {
  auto rules = with_pin();
  rules.moderator = true;
  rules.is_moderator = true;
  entrance door(rules);
  EXPECT_EQ(words(door.begin(t0)), "play:enter-pin");
  (void)press(door, "1234#", t0);
  EXPECT_EQ(words(door.on_pin(pin_verdict::right, t0)), "in:moderator");
}

TEST(entrance, waits_for_the_moderator_with_music) {
  auto rules = with_pin();
  rules.moderator = true;
  entrance door(rules);
  (void)door.begin(t0);
  (void)press(door, "1234#", t0);
  EXPECT_FALSE(door.waits());
  EXPECT_EQ(words(door.on_pin(pin_verdict::right, t0)), "play:wait-for-moderator music");
  EXPECT_TRUE(door.waits());
  EXPECT_FALSE(door.deadline()) << "as long as it takes";
  EXPECT_EQ(words(door.on_moderator()), "hush no-music in");
}

TEST(entrance, lets_in_at_once_when_the_moderator_came_during_the_entry) {
  auto rules = with_pin();
  rules.moderator = true;
  entrance door(rules);
  (void)door.begin(t0);
  EXPECT_EQ(words(door.on_moderator()), "");
  (void)press(door, "1234#", t0);
  EXPECT_EQ(words(door.on_pin(pin_verdict::right, t0)), "in");
}

TEST(entrance, hears_the_moderator_pin_of_who_waits) {
  entrance door(with_moderator());
  EXPECT_EQ(words(door.begin(t0)), "play:wait-for-moderator music");
  EXPECT_EQ(press(door, "#", t0), "") << "no entry, no guess";
  EXPECT_EQ(press(door, "6", t0), "");
  EXPECT_EQ(words(door.poll(t0 + 5s)), "") << "a key pressed at random is no guess either";
  EXPECT_EQ(press(door, "111#", t0 + 6s), "pin:111");
  EXPECT_TRUE(door.waits());
  EXPECT_EQ(words(door.on_pin(pin_verdict::wrong, t0 + 6s)), "play:wrong-pin");
  EXPECT_EQ(press(door, "999999", t0 + 7s), "pin:999999");
  EXPECT_EQ(words(door.on_pin(pin_verdict::moderator, t0 + 7s)), "no-music in:moderator");
}

TEST(entrance, keeps_who_waits_waiting_after_three_wrong_pins_and_hears_no_more) {
  entrance door(with_moderator());
  (void)door.begin(t0);
  for (int i = 0; i < entrance::tries; ++i) {
    EXPECT_EQ(press(door, "1#", t0), "pin:1");
    EXPECT_EQ(words(door.on_pin(pin_verdict::wrong, t0)), "play:wrong-pin");
  }
  EXPECT_EQ(press(door, "999999", t0), "");
  EXPECT_EQ(words(door.on_moderator()), "hush no-music in");
}

TEST(entrance, lets_in_who_had_a_pin_looked_at_when_the_moderator_came) {
  for (const auto verdict : {pin_verdict::right, pin_verdict::wrong, pin_verdict::exhausted}) {
    entrance door(with_moderator());
    (void)door.begin(t0);
    (void)press(door, "1#", t0);
    EXPECT_EQ(words(door.on_moderator()), "");
    EXPECT_EQ(words(door.on_pin(verdict, t0)), "no-music in");
  }
}

TEST(entrance, sends_away_who_knows_the_pin_of_a_room_that_takes_nobody) {
  entrance door(with_pin());
  (void)door.begin(t0);
  (void)press(door, "1234#", t0);
  EXPECT_EQ(words(door.on_refused("locked", t0)), "play:locked play:goodbye");
  EXPECT_EQ(words(door.poll(t0 + entrance::farewell)), "bye");
}

TEST(entrance, asks_in_the_lobby_for_a_number) {
  entrance_rules rules;
  rules.number = true;
  entrance door(rules);
  EXPECT_EQ(words(door.begin(t0)), "play:enter-conference");
  EXPECT_EQ(press(door, "3000#", t0), "hush room:3000");
  EXPECT_EQ(words(door.on_no_room("not-admitted", t0)), "play:not-admitted play:enter-conference");
  EXPECT_EQ(press(door, std::string(32, '7'), t0), "hush room:" + std::string(32, '7'));
  EXPECT_EQ(words(door.on_no_room("locked", t0)), "play:locked play:enter-conference");
  (void)press(door, "1#", t0);
  EXPECT_EQ(words(door.on_no_room("no-such-conference", t0)), "play:no-such-conference play:goodbye");
}

}  // namespace
}  // namespace confab::conference
