#include <charconv>

#include "config/limits.hpp"
#include "signaling/conference/conference_document.hpp"
#include "signaling/conference/document_words.hpp"
#include "signaling/xml/parse.hpp"
#include "signaling/xml/text.hpp"

namespace confab::conference {

namespace {

using xml::element;

/// XML Schema's numbers and words may have white space around them.
std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

template <class T>
std::optional<T> number(std::string_view text) {
  const std::string_view digits = trimmed(text);
  T value = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (fault != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

const element* child(const element& of, std::string_view name) {
  return of.child(words::conference_ns, name);
}

/// The child's text as it stands; empty where it is absent or blank.
std::string_view text(const element& of, std::string_view name) {
  const element* e = child(of, name);
  return e != nullptr && !xml::is_blank(e->text) ? e->text : std::string_view();
}

bool boolean(const element& of, std::string_view name, bool otherwise) {
  const std::string_view word = trimmed(text(of, name));
  if (word == "true" || word == "1") return true;
  if (word == "false" || word == "0") return false;
  return otherwise;
}

template <class F>
void for_each(const element* of, std::string_view ns, std::string_view name, F&& use) {
  if (of == nullptr) return;
  for (const element& e : of->children) {
    if (e.is(ns, name)) use(e);
  }
}

/// Nothing where the attribute is no state. Absent, it is `full` (§7).
std::optional<element_state> state_of(const element& e) {
  const std::string_view word = e.attribute_value("state");
  if (word.empty()) return element_state::full;
  return words::value(words::states, word);
}

std::vector<conference_uri> read_uris(const element* from) {
  std::vector<conference_uri> out;
  for_each(from, words::conference_ns, "entry", [&](const element& e) {
    const std::string_view uri = text(e, "uri");
    if (uri.empty()) return;
    out.push_back({std::string(uri), std::string(text(e, "display-text")), std::string(text(e, "purpose"))});
  });
  return out;
}

void read_description(const element& from, room_info& room) {
  room.display_text = text(from, "display-text");
  room.subject = text(from, "subject");
  room.free_text = text(from, "free-text");
  room.maximum_user_count = number<uint32_t>(text(from, "maximum-user-count"));
  room.uris = read_uris(child(from, "conf-uris"));
  room.service_uris = read_uris(child(from, "service-uris"));
  const element* resources = from.child(words::agp_ns, "resources");
  const element* files = resources == nullptr ? nullptr : resources->child(words::agp_ns, "files");
  for_each(files, words::agp_ns, "file", [&](const element& e) {
    file_info f;
    f.name = e.attribute_value("name");
    f.hash = e.attribute_value("hash");
    f.size_bytes = number<uint64_t>(e.attribute_value("size")).value_or(0);
    f.sender = e.attribute_value("sender");
    f.status = e.attribute_value("status");
    f.url = e.attribute_value("url");
    room.files.push_back(std::move(f));
  });
}

void read_state(const element& from, room_info& room) {
  room.user_count = number<uint32_t>(text(from, "user-count")).value_or(0);
  room.active = boolean(from, "active", true);
  room.locked = boolean(from, "locked", false);
}

std::optional<execution_info> read_execution(const element& of, std::string_view name) {
  const element* e = child(of, name);
  if (e == nullptr) return std::nullopt;
  return execution_info{std::string(text(*e, "when")), std::string(text(*e, "reason")),
                        std::string(text(*e, "by"))};
}

media_info read_media(const element& from) {
  media_info media;
  media.id = from.attribute_value("id");
  media.type = text(from, "type");
  media.label = text(from, "label");
  media.src_id = number<uint32_t>(text(from, "src-id"));
  media.status = words::value(words::media_statuses, trimmed(text(from, "status")));
  return media;
}

endpoint_change read_endpoint(const element& from, element_state state) {
  endpoint_change change;
  change.state = state;
  endpoint_info& endpoint = change.endpoint;
  endpoint.entity = from.attribute_value("entity");
  if (state == element_state::deleted) return change;
  endpoint.display_text = text(from, "display-text");
  endpoint.referred = read_execution(from, "referred");
  if (const auto status = words::value(words::statuses, trimmed(text(from, "status")))) {
    endpoint.status = *status;
    change.has_status = true;
  }
  endpoint.joined_by = words::value(words::joining_methods, trimmed(text(from, "joining-method")));
  endpoint.joining_info = read_execution(from, "joining-info");
  endpoint.left_by = words::value(words::disconnection_methods, trimmed(text(from, "disconnection-method")));
  endpoint.disconnection_info = read_execution(from, "disconnection-info");
  for_each(&from, words::conference_ns, "media",
           [&](const element& e) { endpoint.media.push_back(read_media(e)); });
  return change;
}

/// False where one of its endpoints has a state that is none.
bool read_user(const element& from, user_change& change) {
  user_info& user = change.user;
  user.entity = from.attribute_value("entity");
  if (change.state == element_state::deleted) return true;
  user.display_text = text(from, "display-text");
  for_each(child(from, "roles"), words::conference_ns, "entry", [&](const element& e) {
    if (!xml::is_blank(e.text)) user.roles.emplace_back(e.text);
  });
  const element* screen = from.child(words::agp_ns, "screen_image_url");
  if (screen != nullptr && !xml::is_blank(screen->text)) user.screen_image_url = screen->text;
  for (const element& e : from.children) {
    if (!e.is(words::conference_ns, "endpoint")) continue;
    const auto state = state_of(e);
    if (!state) return false;
    change.endpoints.push_back(read_endpoint(e, *state));
  }
  return true;
}

result<void> read_users(const element& from, received_document& out) {
  out.users_state = state_of(from);
  if (!out.users_state) return {errc::malformed, "conference-info: users with an unknown state"};
  for (const element& e : from.children) {
    if (!e.is(words::conference_ns, "user") || e.attribute_value("entity").empty()) continue;
    const auto state = state_of(e);
    user_change change;
    change.state = state.value_or(element_state::full);
    if (!state || !read_user(e, change))
      return {errc::malformed, "conference-info: a user or endpoint with an unknown state"};
    out.users.push_back(std::move(change));
  }
  return {};
}

result<void> read_root(const element& root, received_document& out) {
  if (!root.is(words::conference_ns, "conference-info"))
    return {errc::malformed, "conference-info: another root element"};
  const auto version = number<uint32_t>(root.attribute_value("version"));
  if (!version) return {errc::malformed, "conference-info: no version"};
  const auto state = state_of(root);
  if (!state) return {errc::malformed, "conference-info: an unknown state"};
  out.version = *version;
  out.state = *state;
  out.entity = root.attribute_value("entity");
  out.room.entity = out.entity;
  return {};
}

}  // namespace

result<received_document> parse_conference_info(std::string_view text_of_document) {
  const auto parsed = xml::parse(text_of_document, {limits::conference_info_bytes});
  if (!parsed) return parsed.error();
  const element& root = parsed->root;
  received_document out;
  if (const auto read = read_root(root, out); !read) return read.error();
  if (const element* e = child(root, "conference-description"); e != nullptr) {
    out.has_description = true;
    read_description(*e, out.room);
  }
  if (const element* e = child(root, "host-info"); e != nullptr) {
    out.has_host_info = true;
    out.room.web_page = text(*e, "web-page");
  }
  if (const element* e = child(root, "conference-state"); e != nullptr) {
    out.has_state = true;
    read_state(*e, out.room);
  }
  if (const element* e = child(root, "users"); e != nullptr) {
    if (const auto read = read_users(*e, out); !read) return read.error();
  }
  return out;
}

}  // namespace confab::conference
