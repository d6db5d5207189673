#include "signaling/sip/authenticator.hpp"

#include <gtest/gtest.h>

#include "signaling/sip/text.hpp"

namespace confab::sip {
namespace {

using namespace std::chrono_literals;

constexpr hash_key key{9, 8, 7};
const nonce_store::clock_time t0{1h};
constexpr const char* room = "sip:room@example.com";

std::shared_ptr<const user_store> users() {
  auto parsed = user_store::parse(
      "users", "alice@example.com:wonderland\nbob:example.com:" +
                   digest_secret(digest_algorithm::sha256, "bob", "example.com", "builder"));
  EXPECT_TRUE(parsed.ok());
  return std::make_shared<const user_store>(std::move(*parsed));
}

/// A server, and a phone that answers its challenges.
class digest_authentication : public testing::Test {
 protected:
  auth_verdict ask(const std::vector<std::string>& values, nonce_store::clock_time now = t0,
                   const char* method = "INVITE", const char* target = room) {
    return server_.judge({method, target, {values.begin(), values.end()}, source_}, "example.com", now);
  }

  static std::string nonce_of(const auth_verdict& challenge) {
    const auto message = "SIP/2.0 401 Unauthorized\r\n" + challenge.answer.headers + "\r\n";
    const auto value = std::string(wire_message::split(message)->first("www-authenticate"));
    const size_t begin = value.find("nonce=\"") + 7;
    return value.substr(begin, value.find('"', begin) - begin);
  }

  std::string fresh_nonce() { return nonce_of(ask({})); }

  /// The credentials of whoever knows the password.
  static digest_credentials answer(const std::string& nonce, digest_algorithm algorithm,
                                   const std::string& user = "alice",
                                   const std::string& password = "wonderland") {
    digest_credentials out{.username = user,
                           .realm = "example.com",
                           .nonce = nonce,
                           .uri = room,
                           .cnonce = "c1",
                           .opaque = {},
                           .response = {},
                           .nonce_count = 1,
                           .algorithm = algorithm};
    return sign(out, password);
  }

  static digest_credentials sign(digest_credentials out, const std::string& password = "wonderland",
                                 const char* method = "INVITE") {
    out.response =
        digest_response(out, digest_secret(out.algorithm, out.username, out.realm, password), method);
    return out;
  }

  void expect_stale(const auth_verdict& verdict) {
    EXPECT_EQ(verdict.outcome, auth_outcome::challenged);
    EXPECT_EQ(verdict.answer.status, 401);
    EXPECT_NE(verdict.answer.headers.find("stale=true"), std::string::npos);
  }

  void expect_refused(const auth_verdict& verdict, uint16_t status) {
    EXPECT_EQ(verdict.outcome, auth_outcome::refused);
    EXPECT_EQ(verdict.answer.status, status);
    EXPECT_EQ(verdict.answer.headers, "");
    EXPECT_EQ(verdict.identity, "");
  }

  /// One wrong password, with a nonce of this source.
  auth_verdict guess(const std::string& user, nonce_store::clock_time now = t0) {
    const auto nonce = nonce_of(ask({}, now));
    return ask({write_digest_credentials(answer(nonce, digest_algorithm::sha256, user, "x"))}, now);
  }

