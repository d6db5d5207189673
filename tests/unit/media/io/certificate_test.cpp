#include "media/io/certificate.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/stat.h>

namespace confab::io {
namespace {

namespace fs = std::filesystem;

class certificate : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    directory_ = fs::path(testing::TempDir()) / (std::string("certificate_") + info->name());
    fs::remove_all(directory_);
  }
  void TearDown() override { fs::remove_all(directory_); }

  [[nodiscard]] std::string path(const std::string& name) const { return (directory_ / name).string(); }
  static std::string content(const std::string& file) {
    std::ifstream in(file);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  }

  fs::path directory_;
};

TEST_F(certificate, is_made_at_first_start_and_found_at_the_second) {
  const auto first = ensure_certificate(path("deeper/still"), "conference.example.com");
  ASSERT_TRUE(first.ok()) << first.error().text;
  EXPECT_TRUE(first->made);
  EXPECT_TRUE(check_certificate(first->certificate, first->private_key).ok());
  const std::string before = content(first->certificate);
  EXPECT_EQ(before.rfind("-----BEGIN CERTIFICATE-----", 0), 0U);

  const auto second = ensure_certificate(path("deeper/still"), "conference.example.com");
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(second->made);
  EXPECT_EQ(content(second->certificate), before);
}

TEST_F(certificate, keeps_the_key_to_its_owner_and_leaves_nothing_else_behind) {
  const auto files = ensure_certificate(directory_.string(), "192.0.2.1");
  ASSERT_TRUE(files.ok()) << files.error().text;
  struct stat status {};
  ASSERT_EQ(::stat(files->private_key.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), fs::directory_iterator()), 2);
}

TEST_F(certificate, is_made_again_when_one_of_the_two_is_missing) {
  const auto files = ensure_certificate(directory_.string(), "a.example");
  ASSERT_TRUE(files.ok());
  fs::remove(files->private_key);
  const auto again = ensure_certificate(directory_.string(), "a.example");
  ASSERT_TRUE(again.ok()) << again.error().text;
  EXPECT_TRUE(again->made);
  EXPECT_TRUE(check_certificate(again->certificate, again->private_key).ok());
}

TEST_F(certificate, takes_long_host_names_and_addresses_but_no_tricks) {
  std::string longest(60, 'a');
  longest.append(".").append(60, 'b').append(".example");
  for (const char* good : {longest.c_str(), "2001:db8::1", "localhost"}) {
    fs::remove_all(directory_);
    const auto made = ensure_certificate(directory_.string(), good);
    EXPECT_TRUE(made.ok()) << good << ": " << (made.ok() ? "" : made.error().text);
  }
  for (const char* bad : {"", "a,DNS:bank.example", "two words", "a\nb"}) {
    fs::remove_all(directory_);
    const auto refused = ensure_certificate(directory_.string(), bad);
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_EQ(refused.error().code, errc::bad_setting);
  }
}

TEST_F(certificate, of_an_operator_is_refused_by_the_file_at_fault) {
  const auto one = ensure_certificate(path("one"), "one.example");
  const auto two = ensure_certificate(path("two"), "two.example");
  ASSERT_TRUE(one.ok() && two.ok());
  std::ofstream(path("garbage.pem")) << "-----BEGIN CERTIFICATE-----\nnot base64!\n";

  const struct {
    std::string certificate, key, named;
  } cases[] = {
      {path("missing.pem"), one->private_key, "missing.pem"},
      {one->certificate, path("missing.pem"), "missing.pem"},
      {path("garbage.pem"), one->private_key, "garbage.pem"},
      {one->certificate, path("garbage.pem"), "garbage.pem"},
      {one->certificate, two->private_key, "does not belong"},
  };
  for (const auto& c : cases) {
    const auto checked = check_certificate(c.certificate, c.key);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.error().code, errc::bad_setting);
    EXPECT_NE(checked.error().text.find(c.named), std::string::npos) << checked.error().text;
  }
}

TEST_F(certificate, pair_that_does_not_fit_is_not_overwritten) {
  const auto one = ensure_certificate(path("one"), "one.example");
  const auto two = ensure_certificate(path("two"), "two.example");
  ASSERT_TRUE(one.ok() && two.ok());
  fs::copy_file(two->private_key, one->private_key, fs::copy_options::overwrite_existing);
  const std::string before = content(one->private_key);
  EXPECT_FALSE(ensure_certificate(path("one"), "one.example").ok());
  EXPECT_EQ(content(one->private_key), before);
}

}  // namespace
}  // namespace confab::io
