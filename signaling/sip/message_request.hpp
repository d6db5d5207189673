#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "signaling/sip/rejection.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip {

/// What a MESSAGE says (RFC 3428 §4); borrows from the request.
struct message_request {
  std::string_view type;  ///< value of Content-Type
  std::string_view body;
};

/// 400 without a body or a Content-Type, 415 for a body that is encoded.
[[nodiscard]] std::variant<message_request, rejection> read_message(const wire_message& request);

}  // namespace confab::sip
