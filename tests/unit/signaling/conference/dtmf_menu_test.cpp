#include "signaling/conference/dtmf_menu.hpp"

#include <string_view>

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::conference {
namespace {

using namespace std::chrono_literals;
using keymap = std::map<std::string, std::string>;
constexpr dtmf_menu::clock_time t0{};

/// Feeds digits 100 ms apart; a `,` is a pause of three seconds with a poll in it. Actions joined by spaces.
std::string dial(dtmf_menu& menu, std::string_view digits) {
  std::string actions;
  auto now = t0;
  const auto note = [&](const std::optional<std::string>& action) {
    if (action) actions += (actions.empty() ? "" : " ") + *action;
  };
  for (const char c : digits) {
    if (c == ',') {
      now += 3s;
      note(menu.poll(now));
    } else {
      now += 100ms;
      note(menu.feed(c, now));
    }
  }
  return actions;
}

TEST(dtmf_menu, turns_sequences_into_actions) {
  const keymap keys{
      {"*6", "toggle-mute"}, {"*66", "mute-all"}, {"*671", "record"}, {"**", "help"}, {"*A", "letters"}};
  const struct {
    const char* name;
    const char* digits;
    const char* actions;
  } rows[] = {
      {"a sequence that begins another waits", "*6", ""},
      {"and wins after the gap", "*6,", "toggle-mute"},
      {"the longer one wins at once", "*66", "mute-all"},
      {"a digit that leads nowhere lets it win", "*65", "toggle-mute"},
      {"a star that leads nowhere begins anew", "*6*6,", "toggle-mute toggle-mute"},
      {"half of a longer one falls back to the shorter", "*67,", "toggle-mute"},
      {"and so does a wrong end", "*679", "toggle-mute"},
      {"three digits", "*671", "record"},
      {"digits outside of a sequence", "1234#", ""},
      {"a digit outside, then a sequence", "5*66", "mute-all"},
      {"a wrong digit drops the sequence", "*566", ""},
      {"and the next star begins anew", "*5*66", "mute-all"},
      {"two stars", "**", "help"},
      {"a star alone times out", "*,6", ""},
      {"a pause inside a sequence ends it", "*6,6", "toggle-mute"},
      {"letters in either case", "*a*A", "letters letters"},
      {"one after the other", "*66*671**", "mute-all record help"},
      {"what is no digit",
       "*\x01"
       "6",
       ""},
  };
  for (const auto& r : rows) {
    SCOPED_TRACE(r.name);
    dtmf_menu menu(keys);
    EXPECT_EQ(dial(menu, r.digits), r.actions);
  }
}

TEST(dtmf_menu, fires_at_once_when_nothing_longer_exists) {
  dtmf_menu menu(keymap{{"*6", "toggle-mute"}});
  EXPECT_EQ(menu.feed('*', t0), std::nullopt);
  EXPECT_EQ(menu.feed('6', t0 + 1s), "toggle-mute");
  EXPECT_EQ(menu.deadline(), std::nullopt);
}

TEST(dtmf_menu, says_when_it_wants_to_be_polled) {
  dtmf_menu menu(keymap{{"*6", "toggle-mute"}, {"*66", "mute-all"}});
  EXPECT_EQ(menu.deadline(), std::nullopt);
  EXPECT_EQ(menu.feed('*', t0), std::nullopt);
  EXPECT_EQ(menu.feed('6', t0 + 1s), std::nullopt);
  EXPECT_EQ(menu.deadline(), t0 + 3s);
  EXPECT_EQ(menu.poll(t0 + 2999ms), std::nullopt);
  EXPECT_EQ(menu.poll(t0 + 3s), "toggle-mute");
  EXPECT_EQ(menu.poll(t0 + 9s), std::nullopt);
}

TEST(dtmf_menu, does_not_need_the_poll_to_notice_a_gap) {
  dtmf_menu menu(keymap{{"*6", "toggle-mute"}, {"*66", "mute-all"}});
  EXPECT_EQ(menu.feed('*', t0), std::nullopt);
  EXPECT_EQ(menu.feed('6', t0), std::nullopt);
  EXPECT_EQ(menu.feed('*', t0 + 5s), "toggle-mute");
  EXPECT_EQ(menu.feed('6', t0 + 5s), std::nullopt);
  EXPECT_EQ(menu.feed('6', t0 + 5s), "mute-all");
}

TEST(dtmf_menu, ignores_sequences_that_cannot_be_dialled) {
  const std::string too_long = "*" + std::string(limits::dtmf_digits_queued, '1');
  dtmf_menu menu(keymap{{"6", "bare"}, {"", "empty"}, {too_long, "long"}});
  EXPECT_EQ(dial(menu, "6" + too_long + ","), "");
  dtmf_menu none(keymap{});
  EXPECT_EQ(dial(none, "*6,"), "");
}

}  // namespace
}  // namespace confab::conference
