#include <gtest/gtest.h>

#include "config/settings.hpp"
#include "config/settings_table.hpp"

namespace confab {
namespace {

result<command_line> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "confabd");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

TEST(command_line, is_empty_without_words) {
  const auto line = parse({});
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line->config_file, "");
  EXPECT_FALSE(line->check_config || line->help || line->version);
  EXPECT_TRUE(line->overrides.empty());
  EXPECT_TRUE(parse_command_line(0, nullptr).ok());
}

TEST(command_line, reads_its_flags_and_keeps_overrides_in_order) {
  const auto line = parse({"--config-file=/etc/confab/confab.conf", "--check-config", "--help", "--version",
                           "--media.threads=2", "--sip.outbound-proxy=sip:a;b=c", "--media.threads=3"});
  ASSERT_TRUE(line.ok());
  EXPECT_EQ(line->config_file, "/etc/confab/confab.conf");
  EXPECT_TRUE(line->check_config && line->help && line->version);
  const std::vector<std::string> expected{"media.threads=2", "sip.outbound-proxy=sip:a;b=c",
                                          "media.threads=3"};
  EXPECT_EQ(line->overrides, expected);
}

TEST(command_line, refuses_unknown_words_by_name) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"--media.thread=2", "flag --media.thread: unknown; did you mean media.threads?"},
      {"--verbose", "flag --verbose: unknown; --help lists every key"},
      {"--media.threads", "flag --media.threads: expected --media.threads=VALUE; --help lists all flags"},
      {"--config-file", "flag --config-file: expected --config-file=FILE; --help lists all flags"},
      {"--config-file=", "flag --config-file: expected --config-file=FILE; --help lists all flags"},
      {"confab.conf",
       "\"confab.conf\": expected a flag such as --check-config or --media.threads=2; --help lists all "
       "flags"},
      {"--\x1b", "flag --\\x1B: unknown; --help lists every key"},
  };
  for (const auto& [word, expected] : cases) {
    const auto line = parse({word});
    ASSERT_FALSE(line.ok()) << word;
    EXPECT_EQ(line.error().text, expected);
  }
}

TEST(command_line, help_lists_every_key_with_its_default_and_range) {
  const std::string help = help_text();
  for (const settings_table::key& k : settings_table::keys()) {
    const std::string row = "--" + std::string(k.name) + "=" + std::string(k.default_value) + "\n";
    EXPECT_NE(help.find(row), std::string::npos) << row;
  }
  EXPECT_NE(help.find("a whole number from 0 to 1024"), std::string::npos);
  EXPECT_NE(help.find("a duration from \"90s\" to \"24h\""), std::string::npos);
}

}  // namespace
}  // namespace confab
