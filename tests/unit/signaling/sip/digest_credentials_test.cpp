#include "signaling/sip/digest_credentials.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip {
namespace {

/// The request of RFC 7616 §3.9.1.
digest_credentials example(digest_algorithm algorithm, const char* response) {
  return {.username = "Mufasa",
          .realm = "http-auth@example.org",
          .nonce = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
          .uri = "/dir/index.html",
          .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
          .opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS",
          .response = response,
          .nonce_count = 1,
          .algorithm = algorithm};
}

const digest_credentials md5_example = example(digest_algorithm::md5, "8ca523f5e9506fed4657c9700eebdbec");
const digest_credentials sha256_example =
    example(digest_algorithm::sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1");

TEST(digest_credentials, agree_with_the_examples_of_rfc_7616) {
  for (const auto& given : {md5_example, sha256_example}) {
    const auto secret = digest_secret(given.algorithm, given.username, given.realm, "Circle of Life");
    EXPECT_EQ(digest_response(given, secret, "GET"), given.response);
    EXPECT_TRUE(answers(given, secret, "GET"));
    EXPECT_FALSE(answers(given, secret, "POST"));
    const auto wrong = digest_secret(given.algorithm, given.username, given.realm, "Circle of life");
    EXPECT_FALSE(answers(given, wrong, "GET"));
  }
}

TEST(digest_credentials, never_match_an_empty_secret) {
  auto forged = md5_example;
  forged.response = digest_response(forged, "", "GET");
  EXPECT_FALSE(answers(forged, "", "GET"));
}

TEST(digest_credentials, are_read_as_they_were_written) {
  auto odd = md5_example;
  odd.username = R"(a"b\c, d=<e>)";
  odd.opaque.clear();
  odd.nonce_count = 0xfffffff0;
  for (const auto& given : {md5_example, sha256_example, odd}) {
    const auto parsed = parse_digest_credentials(write_digest_credentials(given));
    ASSERT_TRUE(parsed.ok()) << parsed.error().text;
    EXPECT_EQ(*parsed, given);
  }
}

const std::string plain = R"(username="u", realm="r", nonce="n", uri="sip:r@h", cnonce="c", nc=00000001, )";
const std::string hash = "response=\"" + std::string(32, 'a') + '"';

TEST(digest_credentials, are_taken_in_the_forms_phones_write) {
  for (const std::string& text : {
           "Digest " + plain + "qop=auth, " + hash,
           "digest " + plain + "qop=\"auth\"," + hash,
           "DIGEST\t" + plain + "QOP=AUTH, algorithm=\"md5\", " + hash,
           "Digest " + plain + "qop=auth, algorithm=MD5, x-new=1, auts=\"\", " + hash,
           "  Digest , " + plain + ", qop = auth , , response = \"" + std::string(32, 'A') + "\" ",
           "Digest " + plain + "qop=auth, userhash=false, opaque=\"\", " + hash,
       }) {
    const auto parsed = parse_digest_credentials(text);
    ASSERT_TRUE(parsed.ok()) << text << parsed.error().text;
    EXPECT_EQ(parsed->algorithm, digest_algorithm::md5);
    EXPECT_EQ(parsed->response, std::string(32, 'a'));
    EXPECT_EQ(parsed->nonce_count, 1U);
  }
}

TEST(digest_credentials, are_refused_with_the_kind_of_their_fault) {
  struct row {
    std::string text;
    errc code;
  };
  const std::string good = plain + "qop=auth, ";
  const std::vector<row> rows{
      {"", errc::unsupported},
      {"Bearer abc", errc::unsupported},
      {"Digestive " + good + hash, errc::unsupported},
      {"Digest", errc::malformed},
      {"Digest " + plain + hash, errc::unsupported},  // no qop: RFC 2069
      {"Digest " + plain + "qop=auth-int, " + hash, errc::unsupported},
      {"Digest " + good + "algorithm=MD5-sess, " + hash, errc::unsupported},
      {"Digest " + good + "algorithm=SHA-512-256, " + hash, errc::unsupported},
      {"Digest " + good + "userhash=true, " + hash, errc::unsupported},
      {"Digest " + good + "username*=UTF-8''u, " + hash, errc::unsupported},
      {"Digest " + good, errc::malformed},                                 // no response
      {"Digest " + good + "algorithm=SHA-256, " + hash, errc::malformed},  // too short a response
      {"Digest " + good + "response=\"" + std::string(32, 'x') + '"', errc::malformed},
      {"Digest " + good + hash + ", " + hash, errc::malformed},
      {"Digest " + good + hash + ", Realm=\"r\"", errc::malformed},
      {"Digest " + good + hash + ", lonely", errc::malformed},
      {"Digest " + good + hash + ", a=", errc::malformed},
      {"Digest " + good + hash + ", =a", errc::malformed},
      {"Digest " + good + hash + ", a=\"open", errc::malformed},
      {"Digest " + good + hash + ", a=\"b\"c", errc::malformed},
      {"Digest " + good + hash + ", a=\"b\\", errc::malformed},
      {"Digest " + good + hash + ", a=\"b\rc\"", errc::malformed},
      {"Digest " + good + hash + ", a=b c", errc::malformed},
      {"Digest " + good + hash + ", a=\"" + std::string(limits::digest_bytes, 'a') + '"', errc::too_large},
  };
  for (const row& r : rows) {
    const auto parsed = parse_digest_credentials(r.text);
    ASSERT_FALSE(parsed.ok()) << r.text;
    EXPECT_EQ(parsed.error().code, r.code) << r.text << ": " << parsed.error().text;
  }
}

TEST(digest_credentials, need_every_parameter_that_is_hashed) {
  for (const std::string name : {"username", "realm", "nonce", "uri", "cnonce", "nc"}) {
    std::string text = "Digest " + plain + "qop=auth, " + hash;
    text.replace(text.find(name + "="), name.size(), "x-" + name);
    const auto parsed = parse_digest_credentials(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, errc::malformed);
  }
}

TEST(digest_credentials, count_in_eight_lower_case_hex_digits) {
  for (const char* count : {"1", "0000001", "000000001", "0000000A", "0000000g", "-0000001", "0x000001"}) {
    std::string text = "Digest " + plain + "qop=auth, " + hash;
    text.replace(text.find("00000001"), 8, count);
    EXPECT_FALSE(parse_digest_credentials(text).ok()) << count;
  }
}

TEST(digest_credentials, have_a_bound_on_parameters) {
  std::string text = "Digest a0=0";
  for (size_t i = 1; i <= limits::digest_parameters; ++i) text += ", a" + std::to_string(i) + "=0";
  EXPECT_EQ(parse_digest_credentials(text).error().code, errc::too_large);
}

TEST(digest_challenge, offers_sha_256_before_md5) {
  EXPECT_EQ(
      write_challenges({.realm = "example.com", .nonce = "n1", .opaque = {}, .stale = false}),
      "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n1\", algorithm=SHA-256, qop=\"auth\"\r\n"
      "WWW-Authenticate: Digest realm=\"example.com\", nonce=\"n1\", algorithm=MD5, qop=\"auth\"\r\n");
}

TEST(digest_challenge, offers_what_it_is_told_to) {
  EXPECT_EQ(
      write_challenges({.realm = "r", .nonce = "n", .opaque = {}, .algorithms = {digest_algorithm::md5}}),
      "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=MD5, qop=\"auth\"\r\n");
}

TEST(digest_challenge, says_stale_and_keeps_to_its_line) {
  const auto lines = write_challenges({.realm = "a\"\r\nb", .nonce = "n", .opaque = "o", .stale = true});
  EXPECT_NE(lines.find(R"(realm="a\"b", nonce="n", opaque="o", stale=true, algorithm=SHA-256)"),
            std::string::npos);
  const auto response = "SIP/2.0 401 Unauthorized\r\n" + lines + "\r\n";
  const auto message = wire_message::split(response);
  EXPECT_EQ(message->count("www-authenticate"), 2U);
  EXPECT_EQ(message->fields().size(), 2U);
}

}  // namespace
}  // namespace confab::sip
