#include "signaling/conference/phone_message.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::conference {
namespace {

struct row {
  const char* name;
  chat_address from;
  bool is_public;
  const char* type;
  const char* body;
  const char* sender;
  const char* shown;
};

class a_phone_message : public testing::TestWithParam<row> {};

TEST_P(a_phone_message, says_who_says_it) {
  const auto& r = GetParam();
  const auto out = for_phone(r.from, r.is_public, r.type, r.body);
  EXPECT_EQ(out.sender, r.sender);
  EXPECT_EQ(out.type, r.type);
  EXPECT_EQ(out.body, r.shown);
  EXPECT_EQ(out.instead, std::string(r.sender) + ": [" + std::to_string(std::string(r.body).size()) +
                             " bytes, too long for this phone]");
}

INSTANTIATE_TEST_SUITE_P(
    rows, a_phone_message,
    testing::Values(
        row{"by_name", {"Alice", "sip:alice@example.com"}, true, "text/plain", "hi", "Alice", "Alice: hi"},
        row{"by_uri",
            {"", "sip:alice@example.com;x=y"},
            true,
            "text/plain;charset=utf-8",
            "hi",
            "alice@example.com",
            "alice@example.com: hi"},
        row{"private",
            {"Alice", "sip:alice@example.com"},
            false,
            "text/plain",
            "psst",
            "Alice (private)",
            "Alice (private): psst"},
        row{"unverified",
            {"Alice", "sip:alice@example.com;unverified"},
            true,
            "text/plain",
            "hi",
            "Alice (unverified)",
            "Alice (unverified): hi"},
        row{"not_text", {"Alice", "sip:a@b"}, true, "text/html", "<b>hi</b>", "Alice", "<b>hi</b>"},
        row{"in_capitals", {"Alice", "sip:a@b"}, true, "Text/Plain", "hi", "Alice", "Alice: hi"}),
    [](const auto& one) { return one.param.name; });

TEST(phone_message, tells_of_what_no_phone_is_to_get) {
  const std::string large(limits::message_bytes_to_phone + 1, 'x');
  const auto out = for_phone({"Alice", "sip:a@b"}, true, "text/html", large);
  EXPECT_EQ(out.type, "text/plain;charset=UTF-8");
  EXPECT_EQ(out.body, "Alice: [32769 bytes, too long for this phone]");
  EXPECT_TRUE(out.instead.empty());
}

TEST(phone_message, of_the_room_itself_is_what_it_says) {
  EXPECT_EQ(for_phone({"Conference Room", "sip:lunch@example.com"}, "Done."),
            (phone_message{"Conference Room", "text/plain;charset=UTF-8", "Done.", {}}));
}

}  // namespace
}  // namespace confab::conference
