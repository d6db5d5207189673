#include <map>

#include <gtest/gtest.h>

#include "config/limits.hpp"
#include "media/msrp/connection.hpp"

namespace confab::msrp {
namespace {

using namespace std::chrono_literals;

const clock_time t0{};
const uri ours = *parse_uri("msrps://192.0.2.1:2855/roomside;tcp");
const path theirs = *parse_path("msrps://198.51.100.7:9/phoneside;tcp");

std::string paths(const std::string& session) {
  return "To-Path: msrps://192.0.2.1:2855/" + session +
         ";tcp\r\nFrom-Path: msrps://198.51.100.7:9/phoneside;tcp\r\n";
}

std::string send(const std::string& session, const std::string& id, const std::string& body = "hello",
                 char flag = '$') {
  return "MSRP " + id + " SEND\r\n" + paths(session) + "Message-ID: m" + id +
         "\r\nContent-Type: message/cpim\r\n\r\n" + body + "\r\n-------" + id + flag + "\r\n";
}

std::string short_frame(const std::string& session, const std::string& id, const std::string& start,
                        const std::string& more = {}) {
  return "MSRP " + id + " " + start + "\r\n" + paths(session) + more + "-------" + id + "$\r\n";
}

/// A connection that is bound to `roomside`, and who stands for its owner: of other sessions those in `known`
/// are admitted, under the number there.
struct line {
  line() : peer(settings(), [n = uint64_t{0}]() mutable { return ++n; }) { peer.bind(ours, theirs, t0); }
  static connection_settings settings() {
    connection_settings s;
    s.message_bytes = s.queued_bytes = 1'000'000;
    return s;
  }
  void take(std::string_view bytes) {
    auto news = peer.take(bytes, now);
    while (!news.empty()) {
      for (auto& one : news) hear(one);
      news = peer.resume(now);
    }
  }
  void hear(connection_event& news) {
    if (const auto* wish = std::get_if<binding_wanted>(&news)) {
      asked.push_back(wish->session_id);
      const auto found = known.find(wish->session_id);
      found == known.end() ? peer.refuse(481) : peer.admit(found->second);
    } else if (const auto* bytes = std::get_if<guest_bytes>(&news)) {
      passed[bytes->guest] += bytes->bytes;
    } else if (const auto* message = std::get_if<message_came>(&news)) {
      own += *message->body + ";";
      peer.judge(message->ticket, 200);
    } else if (std::holds_alternative<message_news>(news)) {
      own += "news;";
    } else if (std::holds_alternative<peer_lost>(news)) {
      lost = true;
    }
  }
  std::string written() {
    std::string out;
    while (peer.has_output()) peer.write(out, 100, now);
    return out;
  }
  [[nodiscard]] bool push(const std::string& id, size_t bytes) {
    send_request send;
    send.message_id = id;
    send.type = content_type{"message", "cpim", {}};
    return peer.push(std::move(send), std::make_shared<const std::string>(bytes, 'x'));
  }

