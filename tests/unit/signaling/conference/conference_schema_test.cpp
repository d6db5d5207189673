#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

#include "tests/support/source_dir.hpp"
#include "tests/unit/signaling/conference/conference_fixture.hpp"

using namespace confab::conference;
using namespace confab::conference::testing;

namespace {

const std::string schema = confab::test::source_dir() + "/tests/unit/signaling/conference/conference-info.xsd";

/// xmllint says what it finds on standard error.
bool is_valid(const std::string& text, const char* aside = "") {
  const std::string command = "xmllint --nonet --noout --schema '" + schema + "' - " + aside;
  FILE* pipe = popen(command.c_str(), "w");
  if (pipe == nullptr) return false;
  const bool written = fwrite(text.data(), 1, text.size(), pipe) == text.size();
  return pclose(pipe) == 0 && written;
}

class conference_schema : public ::testing::Test {
 protected:
  void SetUp() override {
    if (std::system("xmllint --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "xmllint is not installed";
  }
};

}  // namespace

TEST_F(conference_schema, accepts_every_kind_of_document) {
  const conference_info info = full_room();
  const conference_changes changes{true, {&info.users[0], &info.users[1]}, {"sip:carol@example.com"}};
  for (const audience who : {audience::participant, audience::outsider}) {
    EXPECT_TRUE(is_valid(with_version(write_full(info, who), 1)));
    EXPECT_TRUE(is_valid(with_version(write_full(bare_room(), who), 4'294'967'295U)));
    EXPECT_TRUE(is_valid(with_version(write_counts(info.room, who), 2)));
    EXPECT_TRUE(is_valid(with_version(write_partial(info.room, changes, who), 3)));
    EXPECT_TRUE(is_valid(with_version(write_partial(info.room, {}, who), 4)));
  }
}

TEST_F(conference_schema, accepts_each_status_and_method) {
  conference_info info = bare_room();
  for (int i = 0; i <= static_cast<int>(endpoint_status::disconnected); ++i) {
    endpoint_info e;
    e.entity = "sip:e" + std::to_string(i);
    e.status = static_cast<endpoint_status>(i);
    e.joined_by = static_cast<joining_method>(i % 3);
    e.left_by = static_cast<disconnection_method>(i % 4);
    e.disconnection_info.emplace();
    e.media = {{"1", "audio", "", 1, static_cast<media_status>(i % 4)}};
    info.users.push_back(
        {"sip:u" + std::to_string(i) + "@example.com", "", {"participant"}, {e}, "https://x/"});
  }
  EXPECT_TRUE(is_valid(with_version(write_full(info, audience::participant), 1)));
}

TEST_F(conference_schema, refuses_what_is_out_of_order) {
  const std::string good = with_version(write_full(full_room(), audience::participant), 1);
  std::string swapped = good;
  const std::string subject = "<subject>Quarter</subject>";
  swapped.erase(swapped.find(subject), subject.size());
  swapped.insert(swapped.find("<display-text>Sales"), subject);
  EXPECT_FALSE(is_valid(swapped, "2>/dev/null"));
  std::string unversioned = write_full(full_room(), audience::participant).text;
  EXPECT_FALSE(is_valid(unversioned, "2>/dev/null"));
}
