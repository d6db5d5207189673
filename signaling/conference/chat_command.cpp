#include "signaling/conference/chat_command.hpp"

#include <algorithm>
#include <array>

#include "config/limits.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/xml/text.hpp"

namespace confab::conference {
namespace {

struct row {
  std::string_view word;
  chat_verb verb;
  std::string_view usage;
  std::string_view meaning;
};

constexpr std::array<row, 10> rows{{
    {"help", chat_verb::help, "/help", "this list"},
    {"who", chat_verb::who, "/who", "who is in the room"},
    {"page", chat_verb::page, "/page", "where this room is on the web"},
    {"nick", chat_verb::nick, "/nick NAME", "call yourself NAME; without one: as you are called"},
    {"mute", chat_verb::mute, "/mute NAME", "mute a participant"},
    {"unmute", chat_verb::unmute, "/unmute NAME", "let a participant speak again"},
    {"kick", chat_verb::kick, "/kick NAME", "put a participant out of the room"},
    {"lock", chat_verb::lock, "/lock", "let nobody else in"},
    {"unlock", chat_verb::unlock, "/unlock", "let people in again"},
    {"subject", chat_verb::subject, "/subject TEXT", "say what the room is about"},
}};

std::string two_digits(uint64_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

std::optional<chat_command> parse_chat_command(std::string_view text) {
  text = sip::trim(text);
  if (!text.starts_with('/')) return std::nullopt;
  text.remove_prefix(1);
  const size_t blank = text.find_first_of(" \t\r\n");
  const auto word = text.substr(0, blank);
  for (const row& one : rows) {
    if (!sip::same_word(word, one.word)) continue;
    const auto rest = blank == std::string_view::npos ? std::string_view() : sip::trim(text.substr(blank));
    return chat_command{one.verb, std::string(rest)};
  }
  return std::nullopt;
}

bool is_for_moderators(chat_verb verb) noexcept {
  switch (verb) {
    case chat_verb::help:
    case chat_verb::who:
    case chat_verb::page:
    case chat_verb::nick:
      return false;
    case chat_verb::mute:
    case chat_verb::unmute:
    case chat_verb::kick:
    case chat_verb::lock:
    case chat_verb::unlock:
    case chat_verb::subject:
      return true;
  }
  return true;
}

bool can_be_subject(std::string_view text) noexcept {
  const bool controls =
      std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  return !controls && text.size() <= limits::chat_subject_bytes && xml::is_clean(text, xml::place::attribute);
}

std::string chat_help(bool moderator) {
  std::string text;
  for (const row& one : rows) {
    if (is_for_moderators(one.verb) && !moderator) continue;
    if (!text.empty()) text += '\n';
    text += std::string(one.usage) + " - " + std::string(one.meaning);
  }
  return text;
}

std::string chat_person(std::string_view name, std::string_view uri) {
  const size_t colon = uri.find(':');
  const std::string bare(colon == std::string_view::npos ? uri : uri.substr(colon + 1));
  return name.empty() ? bare : std::string(name) + " <" + bare + ">";
}

std::string chat_duration(uint64_t seconds) {
  const uint64_t hours = seconds / 3'600;
  const std::string rest = two_digits(seconds / 60 % 60) + ":" + two_digits(seconds % 60);
  return hours == 0 ? rest : std::to_string(hours) + ":" + rest;
}

std::string chat_welcome(size_t others, const std::vector<std::string>& uris) {
  std::string text = "Welcome! ";
  if (others == 0) {
    text += "You are the first participant";
  } else if (others == 1) {
    text += "There is one more participant";
  } else {
    text += "There are " + std::to_string(others) + " more participants";
  }
  text += " in the conference.";
  if (uris.empty()) return text;
  text += " Others can join by using:";
  for (const auto& uri : uris) text += "\n" + uri;
  return text;
}

}  // namespace confab::conference
