#include "signaling/conference/room_picture.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace confab::conference {
namespace {

bool hides(std::string_view uri) {
  return uri.find("@anonymous.invalid") != std::string_view::npos ||
         uri.substr(0, uri.find('@')) == "sip:anonymous";
}

std::string user_entity(const attendee& who) {
  if (!who.uri.empty() && !hides(who.uri)) return who.uri;
  return "sip:anonymous-" + to_string(who.leg) + "@anonymous.invalid";
}

bool is_in(endpoint_status status) {
  switch (status) {
    case endpoint_status::connected:
    case endpoint_status::on_hold:
    case endpoint_status::muted_via_focus:
    case endpoint_status::disconnecting:
      return true;
    case endpoint_status::pending:
    case endpoint_status::dialing_out:
    case endpoint_status::dialing_in:
    case endpoint_status::alerting:
    case endpoint_status::disconnected:
      return false;
  }
  return false;
}

/// RFC 4575 §5.8.5: as the participant sees it.
media_status audio_status(const attendee& who) {
  const bool muted = who.status == endpoint_status::muted_via_focus;
  if (who.status == endpoint_status::on_hold || (muted && who.deaf)) return media_status::inactive;
  if (muted) return media_status::recvonly;
  return who.deaf ? media_status::sendonly : media_status::sendrecv;
}

}  // namespace

room_picture::room_picture(room_info room) {
  info_.room = std::move(room);
  count();
  description_changed_ = false;
}

user_info* room_picture::find_user(const std::string& entity) {
  const auto found = places_.find(entity);
  return found == places_.end() ? nullptr : &info_.users[found->second];
}

user_info& room_picture::find_or_add_user(const attendee& who, const std::string& entity) {
  if (auto* user = find_user(entity)) {
    if (who.moderator) user->roles = {"moderator"};
    return *user;
  }
  user_info fresh;
  fresh.entity = entity;
  fresh.display_text = who.display_name;
  fresh.roles = {who.moderator ? "moderator" : "participant"};
  places_.emplace(entity, info_.users.size());
  info_.users.push_back(std::move(fresh));
  deleted_.erase(entity);
  return info_.users.back();
}

/// Phones behind one address may name one Contact; documents tell endpoints apart by it.
std::string room_picture::endpoint_entity(const user_info& user, const attendee& who) {
  std::string entity = who.contact.empty() ? user.entity : who.contact;
  const bool taken = std::any_of(user.endpoints.begin(), user.endpoints.end(),
                                 [&](const endpoint_info& e) { return e.entity == entity; });
  if (taken) entity += ";leg=" + to_string(who.leg);
  return entity;
}

endpoint_info* room_picture::find_endpoint(const seat& where) {
  auto* user = find_user(where.user);
  if (user == nullptr) return nullptr;
  const auto found = std::find_if(user->endpoints.begin(), user->endpoints.end(),
                                  [&](const endpoint_info& e) { return e.entity == where.endpoint; });
  return found == user->endpoints.end() ? nullptr : &*found;
}

void room_picture::show(const attendee& who) {
  const std::string entity = user_entity(who);
  const auto old = seats_.find(who.leg);
  // A phone that was called is found under the URI it answers by.
  if (old != seats_.end() && (old->second.user != entity || old->second.departed)) drop(who.leg);
  auto& user = find_or_add_user(who, entity);
  if (!who.display_name.empty()) user.display_text = who.display_name;
  auto at = seats_.find(who.leg);
  if (at == seats_.end()) {
    at = seats_.emplace(who.leg, seat{entity, endpoint_entity(user, who), false}).first;
    user.endpoints.emplace_back().entity = at->second.endpoint;
  }
  endpoint_info& endpoint = *find_endpoint(at->second);
  endpoint_info now;
  now.entity = endpoint.entity;
  now.display_text = who.display_name;
  if (!who.referrer.empty()) now.referred = execution_info{{}, {}, who.referrer};
  now.status = who.status;
  if (!who.since.empty()) {
    now.joined_by = who.joined_by;
    now.joining_info = execution_info{who.since, {}, {}};
  }
  if (who.has_audio) {
    media_info audio;
    audio.id = to_string(who.leg);
    audio.src_id = who.ssrc;
    audio.status = audio_status(who);
    now.media.push_back(std::move(audio));
  }
  endpoint = std::move(now);
  note(entity);
  count();
}

void room_picture::depart(leg_id leg, disconnection_method method, const execution_info& how) {
  const auto found = seats_.find(leg);
  if (found == seats_.end() || found->second.departed) return;
  if (auto* endpoint = find_endpoint(found->second)) {
    endpoint->status = endpoint_status::disconnected;
    endpoint->left_by = method;
    endpoint->disconnection_info = how;
    endpoint->media.clear();
  }
  found->second.departed = true;
  departed_.push_back(leg);
  note(found->second.user);
  count();
}

void room_picture::drop(leg_id leg) {
  const auto found = seats_.find(leg);
  if (found == seats_.end()) return;
  const seat where = std::move(found->second);
  seats_.erase(found);
  std::erase(departed_, leg);
  forget_endpoint(where);
  count();
}

void room_picture::forget_endpoint(const seat& where) {
  auto* user = find_user(where.user);
  if (user == nullptr) return;
  std::erase_if(user->endpoints, [&](const endpoint_info& e) { return e.entity == where.endpoint; });
  if (!user->endpoints.empty()) return note(where.user);
  const size_t place = places_[where.user];
  places_.erase(where.user);
  info_.users.erase(info_.users.begin() + static_cast<std::ptrdiff_t>(place));
  for (size_t i = place; i < info_.users.size(); ++i) places_[info_.users[i].entity] = i;
  changed_.erase(where.user);
  deleted_.insert(where.user);
}

void room_picture::lock(bool locked) {
  if (std::exchange(info_.room.locked, locked) != locked) description_changed_ = true;
}

bool room_picture::sweep() {
  if (departed_.empty()) return false;
  for (const leg_id leg : std::exchange(departed_, {})) drop(leg);
  return true;
}

void room_picture::note(const std::string& user) {
  changed_.insert(user);
}

void room_picture::count() {
  const auto there = std::count_if(info_.users.begin(), info_.users.end(), [](const user_info& u) {
    return std::any_of(u.endpoints.begin(), u.endpoints.end(),
                       [](const endpoint_info& e) { return is_in(e.status); });
  });
  const auto users = static_cast<uint32_t>(there);
  if (users == info_.room.user_count && info_.room.active == (users > 0)) return;
  info_.room.user_count = users;
  info_.room.active = users > 0;
  description_changed_ = true;
}

bool room_picture::has_changes() const noexcept {
  return description_changed_ || !changed_.empty() || !deleted_.empty();
}

conference_changes room_picture::take_changes() {
  conference_changes out;
  out.description = std::exchange(description_changed_, false);
  for (const auto& entity : changed_) {
    if (const auto* user = find_user(entity)) out.changed.push_back(user);
  }
  // In the order of the room, so that a document does not depend on a hash.
  std::sort(out.changed.begin(), out.changed.end());
  out.deleted.assign(deleted_.begin(), deleted_.end());
  std::sort(out.deleted.begin(), out.deleted.end());
  changed_.clear();
  deleted_.clear();
  return out;
}

}  // namespace confab::conference
