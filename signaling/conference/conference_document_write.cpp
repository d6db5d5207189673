#include <algorithm>
#include <cassert>

#include "signaling/conference/conference_document.hpp"
#include "signaling/conference/document_words.hpp"
#include "signaling/xml/text.hpp"
#include "signaling/xml/writer.hpp"

namespace confab::conference {

namespace {

using words::word;

constexpr std::string_view root_name = "conference-info";

/// What a reader cannot tell from nothing is not written.
void text(xml::writer& out, std::string_view name, std::string_view value) {
  if (!xml::is_blank(value)) out.leaf(name, value);
}

void boolean(xml::writer& out, std::string_view name, bool value) {
  out.leaf(name, value ? "true" : "false");
}

void open_stateful(xml::writer& out, std::string_view name, element_state state) {
  out.open(name);
  out.attribute("state", word(words::states, state));
}

void open_root(xml::writer& out, const std::string& entity, element_state state) {
  out.open(root_name);
  out.attribute("xmlns", words::conference_ns);
  out.attribute("xmlns:agp-conf", words::agp_ns);
  out.attribute("entity", entity);
  out.attribute("state", word(words::states, state));
  out.attribute("version", "");
}

/// The version is the last attribute of the root, and `>` stands in no value: the printer escapes it.
conference_document finished(xml::writer& out) {
  constexpr std::string_view empty_version = "version=\"\"";
  out.close();
  conference_document document{out.print(), 0};
  const size_t tag_end = document.text.find('>', document.text.find("<conference-info"));
  const size_t at = document.text.rfind(empty_version, tag_end);
  assert(at != std::string::npos);
  document.version_at = at + empty_version.size() - 1;
  return document;
}

void write_uris(xml::writer& out, std::string_view name, const std::vector<conference_uri>& uris) {
  // §7 asks for one entry at least, and for a `uri` in each.
  const auto is_blank = [](const conference_uri& u) { return xml::is_blank(u.uri); };
  if (std::all_of(uris.begin(), uris.end(), is_blank)) return;
  out.open(name);
  for (const conference_uri& u : uris) {
    if (is_blank(u)) continue;
    out.open("entry");
    out.leaf("uri", u.uri);
    text(out, "display-text", u.display_text);
    text(out, "purpose", u.purpose);
    out.close();
  }
  out.close();
}

void write_files(xml::writer& out, const std::vector<file_info>& files) {
  if (files.empty()) return;
  out.open("agp-conf:resources");
  out.open("agp-conf:files");
  for (const file_info& f : files) {
    out.open("agp-conf:file");
    out.attribute("name", f.name);
    out.attribute("hash", f.hash);
    out.attribute("size", std::to_string(f.size_bytes));
    out.attribute("sender", f.sender);
    out.attribute("status", f.status);
    if (!f.url.empty()) out.attribute("url", f.url);
    out.close();
  }
  out.close();
  out.close();
}

/// Both elements are always there, even empty: a partial document takes away what they no longer say only by
/// repeating them.
void write_description(xml::writer& out, const room_info& room, audience who, bool with_files = true) {
  out.open("conference-description");
  text(out, "display-text", room.display_text);
  text(out, "subject", room.subject);
  text(out, "free-text", room.free_text);
  write_uris(out, "conf-uris", room.uris);
  if (who == audience::participant) write_uris(out, "service-uris", room.service_uris);
  if (room.maximum_user_count) out.leaf("maximum-user-count", std::to_string(*room.maximum_user_count));
  if (who == audience::participant && with_files) write_files(out, room.files);
  out.close();
  out.open("host-info");
  text(out, "web-page", room.web_page);
  out.close();
}

void write_state(xml::writer& out, const room_info& room) {
  out.open("conference-state");
  out.leaf("user-count", std::to_string(room.user_count));
  boolean(out, "active", room.active);
  boolean(out, "locked", room.locked);
  out.close();
}

void write_execution(xml::writer& out, std::string_view name, const std::optional<execution_info>& info) {
  if (!info) return;
  out.open(name);
  text(out, "when", info->when);
  text(out, "reason", info->reason);
  text(out, "by", info->by);
  out.close();
}

void write_media(xml::writer& out, const media_info& media) {
  out.open("media");
  out.attribute("id", media.id);
  text(out, "type", media.type);
  text(out, "label", media.label);
  if (media.src_id) out.leaf("src-id", std::to_string(*media.src_id));
  if (media.status) out.leaf("status", word(words::media_statuses, *media.status));
  out.close();
}

void write_endpoint(xml::writer& out, const endpoint_info& endpoint) {
  out.open("endpoint");
  out.attribute("entity", endpoint.entity);
  out.attribute("state", word(words::states, element_state::full));
  text(out, "display-text", endpoint.display_text);
  write_execution(out, "referred", endpoint.referred);
  out.leaf("status", word(words::statuses, endpoint.status));
  if (endpoint.joined_by) out.leaf("joining-method", word(words::joining_methods, *endpoint.joined_by));
  write_execution(out, "joining-info", endpoint.joining_info);
  if (endpoint.left_by)
    out.leaf("disconnection-method", word(words::disconnection_methods, *endpoint.left_by));
  write_execution(out, "disconnection-info", endpoint.disconnection_info);
  for (const media_info& m : endpoint.media) write_media(out, m);
  out.close();
}

void write_roles(xml::writer& out, const std::vector<std::string>& roles) {
  const auto is_blank = [](const std::string& r) { return xml::is_blank(r); };
  if (std::all_of(roles.begin(), roles.end(), is_blank)) return;
  out.open("roles");
  for (const std::string& r : roles) text(out, "entry", r);
  out.close();
}

void open_user(xml::writer& out, std::string_view entity, element_state state) {
  out.open("user");
  out.attribute("entity", entity);
  out.attribute("state", word(words::states, state));
}

void write_user(xml::writer& out, const user_info& user, audience who) {
  open_user(out, user.entity, element_state::full);
  text(out, "display-text", user.display_text);
  write_roles(out, user.roles);
  for (const endpoint_info& e : user.endpoints) write_endpoint(out, e);
  // An extension: after every element of the schema's own (§7).
  if (who == audience::participant) text(out, "agp-conf:screen_image_url", user.screen_image_url);
  out.close();
}

}  // namespace

std::string with_version(const conference_document& document, uint32_t version) {
  const std::string digits = std::to_string(version);
  std::string out;
  out.reserve(document.text.size() + digits.size());
  out.append(document.text, 0, document.version_at);
  out += digits;
  out.append(document.text, document.version_at);
  return out;
}

conference_document write_full(const room_info& room, std::span<const user_info* const> users, audience who) {
  xml::writer out;
  open_root(out, room.entity, element_state::full);
  write_description(out, room, who);
  write_state(out, room);
  open_stateful(out, "users", element_state::full);
  for (const user_info* u : users) write_user(out, *u, who);
  out.close();
  return finished(out);
}

conference_document write_full(const conference_info& info, audience who) {
  std::vector<const user_info*> users;
  users.reserve(info.users.size());
  for (const user_info& u : info.users) users.push_back(&u);
  return write_full(info.room, users, who);
}

conference_document write_counts(const room_info& room, audience who) {
  xml::writer out;
  open_root(out, room.entity, element_state::full);
  write_description(out, room, who, false);
  write_state(out, room);
  open_stateful(out, "users", element_state::partial);
  out.close();
  return finished(out);
}

conference_document write_partial(const room_info& room, const conference_changes& changes, audience who) {
  xml::writer out;
  open_root(out, room.entity, element_state::partial);
  if (changes.description) write_description(out, room, who);
  write_state(out, room);
  if (!changes.changed.empty() || !changes.deleted.empty()) {
    open_stateful(out, "users", element_state::partial);
    // First, so that one who left and came back is there.
    for (const std::string& entity : changes.deleted) {
      open_user(out, entity, element_state::deleted);
      out.close();
    }
    for (const user_info* u : changes.changed) write_user(out, *u, who);
    out.close();
  }
  return finished(out);
}

}  // namespace confab::conference
