#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace confab::conference {

/// What somebody asks of the room by a line of chat.
enum class chat_verb : uint8_t { help, who, page, mute, unmute, kick, lock, unlock, subject, nick };

struct chat_command {
  chat_verb verb = chat_verb::help;
  std::string argument;  ///< without blanks around it; may be empty
  bool operator==(const chat_command&) const = default;
};

/// `/mute Alice`, and nothing for any other text: "/me waves", a path, "//".
[[nodiscard]] std::optional<chat_command> parse_chat_command(std::string_view text);

/// Only moderators may.
[[nodiscard]] bool is_for_moderators(chat_verb verb) noexcept;

/// One line, within `limits::chat_subject_bytes`, that a document can have; empty: none any more.
[[nodiscard]] bool can_be_subject(std::string_view text) noexcept;

/// What `/help` answers.
[[nodiscard]] std::string chat_help(bool moderator);

/// "Alice <alice@example.com>", as status lines name people; the name may be empty.
[[nodiscard]] std::string chat_person(std::string_view name, std::string_view uri);

/// "05:07", or "1:05:07".
[[nodiscard]] std::string chat_duration(uint64_t seconds);

/// What a newcomer reads. `others`: participants besides it. `uris`: how others can join.
[[nodiscard]] std::string chat_welcome(size_t others, const std::vector<std::string>& uris);

}  // namespace confab::conference
