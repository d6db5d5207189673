#include "signaling/sip/digest_hash.hpp"

#include <array>

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

TEST(digest_hash, joins_its_parts_with_colons) {
  for (const auto algorithm : {digest_algorithm::md5, digest_algorithm::sha256}) {
    EXPECT_EQ(hex_hash(algorithm, {"a", "", "b"}), hex_hash(algorithm, {"a::b"}));
    EXPECT_EQ(hex_hash(algorithm, {"", "a"}), hex_hash(algorithm, {":a"}));
    EXPECT_EQ(hex_hash(algorithm, {"a"}).size(), hex_length(algorithm));
  }
}

// RFC 1321 §A.5, FIPS 180-2 §B.1, RFC 4231 §4.3.
TEST(digest_hash, gives_the_published_hashes) {
  EXPECT_EQ(hex_hash(digest_algorithm::md5, {"abc"}), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex_hash(digest_algorithm::sha256, {"abc"}),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const std::array<uint8_t, 4> key{'J', 'e', 'f', 'e'};
  EXPECT_EQ(keyed_hash(key, "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(digest_hash, makes_another_key_each_time) {
  const auto one = random_hash_key();
  const auto other = random_hash_key();
  ASSERT_TRUE(one.ok() && other.ok());
  EXPECT_NE(*one, *other);
}

TEST(digest_hash, knows_its_algorithms_by_name) {
  EXPECT_EQ(digest_algorithm_named("md5"), digest_algorithm::md5);
  EXPECT_EQ(digest_algorithm_named("SHA-256"), digest_algorithm::sha256);
  for (const char* other : {"", "MD5-sess", "SHA-256-sess", "SHA-512-256", "SHA256"})
    EXPECT_FALSE(digest_algorithm_named(other)) << other;
}

TEST(digest_hash, tells_hashes_by_their_length_and_digits) {
  EXPECT_TRUE(is_hex_hash(digest_algorithm::md5, std::string(32, 'A')));
  EXPECT_TRUE(is_hex_hash(digest_algorithm::sha256, std::string(64, '0')));
  EXPECT_FALSE(is_hex_hash(digest_algorithm::md5, std::string(64, '0')));
  EXPECT_FALSE(is_hex_hash(digest_algorithm::md5, std::string(32, 'g')));
  EXPECT_FALSE(is_hex_hash(digest_algorithm::md5, ""));
}

TEST(digest_hash, holds_nothing_equal_to_an_empty_secret) {
  EXPECT_TRUE(same_secret("ab", "ab"));
  EXPECT_FALSE(same_secret("ab", "ac"));
  EXPECT_FALSE(same_secret("ab", "abc"));
  EXPECT_FALSE(same_secret("", ""));
}

}  // namespace
}  // namespace confab::sip
