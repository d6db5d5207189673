#include "signaling/conference/dial_rules.hpp"

#include <gtest/gtest.h>

namespace confab::conference {
namespace {

TEST(dial_rules_, allow_anything_where_nothing_is_configured) {
  EXPECT_TRUE(dial_rules({}, {}).allow("sip:bob@anywhere.example"));
  EXPECT_FALSE(dial_rules({}, {}).allow("tel:+1234"));
  EXPECT_FALSE(dial_rules({}, {}).allow("nonsense"));
}

TEST(dial_rules_, stay_within_the_domains_served) {
  const dial_rules rules({}, {"example.com"});
  EXPECT_TRUE(rules.allow("sip:bob@EXAMPLE.com:5070;transport=tcp"));
  EXPECT_FALSE(rules.allow("sip:bob@premium.example"));
  EXPECT_FALSE(rules.allow("sip:bob@sub.example.com"));
}

TEST(dial_rules_, prefer_their_own_list) {
  const dial_rules rules({"example.org", "192.0.2.1"}, {"example.com"});
  EXPECT_TRUE(rules.allow("sips:bob@example.org"));
  EXPECT_TRUE(rules.allow("sip:192.0.2.1"));
  EXPECT_FALSE(rules.allow("sip:bob@example.com"));
  EXPECT_TRUE(dial_rules({"all"}, {"example.com"}).allow("sip:bob@premium.example"));
}

}  // namespace
}  // namespace confab::conference
