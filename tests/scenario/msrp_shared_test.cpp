#include <map>
#include <set>

#include "media/msrp/framer.hpp"
#include "tests/scenario/streaming.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;

/// A request or response that the server wrote on the shared connection.
struct written_frame {
  std::string start;    ///< method or code
  std::string id;       ///< of the transaction
  std::string session;  ///< whose it is
  std::string body;
};

/// The clients of one relay: alice's session owns the connection that bob's and others share; carol has
/// another.
class a_shared_connection : public an_msrp_stream {
 protected:
  void establish(leg_id leg) {
    const auto call = ringing(leg);
    tell(call);
    tell(sip::established{leg, call.peer});
  }
  static std::string session_of(leg_id leg) { return "session" + to_string(leg); }
  /// In the room by the shared connection. Legs call in the order of their numbers.
  void come(leg_id leg) {
    establish(leg);
    take(send("bind" + to_string(leg), session_of(leg), true));
  }
  void begin() {
    start();
    come(alice);
    come(bob);
    chat(carol);
    drain();
    (void)frames();
  }
  void says(leg_id leg, const std::string& id, const std::string& text) {
    auto bytes = send(id, session_of(leg));
    bytes.replace(bytes.find("phone1@"), 6, "phone" + to_string(leg));
    bytes.replace(bytes.find("hello"), 5, text);
    take(bytes);
  }
  /// Everything written since the last look. Whole frames: `framer` would not follow mixed ones.
  std::vector<written_frame> frames() {
    std::vector<written_frame> found;
    std::string_view bytes = line_->sent;
    bytes.remove_prefix(looked_at_);
    looked_at_ = line_->sent.size();
    while (true) {
      const auto next = framer_.next(bytes);
      EXPECT_TRUE(next.ok()) << "not MSRP";
      if (!next || !*next) return found;
      if (const auto* head = std::get_if<msrp::frame_head>(&**next)) {
        const auto& h = head->head;
        under_way_ = {h.is_response() ? std::to_string(h.code) : h.method,
                      h.transaction_id,
                      h.from_path.front().session_id,
                      {}};
      } else if (const auto* body = std::get_if<msrp::frame_body>(&**next)) {
        under_way_.body += body->bytes;
      } else {
        found.push_back(std::exchange(under_way_, {}));
      }
    }
  }
  static size_t count_of(const std::vector<written_frame>& all, leg_id leg, const std::string& text) {
    return static_cast<size_t>(std::count_if(all.begin(), all.end(), [&](const written_frame& one) {
      return one.session == session_of(leg) && one.body.find(text) != std::string::npos;
    }));
  }
  /// Of pages that came in any chunks.
  static size_t bytes_of(const std::vector<written_frame>& all, leg_id leg, char what) {
    size_t bytes = 0;
    for (const auto& one : all)
      if (one.session == session_of(leg))
        bytes += static_cast<size_t>(std::count(one.body.begin(), one.body.end(), what));
    return bytes;
  }
  static std::string answer_in(const std::vector<written_frame>& all, const std::string& id) {
    for (const auto& one : all)
      if (one.id == id && one.start != "SEND") return one.start;
    return {};
  }

  size_t looked_at_ = 0;
  msrp::framer framer_;
  written_frame under_way_;
};

TEST_F(a_shared_connection, lets_two_sessions_chat_with_each_other_and_with_others) {
  begin();
  says(alice, "tranone", "from alice");
  says(bob, "trantwo", "from bob");
  drain();
  const auto all = frames();
  EXPECT_EQ(answer_in(all, "tranone"), "200");
  EXPECT_EQ(answer_in(all, "trantwo"), "200");
  EXPECT_EQ(count_of(all, bob, "from alice"), 1U);
  EXPECT_EQ(count_of(all, alice, "from bob"), 1U);
  const auto heard = read(carol);
  EXPECT_EQ(std::count(heard.begin(), heard.end(), "sip:phone2@example.com > sip:lunch@host: from bob"), 1);
  EXPECT_EQ(say(carol, "to both"), 200);
  drain();
  const auto more = frames();
  EXPECT_EQ(count_of(more, alice, "to both"), 1U);
  EXPECT_EQ(count_of(more, bob, "to both"), 1U);
}

