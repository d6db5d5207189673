#include <string>
#include <utility>

#include "signaling/conference/conference_document.hpp"
#include "signaling/conference/conference_words.hpp"
#include "signaling/xml/element.hpp"

/// Elements stand in the order of the schema (RFC 4575 §7), extensions behind the standard children.
namespace confab::conference {
namespace {

using xml::clean;
using xml::element;

std::string yes_or_no(bool value) {
  return value ? "true" : "false";
}

void add_text(element& to, const char* name, const std::string& text) {
  if (auto clear = clean(text); !clear.empty()) to.add(name, std::move(clear));
}

void add_execution(element& to, const char* name, const execution_info& what) {
  auto& e = to.add(name);
  add_text(e, "when", what.when);
  add_text(e, "reason", what.reason);
  add_text(e, "by", what.by);
}

void add_media(element& to, const media_info& media) {
  auto& e = to.add("media");
  e.set("id", clean(media.id));
  add_text(e, "type", media.type);
  add_text(e, "label", media.label);
  if (media.src_id) e.add("src-id", std::to_string(*media.src_id));
  if (media.status) e.add("status", words::word(words::media, *media.status));
}

void add_endpoint(element& to, const endpoint_info& endpoint) {
  auto& e = to.add("endpoint");
  e.set("entity", clean(endpoint.entity)).set("state", "full");
  add_text(e, "display-text", endpoint.display_text);
  if (endpoint.referred) add_execution(e, "referred", *endpoint.referred);
  e.add("status", words::word(words::status, endpoint.status));
  if (endpoint.joined_by) e.add("joining-method", words::word(words::joining, *endpoint.joined_by));
  if (endpoint.joining_info) add_execution(e, "joining-info", *endpoint.joining_info);
  if (endpoint.left_by) e.add("disconnection-method", words::word(words::disconnection, *endpoint.left_by));
  if (endpoint.disconnection_info) add_execution(e, "disconnection-info", *endpoint.disconnection_info);
  for (const auto& media : endpoint.media) add_media(e, media);
}

void add_user(element& users, const user_info& user, audience who) {
  auto& e = users.add("user");
  e.set("entity", clean(user.entity)).set("state", "full");
  add_text(e, "display-text", user.display_text);
  if (!user.roles.empty()) {
    auto& roles = e.add("roles");
    for (const auto& role : user.roles) add_text(roles, "entry", role);
  }
  for (const auto& endpoint : user.endpoints) add_endpoint(e, endpoint);
  if (who == audience::participant) add_text(e, "agp-conf:screen_image_url", user.screen_image_url);
}

void add_files(element& description, const room_info& room) {
  if (room.files.empty()) return;
  auto& files = description.add("agp-conf:resources").add("agp-conf:files");
  for (const auto& file : room.files) {
    files.add("agp-conf:file")
        .set("name", clean(file.name))
        .set("hash", clean(file.hash))
        .set("size", std::to_string(file.size_bytes))
        .set("sender", clean(file.sender))
        .set("status", clean(file.status));
  }
}

void add_room(element& root, const room_info& room, audience who) {
  auto& description = root.add("conference-description");
  add_text(description, "display-text", room.display_text);
  add_text(description, "subject", room.subject);
  add_text(description, "free-text", room.free_text);
  if (!room.uris.empty()) {
    auto& uris = description.add("conf-uris");
    for (const auto& one : room.uris) {
      auto& entry = uris.add("entry");
      entry.add("uri", clean(one.uri));
      add_text(entry, "display-text", one.display_text);
      add_text(entry, "purpose", one.purpose);
    }
  }
  if (room.maximum_user_count)
    description.add("maximum-user-count", std::to_string(*room.maximum_user_count));
  if (who == audience::participant) add_files(description, room);
  auto& host = root.add("host-info");
  add_text(host, "web-page", room.web_page);
  auto& state = root.add("conference-state");
  state.add("user-count", std::to_string(room.user_count));
  state.add("active", yes_or_no(room.active));
  state.add("locked", yes_or_no(room.locked));
}

element make_root(const room_info& room, element_state state) {
  // A quote has no place in a URI, and would make the version hard to find.
  std::string entity = clean(room.entity);
  for (size_t at = 0; (at = entity.find('"', at)) != std::string::npos;) entity.replace(at, 1, "%22");
  element root;
  root.name = "conference-info";
  root.set("xmlns", std::string(words::name_space))
      .set("xmlns:agp-conf", std::string(words::extension))
      .set("entity", std::move(entity))
      .set("state", words::word(words::state, state))
      .set("version", "");
  return root;
}

conference_document finish(const element& root) {
  constexpr std::string_view empty_version = "version=\"\"";
  conference_document out;
  out.text = xml::write(root);
  out.version_at = out.text.find(empty_version) + empty_version.size() - 1;
  return out;
}

}  // namespace

std::string with_version(const conference_document& document, uint32_t version) {
  std::string text = document.text;
  return text.insert(document.version_at, std::to_string(version));
}

conference_document write_full(const conference_info& info, audience who) {
  auto root = make_root(info.room, element_state::full);
  add_room(root, info.room, who);
  auto& users = root.add("users");
  users.set("state", "full");
  users.children.reserve(info.users.size());
  for (const auto& user : info.users) add_user(users, user, who);
  return finish(root);
}

conference_document write_counts(const room_info& room, audience who) {
  auto root = make_root(room, element_state::full);
  add_room(root, room, who);
  root.add("users").set("state", "partial");
  return finish(root);
}

conference_document write_partial(const room_info& room, const conference_changes& changes, audience who) {
  auto root = make_root(room, element_state::partial);
  if (changes.description) add_room(root, room, who);
  if (!changes.changed.empty() || !changes.deleted.empty()) {
    auto& users = root.add("users");
    users.set("state", "partial");
    for (const auto* user : changes.changed) add_user(users, *user, who);
    for (const auto& entity : changes.deleted) {
      users.add("user").set("entity", clean(entity)).set("state", "deleted");
    }
  }
  return finish(root);
}

}  // namespace confab::conference
