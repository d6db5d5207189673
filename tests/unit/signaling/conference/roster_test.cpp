#include "signaling/conference/roster.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::conference {
namespace {

constexpr leg_id alice{1}, bob{2}, carol{3}, alice_again{4};

std::string name(leg_id leg) {
  const char* names[] = {"nobody", "alice", "bob", "carol", "alice-again"};
  return leg.value < 5 ? names[leg.value] : std::to_string(leg.value);
}

struct teller {
  std::string operator()(const play_to_leg& a) const { return name(a.leg) + " hears " + a.prompt; }
  std::string operator()(const play_to_room& a) const {
    return "all but " + name(a.except) + " hear " + a.prompt;
  }
  std::string operator()(const set_music& a) const {
    return "music " + std::string(a.on ? "on" : "off") + " for " + name(a.leg);
  }
  std::string operator()(const set_muted& a) const { return name(a.leg) + (a.muted ? " muted" : " open"); }
  std::string operator()(const set_deaf& a) const { return name(a.leg) + (a.deaf ? " deaf" : " hears"); }
};

std::string told(const room_actions& actions) {
  std::string out;
  for (const room_action& a : actions) out += (out.empty() ? "" : ", ") + std::visit(teller{}, a);
  return out;
}

std::string told(const result<room_actions>& actions) {
  return actions ? told(*actions) : actions.error().text;
}

participant someone(leg_id leg, bool has_audio = true) {
  const std::string user = leg == alice_again ? "alice" : name(leg);
  return {.leg = leg, .uri = "sip:" + user + "@example.com", .display_name = user, .has_audio = has_audio};
}

constexpr roster_options all_on{};

TEST(roster, tells_the_story_of_a_conversation) {
  roster room(all_on);
  EXPECT_EQ(told(room.join(someone(alice))), "music on for alice, alice hears only-participant");
  EXPECT_EQ(told(room.join(someone(bob))),
            "music off for alice, all but bob hear tone-join, bob hears others-1");
  EXPECT_EQ(told(room.join(someone(carol))), "all but carol hear tone-join, carol hears others-2");
  EXPECT_EQ(room.user_count(), 3u);
  EXPECT_EQ(told(room.leave(bob)), "all but bob hear tone-leave");
  EXPECT_EQ(told(room.leave(alice)), "all but alice hear tone-leave, music on for carol");
  EXPECT_EQ(told(room.leave(carol)), "");
  EXPECT_TRUE(room.empty());
}

TEST(roster, confirms_mute_to_the_leg_itself) {
  roster room(all_on);
  EXPECT_TRUE(room.join(someone(alice)).ok());
  EXPECT_EQ(told(room.toggle_mute(alice)), "alice muted, alice hears muted");
  EXPECT_TRUE(room.find(alice)->muted);
  EXPECT_EQ(told(room.mute(alice, true)), "");
  EXPECT_EQ(told(room.toggle_mute(alice)), "alice open, alice hears unmuted");
  EXPECT_EQ(told(room.toggle_mute(bob)), "");
}

TEST(roster, plays_nothing_about_those_without_audio) {
  roster room(all_on);
  EXPECT_EQ(told(room.join(someone(alice, false))), "");
  EXPECT_EQ(told(room.join(someone(bob))), "music on for bob, bob hears only-participant");
  EXPECT_EQ(told(room.mute(alice, true)), "alice muted");
  EXPECT_EQ(told(room.leave(alice)), "");
  EXPECT_EQ(told(room.leave(bob)), "");
}

TEST(roster, hears_audio_added_and_removed_as_coming_and_going) {
  roster room(all_on);
  EXPECT_TRUE(room.join(someone(alice)).ok());
  EXPECT_TRUE(room.join(someone(bob, false)).ok());
  EXPECT_EQ(told(room.set_audio(bob, true)),
            "music off for alice, all but bob hear tone-join, bob hears others-1");
  EXPECT_EQ(told(room.set_audio(bob, true)), "");
  EXPECT_EQ(told(room.set_audio(alice, false)), "all but alice hear tone-leave, music on for bob");
  EXPECT_EQ(told(room.set_audio(bob, false)), "");
  EXPECT_TRUE(room.mute(bob, true).size() == 1);
  EXPECT_EQ(told(room.set_audio(bob, true)), "bob muted, music on for bob, bob hears only-participant");
}

TEST(roster, hands_a_seat_over_in_silence) {
  roster room(all_on);
  EXPECT_TRUE(room.join(someone(alice)).ok());
  EXPECT_TRUE(room.join(someone(bob)).ok());
  room.mute(alice, true);
  EXPECT_EQ(told(room.replace(alice, someone(alice_again))), "alice-again muted");
  EXPECT_EQ(room.find(alice), nullptr);
  EXPECT_TRUE(room.find(alice_again)->muted);
  EXPECT_EQ(room.participants().front().leg, alice_again) << "the seat keeps its place";
  EXPECT_EQ(told(room.leave(alice)), "") << "the old leg's end is nobody's news";
}

TEST(roster, moves_music_along_with_the_seat) {
  roster room(all_on);
  EXPECT_TRUE(room.join(someone(alice)).ok());
  EXPECT_EQ(told(room.replace(alice, someone(alice_again))), "music on for alice-again");
  EXPECT_EQ(told(room.replace(alice, someone(bob))),
            "music off for alice-again, all but bob hear tone-join, bob hears others-1")
      << "no such seat: a join";
}

TEST(roster, tells_of_phones_but_counts_users) {
  roster room(all_on);
  EXPECT_TRUE(room.join(someone(alice)).ok());
  EXPECT_EQ(told(room.join(someone(alice_again))),
            "music off for alice, all but alice-again hear tone-join, alice-again hears others-1")
      << "From is not verified: two callers may share it";
  EXPECT_EQ(room.user_count(), 1u);
  EXPECT_EQ(told(room.join(someone(bob))), "all but bob hear tone-join, bob hears others-2");
  EXPECT_EQ(room.user_count(), 2u);
}

TEST(roster, counts_a_verified_user_apart_from_those_who_claim_its_name) {
  roster room(all_on);
  auto herself = someone(alice);
  herself.verified = true;
  EXPECT_TRUE(room.join(someone(alice_again)).ok());
  EXPECT_TRUE(room.join(herself).ok());
  EXPECT_EQ(room.user_count(), 2u);
  for (const leg_id leg : {bob, carol}) {
    auto hidden = someone(leg);
    hidden.uri = "sip:anonymous@anonymous.invalid";
    EXPECT_TRUE(room.join(hidden).ok());
  }
  EXPECT_EQ(room.user_count(), 4u) << "and each of those who hide";
  room.leave(alice);
  EXPECT_EQ(room.user_count(), 3u);
}

TEST(roster, counts_up_to_99_others) {
  roster room(all_on);
  const auto join = [&](uint64_t id) {
    const auto actions = room.join({.leg = leg_id{id},
                                    .uri = "sip:" + std::to_string(id) + "@example.com",
                                    .display_name = {},
                                    .has_audio = true});
    return std::get<play_to_leg>(actions->back()).prompt;
  };
  for (uint64_t id = 100; id < 199; ++id) join(id);
  EXPECT_EQ(join(199), "others-99");
  EXPECT_EQ(join(200), "others-many");
}

TEST(roster, is_silent_where_the_operator_wants_it_so) {
  roster room({.announcements = false, .music = false});
  EXPECT_EQ(told(room.join(someone(alice))), "");
  EXPECT_EQ(told(room.join(someone(bob))), "");
  EXPECT_EQ(told(room.toggle_mute(bob)), "bob muted");
  EXPECT_EQ(told(room.leave(bob)), "");
  EXPECT_EQ(told(room.leave(alice)), "");
  roster no_words({.announcements = false, .music = true});
  EXPECT_EQ(told(no_words.join(someone(alice))), "music on for alice");
  roster no_music({.announcements = true, .music = false});
  EXPECT_EQ(told(no_music.join(someone(alice))), "alice hears only-participant");
}

TEST(roster, keeps_hold_for_those_who_ask) {
  roster room(all_on);
  EXPECT_TRUE(room.join(someone(alice)).ok());
  EXPECT_EQ(told(room.hold(alice, true)), "");
  EXPECT_TRUE(room.find(alice)->on_hold);
  EXPECT_EQ(told(room.hold(bob, true)), "");
}

TEST(roster, opens_nobody_who_muted_itself) {
  roster room(all_on);
  EXPECT_TRUE(room.join(someone(alice)).ok());
  room.toggle_mute(alice);
  EXPECT_EQ(told(room.mute(alice, true)), "") << "it stays its own mute";
  EXPECT_EQ(told(room.mute(alice, false)), "");
  EXPECT_TRUE(room.find(alice)->muted_itself);
  room.toggle_mute(alice);
  room.mute(alice, true);
  EXPECT_FALSE(room.find(alice)->muted_itself);
  EXPECT_EQ(told(room.mute(alice, false)), "alice open, alice hears unmuted");
}

TEST(roster, lets_whoever_was_muted_open_itself) {
  roster room(all_on);
  EXPECT_TRUE(room.join(someone(alice)).ok());
  room.mute(alice, true);
  EXPECT_EQ(told(room.toggle_mute(alice)), "alice open, alice hears unmuted");
  EXPECT_FALSE(room.find(alice)->muted_itself);
}

TEST(roster, makes_deaf_and_keeps_it_over_replaced_calls_and_new_streams) {
  roster room(all_on);
  EXPECT_TRUE(room.join(someone(alice)).ok());
  EXPECT_EQ(told(room.deafen(alice, true)), "alice deaf, alice hears deaf");
  EXPECT_EQ(told(room.deafen(alice, true)), "");
  EXPECT_EQ(told(room.deafen(bob, true)), "");
  EXPECT_EQ(told(room.replace(alice, someone(alice_again))), "alice-again deaf, music on for alice-again");
  room.set_audio(alice_again, false);
  EXPECT_EQ(told(room.deafen(alice_again, false)), "alice-again hears") << "without audio nothing is said";
  room.deafen(alice_again, true);
  EXPECT_EQ(told(room.set_audio(alice_again, true)),
            "alice-again deaf, music on for alice-again, alice-again hears only-participant");
}

TEST(roster, brings_a_newcomer_in_muted) {
  roster room(all_on);
  participant quiet = someone(alice);
  quiet.muted = true;
  EXPECT_EQ(told(room.join(quiet)), "alice muted, music on for alice, alice hears only-participant");
}

TEST(roster, refuses_a_leg_twice_and_more_than_its_bound) {
  roster room(all_on);
  EXPECT_TRUE(room.join(someone(alice)).ok());
  EXPECT_TRUE(room.join(someone(bob)).ok());
  EXPECT_EQ(room.join(someone(alice)).error().code, errc::forbidden);
  EXPECT_EQ(room.replace(alice, someone(bob)).error().code, errc::forbidden);
  EXPECT_TRUE(room.replace(alice, someone(alice)).ok());
  roster full({.announcements = false, .music = false});
  for (uint64_t id = 1; id <= limits::legs_per_process; ++id) {
    ASSERT_TRUE(full.join({.leg = leg_id{id}, .uri = {}, .display_name = {}}).ok());
  }
  EXPECT_EQ(
      full.join({.leg = leg_id{limits::legs_per_process + 1}, .uri = {}, .display_name = {}}).error().code,
      errc::exhausted);
}

}  // namespace
}  // namespace confab::conference
