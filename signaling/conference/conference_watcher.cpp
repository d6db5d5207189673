#include <algorithm>
#include <utility>

#include "signaling/conference/conference_document.hpp"

namespace confab::conference {
namespace {

template <class List>
auto find(List& list, const std::string& entity) {
  return std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.entity == entity; });
}

/// A partial user keeps what the document does not speak of.
void merge(user_info& into, const user_info& news) {
  if (!news.display_text.empty()) into.display_text = news.display_text;
  if (!news.roles.empty()) into.roles = news.roles;
  if (!news.screen_image_url.empty()) into.screen_image_url = news.screen_image_url;
  for (const auto& endpoint : news.endpoints) {
    const auto at = find(into.endpoints, endpoint.entity);
    if (at == into.endpoints.end()) {
      into.endpoints.push_back(endpoint);
    } else {
      *at = endpoint;
    }
  }
}

void apply(std::vector<user_info>& users, const user_change& change) {
  const auto at = find(users, change.user.entity);
  if (change.state == element_state::deleted) {
    if (at != users.end()) users.erase(at);
  } else if (at == users.end()) {
    users.push_back(change.user);
  } else if (change.state == element_state::full) {
    *at = change.user;
  } else {
    merge(*at, change.user);
  }
}

}  // namespace

fold_result conference_watcher::on_document(const received_document& document) {
  if (version_ && document.version <= *version_) return fold_result::old;
  const bool full = document.state == element_state::full;
  const bool gap = !full && (!version_ || document.version != *version_ + 1);
  version_ = document.version;
  if (document.room) picture_.room = *document.room;
  // A document without users, or with a full list, begins the list anew.
  if (document.users_state.value_or(document.state) == element_state::full) picture_.users.clear();
  for (const auto& change : document.users) apply(picture_.users, change);
  return gap ? fold_result::wants_refresh : fold_result::applied;
}

}  // namespace confab::conference
