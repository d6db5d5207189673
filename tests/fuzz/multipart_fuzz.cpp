#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "config/limits.hpp"
#include "signaling/sip/message_body.hpp"
#include "signaling/sip/multipart.hpp"

namespace {

using namespace confab::sip;

void expect(bool holds) {
  if (!holds) std::abort();
}

bool within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// Parts lie in the body, one behind the other; written again, they read the same.
void parts_of(std::string_view type, std::string_view body) {
  const auto parts = split_multipart(type, body);
  if (!parts) return;
  expect(!parts->empty() && parts->size() <= confab::limits::multipart_parts);
  std::string again;
  for (const auto& part : *parts) {
    expect(within(part.content, body) && part.content.find("\n--fuzz-again") == std::string_view::npos);
    again += "--fuzz-again\r\n\r\n" + std::string(part.content) + "\r\n";
  }
  again += "--fuzz-again--";
  const auto second = split_multipart("multipart/mixed;boundary=fuzz-again", again);
  expect(second.ok() && second->size() == parts->size());
  for (size_t i = 0; i < parts->size(); ++i) expect((*second)[i].content == (*parts)[i].content);
}

}  // namespace

/// The first line is a Content-Type, the rest a body; also as that of an INVITE.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto end = bytes.find('\n');
  if (end == std::string_view::npos || bytes.find("--fuzz-again") != std::string_view::npos) return 0;
  const auto type = bytes.substr(0, end);
  parts_of(type, bytes.substr(end + 1));
  const std::string text = "INVITE sip:a@b SIP/2.0\r\nContent-Type: " + std::string(type) + "\r\n\r\n" +
                           std::string(bytes.substr(end + 1));
  const auto message = wire_message::split(text);
  if (!message) return 0;
  for (const auto place : {body_place::initial, body_place::in_dialog}) {
    const auto read = read_body(*message, place);
    if (const auto* body = std::get_if<message_body>(&read)) {
      expect(within(body->sdp.value_or(""), text) && within(body->recipients.value_or(""), text));
      expect(place == body_place::initial || !body->recipients);
      for (const auto& icon : body->icons)
        expect(within(icon.content, text) && !icon.id.empty() && is_icon(icon.type, icon.content) &&
               icon.content.size() <= confab::limits::file_icon_bytes);
    } else {
      expect(std::get_if<rejection>(&read)->status >= 400);
    }
  }
  (void)sdp_of(*message);
  return 0;
}
