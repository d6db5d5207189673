#include "media/io/tls_session.hpp"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "media/io/certificate.hpp"

namespace confab::io {
namespace {

namespace fs = std::filesystem;

std::vector<uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

class tls_sessions : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    directory_ = fs::path(testing::TempDir()) / (std::string("tls_") + info->name());
    fs::remove_all(directory_);
  }
  void TearDown() override { fs::remove_all(directory_); }

  [[nodiscard]] tls_files files(const std::string& name) const {
    const auto made = ensure_certificate((directory_ / name).string(), name);
    EXPECT_TRUE(made.ok());
    return {made->certificate, made->private_key, {}, false};
  }
  static std::shared_ptr<const tls_context> context_of(const tls_files& files) {
    auto made = tls_context::make(files);
    EXPECT_TRUE(made.ok()) << made.error().text;
    return *made;
  }

  fs::path directory_;
};

/// Two sessions and the bytes between them.
struct conversation {
  conversation(const std::shared_ptr<const tls_context>& serves,
               const std::shared_ptr<const tls_context>& calls, const std::string& name = {},
               size_t cut = 100'000)
      : server(std::move(tls_session::make(serves, tls_role::server, {}).value())),
        client(std::move(tls_session::make(calls, tls_role::client, name).value())),
        cut_(cut) {
    carry();
  }

  /// Until neither has anything to say, `cut_` bytes at a time.
  void carry() {
    for (int round = 0; round < 1'000; ++round) {
      const bool out = pass(*client, *server, at_server, server_failure);
      const bool back = pass(*server, *client, at_client, client_failure);
      if (!out && !back) return;
    }
    FAIL() << "the two never come to rest";
  }

  bool pass(tls_session& from, tls_session& to, std::vector<uint8_t>& into, std::string& failure) const {
    const auto bytes = from.take_output();
    for (size_t at = 0; at < bytes.size() && failure.empty(); at += cut_) {
      const std::span<const uint8_t> piece(bytes.data() + at, std::min(cut_, bytes.size() - at));
      if (const auto done = to.receive(piece, into); !done) failure = done.error().text;
    }
    return !bytes.empty();
  }

  std::unique_ptr<tls_session> server, client;
  std::vector<uint8_t> at_server, at_client;
  std::string server_failure, client_failure;

 private:
  size_t cut_;
};

TEST_F(tls_sessions, carry_bytes_both_ways_however_they_are_cut) {
  const auto context = context_of(files("a.example"));
  for (const size_t cut : {size_t{1}, size_t{7}, size_t{1'500}, size_t{100'000}}) {
    conversation talk(context, context, {}, cut);
    ASSERT_TRUE(talk.server->is_ready() && talk.client->is_ready())
        << talk.server_failure << talk.client_failure;
    std::string much(50'000, 'x');
    much += "end";
    ASSERT_TRUE(talk.client->send(bytes_of(much)).ok());
    ASSERT_TRUE(talk.server->send(bytes_of("short")).ok());
    talk.carry();
    EXPECT_EQ(talk.at_server, bytes_of(much));
    EXPECT_EQ(talk.at_client, bytes_of("short"));
  }
}

TEST_F(tls_sessions, cannot_send_before_the_handshake) {
  const auto context = context_of(files("a.example"));
  const auto server = std::move(tls_session::make(context, tls_role::server, {}).value());
  const auto refused = server->send(bytes_of("early"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::unavailable);
}

TEST_F(tls_sessions, know_the_certificate_that_sdp_named) {
  const auto ours = context_of(files("a.example"));
  const auto theirs = context_of(files("b.example"));
  const conversation talk(ours, theirs);
  EXPECT_TRUE(talk.server->peer_has(theirs->fingerprint()));
  EXPECT_FALSE(talk.server->peer_has(ours->fingerprint()));
  EXPECT_TRUE(talk.client->peer_has(ours->fingerprint()));
  std::string lower = ours->fingerprint();
  for (char& c : lower) c = static_cast<char>(std::tolower(c));
  EXPECT_TRUE(talk.client->peer_has(lower));
  EXPECT_FALSE(talk.client->peer_has("SHA-256"));
  EXPECT_FALSE(talk.client->peer_has("MD4 00:11"));
  EXPECT_EQ(ours->fingerprint().substr(0, 8), "SHA-256 ");
  EXPECT_EQ(ours->fingerprint().size(), 8 + 32 * 3 - 1U);
}

TEST_F(tls_sessions, tell_that_the_peer_is_done) {
  const auto context = context_of(files("a.example"));
  conversation talk(context, context);
  EXPECT_FALSE(talk.server->peer_is_done());
  talk.client->close();
  talk.carry();
  EXPECT_TRUE(talk.server->peer_is_done());
}

TEST_F(tls_sessions, refuse_what_is_no_tls) {
  const auto context = context_of(files("a.example"));
  const auto server = std::move(tls_session::make(context, tls_role::server, {}).value());
  std::vector<uint8_t> plain;
  const auto refused = server->receive(bytes_of("MSRP a786hjs2 SEND\r\n"), plain);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::malformed);
  EXPECT_TRUE(plain.empty());
}

TEST_F(tls_sessions, refuse_strangers_where_peers_are_verified) {
  auto strict = files("a.example");
  strict.verify_peers = true;
  strict.ca = strict.certificate;
  const auto ours = context_of(strict);
  const auto stranger = context_of(files("b.example"));
  const conversation refused(ours, stranger);
  EXPECT_NE(refused.server_failure.find("not believed"), std::string::npos) << refused.server_failure;

  const conversation called(stranger, ours);
  EXPECT_NE(called.client_failure.find("not believed"), std::string::npos) << called.client_failure;

  const conversation known(ours, ours);
  EXPECT_TRUE(known.server->is_ready() && known.client->is_ready())
      << known.server_failure << known.client_failure;
}

TEST_F(tls_sessions, check_the_name_of_whom_they_call) {
  auto strict = files("a.example");
  strict.verify_peers = true;
  strict.ca = strict.certificate;
  const auto context = context_of(strict);
  const conversation right(context, context, "a.example");
  EXPECT_TRUE(right.client->is_ready()) << right.client_failure;
  const conversation wrong(context, context, "other.example");
  EXPECT_FALSE(wrong.client->is_ready());
  EXPECT_FALSE(wrong.client_failure.empty());
}

TEST_F(tls_sessions, say_which_file_cannot_be_used) {
  auto broken = files("a.example");
  broken.private_key = "/nowhere/key.pem";
  const auto made = tls_context::make(broken);
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().text.find("/nowhere/key.pem"), std::string::npos);
}

}  // namespace
}  // namespace confab::io
