#include "signaling/conference/put_out_list.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::conference {
namespace {

using namespace std::chrono_literals;

const put_out_list::clock_time now{1h};
constexpr bool verified = true, claimed = false;

TEST(user_name, is_one_for_equal_uris_and_none_for_those_who_hide) {
  const std::pair<const char*, const char*> rows[] = {
      {"sip:bob@Example.com", "bob@example.com"},
      {"sips:bob@example.com:5061;transport=tls", "bob@example.com"},
      {"bob@example.com", "bob@example.com"},
      {"sip:%62ob@example.com", "bob@example.com"},
      {"sip:Bob@example.com", "Bob@example.com"},
      {"sip:example.com", ""},
      {"tel:+4930", ""},
      {"", ""},
      {"sip:anonymous@anonymous.invalid", ""},
      {"sip:x@anonymous.invalid", ""},
      {"sip:anonymous@example.com", ""},
  };
  for (const auto& [uri, name] : rows) EXPECT_EQ(user_name(uri).value_or(""), name) << uri;
}

TEST(put_out_list, keeps_a_user_out_for_its_time) {
  put_out_list list(5min);
  list.add("sip:bob@example.com", claimed, now);
  EXPECT_TRUE(list.bars("sip:bob@EXAMPLE.com;user=phone", claimed, now));
  EXPECT_TRUE(list.bars("sip:bob@example.com", claimed, now + 5min - 1ms));
  EXPECT_FALSE(list.bars("sip:bob@example.com", claimed, now + 5min));
  EXPECT_FALSE(list.bars("sip:alice@example.com", claimed, now));
}

TEST(put_out_list, begins_anew_when_somebody_is_put_out_again) {
  put_out_list list(5min);
  list.add("sip:bob@example.com", claimed, now);
  list.add("sip:bob@example.com", claimed, now + 4min);
  EXPECT_TRUE(list.bars("sip:bob@example.com", claimed, now + 8min));
}

TEST(put_out_list, does_not_take_an_impostor_for_the_verified_user) {
  put_out_list list(5min);
  list.add("sip:bob@example.com", claimed, now);
  EXPECT_FALSE(list.bars("sip:bob@example.com", verified, now));
  list.add("sip:carol@example.com", verified, now);
  EXPECT_TRUE(list.bars("sip:carol@example.com", verified, now));
  EXPECT_FALSE(list.bars("sip:carol@example.com", claimed, now));
}

TEST(put_out_list, remembers_nobody_who_hides_and_nobody_for_no_time) {
  put_out_list list(5min), none(0ms);
  list.add("sip:anonymous@anonymous.invalid", claimed, now);
  EXPECT_FALSE(list.bars("sip:anonymous@anonymous.invalid", claimed, now));
  none.add("sip:bob@example.com", claimed, now);
  EXPECT_FALSE(none.bars("sip:bob@example.com", claimed, now));
}

TEST(put_out_list, forgets_the_oldest_when_it_is_full) {
  put_out_list list(5min);
  const auto name = [](size_t i) { return "sip:u" + std::to_string(i) + "@example.com"; };
  for (size_t i = 0; i <= limits::put_out_per_room; ++i) list.add(name(i), claimed, now);
  EXPECT_FALSE(list.bars(name(0), claimed, now));
  EXPECT_TRUE(list.bars(name(1), claimed, now));
  EXPECT_TRUE(list.bars(name(limits::put_out_per_room), claimed, now));
}

}  // namespace
}  // namespace confab::conference
