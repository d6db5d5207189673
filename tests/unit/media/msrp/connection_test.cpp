#include "media/msrp/connection.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::msrp {
namespace {

using namespace std::chrono_literals;

const clock_time t0{};
const uri ours = *parse_uri("msrps://192.0.2.1:2855/roomside;tcp");
const path theirs = *parse_path("msrps://198.51.100.7:9/phoneside;tcp");

random_source counting() {
  return [n = uint64_t{0x1000}]() mutable { return ++n; };
}

std::string request(const std::string& method, const std::string& headers, const std::string& body = {},
                    const std::string& to = "msrps://192.0.2.1:2855/roomside;tcp", char flag = '$') {
  std::string text = "MSRP tid1 " + method + "\r\nTo-Path: " + to +
                     "\r\nFrom-Path: msrps://10.0.0.1:9/phoneside;tcp\r\n" + headers;
  if (!body.empty()) text += "\r\n" + body + "\r\n";
  return text + "-------tid1" + flag + "\r\n";
}

std::string cpim_send(const std::string& headers = "", const std::string& body = "hello") {
  return request("SEND", "Message-ID: mess1\r\n" + headers + "Content-Type: message/cpim\r\n", body);
}

/// A connection, what it was told, and what it wrote.
struct line {
  explicit line(bool bound = true, uint64_t message_bytes = 1'000'000)
      : peer({message_bytes, 1'000'000, {"message/cpim"}}, counting()) {
    if (bound) peer.bind(ours, theirs, t0);
  }
  void keep(std::vector<connection_event> news) {
    for (auto& one : news) events.push_back(std::move(one));
  }
  void take(const std::string& bytes) { keep(peer.take(bytes, t0)); }
  std::string written() {
    std::string out;
    while (peer.has_output()) peer.write(out, 100, t0);
    return out;
  }
  template <class T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& one : events)
      if (const auto* it = std::get_if<T>(&one)) found.push_back(*it);
    return found;
  }

  connection peer;
  std::vector<connection_event> events;
};

TEST(msrp_connection, asks_whose_session_it_is_and_keeps_the_first_message) {
  line here(false);
  here.take(cpim_send());
  ASSERT_EQ(here.events.size(), 1U);
  EXPECT_EQ(here.all<binding_wanted>().at(0).session_id, "roomside");
  EXPECT_EQ(here.all<binding_wanted>().at(0).from.at(0).session_id, "phoneside");
  here.peer.bind(ours, theirs, t0);
  here.keep(here.peer.resume(t0));
  ASSERT_EQ(here.all<message_came>().size(), 1U);
  EXPECT_EQ(*here.all<message_came>()[0].body, "hello");
}

TEST(msrp_connection, reads_nothing_on_until_the_session_is_known) {
  line here(false);
  auto second = cpim_send();
  second.replace(second.find("mess1"), 5, "mess2");
  here.take(cpim_send() + second);
  EXPECT_EQ(here.events.size(), 1U);
  const size_t first = here.peer.take_credit();
  EXPECT_LT(first, 2 * cpim_send().size());
  here.peer.bind(ours, theirs, t0);
  here.keep(here.peer.resume(t0));
  EXPECT_EQ(here.all<message_came>().size(), 2U);
  EXPECT_EQ(first + here.peer.take_credit(), 2 * cpim_send().size());
}

TEST(msrp_connection, refuses_a_session_that_is_not_there_and_may_be_asked_again) {
  for (const uint16_t code : {481, 506}) {
    line here(false);
    here.take(cpim_send());
    here.peer.refuse(code);
    EXPECT_EQ(here.written().substr(0, 13), "MSRP tid1 " + std::to_string(code));
    here.take(cpim_send());
    EXPECT_EQ(here.all<binding_wanted>().size(), 2U);
  }
}

TEST(msrp_connection, is_lost_when_it_asks_for_session_after_session) {
  line here(false);
  for (size_t i = 0; i < limits::msrp_refused_claims; ++i) {
    EXPECT_TRUE(here.all<peer_lost>().empty());
    here.take(cpim_send());
    EXPECT_EQ(here.all<binding_wanted>().size(), i + 1);
    here.peer.refuse(481);
    here.keep(here.peer.resume(t0));
  }
  EXPECT_EQ(here.all<peer_lost>().size(), 1U);
  here.take(cpim_send());
  EXPECT_EQ(here.all<binding_wanted>().size(), limits::msrp_refused_claims) << "nothing is read on";
  const auto out = here.written();
  EXPECT_NE(out.find(" 481"), std::string::npos) << "the answers are said all the same";
}

