#include "signaling/sip/replaces.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

TEST(replaces, round_trips_with_its_flag) {
  const auto parsed = parse_replaces("425928@phone.example.org;from-tag=6472;To-Tag=7743 ;early-only");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->call_id, "425928@phone.example.org");
  EXPECT_EQ(parsed->to_tag, "7743");
  EXPECT_EQ(parsed->from_tag, "6472");
  EXPECT_TRUE(parsed->early_only);
  EXPECT_EQ(write_replaces(*parsed), "425928@phone.example.org;to-tag=7743;from-tag=6472;early-only");
}

TEST(replaces, needs_a_call_id_and_each_tag_once) {
  for (const char* bad : {"", ";to-tag=1;from-tag=2", "a@b", "a@b;to-tag=1", "a@b;to-tag=1;from-tag=",
                          "a b;to-tag=1;from-tag=2", "a@b;to-tag=1;to-tag=1;from-tag=2"})
    EXPECT_FALSE(parse_replaces(bad).ok()) << bad;
}

TEST(replaces, is_judged_by_the_state_of_the_dialog) {
  struct row {
    replaced_state state;
    bool early_only;
    uint16_t status;
  };
  for (const auto& one :
       {row{replaced_state::none, false, 481}, row{replaced_state::early_theirs, false, 481},
        row{replaced_state::early_ours, true, 0}, row{replaced_state::confirmed, false, 0},
        row{replaced_state::confirmed, true, 486}, row{replaced_state::ended, false, 603}}) {
    const auto verdict = judge_replaces(one.state, one.early_only);
    EXPECT_EQ(verdict ? verdict->status : 0, one.status);
  }
}

}  // namespace
}  // namespace confab::sip
