#include <algorithm>

#include "tests/scenario/streaming.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;

TEST_F(an_msrp_stream, keeps_what_comes_with_the_binding_until_the_room_knows_it) {
  start();
  const auto call = ringing(alice);
  tell(call);
  take(send("tran1"));
  EXPECT_EQ(line_->sent, "") << "the ACK has not come";
  tell(sip::established{alice, call.peer});
  EXPECT_TRUE(sent("MSRP tran1 200")) << line_->sent;
  drain();
  EXPECT_TRUE(sent("Welcome!")) << line_->sent;
}

TEST_F(an_msrp_stream, grants_what_it_has_worked_on_before_the_shard_stops_reading) {
  enter();
  size_t came = send("tran1", "session1", true).size();
  const auto one = send("tran2");
  while (came + one.size() < limits::stream_unread_bytes / 4) {
    take(one);
    came += one.size();
  }
  EXPECT_EQ(line_->granted, 0U) << "the shard reads on anyway";
  take(one);
  EXPECT_EQ(line_->granted, came + one.size());
}

TEST_F(an_msrp_stream, ends_with_its_call_even_when_that_never_heard_of_it) {
  start();
  const auto call = ringing(alice);
  tell(call);
  tell(sip::established{alice, call.peer});
  const auto bytes = send("tran1", "session1", true);
  caf::anon_send(*stream_, stream_bytes{io::stream_id{1}, std::make_shared<const std::vector<uint8_t>>(
                                                              bytes.begin(), bytes.end())});
  caf::anon_send(directory_, call_news{sip::ended{alice, sip::end_cause::remote_bye, 0, {}}});
  settle();
  drain();
  if (!line_->ended) take(send("tran2", "session1", true));  // it came too late for the session
  EXPECT_TRUE(line_->ended || sent(" 481"));
  pass(limits::msrp_binding);
  EXPECT_TRUE(line_->ended);
  EXPECT_EQ(count().legs, 0U);
}

TEST_F(an_msrp_stream, holds_nothing_that_it_waited_for_when_it_ends) {
  start();
  caf::anon_send(sessions_, promise_session{"early"});
  take(send("tran1", "early", true));
  EXPECT_EQ(line_->sent, "") << "the answer to our offer is not here";
  caf::anon_send(*stream_, stream_over{io::stream_id{1}, {}});
  settle();
  chat_session agreed{alice, msrp::parse_uri("msrps://127.0.0.1:2855/early;tcp").value(),
                      msrp::parse_path("msrps://192.0.2.9:9/phone;tcp").value()};
  caf::anon_send(sessions_, expect_session{agreed});
  caf::scoped_actor self(*system_);
  self->send(sessions_, claim_session{"early", agreed.theirs, self->id()});
  settle();
  self->receive([](const session_claim& m) { EXPECT_EQ(m.code, 200); });
}

TEST_F(an_msrp_stream, is_closed_without_a_session_whatever_comes) {
  start();
  const auto request = send("tran1");
  for (size_t at = 0; at < 3; ++at) {
    EXPECT_FALSE(line_->ended);
    take(request.substr(at, 1));
    pass(limits::msrp_binding / 3);
  }
  EXPECT_TRUE(line_->ended);
}

TEST_F(an_msrp_stream, is_closed_when_it_guesses_sessions) {
  start();
  for (size_t i = 0; i < limits::msrp_refused_claims; ++i) {
    EXPECT_FALSE(line_->ended);
    take(send("tran" + std::to_string(i), "guess" + std::to_string(i), true));
  }
  EXPECT_TRUE(line_->ended);
  EXPECT_TRUE(sent("MSRP tran7 481")) << "and told why";
}

TEST_F(an_msrp_stream, asks_a_silent_peer_whether_it_is_there) {
  start();
  const auto call = ringing(alice);
  tell(call);
  tell(sip::established{alice, call.peer});
  take(send("tran1", "session1", true));
  drain();
  line_->sent.clear();
  drained_ = 0;
  pass(limits::msrp_keep_alive);
  EXPECT_TRUE(sent(" SEND\r\n")) << line_->sent;
  drain();
  EXPECT_FALSE(line_->ended);
  pass(limits::msrp_transaction + 1s);
  EXPECT_TRUE(line_->ended);
  pass(2s);
  EXPECT_EQ(control_.count("offer", alice), 1U) << "its call offers another path";
}

