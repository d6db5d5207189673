#include "signaling/conference/room_picture.hpp"

#include <algorithm>
#include <utility>

#include "signaling/conference/user_key.hpp"

namespace confab::conference {
namespace {

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

/// What goes between the participant and the mix, as the participant sees it (RFC 4575 §5.8.5).
media_status audio_status(const attendee& who) {
  switch (who.status) {
    case endpoint_status::connected:
      return who.deaf ? media_status::sendonly : media_status::sendrecv;
    case endpoint_status::muted_via_focus:
      return who.deaf ? media_status::inactive : media_status::recvonly;
    case endpoint_status::on_hold:
    case endpoint_status::disconnecting:
    case endpoint_status::pending:
    case endpoint_status::dialing_out:
    case endpoint_status::dialing_in:
    case endpoint_status::alerting:
    case endpoint_status::disconnected:
      return media_status::inactive;
  }
  return media_status::inactive;
}

endpoint_info endpoint_of(const attendee& who, const std::string& entity) {
  endpoint_info out;
  out.entity = entity;
  out.display_text = who.display_name;
  if (!who.referrer.empty()) out.referred = execution_info{{}, {}, who.referrer};
  out.status = who.status;
  if (!who.since.empty()) {
    out.joined_by = who.joined_by;
    out.joining_info = execution_info{who.since, {}, {}};
  }
  if (who.has_audio) {
    media_info audio;
    audio.id = to_string(who.leg);
    audio.label = who.label;
    audio.src_id = who.ssrc;
    audio.status = audio_status(who);
    out.media.push_back(std::move(audio));
  }
  if (who.has_chat) {
    media_info chat;
    chat.id = to_string(who.leg) + "-chat";
    chat.type = "message";
    chat.status = media_status::sendrecv;
    out.media.push_back(std::move(chat));
  }
  return out;
}

}  // namespace

room_picture::room_picture(room_info room) : room_(std::move(room)) {
  room_.user_count = 0;
  room_.active = false;
}

std::vector<const user_info*> room_picture::users() const {
  std::vector<const user_info*> out;
  out.reserve(users_.size());
  for (const listed_user& user : users_) out.push_back(&user.info);
  return out;
}

room_picture::user_place room_picture::find(const std::string& key) {
  const auto found = places_.find(key);
  return found == places_.end() ? users_.end() : found->second;
}

/// The plain entity is the verified user's. Those who only claim to be it have it while it is free.
room_picture::user_place room_picture::find_or_add_user(const attendee& who, const std::string& key) {
  if (const auto known = find(key); known != users_.end()) {
    if (who.moderator) known->info.roles = {"moderator"};
    return known;
  }
  listed_user fresh;
  fresh.key = key;
  fresh.number = next_number_++;
  fresh.plain = user_entity(who.uri, who.leg);
  fresh.info.entity = fresh.plain;
  fresh.info.display_text = who.display_name;
  fresh.info.roles = {who.moderator ? "moderator" : "participant"};
  if (const auto rival = find(rival_key(key)); rival != users_.end()) {
    if (who.identity.empty()) {
      fresh.info.entity = unverified_entity(fresh.plain);
    } else {
      rename(rival, unverified_entity(rival->plain));
    }
  }
  deleted_.erase(fresh.info.entity);
  const auto added = users_.insert(users_.end(), std::move(fresh));
  places_.emplace(key, added);
  return added;
}

/// For whoever folds documents one user goes and another comes.
void room_picture::rename(user_place user, std::string entity) {
  deleted_.insert(std::exchange(user->info.entity, std::move(entity)));
  deleted_.erase(user->info.entity);
  note(user);
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
  auto& endpoints = where.user->info.endpoints;
  const auto found = std::find_if(endpoints.begin(), endpoints.end(),
                                  [&](const endpoint_info& e) { return e.entity == where.endpoint; });
  return found == endpoints.end() ? nullptr : &*found;
}

void room_picture::show(const attendee& who) {
  const std::string key = user_key(who.uri, !who.identity.empty(), who.leg);
  const auto old = seats_.find(who.leg);
  // A phone that was called is found under the URI it answers by.
  if (old != seats_.end() && (old->second.user->key != key || old->second.departed)) drop(who.leg);
  const user_place user = find_or_add_user(who, key);
  auto at = seats_.find(who.leg);
  if (at == seats_.end()) {
    at = seats_.emplace(who.leg, seat{user, endpoint_entity(user->info, who), false}).first;
    endpoint_info fresh;
    fresh.entity = at->second.endpoint;
    fresh.status = endpoint_status::disconnected;  // until it is said below
    user->info.endpoints.push_back(std::move(fresh));
  }
  endpoint_info& endpoint = *find_endpoint(at->second);
  count_endpoint(*user, endpoint.status, who.status);
  endpoint = endpoint_of(who, at->second.endpoint);
  name_user(user->info, who.display_name);
  note(user);
}

/// As the endpoint that was shown last is called; where that has no name (any more), as another one is.
void room_picture::name_user(user_info& user, const std::string& latest) {
  user.display_text = latest;
  for (const auto& one : user.endpoints)
    if (user.display_text.empty()) user.display_text = one.display_text;
}

void room_picture::depart(leg_id leg, disconnection_method method, const execution_info& how) {
  const auto found = seats_.find(leg);
  if (found == seats_.end() || found->second.departed) return;
  seat& where = found->second;
  const auto* endpoint = find_endpoint(where);
  if (endpoint == nullptr) return;
  where.departed = true;
  const bool untold =
      endpoint->status == endpoint_status::disconnecting && changed_.contains(&where.user->info);
  count_endpoint(*where.user, endpoint->status, endpoint_status::disconnected);
  if (untold) {
    parting_.push_back({leg, method, how});
    return;
  }
  show_departed(where, method, how);
  departed_.push_back(leg);
  note(where.user);
}

void room_picture::show_departed(const seat& where, disconnection_method method, const execution_info& how) {
  auto* endpoint = find_endpoint(where);
  if (endpoint == nullptr) return;
  endpoint->status = endpoint_status::disconnected;
  endpoint->left_by = method;
  endpoint->disconnection_info = how;
  endpoint->media.clear();
}

void room_picture::drop(leg_id leg) {
  std::erase(departed_, leg);
  std::erase_if(parting_, [&](const parting& p) { return p.leg == leg; });
  remove(leg);
}

void room_picture::remove(leg_id leg) {
  const auto found = seats_.find(leg);
  if (found == seats_.end()) return;
  share_screen(leg, {});
  const seat where = std::move(found->second);
  seats_.erase(found);
  forget_endpoint(where);
}

void room_picture::forget_endpoint(const seat& where) {
  const user_place user = where.user;
  const auto* endpoint = find_endpoint(where);
  if (endpoint != nullptr && !where.departed)
    count_endpoint(*user, endpoint->status, endpoint_status::disconnected);
  std::erase_if(user->info.endpoints, [&](const endpoint_info& e) { return e.entity == where.endpoint; });
  if (!user->info.endpoints.empty()) return note(user);
  const listed_user gone = std::move(*user);
  changed_.erase(&user->info);
  places_.erase(gone.key);
  users_.erase(user);
  deleted_.insert(gone.info.entity);
  // Its entity is free again for those who claim it.
  const auto rival = find(rival_key(gone.key));
  if (rival != users_.end() && rival->info.entity != rival->plain) rename(rival, rival->plain);
}

void room_picture::lock(bool locked) {
  if (std::exchange(room_.locked, locked) != locked) description_changed_ = true;
}

void room_picture::set_subject(const std::string& subject) {
  if (std::exchange(room_.subject, subject) != subject) description_changed_ = true;
}

void room_picture::set_service_uris(std::vector<conference_uri> uris) {
  if (uris == room_.service_uris) return;
  room_.service_uris = std::move(uris);
  description_changed_ = true;
}

void room_picture::set_files(std::vector<file_info> files) {
  if (files == room_.files) return;
  room_.files = std::move(files);
  description_changed_ = true;
}

void room_picture::share_screen(leg_id leg, const std::string& url) {
  const auto found = seats_.find(leg);
  if (found == seats_.end()) return;
  auto& screens = found->second.user->screens;
  std::erase_if(screens, [&](const auto& one) { return one.first == leg; });
  if (!url.empty()) screens.emplace_back(leg, url);
  auto& shown = found->second.user->info.screen_image_url;
  const std::string first = screens.empty() ? std::string() : screens.front().second;
  if (std::exchange(shown, first) != first) note(found->second.user);
}

bool room_picture::sweep() {
  if (departed_.empty() && parting_.empty()) return false;
  for (const leg_id leg : std::exchange(departed_, {})) remove(leg);
  for (const parting& p : std::exchange(parting_, {})) {
    const seat& where = seats_.at(p.leg);
    show_departed(where, p.method, p.how);
    departed_.push_back(p.leg);
    note(where.user);
  }
  return true;
}

void room_picture::note(user_place user) {
  changed_.emplace(&user->info, user->number);
}

/// Keeps user-count: users with an endpoint that is in.
void room_picture::count_endpoint(listed_user& user, endpoint_status was, endpoint_status is) {
  if (is_in(was) == is_in(is)) return;
  const bool had = user.endpoints_in > 0;
  if (is_in(is)) {
    ++user.endpoints_in;
  } else {
    --user.endpoints_in;
  }
  const bool has = user.endpoints_in > 0;
  if (had == has) return;
  room_.user_count = has ? room_.user_count + 1 : room_.user_count - 1;
  room_.active = room_.user_count > 0;
  description_changed_ = true;
}

bool room_picture::has_changes() const noexcept {
  return description_changed_ || !changed_.empty() || !deleted_.empty();
}

conference_changes room_picture::take_changes() {
  conference_changes out;
  out.description = std::exchange(description_changed_, false);
  // In the order of the room, so that a document does not depend on a hash.
  std::vector<std::pair<uint64_t, const user_info*>> in_order;
  in_order.reserve(changed_.size());
  for (const auto& [user, number] : changed_) in_order.emplace_back(number, user);
  std::sort(in_order.begin(), in_order.end());
  for (const auto& [number, user] : in_order) out.changed.push_back(user);
  out.deleted.assign(deleted_.begin(), deleted_.end());
  std::sort(out.deleted.begin(), out.deleted.end());
  changed_.clear();
  deleted_.clear();
  return out;
}

}  // namespace confab::conference
