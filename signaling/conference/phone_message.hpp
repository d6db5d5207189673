#pragma once

#include <string>
#include <string_view>

#include "signaling/conference/chat_room.hpp"

namespace confab::conference {

/// A chat message as a phone gets it by SIP MESSAGE.
struct phone_message {
  std::string sender;  ///< display name of its From
  std::string type;    ///< Content-Type
  std::string body;
  std::string instead;  ///< plain text for a phone that `body` is too large for
  bool operator==(const phone_message&) const = default;
};

/// What `from` said, to the room or to that phone alone. Many phones show the URI of From and no name, and
/// all messages come from the room: so plain text begins with who says it. `type`: the whole Content-Type. A
/// body past `limits::message_bytes_to_phone` is told of instead.
[[nodiscard]] phone_message for_phone(const chat_address& from, bool is_public, std::string_view type,
                                      std::string_view body);

/// What the room itself says.
[[nodiscard]] phone_message for_phone(const chat_address& room, std::string_view text);

}  // namespace confab::conference