  authenticator server_{users(), key};
  std::string source_ = "192.0.2.1";
};

TEST_F(digest_authentication, challenges_who_brings_no_answer_for_this_realm) {
  auto elsewhere = answer("n", digest_algorithm::md5);
  elsewhere.realm = "proxy.example.net";
  auto odd = write_digest_credentials(elsewhere);
  odd.replace(odd.find("MD5"), 3, "SHA-512-256");
  for (const std::vector<std::string>& values : std::vector<std::vector<std::string>>{
           {}, {"Basic YTpi"}, {write_digest_credentials(elsewhere)}, {odd}, {""}}) {
    const auto verdict = ask(values);
    EXPECT_EQ(verdict.outcome, auth_outcome::challenged);
    EXPECT_EQ(verdict.answer.status, 401);
    EXPECT_EQ(verdict.answer.headers.find("stale"), std::string::npos);
    EXPECT_NE(verdict.answer.headers.find("algorithm=SHA-256"), std::string::npos);
    EXPECT_NE(verdict.answer.headers.find("algorithm=MD5"), std::string::npos);
  }
}

TEST_F(digest_authentication, accepts_a_right_answer_with_either_algorithm) {
  for (const auto algorithm : {digest_algorithm::md5, digest_algorithm::sha256}) {
    const auto verdict = ask({write_digest_credentials(answer(fresh_nonce(), algorithm))});
    EXPECT_EQ(verdict.outcome, auth_outcome::accepted);
    EXPECT_EQ(verdict.identity, "sip:alice@example.com");
  }
}

TEST_F(digest_authentication, takes_one_nonce_for_many_requests) {
  auto given = answer(fresh_nonce(), digest_algorithm::sha256);
  for (const char* method : {"INVITE", "SUBSCRIBE", "REFER"}) {
    const auto verdict = ask({write_digest_credentials(sign(given, "wonderland", method))}, t0, method);
    EXPECT_EQ(verdict.outcome, auth_outcome::accepted) << method;
    ++given.nonce_count;
  }
}

TEST_F(digest_authentication, refuses_wrong_password_and_unknown_user_alike) {
  for (const auto algorithm : {digest_algorithm::md5, digest_algorithm::sha256}) {
    const auto wrong = ask({write_digest_credentials(answer(fresh_nonce(), algorithm, "alice", "x"))});
    const auto unknown = ask({write_digest_credentials(answer(fresh_nonce(), algorithm, "nobody", "x"))});
    expect_refused(wrong, 403);
    expect_refused(unknown, 403);
    EXPECT_EQ(wrong.answer.reason, unknown.answer.reason);
  }
}

TEST_F(digest_authentication, says_nothing_of_a_password_whose_nonce_is_not_good) {
  const auto old = fresh_nonce();
  for (const char* password : {"wonderland", "x"}) {
    for (const std::string& nonce : {old, std::string("forged")}) {
      const auto given = answer(nonce, digest_algorithm::md5, "alice", password);
      expect_stale(ask({write_digest_credentials(given)}, t0 + 1h));
    }
  }
}

TEST_F(digest_authentication, looks_at_no_password_after_too_many_wrong_ones_from_the_same_source) {
  for (int i = 1; i <= 10; ++i) {
    const auto verdict = guess("alice");
    expect_refused(verdict, 403);
    EXPECT_EQ(verdict.guessed, i == 10 ? "alice@example.com" : "");
  }
  const auto right = answer(fresh_nonce(), digest_algorithm::sha256);
  const auto refused = ask({write_digest_credentials(right)}, t0 + 1min);
  EXPECT_EQ(refused.outcome, auth_outcome::refused);
  EXPECT_EQ(refused.answer.status, 403);
  EXPECT_EQ(refused.answer.headers, "Retry-After: 540\r\n");
  EXPECT_EQ(refused.guessed, "") << "told once";
  const auto bob = answer(fresh_nonce(), digest_algorithm::sha256, "bob", "builder");
  EXPECT_EQ(ask({write_digest_credentials(bob)}).outcome, auth_outcome::accepted);
  const auto later = answer(nonce_of(ask({}, t0 + 10min)), digest_algorithm::sha256);
  EXPECT_EQ(ask({write_digest_credentials(later)}, t0 + 10min).outcome, auth_outcome::accepted);
}

TEST_F(digest_authentication, counts_a_wrong_password_where_its_nonce_went_not_where_it_says_it_comes_from) {
  const auto mine = fresh_nonce();
  source_ = "192.0.2.66";
  const auto theirs = fresh_nonce();
  source_ = "192.0.2.1";  // forged: the answers never go back to 192.0.2.66
  for (int i = 0; i < 10; ++i)
    expect_refused(ask({write_digest_credentials(answer(theirs, digest_algorithm::md5, "alice", "x"))}), 403);
  const auto right = answer(mine, digest_algorithm::md5);
  EXPECT_EQ(ask({write_digest_credentials(right)}).outcome, auth_outcome::accepted);
  source_ = "192.0.2.66";
  const auto stopped = ask({write_digest_credentials(answer(fresh_nonce(), digest_algorithm::md5))});
  EXPECT_EQ(stopped.outcome, auth_outcome::refused);
}

TEST_F(digest_authentication, stops_who_guesses_for_users_that_do_not_exist_just_as_soon) {
  for (int i = 0; i < 10; ++i) (void)guess("nobody");
  EXPECT_NE(guess("nobody").answer.headers, "");
  EXPECT_EQ(guess("alice").answer.headers, "");
}

TEST_F(digest_authentication, looks_at_no_more_of_many_passwords_in_one_request_than_of_many_requests) {
  const auto nonce = fresh_nonce();
  std::vector<std::string> values(
      10, write_digest_credentials(answer(nonce, digest_algorithm::sha256, "alice", "x")));
  values.push_back(write_digest_credentials(answer(nonce, digest_algorithm::sha256)));
  EXPECT_EQ(ask(values).outcome, auth_outcome::refused);
}

TEST_F(digest_authentication, refuses_a_user_for_whom_it_has_no_hash_of_that_algorithm) {
  const auto nonce = fresh_nonce();
  expect_refused(ask({write_digest_credentials(answer(nonce, digest_algorithm::md5, "bob", "builder"))}),
                 403);
  EXPECT_EQ(
      ask({write_digest_credentials(answer(nonce, digest_algorithm::sha256, "bob", "builder"))}).identity,
      "sip:bob@example.com");
}

TEST_F(digest_authentication, asks_again_when_a_request_is_replayed) {
  const auto value = write_digest_credentials(answer(fresh_nonce(), digest_algorithm::sha256));
  EXPECT_EQ(ask({value}).outcome, auth_outcome::accepted);
  const auto replayed = ask({value});
  expect_stale(replayed);
  const auto again = answer(nonce_of(replayed), digest_algorithm::sha256);
  EXPECT_EQ(ask({write_digest_credentials(again)}).outcome, auth_outcome::accepted);
}

TEST_F(digest_authentication, asks_again_when_the_nonce_is_old_or_from_before_a_restart) {
  const auto value = write_digest_credentials(answer(fresh_nonce(), digest_algorithm::sha256));
  expect_stale(ask({value}, t0 + 5min));
  server_ = authenticator(users(), {1, 1, 1});
  expect_stale(ask({value}));
}

TEST_F(digest_authentication, does_not_let_strangers_use_up_the_count_of_others) {
  auto given = answer(fresh_nonce(), digest_algorithm::md5);
  auto forged = given;
  forged.nonce_count = 0xffffffff;
  expect_refused(ask({write_digest_credentials(sign(forged, "x"))}), 403);
  EXPECT_EQ(ask({write_digest_credentials(given)}).outcome, auth_outcome::accepted);
}

TEST_F(digest_authentication, refuses_what_was_not_offered) {
  const auto good = write_digest_credentials(answer(fresh_nonce(), digest_algorithm::md5));
  const auto changed = [&](const std::string& from, const std::string& to) {
    auto out = good;
    return out.replace(out.find(from), from.size(), to);
  };
  expect_refused(ask({changed("algorithm=MD5", "algorithm=SHA-512-256")}), 403);
  expect_refused(ask({changed("algorithm=MD5", "algorithm=MD5-sess")}), 403);
  expect_refused(ask({changed("qop=auth, ", "")}), 403);
  expect_refused(ask({changed("qop=auth", "qop=auth-int")}), 403);
  expect_refused(ask({changed("algorithm=MD5", "algorithm=SHA-256")}), 400);  // a response too short for it
}

TEST_F(digest_authentication, takes_only_the_algorithms_it_was_told_to_offer) {
  server_ = authenticator(users(), key, {.algorithms = {digest_algorithm::sha256}});
  const auto asked = ask({});
  EXPECT_EQ(asked.answer.headers.find("MD5"), std::string::npos);
  const auto nonce = nonce_of(asked);
  expect_refused(ask({write_digest_credentials(answer(nonce, digest_algorithm::md5))}), 403);
  const auto right = answer(nonce, digest_algorithm::sha256);
  EXPECT_EQ(ask({write_digest_credentials(right)}).outcome, auth_outcome::accepted);
}

TEST_F(digest_authentication, refuses_what_cannot_be_read) {
  for (const char* text :
       {"Digest", "Digest x", "Digest username=\"alice\"", "Digest realm=\"example.com\", a=\"",
        "Digest realm=\"example.com\", realm=\"example.com\""})
    expect_refused(ask({text}), 400);
  expect_refused(ask({"Digest realm=\"example.com\", qop=auth, username=\"alice\""}), 400);
}

TEST_F(digest_authentication, binds_an_answer_to_method_and_target) {
  const auto value = write_digest_credentials(answer(fresh_nonce(), digest_algorithm::sha256));
  expect_refused(ask({value}, t0, "REFER"), 403);
  expect_refused(ask({value}, t0, "INVITE", "sip:board@example.com"), 400);
  EXPECT_EQ(ask({value}, t0, "INVITE", "sip:room@192.0.2.1:5070;transport=tcp").outcome,
            auth_outcome::accepted)
      << "a proxy may have rewritten the host";
}

TEST_F(digest_authentication, finds_the_right_answer_among_several) {
  const auto nonce = fresh_nonce();
  auto elsewhere = answer("n", digest_algorithm::md5);
  elsewhere.realm = "proxy.example.net";
  const auto wrong = write_digest_credentials(answer(nonce, digest_algorithm::md5, "alice", "x"));
  const auto right = write_digest_credentials(answer(nonce, digest_algorithm::sha256));
  EXPECT_EQ(ask({write_digest_credentials(elsewhere), wrong, right}).outcome, auth_outcome::accepted);
  expect_refused(ask({wrong, "Digest x"}), 403);
}

TEST_F(digest_authentication, knows_users_who_were_added_since) {
  const auto value = write_digest_credentials(answer(fresh_nonce(), digest_algorithm::sha256, "carol", "pw"));
  expect_refused(ask({value}), 403);
  server_.replace_users(
      std::make_shared<const user_store>(*user_store::parse("users", "carol@example.com:pw")));
  EXPECT_EQ(ask({value}).identity, "sip:carol@example.com");
}

TEST_F(digest_authentication, reads_each_authorization_line_of_a_request_up_to_a_bound) {
  std::string text = "INVITE sip:room@example.com SIP/2.0\r\nauthorization: Digest a=1,\r\n b=2\r\n";
  for (int i = 0; i < 20; ++i) text += "Authorization: x\r\n";
  const std::string whole = text + "\r\n";
  const auto message = wire_message::split(whole);
  const auto request = auth_request::of(*message, *socket_address::parse("192.0.2.1", 5060));
  EXPECT_EQ(request.source, "192.0.2.1");
  EXPECT_EQ(request.method, "INVITE");
  EXPECT_EQ(request.request_uri, room);
  ASSERT_EQ(request.credentials.size(), 8U);
  EXPECT_EQ(trim(request.credentials[0]).substr(0, 11), "Digest a=1,");
}

TEST(realm_for, is_the_callers_domain_then_the_rooms_then_the_first_of_the_file) {
  const auto file = user_store::parse("users", "u@first.example:1\nu@home.example:2\nu@rooms.example:3");
  ASSERT_TRUE(file.ok());
  struct row {
    const char* from;
    const char* target;
    const char* realm;
  };
  const std::vector<row> rows{
      {"\"A\" <sip:a@Home.example>;tag=1", "sip:room@rooms.example", "home.example"},
      {"<sip:a@elsewhere.example>;tag=1", "sip:room@ROOMS.example:5070", "rooms.example"},
      {"<sip:anonymous@anonymous.invalid>", "sip:room@192.0.2.1", "first.example"},
      {"<tel:+1>;tag=1", "sip:room@[2001:db8::1]", "first.example"},
      {"nonsense <", "tel:+1", "first.example"},
  };
  for (const row& r : rows) {
    const std::string text = std::string("INVITE ") + r.target + " SIP/2.0\r\nFrom: " + r.from + "\r\n\r\n";
    EXPECT_EQ(realm_for(*wire_message::split(text), *file), r.realm) << text;
  }
}

TEST(same_target, compares_rooms_and_passes_over_the_way_to_them) {
  EXPECT_TRUE(same_target("sip:room@a.example", "sip:room@b.example:5070;transport=tcp"));
  EXPECT_TRUE(same_target("sip:ro%6Fm@a.example", "sips:room@a.example"));
  EXPECT_TRUE(same_target("sip:a.example", "sip:b.example"));
  EXPECT_TRUE(same_target("tel:+1", "tel:+1"));
  EXPECT_FALSE(same_target("sip:room@a.example", "sip:Room@a.example"));
  EXPECT_FALSE(same_target("sip:room@a.example", "sip:a.example"));
  EXPECT_FALSE(same_target("sip:a.example", "sip:room@a.example"));
  EXPECT_FALSE(same_target("tel:+1", "tel:+2"));
  EXPECT_FALSE(same_target("sip:room@a.example", ""));
  EXPECT_FALSE(same_target("sip:room@a.example", "/index.html"));
}

}  // namespace
}  // namespace confab::sip