TEST_F(a_shared_connection, goes_on_when_one_of_them_hangs_up) {
  begin();
  hang_up(bob);
  drain();
  (void)frames();
  says(bob, "late", "too late");
  says(alice, "tranone", "still here");
  drain();
  const auto all = frames();
  EXPECT_EQ(answer_in(all, "late"), "481");
  EXPECT_EQ(answer_in(all, "tranone"), "200");
  EXPECT_EQ(read(carol).back(), "sip:phone1@example.com > sip:lunch@host: still here");
  EXPECT_FALSE(line_->ended);
  hang_up(alice);
  EXPECT_TRUE(line_->ended);
}

TEST_F(a_shared_connection, goes_on_when_the_session_that_bound_it_is_over_and_ends_with_the_last) {
  begin();
  hang_up(alice);
  EXPECT_FALSE(line_->ended);
  says(alice, "late", "too late");
  says(bob, "tranone", "still here");
  drain();
  auto all = frames();
  EXPECT_EQ(answer_in(all, "late"), "481");
  EXPECT_EQ(answer_in(all, "tranone"), "200");
  EXPECT_EQ(say(carol, "good"), 200);
  drain();
  EXPECT_EQ(count_of(frames(), bob, "good"), 1U);
  pass(limits::msrp_keep_alive - 1s);
  EXPECT_FALSE(line_->ended);
  hang_up(bob);
  drain();
  EXPECT_TRUE(line_->ended);
  EXPECT_EQ(count().legs, 1U);
}

TEST_F(a_shared_connection, takes_another_after_the_session_that_bound_it_is_over) {
  begin();
  hang_up(alice);
  const leg_id dora{4};
  come(dora);
  says(dora, "tranone", "hello from dora");
  drain();
  EXPECT_EQ(count_of(frames(), bob, "hello from dora"), 1U);
}

TEST_F(a_shared_connection, tells_all_when_it_is_lost) {
  begin();
  caf::anon_send(*stream_, stream_over{io::stream_id{1}, "reset by peer"});
  settle();
  pass(2s);
  EXPECT_EQ(control_.count("offer", alice), 1U) << "their calls offer other paths";
  EXPECT_EQ(control_.count("offer", bob), 1U);
}

