#include "signaling/sip/message_request.hpp"

#include <string>

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

struct row {
  const char* name;
  const char* headers;
  const char* body;
  int status;        ///< 200: it is read
  const char* type;  ///< of what is read
};

class a_message_request : public testing::TestWithParam<row> {};

TEST_P(a_message_request, is_read_or_refused) {
  const auto& [name, headers, body, status, type] = GetParam();
  const std::string text = "MESSAGE sip:lunch@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n" +
                           std::string(headers) +
                           "Content-Length: " + std::to_string(std::string(body).size()) + "\r\n\r\n" + body;
  const auto wire = wire_message::split(text);
  ASSERT_TRUE(wire);
  const auto read = read_message(*wire);
  const auto* bad = std::get_if<rejection>(&read);
  EXPECT_EQ(bad == nullptr ? 200 : bad->status, status);
  if (bad != nullptr) return;
  EXPECT_EQ(std::get<message_request>(read).type, type);
  EXPECT_EQ(std::get<message_request>(read).body, body);
}

INSTANTIATE_TEST_SUITE_P(
    rows, a_message_request,
    testing::Values(
        row{"text", "Content-Type: text/plain\r\n", "hi", 200, "text/plain"},
        row{"compact", "c: text/html;charset=utf-8\r\n", "<b>hi</b>", 200, "text/html;charset=utf-8"},
        row{"cpim", "Content-Type: message/cpim\r\n", "From: <sip:a@b>\r\n\r\n", 200, "message/cpim"},
        row{"identity", "Content-Type: text/plain\r\nContent-Encoding: identity\r\n", "hi", 200,
            "text/plain"},
        row{"packed", "Content-Type: text/plain\r\nContent-Encoding: gzip\r\n", "hi", 415, ""},
        row{"packed_compact", "Content-Type: text/plain\r\ne: gzip\r\n", "hi", 415, ""},
        row{"nothing", "Content-Type: text/plain\r\n", "", 400, ""}, row{"no_type", "", "hi", 400, ""},
        row{"half_a_type", "Content-Type: text\r\n", "hi", 400, ""},
        row{"type_in_a_parameter", "Content-Type: text;x=a/b\r\n", "hi", 400, ""}),
    [](const auto& one) { return one.param.name; });

}  // namespace
}  // namespace confab::sip
