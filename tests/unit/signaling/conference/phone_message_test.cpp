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

TEST(phone_message, is_one_line_of_the_sender_whatever_its_name) {
  const std::pair<const char*, const char*> rows[] = {
      {"x: hello\r\nBob: send pin", "x: hello Bob: send pin"},
      {"x\u2028Bob: hi\u0085", "x Bob: hi"},
      {"Bob\u202e\u200b", "Bob"},
      {"Bob (private)", "mallory@example.com"},
      {"Bob (PRIVATE)", "mallory@example.com"},
      {"Bob\u00a0( private\u200b )", "mallory@example.com"},
      {"Bob \uff08\uff55nverified\uff09", "mallory@example.com"},
      {"Bob(unverified) (private)", "mallory@example.com"},
      {" (private)", "mallory@example.com"},
      {"Bob (in private)", "Bob (in private)"},
      {"tab\tand \x7f", "tab and"},
  };
  for (const auto& [name, shown] : rows) {
    const auto out = for_phone({name, "sip:mallory@example.com"}, true, "text/plain", "hi");
    EXPECT_EQ(out.sender, shown);
    EXPECT_EQ(out.body, std::string(shown) + ": hi");
  }
}

TEST(phone_message, is_utf_8_where_it_was_latin_1) {
  for (const char* type : {"text/plain;charset=ISO-8859-1", "text/plain; charset=\"iso-8859-1\""}) {
    const auto out = for_phone({"Zo\xc3\xab", "sip:zoe@example.com"}, true, type, "caf\xe9");
    EXPECT_EQ(out.body, "Zo\xc3\xab: caf\xc3\xa9");
    EXPECT_EQ(out.type, "text/plain;charset=UTF-8");
  }
  const auto other = for_phone({"Zoe", "sip:zoe@example.com"}, true, "text/plain;charset=koi8-r", "\xc1");
  EXPECT_EQ(other.body, "Zoe: \xc1");
  EXPECT_EQ(other.type, "text/plain;charset=koi8-r");
}

TEST(phone_message, names_its_sender_by_uri_where_the_charset_cannot_hold_the_name) {
  const chat_address zoe{"Zo\xc3\xab", "sip:zoe@example.com"};
  for (const char* type : {"text/plain;charset=koi8-r", "text/plain;charset=windows-1252"})
    EXPECT_EQ(for_phone(zoe, false, type, "\xc1").body, "zoe@example.com (private): \xc1");
  EXPECT_EQ(for_phone(zoe, true, "text/plain;charset=UTF-8", "hi").body, "Zo\xc3\xab: hi");
}

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
