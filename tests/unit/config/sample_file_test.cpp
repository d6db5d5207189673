#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "config/settings.hpp"
#include "config/settings_table.hpp"
#include "tests/support/source_dir.hpp"

namespace confab {
namespace {

std::string sample() {
  std::ifstream file(test::source_dir() + "/config/confab.conf");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

/// Each `key = value` line of the sample, with its section.
std::map<std::string, std::string> sample_keys() {
  std::map<std::string, std::string> found;
  std::string section;
  std::istringstream lines(sample());
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') continue;
    const size_t equals = line.find(" = ");
    if (line.front() == '[') {
      section = line.substr(1, line.size() - 2) + ".";
    } else if (equals != std::string::npos) {
      found[section + line.substr(0, equals)] = line.substr(equals + 3);
    }
  }
  return found;
}

TEST(sample_file, loads_and_holds_the_defaults) {
  const auto from_file = load_settings("confab.conf", sample(), {});
  ASSERT_TRUE(from_file.ok()) << from_file.error().text;
  EXPECT_EQ(*from_file, *load_settings("", "", {}));
}

TEST(sample_file, shows_every_key_once_with_the_default_of_the_table) {
  const auto found = sample_keys();
  EXPECT_EQ(found.size(), settings_table::keys().size());
  for (const settings_table::key& k : settings_table::keys()) {
    const auto row = found.find(std::string(k.name));
    ASSERT_NE(row, found.end()) << k.name;
    EXPECT_EQ(row->second, k.default_value) << k.name;
  }
}

}  // namespace
}  // namespace confab