TEST_F(an_msrp_stream, is_closed_when_its_peer_does_not_read) {
  start();
  const auto call = ringing(alice);
  tell(call);
  tell(sip::established{alice, call.peer});
  take(send("tran1", "session1", true));
  chat(bob);
  const std::string page(5'000, 'x');
  for (int i = 0; i < 20; ++i) EXPECT_EQ(say(bob, page), 200);
  EXPECT_LE(line_->sent.size(), limits::msrp_window_bytes * 3 / 2) << "no more is made than is taken";
  EXPECT_FALSE(line_->ended);
  pass(limits::msrp_stalled);
  EXPECT_TRUE(line_->ended);
  EXPECT_EQ(say(bob, "anybody?"), 200) << "nobody else is held up";
}

TEST_F(an_msrp_stream, is_closed_when_more_waits_than_it_may_keep) {
  start();
  const auto call = ringing(alice);
  tell(call);
  tell(sip::established{alice, call.peer});
  take(send("tran1", "session1", true));
  chat(bob);
  const std::string page(5'000, 'x');
  for (int i = 0; i < 80 && !line_->ended; ++i) EXPECT_EQ(say(bob, page), 200);
  EXPECT_TRUE(line_->ended);
}

TEST_F(an_msrp_stream, keeps_no_more_of_unfinished_messages_than_its_room_may) {
  const auto all = std::make_shared<msrp::byte_budget>(1'000'000);
  chat_settings_->rooms.unfinished = all;
  chat_settings_->rooms.unfinished_bytes = 3'000;
  enter();
  drain();
  const auto begun = [](const std::string& id, size_t bytes) {
    return "MSRP " + id + " SEND\r\nTo-Path: msrp://192.0.2.1:2856/session1;tcp\r\n" +
           "From-Path: msrp://192.0.2.9:9/phone;tcp\r\nMessage-ID: m" + id +
           "\r\nByte-Range: 1-*/*\r\nContent-Type: message/cpim\r\n\r\n" + std::string(bytes, 'x') +
           "\r\n-------" + id + "+\r\n";
  };
  for (size_t left = limits::msrp_free_bytes, n = 0; left > 0; ++n) {
    const size_t some = std::min<size_t>(left, 9'000);
    take(begun("first" + std::to_string(n), some));
    left -= some;
  }
  EXPECT_EQ(all->taken(), 0U) << "the first bytes of a stream are nobody else's";
  take(begun("half1", 2'500));
  EXPECT_TRUE(sent("MSRP half1 200")) << line_->sent;
  EXPECT_EQ(all->taken(), 2'500U) << "what is the room's is of the server's too";
  take(begun("half2", 600));
  EXPECT_TRUE(sent("MSRP half2 413")) << line_->sent;
  take(send("small"));
  EXPECT_TRUE(sent("MSRP small 200")) << "it fits beside it";
  EXPECT_EQ(read(bob).back(), "sip:phone1@example.com > sip:lunch@host: hello");
  EXPECT_EQ(all->taken(), 2'500U) << "what was judged is not kept";
  lose(bob);
  caf::anon_send(*stream_, stream_over{io::stream_id{1}, "reset by peer"});
  settle();
  EXPECT_EQ(all->taken(), 0U) << "nor what is of nobody any more";
}

/// The last request that it was sent is answered.
std::string answer_to(const std::string& sent) {
  const auto at = sent.rfind(" SEND\r\n");
  const auto start = sent.rfind("MSRP ", at);
  const auto id = sent.substr(start + 5, at - start - 5);
  return "MSRP " + id + " 200 OK\r\nTo-Path: msrp://192.0.2.1:2856/session1;tcp\r\n" +
         "From-Path: msrp://192.0.2.9:9/phone;tcp\r\n-------" + id + "$\r\n";
}

TEST_F(an_msrp_stream, asks_at_times_what_was_taken_of_the_little_that_nobody_tells_it_of) {
  enter();
  EXPECT_EQ(say(bob, "hello"), 200);
  pass(limits::msrp_keep_alive);
  EXPECT_EQ(line_->asked, 1U);
  take(answer_to(line_->sent));
  drain();
  pass(limits::msrp_stalled);
  EXPECT_FALSE(line_->ended) << "all was taken";
  EXPECT_EQ(say(bob, "hello again"), 200);
  pass(limits::msrp_keep_alive - limits::msrp_stalled);
  EXPECT_EQ(line_->asked, 2U);
  take(answer_to(line_->sent));
  pass(limits::msrp_stalled);
  EXPECT_TRUE(line_->ended) << "nothing was taken";
}

TEST_F(an_msrp_stream, waits_for_a_reader_that_is_slow_and_gets_on) {
  enter();
  for (int i = 0; i < 30; ++i) EXPECT_EQ(say(bob, std::string(5'000, 'x')), 200);
  for (int i = 0; i < 3; ++i) {
    pass(limits::msrp_reader_grace / 3);
    EXPECT_FALSE(line_->ended) << i;
    drain(line_->sent.size() - drained_);
  }
  EXPECT_EQ(drained_, line_->sent.size()) << "all of it went through";
  pass(limits::msrp_stalled - 1s);
  EXPECT_FALSE(line_->ended);
}

TEST_F(an_msrp_stream, closes_a_reader_that_takes_a_little_at_a_time_for_ever) {
  enter();
  for (int i = 0; i < 30; ++i) EXPECT_EQ(say(bob, std::string(5'000, 'x')), 200);
  const auto most = limits::msrp_reader_grace + std::chrono::seconds(150'000 / limits::msrp_reader_pace) + 1s;
  for (auto passed = 0s; passed < most; passed += 10s) {
    if (passed < limits::msrp_reader_grace) {
      EXPECT_FALSE(line_->ended);
    }
    drain(100);
    pass(10s);
  }
  EXPECT_TRUE(line_->ended);
}

}  // namespace
}  // namespace confab::actors::scenario
