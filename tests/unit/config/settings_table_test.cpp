#include "config/settings_table.hpp"

#include <set>

#include <gtest/gtest.h>

namespace confab::settings_table {
namespace {

TEST(settings_table, names_each_key_once_and_explains_it) {
  std::set<std::string_view> seen;
  for (const key& k : keys()) {
    EXPECT_TRUE(seen.insert(k.name).second) << k.name;
    EXPECT_EQ(find(k.name), &k);
    EXPECT_NE(k.name.find('.'), std::string_view::npos) << k.name;
    EXPECT_TRUE(k.help.ends_with('.')) << k.name;
    EXPECT_FALSE(expectation(k).empty()) << k.name;
  }
}

TEST(settings_table, gives_ranges_and_choices_to_the_types_that_need_them) {
  for (const key& k : keys()) {
    const bool ranged =
        k.type == value_type::number || k.type == value_type::duration || k.type == value_type::number_list;
    const bool chosen = k.type == value_type::choice || k.type == value_type::choice_list;
    EXPECT_EQ(ranged, k.least < k.most) << k.name;
    EXPECT_EQ(chosen, !k.choices.empty()) << k.name;
  }
}

TEST(settings_table, guesses_what_a_mistyped_key_was_meant_to_be) {
  EXPECT_EQ(closest("media.thread"), "media.threads");
  EXPECT_EQ(closest("medai.threads"), "media.threads");
  EXPECT_EQ(closest("sip.max_legs"), "sip.max-legs");
  EXPECT_EQ(closest("weather.tomorrow"), "");
  EXPECT_EQ(closest(""), "");
  EXPECT_EQ(closest(std::string(100'000, 'm')), "");
}

}  // namespace
}  // namespace confab::settings_table
