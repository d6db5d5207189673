#include "tests/unit/signaling/conference/conference_fixture.hpp"

#include <gtest/gtest.h>

namespace confab::conference::testing {

namespace {

user_info ann() {
  endpoint_info desk;
  desk.entity = "sip:ann@192.0.2.7:5062";
  desk.display_text = "Desk";
  desk.status = endpoint_status::connected;
  desk.joined_by = joining_method::dialed_in;
  desk.joining_info = execution_info{"2026-11-24T09:00:00Z", "", ""};
  desk.media = {{"1", "audio", "main", 432424U, media_status::sendrecv}, {"2", "message", "", {}, {}}};
  return {"sip:ann@example.com", "Ann", {"participant", "moderator"}, {desk}, "https://example.com/s/1.jpg"};
}

user_info bob() {
  endpoint_info gone;
  gone.entity = "sip:bob@192.0.2.8;transport=tls";
  gone.referred = execution_info{"2026-11-24T09:01:00Z", "invited", "sip:ann@example.com"};
  gone.status = endpoint_status::disconnected;
  gone.joined_by = joining_method::dialed_out;
  gone.joining_info = execution_info{"2026-11-24T09:02:00Z", "", "sip:ann@example.com"};
  gone.left_by = disconnection_method::booted;
  gone.disconnection_info = execution_info{"2026-11-24T09:03:00Z", "SIP;cause=200", "sip:ann@example.com"};
  return {"sip:bob@example.com", "Bob \"the <builder>\" & co", {}, {gone}, ""};
}

}  // namespace

conference_info bare_room() {
  conference_info info;
  info.room.entity = "sip:sales@example.com";
  return info;
}

conference_info full_room() {
  conference_info info = bare_room();
  room_info& room = info.room;
  room.display_text = "Sales";
  room.subject = "Quarter";
  room.free_text = "Hosted by Confab";
  room.uris = {{"sip:sales@example.com", "", "participation"}, {"tel:+3120555", "by phone", "participation"}};
  room.service_uris = {{"https://web.example.com/room/token", "", "web-page"}};
  room.maximum_user_count = 50;
  room.files = {{"plan.pdf", "sha-1:49:AD", 151'036, "Ann <sip:ann@example.com>", "OK"}};
  room.web_page = "https://example.com/";
  room.user_count = 2;
  room.locked = true;
  info.users = {ann(), bob()};
  return info;
}

received_document read(const conference_document& document, uint32_t version) {
  auto parsed = parse_conference_info(with_version(document, version));
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : parsed.error().text);
  return parsed.ok() ? std::move(parsed).value() : received_document{};
}

conference_info seen(const conference_document& document) {
  conference_watcher watcher;
  watcher.on_document(read(document, 1));
  return watcher.picture();
}

}  // namespace confab::conference::testing