TEST(msrp_connection, refuses_what_is_for_somebody_behind_it) {
  line here(false);
  here.take(request("SEND", "Message-ID: mess1\r\n", {},
                    "msrps://192.0.2.1:2855/roomside;tcp msrps://192.0.2.9:1/other;tcp"));
  EXPECT_EQ(here.all<binding_wanted>().at(0).session_id, "");
}

TEST(msrp_connection, answers_with_the_verdict) {
  const struct {
    const char* headers;
    uint16_t code;
    const char* response;  ///< start; empty: none
    const char* report;    ///< status; empty: none
  } rows[] = {
      {"", 200, "MSRP tid1 200 OK", ""},
      {"Success-Report: yes\r\n", 200, "MSRP tid1 200 OK", "000 200"},
      {"Failure-Report: no\r\n", 200, "", ""},
      {"Failure-Report: no\r\n", 403, "", ""},
      {"Failure-Report: partial\r\n", 200, "", ""},
      {"Failure-Report: partial\r\n", 404, "MSRP tid1 404", ""},
      {"Success-Report: yes\r\nFailure-Report: no\r\n", 200, "", "000 200"},
      {"", 403, "MSRP tid1 403", ""},
      {"", 428, "MSRP tid1 428", ""},
  };
  for (const auto& row : rows) {
    line here;
    here.take(cpim_send(row.headers));
    ASSERT_EQ(here.all<message_came>().size(), 1U);
    EXPECT_EQ(here.written(), "");
    here.peer.judge(here.all<message_came>()[0].ticket, row.code);
    const auto out = here.written();
    EXPECT_EQ(out.find(row.response), 0U) << out;
    EXPECT_EQ(out.find("REPORT") != std::string::npos, *row.report != '\0') << out;
    if (*row.report != '\0') {
      EXPECT_NE(out.find("Status: " + std::string(row.report)), std::string::npos) << out;
    }
    if (*row.response == '\0' && *row.report == '\0') {
      EXPECT_EQ(out, "");
    }
  }
}

TEST(msrp_connection, answers_chunks_at_once_and_the_last_with_the_verdict) {
  line here;
  here.take(request("SEND", "Message-ID: mess1\r\nByte-Range: 1-*/10\r\nContent-Type: message/cpim\r\n",
                    "hello", write(ours), '+'));
  EXPECT_EQ(here.written().substr(0, 16), "MSRP tid1 200 OK");
  here.take(
      request("SEND", "Message-ID: mess1\r\nByte-Range: 6-10/10\r\nContent-Type: message/cpim\r\n", "world"));
  EXPECT_EQ(here.written(), "");
  ASSERT_EQ(here.all<message_came>().size(), 1U);
  EXPECT_EQ(*here.all<message_came>()[0].body, "helloworld");
}

TEST(msrp_connection, answers_what_it_does_not_take) {
  const struct {
    std::string request;
    const char* code;
  } rows[] = {
      {request("SEND", "Message-ID: mess1\r\nContent-Type: text/plain\r\n", "bare"), "415"},
      {request("SEND", "Content-Type: message/cpim\r\n", "no id"), "400"},
      {request("SEND", "Message-ID: mess1\r\n", "of no type"), "400"},
      {request("DANCE", "Message-ID: mess1\r\n"), "501"},
      {request("SEND", "Message-ID: mess1\r\n"), "200"},
      {request("NICKNAME", "Use-Nickname: no quotes\r\n"), "424"},
      {request("NICKNAME", "Use-Nickname: \"Al\"\r\nSuccess-Report: yes\r\n"), "400"},
      {request("NICKNAME", ""), "400"},
  };
  for (const auto& row : rows) {
    line here;
    here.take(row.request);
    EXPECT_EQ(here.written().substr(10, 3), row.code) << row.request;
    EXPECT_TRUE(here.events.empty());
  }
}

TEST(msrp_connection, refuses_a_message_that_is_too_large_without_keeping_it) {
  line here(true, 100);
  here.take(cpim_send("", std::string(101, 'x')));
  EXPECT_EQ(here.written().substr(10, 3), "413");
  EXPECT_TRUE(here.events.empty());
}

