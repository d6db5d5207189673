#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>

#include "signaling/conference/chat_room.hpp"
#include "signaling/conference/phone_message.hpp"
#include "signaling/sip/message_request.hpp"

/// Any bytes as a MESSAGE, whose Accept is that of the phone it goes on to: what is read has a body and a
/// type, and plain text always reaches the phone.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace confab;
  const auto expect = [](bool holds) {
    if (!holds) std::abort();
  };
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto wire = sip::wire_message::split(text);
  if (!wire) return 0;
  const auto read = sip::read_message(*wire);
  const auto* said = std::get_if<sip::message_request>(&read);
  if (said == nullptr) return 0;
  expect(!said->body.empty() && said->type.find('/') != std::string_view::npos);
  conference::chat_room room(room_id{"lunch@example.com"}, {});
  room.join({leg_id{1}, "sip:alice@example.com", {}, "sip:alice@example.com", "Alice"});
  conference::chatter phone{leg_id{2}, "sip:bob@example.com", {}, "sip:bob@example.com", "Bob"};
  phone.link = conference::chat_link::none;
  phone.takes_messages = true;
  phone.accepts = wire->joined("accept");
  room.join(phone);
  for (const std::string& type : {std::string(said->type), std::string("text/plain")}) {
    const auto decided = room.route(leg_id{1}, {{}, {}, type});
    const auto* way = std::get_if<conference::chat_route>(&decided);
    expect(way == nullptr || way->phones.size() <= 1);
    if (type == "text/plain") expect(way != nullptr && way->phones.size() == 1);
    const auto shown = conference::for_phone({"Alice", "sip:alice@example.com"}, true, type, said->body);
    expect(!shown.body.empty() && !shown.type.empty());
  }
  return 0;
}
