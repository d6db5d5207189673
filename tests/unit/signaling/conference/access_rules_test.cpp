#include "signaling/conference/access_rules.hpp"

#include <gtest/gtest.h>

namespace confab::conference {
namespace {

using texts = std::vector<std::string>;

struct row {
  const char* order;
  texts allow;
  texts deny;
  const char* uri;
  bool admitted;
};

TEST(access_rules, admit_and_refuse_as_documented) {
  const char* const ad = "allow,deny";
  const char* const da = "deny,allow";
  const char* const alice = "sip:alice@example.com";
  const row rows[] = {
      {ad, {"all"}, {}, alice, true},
      {ad, {"all"}, {"none"}, alice, true},
      {ad, {}, {}, alice, false},
      {ad, {"none"}, {}, alice, false},
      {ad, {"example.com"}, {}, alice, true},
      {ad, {"example.com"}, {"alice@example.com"}, alice, false},
      {ad, {"alice@example.com"}, {"example.com"}, alice, false},
      {ad, {"bob@example.com"}, {}, alice, false},
      {ad, {"any"}, {"*"}, alice, false},
      {da, {}, {}, alice, true},
      {da, {"none"}, {"all"}, alice, false},
      {da, {"alice@example.com"}, {"all"}, alice, true},
      {da, {"bob@example.com"}, {"example.com"}, alice, false},
      {da, {}, {"example.org"}, alice, true},
  };
  for (const row& r : rows) {
    const auto rules = access_rules::parse(r.order, r.allow, r.deny);
    ASSERT_TRUE(rules.ok());
    EXPECT_EQ(rules->judge(r.uri).ok(), r.admitted) << "row " << (&r - rows);
  }
}

TEST(access_rules, compare_as_sip_uris_do) {
  const std::pair<const char*, bool> rows[] = {
      {"sip:Alice@example.com", true},
      {"sip:Alice@EXAMPLE.com", true},
      {"sips:Alice@example.com:5061;transport=tls", true},
      {"sip:%41lice@example.com", true},
      {"sip:alice@example.com", false},
      {"sip:Alice@sub.example.com", false},
      {"sip:Alice@example.com.evil.example", false},
      {"sip:example.com", false},
      {"tel:+4930123", false},
      {"", false},
      {"sip:Alice@exam ple.com", false},
  };
  const auto list = identity_list::parse({"Alice@Example.com"});
  ASSERT_TRUE(list.ok());
  for (const auto& [uri, matched] : rows) EXPECT_EQ(list->matches(uri), matched) << uri;
}

TEST(access_rules, take_whoever_they_cannot_read_only_by_all) {
  const auto all = identity_list::parse({"all"});
  ASSERT_TRUE(all.ok());
  EXPECT_TRUE(all->matches("tel:+4930123"));
  const auto domain = identity_list::parse({"example.com"});
  ASSERT_TRUE(domain.ok());
  EXPECT_TRUE(domain->matches("sip:example.com"));
  EXPECT_FALSE(domain->matches("tel:example.com"));
}

TEST(access_rules, refuse_items_that_name_nobody) {
  for (const char* item : {"", "@example.com", "alice@", "sip:alice@example.com", "alice@example.com:5060",
                           "example.com;transport=tcp", "a b@example.com", "alice:secret@example.com"}) {
    EXPECT_FALSE(identity_list::parse({item}).ok()) << item;
  }
}

TEST(access_rules, refuse_an_unknown_order) {
  for (const char* order : {"", "allow", "allow, deny", "Allow,Deny"}) {
    EXPECT_FALSE(access_rules::parse(order, {"all"}, {}).ok()) << order;
  }
}

TEST(access_rules, tell_the_log_which_list_said_no) {
  const auto rules = access_rules::parse("allow,deny", {"example.com"}, {"bob@example.com"});
  ASSERT_TRUE(rules.ok());
  const auto denied = rules->judge("sip:bob@example.com");
  ASSERT_FALSE(denied.ok());
  EXPECT_EQ(denied.error().code, errc::forbidden);
  EXPECT_EQ(denied.error().text, "the deny list names sip:bob@example.com");
  const auto stranger = rules->judge("sip:carol@example.org");
  ASSERT_FALSE(stranger.ok());
  EXPECT_EQ(stranger.error().text, "the allow list does not name sip:carol@example.org");
}

}  // namespace
}  // namespace confab::conference