TEST(msrp_connection, refuses_a_peer_of_another_session_on_the_same_connection) {
  line here;
  auto forged = cpim_send();
  forged.replace(forged.find("phoneside"), 9, "stranger1");
  here.take(forged);
  EXPECT_EQ(here.written().substr(10, 3), "481");
}

TEST(msrp_connection, passes_nicknames_on) {
  line here;
  here.take(request("NICKNAME", "Use-Nickname: \"Al\"\r\n"));
  ASSERT_EQ(here.all<nickname_wanted>().size(), 1U);
  EXPECT_EQ(here.all<nickname_wanted>()[0].name, "Al");
  here.peer.judge(here.all<nickname_wanted>()[0].ticket, 425);
  EXPECT_EQ(here.written().substr(0, 13), "MSRP tid1 425");
}

TEST(msrp_connection, answers_garbage_with_400_where_it_can_and_is_lost) {
  line here;
  here.take("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(here.all<peer_lost>().size(), 1U);
  here.take(cpim_send());
  EXPECT_EQ(here.events.size(), 1U);
  line there;
  there.take("MSRP tid1 SEND\r\nTo-Path: " + write(ours) + "\r\nFrom-Path: " + write(theirs) +
             "\r\nno header\r\n");
  EXPECT_EQ(there.written().substr(0, 13), "MSRP tid1 400");
  EXPECT_EQ(there.all<peer_lost>().size(), 1U);
}

TEST(msrp_connection, does_not_read_on_while_too_many_messages_wait_for_their_verdict) {
  line here;
  std::string many;
  for (size_t i = 0; i < limits::msrp_unjudged + 5; ++i) {
    auto one = cpim_send();
    one.replace(one.find("mess1"), 5, "mess" + std::to_string(i));
    many += one;
  }
  here.take(many);
  EXPECT_EQ(here.all<message_came>().size(), limits::msrp_unjudged);
  EXPECT_LT(here.peer.take_credit(), many.size());
  for (const auto& one : here.all<message_came>()) here.peer.judge(one.ticket, 200);
  here.keep(here.peer.resume(t0));
  EXPECT_EQ(here.all<message_came>().size(), limits::msrp_unjudged + 5);
}

TEST(msrp_connection, does_not_read_on_while_a_message_of_the_largest_size_waits_for_its_verdict) {
  line here(true, 100);
  auto second = cpim_send();
  second.replace(second.find("mess1"), 5, "mess2");
  here.take(cpim_send("", std::string(100, 'x')) + second);
  ASSERT_EQ(here.all<message_came>().size(), 1U);
  here.peer.judge(here.all<message_came>()[0].ticket, 200);
  here.keep(here.peer.resume(t0));
  EXPECT_EQ(here.all<message_came>().size(), 2U);
}

TEST(msrp_connection, takes_from_the_budget_what_is_large_until_the_verdict) {
  const auto all = std::make_shared<byte_budget>(8);
  connection_settings settings;
  settings.message_bytes = settings.queued_bytes = 1'000'000;
  settings.budget = all;
  line here;
  here.peer = connection(settings, counting());
  here.peer.bind(ours, theirs, t0);
  const auto send = [&](const std::string& id, uint64_t beyond) {
    auto text = cpim_send("", std::string(limits::msrp_free_bytes + beyond, 'x'));
    here.take(text.replace(text.find("mess1"), 5, id));
  };
  send("mess1", 5);
  EXPECT_EQ(all->taken(), 5U);
  send("mess2", 5);
  EXPECT_EQ(here.written().substr(10, 3), "413");
  send("mess3", 0);
  EXPECT_EQ(here.all<message_came>().size(), 2U) << "small ones pass whatever others keep";
  here.peer.judge(here.all<message_came>().at(0).ticket, 200);
  EXPECT_EQ(all->taken(), 0U);
  here.peer.set_budget(std::make_shared<byte_budget>(4, all));
  send("mess4", 5);
  EXPECT_EQ(here.all<message_came>().size(), 2U) << "the room has less";
}

TEST(msrp_connection, tells_the_sender_of_a_message_that_did_not_come_whole) {
  const struct {
    const char* headers;
    bool reported;
  } rows[] = {{"", true},
              {"Failure-Report: partial\r\n", true},
              {"Failure-Report: no\r\nSuccess-Report: yes\r\n", false}};
  for (const auto& row : rows) {
    line here;
    here.take(
        request("SEND",
                std::string("Message-ID: mess1\r\nByte-Range: 1-*/10\r\nContent-Type: message/cpim\r\n") +
                    row.headers,
                "hello", write(ours), '+'));
    (void)here.written();
    here.keep(here.peer.on_time(t0 + limits::msrp_message_idle));
    const auto out = here.written();
    EXPECT_EQ(out.find(" REPORT\r\n") != out.npos, row.reported) << row.headers;
    EXPECT_EQ(out.find("Status: 000 408") != out.npos, row.reported) << out;
    EXPECT_EQ(out.find("Byte-Range: 1-10/10") != out.npos, row.reported) << out;
  }
}

TEST(msrp_connection, takes_the_rest_of_a_message_without_its_type_and_its_end_without_bytes) {
  line here;
  const std::string first = "Message-ID: mess1\r\nByte-Range: 1-*/*\r\nContent-Type: message/cpim\r\n";
  here.take(request("SEND", first, "hello", write(ours), '+'));
  here.take(request("SEND", "Message-ID: mess1\r\nByte-Range: 6-*/*\r\n", "world", write(ours), '+'));
  here.take(request("SEND", "Message-ID: mess1\r\nByte-Range: 11-10/10\r\n"));
  ASSERT_EQ(here.all<message_came>().size(), 1U);
  EXPECT_EQ(*here.all<message_came>()[0].body, "helloworld");
}

TEST(msrp_connection, does_not_send_on_what_was_refused) {
  line here;
  send_request send;
  send.message_id = "out1";
  send.type = content_type{"message", "cpim"};
  send.on_failure = failure_report::partial;
  ASSERT_TRUE(here.peer.push(send, std::make_shared<const std::string>(200'000, 'x')));
  std::string out;
  here.peer.write(out, 70'000, t0);  // one chunk, and some of the next
  const auto id = out.substr(5, 16);
  here.take("MSRP " + id + " 413 Too Large\r\nTo-Path: " + write(ours) + "\r\nFrom-Path: " + write(theirs) +
            "\r\n-------" + id + "$\r\n");
  ASSERT_EQ(here.all<message_news>().size(), 1U);
  EXPECT_EQ(here.all<message_news>()[0].event.code, 413);
  const auto rest = here.written();
  EXPECT_LT(rest.size(), 100U);
  EXPECT_TRUE(rest.ends_with("#\r\n")) << rest;
}

TEST(msrp_connection, gives_the_same_events_however_the_bytes_are_cut) {
  const std::string bytes = cpim_send("Success-Report: yes\r\n") +
                            request("NICKNAME", "Use-Nickname: \"Al\"\r\n") +
                            request("SEND", "Message-ID: mess3\r\nContent-Type: text/plain\r\n", "bare");
  for (size_t cut = 1; cut < bytes.size(); ++cut) {
    line here;
    here.take(bytes.substr(0, cut));
    here.take(bytes.substr(cut));
    ASSERT_EQ(here.events.size(), 2U) << cut;
    EXPECT_EQ(*here.all<message_came>().at(0).body, "hello");
    EXPECT_EQ(here.peer.take_credit(), bytes.size());
  }
}

TEST(msrp_connection, sends_messages_and_hears_what_became_of_them) {
  line here;
  send_request send;
  send.message_id = "out1";
  send.type = content_type{"message", "cpim"};
  ASSERT_TRUE(here.peer.push(send, std::make_shared<const std::string>("news")));
  const auto out = here.written();
  EXPECT_NE(out.find("To-Path: " + write(theirs)), std::string::npos) << out;
  EXPECT_NE(out.find("\r\n\r\nnews\r\n-------"), std::string::npos) << out;
  ASSERT_TRUE(here.peer.next_deadline());
  here.keep(here.peer.on_time(t0 + limits::msrp_transaction + 1s));
  ASSERT_EQ(here.all<message_news>().size(), 1U);
  EXPECT_EQ(here.all<message_news>()[0].event.code, 408);
}

TEST(msrp_connection, binds_the_other_side_by_an_empty_message) {
  line caller;
  ASSERT_TRUE(caller.peer.push_keep_alive());
  line called(false);
  auto bytes = caller.written();
  called.take(bytes);
  ASSERT_EQ(called.all<binding_wanted>().size(), 1U);
  EXPECT_EQ(called.all<binding_wanted>()[0].session_id, "phoneside");
  line unbound(false);
  EXPECT_FALSE(unbound.peer.push_keep_alive());
}

}  // namespace
}  // namespace confab::msrp
