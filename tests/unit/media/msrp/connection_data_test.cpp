#include <gtest/gtest.h>

#include "media/msrp/connection.hpp"

namespace confab::msrp {
namespace {

const clock_time t0{};
const uri ours = *parse_uri("msrps://192.0.2.1:2855/roomside;tcp");
const path theirs = *parse_path("msrps://198.51.100.7:9/phoneside;tcp");

/// A request of the peer with a transaction id of its own.
std::string request(const std::string& id, const std::string& method, const std::string& headers,
                    const std::string& body = {}, char flag = '$') {
  std::string text =
      "MSRP " + id + " " + method +
      "\r\nTo-Path: msrps://192.0.2.1:2855/roomside;tcp\r\nFrom-Path: msrps://10.0.0.1:9/phoneside;tcp\r\n" +
      headers;
  if (!body.empty()) text += "\r\n" + body + "\r\n";
  return text + "-------" + id + flag + "\r\n";
}

std::string send(const std::string& id, const std::string& range, const std::string& body, char flag = '$',
                 const std::string& more = {}) {
  return request(id, "SEND",
                 "Message-ID: file1\r\nByte-Range: " + range + "\r\n" + more + "Content-Type: text/plain\r\n",
                 body, flag);
}

struct line {
  explicit line(const std::optional<data_plan>& plan)
      : peer({1'000, 1'000'000, {"message/cpim"}}, [n = uint64_t{0x1000}]() mutable { return ++n; }) {
    peer.carry_file(plan);
    peer.bind(ours, theirs, t0);
  }
  void take(const std::string& bytes) {
    for (auto& one : peer.take(bytes, t0)) events.push_back(std::move(one));
  }
  std::string written() {
    std::string out;
    while (peer.has_output()) peer.write(out, 1'000, t0);
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

size_t count(const std::string& text, const std::string& what) {
  size_t found = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(msrp_connection_data, answers_and_reports_each_chunk_of_a_file_and_the_last_one_when_it_is_judged) {
  line here(data_plan{.size = 8});
  here.take(send("tid1", "1-4/8", "abcd", '+', "Success-Report: yes\r\n"));
  const auto first = here.written();
  EXPECT_NE(first.find("MSRP tid1 200"), std::string::npos);
  EXPECT_NE(first.find("REPORT"), std::string::npos);
  EXPECT_NE(first.find("Byte-Range: 1-4/8"), std::string::npos);
  EXPECT_EQ(here.peer.take_data(), "abcd");
  here.take(send("tid2", "5-8/8", "efgh", '$', "Success-Report: yes\r\n"));
  EXPECT_EQ(here.peer.take_data(), "efgh");
  EXPECT_EQ(here.written(), "");
  ASSERT_EQ(here.all<data_came_whole>().size(), 1U);
  here.peer.judge(here.all<data_came_whole>()[0].ticket, 200);
  const auto judged = here.written();
  EXPECT_NE(judged.find("MSRP tid2 200"), std::string::npos);
  EXPECT_NE(judged.find("Status: 000 200"), std::string::npos);
}

TEST(msrp_connection_data, says_why_a_whole_file_is_not_taken) {
  line here(data_plan{.size = 4});
  here.take(send("tid1", "1-4/4", "abcd"));
  here.peer.judge(here.all<data_came_whole>().at(0).ticket, 400, "file hash mismatch");
  EXPECT_NE(here.written().find("MSRP tid1 400 file hash mismatch"), std::string::npos);
}

TEST(msrp_connection_data, takes_files_larger_than_any_message_whatever_their_type) {
  line here(data_plan{.size = 4'000});
  here.take(send("tid1", "1-4000/4000", std::string(4'000, 'x')));
  EXPECT_EQ(here.peer.take_data().size(), 4'000U);
  EXPECT_EQ(here.all<data_came_whole>().size(), 1U);
}

TEST(msrp_connection_data, stops_a_sender_at_the_first_refusal_and_says_it_once) {
  line here(data_plan{.size = 4});
  here.take(send("tid1", "1-9/9", "abcdefghi", '+') + send("tid2", "1-4/4", "abcd"));
  const auto out = here.written();
  EXPECT_EQ(count(out, " 413 "), 2U);
  ASSERT_EQ(here.all<data_stopped>().size(), 1U);
  EXPECT_EQ(here.all<data_stopped>()[0].code, 413);
  EXPECT_EQ(here.peer.take_data(), "");
}

TEST(msrp_connection_data, tells_that_a_sender_gave_up) {
  line here(data_plan{.size = 4});
  here.take(send("tid1", "1-4/4", "ab", '#'));
  ASSERT_EQ(here.all<data_stopped>().size(), 1U);
  EXPECT_EQ(here.all<data_stopped>()[0].code, 200);
  EXPECT_EQ(here.peer.take_data(), "ab");
}

TEST(msrp_connection_data, keeps_alive_by_sends_without_a_type) {
  line here(data_plan{.size = 4});
  here.take(request("tid1", "SEND", "Message-ID: alive\r\n"));
  EXPECT_NE(here.written().find("MSRP tid1 200"), std::string::npos);
  EXPECT_TRUE(here.events.empty());
}

TEST(msrp_connection_data, tells_how_much_is_here_before_data_comes_and_not_after) {
  line here(data_plan{.size = 8, .offset = 4});
  here.take(request("tid1", "FILE_OFFSET", ""));
  const auto told = here.written();
  EXPECT_NE(told.find("MSRP tid1 200 OK\r\n"), std::string::npos);
  EXPECT_NE(told.find("Offset: 4\r\n"), std::string::npos);
  here.take(send("tid2", "5-6/8", "ef", '+') + request("tid3", "FILE_OFFSET", ""));
  EXPECT_NE(here.written().find("MSRP tid3 413"), std::string::npos);
  here.take(request("tid4", "NICKNAME", "Use-Nickname: \"x\"\r\n"));
  EXPECT_NE(here.written().find("MSRP tid4 501"), std::string::npos);
}

TEST(msrp_connection_data, sends_a_file_from_where_the_peer_has_it) {
  line here(std::nullopt);
  here.peer.ask_offset();
  const auto asked = here.written();
  ASSERT_NE(asked.find(" FILE_OFFSET\r\n"), std::string::npos) << asked;
  const auto id = asked.substr(5, asked.find(' ', 5) - 5);
  here.take("MSRP " + id +
            " 200 OK\r\nTo-Path: msrps://192.0.2.1:2855/roomside;tcp\r\n"
            "From-Path: msrps://10.0.0.1:9/phoneside;tcp\r\nOffset: 4\r\n-------" +
            id + "$\r\n");
  ASSERT_EQ(here.all<offset_told>().size(), 1U);
  EXPECT_EQ(here.all<offset_told>()[0].bytes, 4U);
  send_request head;
  head.message_id = "file7";
  head.type = content_type{"text", "plain", {}};
  ASSERT_TRUE(here.peer.begin_data(head, 4, 8));
  EXPECT_FALSE(here.peer.has_output());
  ASSERT_TRUE(here.peer.append_data(std::make_shared<const std::string>("ef")));
  EXPECT_EQ(here.peer.queued_bytes(), 2U);
  auto out = here.written();
  EXPECT_NE(out.find("Byte-Range: 5-6/8"), std::string::npos) << out;
  ASSERT_TRUE(here.peer.append_data(std::make_shared<const std::string>("gh")));
  here.peer.finish_data();
  out = here.written();
  EXPECT_NE(out.find("Byte-Range: 7-8/8"), std::string::npos) << out;
  EXPECT_NE(out.find("$\r\n"), std::string::npos);
}

TEST(msrp_connection_data, takes_no_file_where_it_sends_one) {
  line here(std::nullopt);
  here.take(send("tid1", "1-4/4", "abcd"));
  EXPECT_NE(here.written().find("MSRP tid1 413"), std::string::npos);
  EXPECT_TRUE(here.events.empty());
}

}  // namespace
}  // namespace confab::msrp
