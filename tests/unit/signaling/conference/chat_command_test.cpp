#include "signaling/conference/chat_command.hpp"

#include <gtest/gtest.h>

namespace confab::conference {
namespace {

TEST(chat_commands, are_read_whatever_their_case_and_blanks) {
  const struct {
    const char* text;
    chat_command command;
  } rows[] = {{"/help", {chat_verb::help, ""}},
              {"/page", {chat_verb::page, ""}},
              {"  /WHO \r\n", {chat_verb::who, ""}},
              {"/mute Alice the great", {chat_verb::mute, "Alice the great"}},
              {"/unmute\talice", {chat_verb::unmute, "alice"}},
              {"/kick   bob@example.com  ", {chat_verb::kick, "bob@example.com"}},
              {"/lock", {chat_verb::lock, ""}},
              {"/unlock", {chat_verb::unlock, ""}},
              {"/subject What we eat\ntoday", {chat_verb::subject, "What we eat\ntoday"}},
              {"/nick Al", {chat_verb::nick, "Al"}}};
  for (const auto& row : rows) {
    const auto command = parse_chat_command(row.text);
    ASSERT_TRUE(command) << row.text;
    EXPECT_EQ(*command, row.command) << row.text;
  }
}

TEST(chat_commands, are_nothing_else) {
  for (const auto* text :
       {"", "/", "//help", "/me waves", "/helpme", "/usr/bin/who", "see /help", "/mute/alice"})
    EXPECT_FALSE(parse_chat_command(text)) << text;
}

TEST(chat_commands, that_change_the_room_are_for_moderators) {
  EXPECT_TRUE(is_for_moderators(chat_verb::kick));
  EXPECT_FALSE(is_for_moderators(chat_verb::nick));
  EXPECT_EQ(chat_help(false).find("/kick"), std::string::npos);
  EXPECT_NE(chat_help(true).find("/kick NAME"), std::string::npos);
}

TEST(chat_commands, set_a_subject_that_fits_a_document) {
  for (const std::string& good : {std::string(), std::string("Mittag um zwölf"), std::string(256, 'a')})
    EXPECT_TRUE(can_be_subject(good)) << good;
  for (const std::string& bad : {std::string("two\nlines"), std::string("a\tb"), std::string("\x01"),
                                 std::string("\xff"), std::string(257, 'a')})
    EXPECT_FALSE(can_be_subject(bad)) << bad;
}

TEST(chat_words, name_people_times_and_the_room) {
  EXPECT_EQ(chat_person("Alice", "sip:alice@example.com"), "Alice <alice@example.com>");
  EXPECT_EQ(chat_person("", "sip:alice@example.com"), "alice@example.com");
  EXPECT_EQ(chat_duration(307), "05:07");
  EXPECT_EQ(chat_duration(3'907), "1:05:07");
  EXPECT_EQ(chat_welcome(0, {}), "Welcome! You are the first participant in the conference.");
  EXPECT_EQ(chat_welcome(1, {"SIP: lunch@example.com"}),
            "Welcome! There is one more participant in the conference. Others can join by using:\nSIP: "
            "lunch@example.com");
  EXPECT_EQ(chat_welcome(5, {}), "Welcome! There are 5 more participants in the conference.");
}

}  // namespace
}  // namespace confab::conference
