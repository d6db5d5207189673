#include <charconv>
#include <string>
#include <utility>

#include "config/limits.hpp"
#include "signaling/conference/conference_document.hpp"
#include "signaling/conference/conference_words.hpp"
#include "signaling/xml/element.hpp"

namespace confab::conference {
namespace {

using xml::element;

std::string text_of(const element& from, std::string_view child) {
  return xml::clean(from.text_of(child));
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

element_state state_of(const element& from) {
  return words::find<element_state>(words::state, from.get("state")).value_or(element_state::full);
}

bool is(const element& what, std::string_view name, std::string_view name_space = words::name_space) {
  return what.name == name && what.name_space == name_space;
}

std::optional<execution_info> read_execution(const element& from, std::string_view child) {
  const auto* e = from.find(child);
  if (e == nullptr) return std::nullopt;
  return execution_info{text_of(*e, "when"), text_of(*e, "reason"), text_of(*e, "by")};
}

media_info read_media(const element& from) {
  media_info media;
  media.id = xml::clean(from.get("id"));
  media.type = text_of(from, "type");
  media.label = text_of(from, "label");
  media.src_id = number<uint32_t>(from.text_of("src-id"));
  media.status = words::find<media_status>(words::media, from.text_of("status"));
  return media;
}

endpoint_info read_endpoint(const element& from) {
  endpoint_info endpoint;
  endpoint.entity = xml::clean(from.get("entity"));
  endpoint.display_text = text_of(from, "display-text");
  endpoint.referred = read_execution(from, "referred");
  endpoint.status = words::find<endpoint_status>(words::status, from.text_of("status"))
                        .value_or(endpoint_status::connected);
  endpoint.joined_by = words::find<joining_method>(words::joining, from.text_of("joining-method"));
  endpoint.joining_info = read_execution(from, "joining-info");
  endpoint.left_by =
      words::find<disconnection_method>(words::disconnection, from.text_of("disconnection-method"));
  endpoint.disconnection_info = read_execution(from, "disconnection-info");
  for (const auto& child : from.children)
    if (is(child, "media")) endpoint.media.push_back(read_media(child));
  return endpoint;
}

user_change read_user(const element& from) {
  user_change change;
  change.state = state_of(from);
  change.user.entity = xml::clean(from.get("entity"));
  change.user.display_text = text_of(from, "display-text");
  if (const auto* roles = from.find("roles")) {
    for (const auto& entry : roles->children)
      if (is(entry, "entry")) change.user.roles.push_back(xml::clean(entry.text));
  }
  for (const auto& child : from.children) {
    if (is(child, "endpoint")) change.user.endpoints.push_back(read_endpoint(child));
    if (is(child, "screen_image_url", words::extension))
      change.user.screen_image_url = xml::clean(child.text);
  }
  return change;
}

void read_files(const element& resources, room_info& room) {
  const auto* files = resources.find("files");
  if (files == nullptr) return;
  for (const auto& file : files->children) {
    if (!is(file, "file", words::extension)) continue;
    room.files.push_back({xml::clean(file.get("name")), xml::clean(file.get("hash")),
                          number<uint64_t>(file.get("size")).value_or(0), xml::clean(file.get("sender")),
                          xml::clean(file.get("status"))});
  }
}

void read_description(const element& from, room_info& room) {
  room.display_text = text_of(from, "display-text");
  room.subject = text_of(from, "subject");
  room.free_text = text_of(from, "free-text");
  if (const auto* uris = from.find("conf-uris")) {
    for (const auto& entry : uris->children) {
      if (!is(entry, "entry")) continue;
      room.uris.push_back({text_of(entry, "uri"), text_of(entry, "display-text"), text_of(entry, "purpose")});
    }
  }
  room.maximum_user_count = number<uint32_t>(from.text_of("maximum-user-count"));
  for (const auto& child : from.children)
    if (is(child, "resources", words::extension)) read_files(child, room);
}

std::optional<room_info> read_room(const element& root) {
  const auto* description = root.find("conference-description");
  const auto* state = root.find("conference-state");
  if (description == nullptr && state == nullptr) return std::nullopt;
  room_info room;
  if (description != nullptr) read_description(*description, room);
  if (const auto* host = root.find("host-info")) room.web_page = text_of(*host, "web-page");
  if (state != nullptr) {
    room.user_count = number<uint32_t>(state->text_of("user-count")).value_or(0);
    room.active = state->text_of("active") != "false";
    room.locked = state->text_of("locked") == "true";
  }
  return room;
}

}  // namespace

result<received_document> parse_conference_info(std::string_view text) {
  const auto root = xml::parse(text, {limits::notify_body_bytes_stream});
  if (!root) return root.error();
  if (!is(*root, "conference-info")) return {errc::malformed, "not a conference-info document"};
  received_document out;
  out.version = number<uint32_t>(root->get("version")).value_or(0);
  out.state = state_of(*root);
  out.entity = xml::clean(root->get("entity"));
  out.room = read_room(*root);
  if (out.room) out.room->entity = out.entity;
  if (const auto* users = root->find("users")) {
    out.users_state = state_of(*users);
    for (const auto& user : users->children)
      if (is(user, "user")) out.users.push_back(read_user(user));
  }
  return out;
}

}  // namespace confab::conference
