#include "signaling/sip/message_request.hpp"

#include "signaling/sip/text.hpp"

namespace confab::sip {

std::variant<message_request, rejection> read_message(const wire_message& request) {
  const auto encoding = trim(request.first("content-encoding"));
  if (!encoding.empty() && !same_word(encoding, "identity"))
    return rejection{415, "Unsupported Media Type", "Accept-Encoding: identity\r\n"};
  const auto type = trim(request.first("content-type"));
  const auto body = request.content();
  if (body.empty()) return rejection{400, "Bad Request (no body)", {}};
  if (without_parameters(type).find('/') == std::string_view::npos)
    return rejection{400, "Bad Request (Content-Type)", {}};
  return message_request{type, body};
}

}  // namespace confab::sip
