#include <unordered_map>
#include <utility>

#include "signaling/conference/conference_document.hpp"

namespace confab::conference {

namespace {

/// Applies changes to a list whose elements have a key (§4.4): `full` puts the element in, or in the place of
/// the one with its key; `partial` mends that one; `deleted` takes it out. One pass over each, so that a
/// large document costs no more than its length.
template <class T, class Change, class Key, class State, class Whole, class Mend>
void merge(std::vector<T>& list, const std::vector<Change>& changes, Key key, State state, Whole whole,
           Mend mend) {
  if (changes.empty()) return;
  std::unordered_map<std::string, size_t> places;
  std::vector<bool> gone(list.size(), false);
  for (size_t i = 0; i < list.size(); ++i) places.emplace(key(list[i]), i);
  for (const Change& change : changes) {
    T element = whole(change);
    const auto found = places.find(key(element));
    const bool known = found != places.end();
    if (state(change) == element_state::deleted) {
      if (known) {
        gone[found->second] = true;
        places.erase(found);
      }
    } else if (!known) {
      places.emplace(key(element), list.size());
      list.push_back(std::move(element));
      gone.push_back(false);
    } else if (state(change) == element_state::partial) {
      mend(list[found->second], change);
    } else {
      list[found->second] = std::move(element);
    }
  }
  size_t kept = 0;
  for (size_t i = 0; i < list.size(); ++i) {
    if (gone[i]) continue;
    if (kept != i) list[kept] = std::move(list[i]);
    ++kept;
  }
  list.resize(kept);
}

template <class T>
void take_said(T& into, const T& from, bool said) {
  if (said) into = from;
}

/// What a partial element does not say stays as it was (§4.4).
void mend_endpoint(endpoint_info& into, const endpoint_change& change) {
  const endpoint_info& from = change.endpoint;
  take_said(into.display_text, from.display_text, !from.display_text.empty());
  take_said(into.referred, from.referred, from.referred.has_value());
  take_said(into.status, from.status, change.has_status);
  take_said(into.joined_by, from.joined_by, from.joined_by.has_value());
  take_said(into.joining_info, from.joining_info, from.joining_info.has_value());
  take_said(into.left_by, from.left_by, from.left_by.has_value());
  take_said(into.disconnection_info, from.disconnection_info, from.disconnection_info.has_value());
  // `media` has an `id` for a key, but no state of its own: each is whole.
  merge(
      into.media, from.media, [](const media_info& m) -> const std::string& { return m.id; },
      [](const media_info&) { return element_state::full; },
      [](const media_info& m) -> const media_info& { return m; }, [](media_info&, const media_info&) {});
}

void merge_endpoints(std::vector<endpoint_info>& into, const std::vector<endpoint_change>& changes) {
  merge(
      into, changes, [](const endpoint_info& e) -> const std::string& { return e.entity; },
      [](const endpoint_change& c) { return c.state; },
      [](const endpoint_change& c) -> const endpoint_info& { return c.endpoint; }, mend_endpoint);
}

user_info whole_user(const user_change& change) {
  user_info user = change.user;
  merge_endpoints(user.endpoints, change.endpoints);
  return user;
}

void mend_user(user_info& into, const user_change& change) {
  const user_info& from = change.user;
  take_said(into.display_text, from.display_text, !from.display_text.empty());
  take_said(into.roles, from.roles, !from.roles.empty());
  take_said(into.screen_image_url, from.screen_image_url, !from.screen_image_url.empty());
  merge_endpoints(into.endpoints, change.endpoints);
}

void merge_users(std::vector<user_info>& into, const std::vector<user_change>& changes) {
  merge(
      into, changes, [](const user_info& u) -> const std::string& { return u.entity; },
      [](const user_change& c) { return c.state; }, whole_user, mend_user);
}

/// Elements without a key are replaced as a whole where the document has them.
void take_room(room_info& into, const received_document& document) {
  const room_info& from = document.room;
  if (document.has_description) {
    into.display_text = from.display_text;
    into.subject = from.subject;
    into.free_text = from.free_text;
    into.uris = from.uris;
    into.service_uris = from.service_uris;
    into.maximum_user_count = from.maximum_user_count;
    into.files = from.files;
  }
  if (document.has_host_info) into.web_page = from.web_page;
  if (document.has_state) {
    into.user_count = from.user_count;
    into.active = from.active;
    into.locked = from.locked;
  }
}

}  // namespace

fold_result conference_watcher::on_document(const received_document& document) {
  if (version_ && document.version <= *version_) return fold_result::old;
  const bool is_full = document.state == element_state::full;
  const bool follows = version_ && document.version == *version_ + 1;
  version_ = document.version;
  if (document.state != element_state::partial) {
    std::vector<user_info> kept;
    if (document.users_state == element_state::partial) kept.swap(picture_.users);
    picture_ = {};
    picture_.users.swap(kept);
  }
  // The conference is no more (§5.1): an empty picture is what is left.
  if (document.state == element_state::deleted) return fold_result::applied;
  if (is_full || picture_.room.entity.empty()) picture_.room.entity = document.entity;
  take_room(picture_.room, document);
  if (document.users_state && document.users_state != element_state::partial) picture_.users.clear();
  if (document.users_state != element_state::deleted) merge_users(picture_.users, document.users);
  return is_full || follows ? fold_result::applied : fold_result::wants_refresh;
}

}  // namespace confab::conference
