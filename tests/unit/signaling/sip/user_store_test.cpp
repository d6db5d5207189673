#include "signaling/sip/user_store.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"
#include "signaling/sip/digest_credentials.hpp"

namespace confab::sip {
namespace {

const std::string md5_hash(32, 'a');
const std::string sha256_hash(64, 'b');

TEST(user_store, keeps_hashes_of_a_password_for_both_algorithms) {
  const auto users = user_store::parse("users", "alice@Example.com:pass:with # all \"sorts\"\n");
  ASSERT_TRUE(users.ok()) << users.error().text;
  const auto* alice = users->lookup("alice", "example.com");
  ASSERT_NE(alice, nullptr);
  for (const auto algorithm : {digest_algorithm::md5, digest_algorithm::sha256})
    EXPECT_EQ(alice->of(algorithm),
              digest_secret(algorithm, "alice", "example.com", "pass:with # all \"sorts\""));
}

TEST(user_store, tells_the_algorithm_of_a_hash_by_its_length) {
  const auto users =
      user_store::parse("users", "bob:example.com:" + std::string(32, 'A') +
                                     "\nbob:example.com:" + sha256_hash + "\neve:example.com:" + md5_hash);
  ASSERT_TRUE(users.ok()) << users.error().text;
  EXPECT_EQ(users->size(), 2U);
  EXPECT_EQ(users->lookup("bob", "example.com")->md5, md5_hash);
  EXPECT_EQ(users->lookup("bob", "example.com")->sha256, sha256_hash);
  EXPECT_EQ(users->lookup("eve", "example.com")->md5, md5_hash);
  EXPECT_EQ(users->lookup("eve", "example.com")->sha256, "");
}

TEST(user_store, passes_over_comments_blanks_and_line_ends_of_other_systems) {
  const auto users =
      user_store::parse("users", "# a\r\n\r\n  \t\n  alice@example.com:secret \r\n   # b:c@d:e\n");
  ASSERT_TRUE(users.ok()) << users.error().text;
  EXPECT_EQ(users->size(), 1U);
  EXPECT_EQ(users->lookup("alice", "example.com")->md5,
            digest_secret(digest_algorithm::md5, "alice", "example.com", "secret"));
  EXPECT_EQ(user_store::parse("users", "")->size(), 0U);
}

TEST(user_store, holds_users_of_one_name_in_several_domains_apart) {
  const auto users = user_store::parse("users", "alice@a.example:1\nalice@b.example:2\nAlice@a.example:3");
  ASSERT_TRUE(users.ok()) << users.error().text;
  EXPECT_EQ(users->size(), 3U);
  EXPECT_NE(users->lookup("alice", "a.example")->md5, users->lookup("alice", "b.example")->md5);
  EXPECT_EQ(users->lookup("alice", "c.example"), nullptr);
  EXPECT_EQ(users->lookup("alice@a.example", ""), nullptr);
}

TEST(user_store, knows_its_realms) {
  const auto users = user_store::parse("users", "alice@B.example:1\nbob:a.example:" + md5_hash);
  ASSERT_TRUE(users.ok()) << users.error().text;
  EXPECT_EQ(users->first_realm(), "b.example");
  EXPECT_TRUE(users->has_realm("a.example"));
  EXPECT_FALSE(users->has_realm("c.example"));
  EXPECT_EQ(user_store().first_realm(), "");
}

TEST(user_store, says_which_line_is_wrong_and_why) {
  struct row {
    std::string line;
    const char* why;
  };
  const std::vector<row> rows{
      {"alice", "no colon"},
      {"alice:secret", "one colon and no @"},
      {"alice@example.com:", "empty password"},
      {"@example.com:secret", "user name"},
      {"al ice@example.com:secret", "user name"},
      {"al;ice@example.com:secret", "user name"},
      {"alice@:secret", "domain"},
      {"alice@example.com/x:secret", "domain"},
      {"alice@a@b:secret", "domain"},
      {"alice@example.com:" + md5_hash, "without @"},
      {"alice@example.com:example.com:" + sha256_hash, "without @"},
      {"bob:example.com:" + md5_hash + "0", "32 (MD5) or 64 (SHA-256)"},
      {"bob:example.com:x:" + md5_hash, "32 (MD5) or 64 (SHA-256)"},
      {"bob:Example.com:" + md5_hash, "capitals"},
      {"bob::" + md5_hash, "domain"},
      {":example.com:" + md5_hash, "user name"},
      {"al\tice@example.com:secret", "control character"},
      {"good@example.com:again", "good@example.com a second time"},
      {"good:example.com:" + md5_hash, "good@example.com a second time"},
  };
  for (const row& r : rows) {
    const auto users = user_store::parse("users.txt", "# first\ngood@example.com:pw\n" + r.line + "\n");
    ASSERT_FALSE(users.ok()) << r.line;
    EXPECT_EQ(users.error().code, errc::malformed);
    EXPECT_EQ(users.error().text.find("users.txt:3: "), 0U) << users.error().text;
    EXPECT_NE(users.error().text.find(r.why), std::string::npos) << r.line << ": " << users.error().text;
    EXPECT_EQ(users.error().text.find("secret"), std::string::npos) << "a message never shows a password";
    EXPECT_EQ(users.error().text.find(md5_hash), std::string::npos);
  }
}

TEST(user_store, has_bounds) {
  EXPECT_EQ(user_store::parse("u", std::string(limits::users_file_bytes + 1, '\n')).error().code,
            errc::too_large);
  EXPECT_EQ(user_store::parse("u", "\n#" + std::string(limits::users_line_bytes, 'x')).error().text,
            "u:2: longer than 1024 bytes");
}

}  // namespace
}  // namespace confab::sip
