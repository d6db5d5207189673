#include "signaling/conference/room_command.hpp"

#include <gtest/gtest.h>

namespace confab::conference {
namespace {

TEST(room_command, means_a_leg_some_legs_or_every_leg_of_a_user) {
  const leg_id seven{7}, nine{9};
  const struct {
    const char* name;
    whom who;
    bool seven, nine;
  } rows[] = {
      {"a leg", seven, true, false},
      {"some legs", std::vector<leg_id>{leg_id{3}, nine}, false, true},
      {"no legs", std::vector<leg_id>{}, false, false},
      {"a user", "sip:bob@example.com", true, true},
      {"its name alone", "bob@EXAMPLE.com", true, true},
      {"another user", "sip:carol@example.com", false, false},
      {"no name", "", false, false},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(is_meant(row.who, seven, "sip:bob@example.com"), row.seven) << row.name;
    EXPECT_EQ(is_meant(row.who, nine, "sip:bob@example.com"), row.nine) << row.name;
  }
}

TEST(room_command, says_in_the_log_whom_it_means) {
  EXPECT_EQ(to_string(kick_command{leg_id{7}}), "kick 7");
  EXPECT_EQ(to_string(kick_command{std::vector<leg_id>{leg_id{3}, leg_id{5}}}), "kick 3 5");
  EXPECT_EQ(to_string(mute_command{"sip:bob@example.com", false}), "mute sip:bob@example.com off");
}

}  // namespace
}  // namespace confab::conference