  std::map<std::string, uint64_t> known{{"second", 2}, {"third", 3}};
  connection peer;
  clock_time now = t0;
  std::vector<std::string> asked;
  std::map<uint64_t, std::string> passed;
  std::string own;
  bool lost = false;
};

TEST(msrp_connection_shared, hands_on_what_is_of_another_session_as_it_came) {
  line here;
  const auto one = send("second", "tid1") + short_frame("second", "tid2", "200 OK");
  const auto other = short_frame("third", "tid3", "NICKNAME", "Use-Nickname: \"Al\"\r\n") +
                     short_frame("third", "tid4", "REPORT", "Message-ID: m1\r\nStatus: 000 200 OK\r\n");
  here.take(one + send("roomside", "tid5") + other);
  EXPECT_EQ(here.passed[2], one);
  EXPECT_EQ(here.passed[3], other);
  EXPECT_EQ(here.own, "hello;");
  EXPECT_EQ(here.asked, (std::vector<std::string>{"second", "third"})) << "once each";
  EXPECT_EQ(here.written().find("MSRP tid5 200"), 0U) << "theirs are answered by themselves";
}

TEST(msrp_connection_shared, gives_each_session_the_same_however_the_bytes_are_cut) {
  const auto one = send("second", "tid1", "chunk\r\n-------tid", '+') + send("second", "tid3", "", '$');
  const auto other = send("third", "tid2", "an end-line of another: \r\n-------tid1$\r\n", '#');
  const auto bytes = send("second", "tid1", "chunk\r\n-------tid", '+') + send("roomside", "tid9", "mine") +
                     other + send("second", "tid3", "", '$');
  for (size_t first = 1; first < bytes.size(); ++first) {
    for (const size_t step : {size_t{1}, size_t{7}, bytes.size()}) {
      line here;
      here.take(std::string_view(bytes).substr(0, first));
      for (size_t at = first; at < bytes.size(); at += step)
        here.take(std::string_view(bytes).substr(at, step));
      ASSERT_EQ(here.passed[2], one) << first << " " << step;
      ASSERT_EQ(here.passed[3], other) << first << " " << step;
      ASSERT_EQ(here.own, "mine;");
      ASSERT_EQ(here.peer.take_credit(), bytes.size());
    }
  }
}

TEST(msrp_connection_shared, reads_nothing_on_until_it_is_known_whose_a_session_is) {
  line here;
  const auto news = here.peer.take(send("second", "tid1") + send("roomside", "tid2"), t0);
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(std::get<binding_wanted>(news[0]).session_id, "second");
  EXPECT_EQ(std::get<binding_wanted>(news[0]).from.back().session_id, "phoneside");
  EXPECT_TRUE(here.peer.is_waiting());
  here.peer.refuse(506);
  here.take({});
  EXPECT_EQ(here.own, "hello;");
  const auto out = here.written();
  EXPECT_NE(out.find("MSRP tid1 506"), std::string::npos) << out;
}

TEST(msrp_connection_shared, answers_481_for_a_session_that_is_over_without_asking) {
  line here;
  const auto whole = send("second", "tid1", std::string(100, 'x'));
  here.take(whole.substr(0, whole.size() - 50));
  here.peer.dismiss(2);
  here.take(whole.substr(whole.size() - 50) + send("second", "tid2") +
            short_frame("second", "tid3", "REPORT", "Message-ID: m1\r\nStatus: 000 200 OK\r\n") +
            send("roomside", "tid4"));
  EXPECT_LT(here.passed[2].size(), whole.size()) << "nothing of it after its end";
  EXPECT_EQ(here.asked.size(), 1U);
  EXPECT_EQ(here.own, "hello;");
  const auto out = here.written();
  EXPECT_EQ(out.find("MSRP tid2 481"), 0U) << out;
  EXPECT_EQ(out.find("tid1"), std::string::npos) << "its head was not for us to answer";
  EXPECT_EQ(out.find("tid3"), std::string::npos) << "reports are never answered";
}

TEST(msrp_connection_shared, asks_for_few_sessions_in_vain_in_a_time_and_is_not_lost_by_it) {
  line here;
  for (size_t i = 0; i < 1'000; ++i) here.take(send("guess" + std::to_string(i), "tid" + std::to_string(i)));
  EXPECT_EQ(here.asked.size(), limits::msrp_refused_claims);
  EXPECT_FALSE(here.lost) << "others stand behind the same relay";
  here.take(send("second", "late1"));
  EXPECT_EQ(here.passed.count(2), 0U);
  here.now += limits::msrp_binding / static_cast<int64_t>(limits::msrp_refused_claims) + 1s;
  here.take(send("second", "late2"));
  EXPECT_EQ(here.passed.count(2), 1U) << "one more may be asked for";
  EXPECT_NE(here.written().find("MSRP tid999 481"), std::string::npos);
}

TEST(msrp_connection_shared, refuses_what_is_for_somebody_behind_it_and_who_is_not_the_peer) {
  line here;
  here.take(
      "MSRP tid1 SEND\r\nTo-Path: msrps://192.0.2.1/second;tcp msrps://192.0.2.2/x;tcp\r\n"
      "From-Path: msrps://198.51.100.7:9/phoneside;tcp\r\nMessage-ID: m1\r\n-------tid1$\r\n");
  here.take(
      "MSRP tid2 SEND\r\nTo-Path: msrps://192.0.2.1/roomside;tcp\r\n"
      "From-Path: msrps://198.51.100.7:9/stranger;tcp\r\nMessage-ID: m1\r\n-------tid2$\r\n");
  EXPECT_TRUE(here.asked.empty());
  const auto out = here.written();
  EXPECT_NE(out.find("MSRP tid1 481"), std::string::npos) << out;
  EXPECT_NE(out.find("MSRP tid2 481"), std::string::npos) << out;
}

TEST(msrp_connection_shared, carries_on_for_others_when_its_own_session_is_over) {
  line here;
  here.take(send("second", "tid1"));
  ASSERT_TRUE(here.push("news", 100));
  here.peer.retire();
  EXPECT_FALSE(here.peer.has_output()) << "nobody is there to read it";
  EXPECT_FALSE(here.push("news2", 1));
  EXPECT_FALSE(here.peer.push_keep_alive());
  here.take(send("second", "tid2") + send("roomside", "tid3") + send("third", "tid4"));
  EXPECT_EQ(here.passed[2], send("second", "tid1") + send("second", "tid2"));
  EXPECT_EQ(here.passed[3], send("third", "tid4")) << "others may still come";
  EXPECT_EQ(here.own, "");
  EXPECT_EQ(here.written().find("MSRP tid3 481"), 0U);
}

TEST(msrp_connection_shared, is_over_in_the_middle_of_its_own_message_without_harm) {
  line here;
  here.take(send("second", "tid1"));
  const auto whole = send("roomside", "tid2", std::string(100, 'x'));
  here.take(whole.substr(0, whole.size() - 50));
  here.peer.retire();
  here.take(whole.substr(whole.size() - 50) + send("second", "tid3"));
  EXPECT_EQ(here.passed[2], send("second", "tid1") + send("second", "tid3"));
  EXPECT_EQ(here.own, "");
}

TEST(msrp_connection_shared, writes_up_to_the_end_of_a_chunk_and_no_long_ones) {
  line here;
  ASSERT_TRUE(here.push("long", 200'000));
  std::string out;
  here.peer.write(out, 1'000, t0);
  EXPECT_FALSE(here.peer.is_between_chunks());
  here.take(send("second", "tid1"));
  here.peer.write_chunks(out, 1'000, t0);
  EXPECT_TRUE(here.peer.is_between_chunks()) << "the chunk under way has ended";
  EXPECT_TRUE(out.ends_with("+\r\n"));
  for (size_t chunks = 0; here.peer.has_output(); ++chunks) {
    std::string more;
    here.peer.write_chunks(more, 1, t0);
    EXPECT_TRUE(here.peer.is_between_chunks());
    EXPECT_LE(more.size(), limits::msrp_chunk_shared + 500);
    EXPECT_EQ(more.find("MSRP "), 0U) << chunks;
  }
}

TEST(msrp_connection_shared, knows_what_is_its_own_of_what_comes) {
  line here;
  here.take(send("second", "tid1"));
  (void)here.peer.take_heard();
  here.take(send("second", "tid2"));
  EXPECT_FALSE(here.peer.take_heard());
  here.take(send("roomside", "tid3"));
  EXPECT_TRUE(here.peer.take_heard());
}

}  // namespace
}  // namespace confab::msrp
