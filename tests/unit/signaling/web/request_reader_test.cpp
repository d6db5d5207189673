#include "signaling/web/request_reader.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::web {
namespace {

request_reader::outcome read(const std::string& bytes) {
  request_reader reader;
  reader.add(bytes);
  return reader.next();
}

uint16_t refused(const std::string& bytes) {
  const auto got = read(bytes);
  const auto* status = std::get_if<uint16_t>(&got);
  return status == nullptr ? 0 : *status;
}

TEST(request_reader, reads_what_counts_of_a_request) {
  const auto got = read(
      "GET /room/x?y=1 HTTP/1.1\r\nHost: h\r\nIf-None-Match: \"a\"\r\nrange: bytes=1-2\r\nIf-Range: \"b\"\r\n"
      "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\nCookie: none\r\n\r\n");
  const auto* r = std::get_if<request>(&got);
  ASSERT_NE(r, nullptr);
  EXPECT_EQ(r->method, request::verb::get);
  EXPECT_EQ(r->target, "/room/x?y=1");
  EXPECT_EQ(r->if_none_match, "\"a\"");
  EXPECT_EQ(r->range, "bytes=1-2");
  EXPECT_EQ(r->if_range, "\"b\"");
  EXPECT_EQ(r->fetch_site, "same-origin");
  EXPECT_EQ(r->fetch_mode, "cors");
  EXPECT_TRUE(r->keep_alive);
}

TEST(request_reader, reads_the_same_however_the_bytes_are_cut) {
  const std::string bytes = "HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /b HTTP/1.0\r\n\r\n";
  for (size_t cut = 1; cut <= bytes.size(); ++cut) {
    request_reader reader;
    std::vector<request> got;
    for (size_t at = 0; at < bytes.size(); at += cut) {
      reader.add(std::string_view(bytes).substr(at, cut));
      while (true) {
        auto next = reader.next();
        ASSERT_FALSE(std::holds_alternative<uint16_t>(next)) << "cut into " << cut;
        if (std::holds_alternative<std::monostate>(next)) break;
        got.push_back(std::get<request>(next));
      }
    }
    ASSERT_EQ(got.size(), 2u) << "cut into " << cut;
    EXPECT_EQ(got[0].method, request::verb::head);
    EXPECT_FALSE(got[0].keep_alive);
    EXPECT_EQ(got[1].target, "/b");
    EXPECT_FALSE(got[1].keep_alive) << "HTTP/1.0 does not, unless it says so";
    EXPECT_FALSE(reader.has_begun());
  }
}

TEST(request_reader, takes_an_absolute_form) {
  const auto got = read("GET http://h:8080/room/x HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(std::holds_alternative<request>(got));
  EXPECT_EQ(std::get<request>(got).target, "/room/x");
}

TEST(request_reader, refuses_what_it_does_not_read) {
  const struct {
    const char* what;
    std::string bytes;
    uint16_t status;
  } rows[] = {
      {"garbage", std::string("\x16\x03\x01\x02\0\1\0", 7) + "\r\n\r\n", 400},
      {"no version", "GET /\r\n\r\n", 400},
      {"another protocol", "INVITE sip:a@b SIP/2.0\r\n\r\n", 505},
      {"HTTP/2", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505},
      {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
      {"two hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"a header without colon", "GET / HTTP/1.1\r\nHost: h\r\nnonsense\r\n\r\n", 400},
      {"a body", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello", 413},
      {"a chunked body", "GET / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 413},
      {"a length that is none", "GET / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\n", 400},
      {"a long target", "GET /" + std::string(limits::web_target_bytes, 'a') + " HTTP/1.1\r\nHost: h\r\n\r\n",
       414},
      {"a large head",
       "GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(limits::web_head_bytes, 'a') + "\r\n\r\n", 431},
      {"a large head without end", "GET / HTTP/1.1\r\nX: " + std::string(2 * limits::web_head_bytes, 'a'),
       431},
  };
  for (const auto& row : rows) EXPECT_EQ(refused(row.bytes), row.status) << row.what;
}

TEST(request_reader, reads_nothing_behind_a_refusal) {
  request_reader reader;
  reader.add("nonsense\r\n\r\n");
  EXPECT_TRUE(std::holds_alternative<uint16_t>(reader.next()));
  reader.add("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(reader.next()));
}

TEST(request_reader, knows_that_a_request_has_begun) {
  request_reader reader;
  EXPECT_FALSE(reader.has_begun());
  reader.add("G");
  EXPECT_TRUE(std::holds_alternative<std::monostate>(reader.next()));
  EXPECT_TRUE(reader.has_begun());
}

}  // namespace
}  // namespace confab::web