TEST_F(a_shared_connection, tells_all_when_its_bytes_cannot_be_followed) {
  begin();
  take("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(line_->ended);
  pass(2s);
  EXPECT_EQ(control_.count("offer", alice), 1U);
  EXPECT_EQ(control_.count("offer", bob), 1U);
}

TEST_F(a_shared_connection, is_not_lost_by_one_behind_it_that_guesses) {
  begin();
  for (int i = 0; i < 100; ++i) take(send("guess" + std::to_string(i), "guess" + std::to_string(i), true));
  drain();
  const auto all = frames();
  for (int i = 0; i < 100; ++i) EXPECT_EQ(answer_in(all, "guess" + std::to_string(i)), "481");
  says(bob, "tranone", "still here");
  drain();
  EXPECT_EQ(count_of(frames(), alice, "still here"), 1U);
}

TEST_F(a_shared_connection, carries_no_more_sessions_than_it_may) {
  start();
  const uint64_t most = limits::msrp_shared_sessions + 1;  // and the one that bound it
  for (uint64_t i = 1; i <= most; ++i) {
    come(leg_id{i});
    drain();
    EXPECT_EQ(answer_in(frames(), "bind" + std::to_string(i)), "200") << i;
  }
  come(leg_id{most + 1});
  drain();
  EXPECT_EQ(answer_in(frames(), "bind" + std::to_string(most + 1)), "481");
  hang_up(bob);
  drain();
  pass(limits::msrp_binding / 2);
  take(send("again", session_of(leg_id{most + 1}), true));
  drain();
  EXPECT_EQ(answer_in(frames(), "again"), "200") << "there is room";
}

TEST_F(a_shared_connection, leaves_a_session_to_the_connection_that_has_it) {
  begin();
  const auto other = std::make_shared<line_record>();
  const auto shard = system_->spawn(pretended_line, other);
  const auto stream = system_->spawn(msrp_stream, services_, msrp_stream_start{shard, false});
  caf::anon_send(stream, stream_opened{io::stream_id{7}, socket_address::parse("192.0.2.8", 9).value(), {}});
  const auto wish = send("mine", session_of(bob), true);
  caf::anon_send(stream, stream_bytes{io::stream_id{7}, std::make_shared<const std::vector<uint8_t>>(
                                                            wish.begin(), wish.end())});
  settle();
  EXPECT_NE(other->sent.find("MSRP mine 506"), std::string::npos) << other->sent;
  caf::anon_send(stream, stream_over{io::stream_id{7}, ""});
  caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
  settle();
}

TEST_F(a_shared_connection, holds_up_nobody_longer_than_a_chunk) {
  begin();
  const std::string page(9'000, '%');
  for (const auto& [one, other] : {std::pair(alice, bob), std::pair(bob, alice)}) {
    for (int i = 0; i < 20; ++i)
      EXPECT_EQ(say(carol, page, "phone" + to_string(one) + "@example.com"), 200) << "for one alone";
    const std::string text = "short for " + to_string(other);
    EXPECT_EQ(say(carol, text, "phone" + to_string(other) + "@example.com"), 200);
    const size_t before = line_->sent.size();
    EXPECT_EQ(line_->sent.find(text), std::string::npos) << "the peer takes no more yet";
    drain();
    const size_t at = line_->sent.find(text);
    ASSERT_NE(at, std::string::npos);
    EXPECT_LT(at - before, limits::msrp_chunk_shared + 2'000);
    EXPECT_EQ(bytes_of(frames(), one, '%'), 20 * page.size()) << "and all of it came";
  }
}

TEST_F(a_shared_connection, is_read_no_further_while_one_behind_it_is_not_heard) {
  start();
  come(alice);
  chat(carol);
  const auto call = ringing(leg_id{4});
  sessions_made_ = 3;
  tell(call);  // not acknowledged: what it says waits
  const std::string page(9'000, '%');
  const size_t granted = line_->granted;
  for (int i = 0; i < 20; ++i) says(leg_id{4}, "page" + std::to_string(i), page);
  EXPECT_LT(line_->granted - granted, 20 * page.size() / 2 + limits::stream_unread_bytes / 4);
  const size_t waits = line_->granted;
  take("\r\n");
  EXPECT_EQ(line_->granted, waits);
  tell(sip::established{leg_id{4}, call.peer});
  EXPECT_GT(line_->granted, waits) << "all was judged";
  drain();
  EXPECT_EQ(bytes_of(frames(), alice, '%'), 20 * page.size());
}

TEST_F(a_shared_connection, ends_for_all_when_its_peer_does_not_read) {
  begin();
  const std::string page(9'000, '%');
  for (int i = 0; i < 15; ++i) EXPECT_EQ(say(carol, page), 200);
  EXPECT_FALSE(line_->ended);
  pass(limits::msrp_stalled);
  EXPECT_TRUE(line_->ended);
  EXPECT_EQ(say(carol, "anybody?"), 200) << "nobody else is held up";
}

TEST_F(a_shared_connection, asks_each_silent_session_whether_it_is_there) {
  begin();
  pass(limits::msrp_keep_alive);
  drain();
  std::set<std::string> asked;
  for (const auto& one : frames())
    if (one.start == "SEND") asked.insert(one.session);
  EXPECT_EQ(asked, (std::set<std::string>{session_of(alice), session_of(bob)}));
}

}  // namespace
}  // namespace confab::actors::scenario
