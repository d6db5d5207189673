#include "signaling/conference/user_key.hpp"

#include <gtest/gtest.h>

namespace confab::conference {
namespace {

constexpr leg_id first{1}, second{2};

TEST(user_key, is_one_for_one_person) {
  const std::string plain = user_key("sip:alice@example.com", false, first);
  for (const char* same : {"sip:alice@example.com", "sip:alice@EXAMPLE.com", "sips:alice@example.com",
                           "sip:%61lice@example.com", "sip:alice@example.com;transport=tcp"})
    EXPECT_EQ(user_key(same, false, second), plain) << same;
  for (const char* other : {"sip:Alice@example.com", "sip:alice@example.org", "sip:alice@example.com:5070",
                            "tel:+3120555", "sip:example.com"})
    EXPECT_NE(user_key(other, false, second), plain) << other;
}

TEST(user_key, parts_who_is_verified_from_who_claims_it) {
  const std::string herself = user_key("sip:alice@example.com", true, first);
  const std::string claimed = user_key("sip:alice@example.com", false, first);
  EXPECT_NE(herself, claimed);
  EXPECT_EQ(rival_key(herself), claimed);
  EXPECT_EQ(rival_key(claimed), herself);
}

TEST(user_key, is_the_legs_own_for_whoever_hides) {
  for (const char* hidden : {"sip:anonymous@anonymous.invalid", "sip:anonymous@example.com", ""}) {
    EXPECT_NE(user_key(hidden, false, first), user_key(hidden, false, second)) << hidden;
    EXPECT_EQ(user_key(hidden, false, first), user_key(hidden, true, first)) << hidden;
    EXPECT_EQ(rival_key(user_key(hidden, false, first)), "");
    EXPECT_EQ(user_entity(hidden, first), "sip:anonymous-1@anonymous.invalid");
  }
}

TEST(user_key, names_users_without_what_only_tells_where_they_are) {
  EXPECT_EQ(user_entity("sip:bob@192.0.2.7:5062;transport=tcp", first), "sip:bob@192.0.2.7:5062");
  EXPECT_EQ(user_entity("tel:+3120555", first), "tel:+3120555");
  EXPECT_EQ(user_entity("no uri", first), "no uri");
}

TEST(user_key, knows_the_name_it_gives_to_whom_nobody_verified) {
  EXPECT_TRUE(names_unverified(unverified_entity("sip:alice@example.com")));
  EXPECT_TRUE(names_unverified("sip:alice@example.com;transport=udp;Unverified"));
  for (const char* other : {"sip:alice@example.com", "sip:unverified@example.com", "sip:alice@unverified",
                            "sip:alice;unverified@example.com", "no uri"})
    EXPECT_FALSE(names_unverified(other)) << other;
}

}  // namespace
}  // namespace confab::conference
