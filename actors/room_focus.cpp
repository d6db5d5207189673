#include "actors/room_focus.hpp"

#include <utility>
#include <variant>

#include "config/log.hpp"
#include "config/log_format.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::actors {
namespace {

constexpr std::chrono::seconds longest_watch{3'600};  // the endpoint has capped what was asked for

std::vector<conference::conference_uri> page_at(const std::string& url) {
  if (url.empty()) return {};
  return {{url, {}, "web-page"}};
}

conference::room_info describe(const room_id& room, const std::string& page_url) {
  conference::room_info info;
  info.entity = "sip:" + room.value;
  info.display_text = "Ad-hoc conference";
  info.free_text = "Hosted by Confab " CONFAB_VERSION;
  info.uris.push_back({info.entity, {}, "participation"});
  info.service_uris = page_at(page_url);
  info.active = false;
  return info;
}

/// Who a request comes from, as far as an unverified one says: the name and the very address.
std::string identity_of(const std::string& uri, const socket_address& source) {
  return uri + " " + source.host();
}

}  // namespace

room_focus::room_focus(const room_id& room, const settings::rooms_settings& configured,
                       sip::subscription_control* control, const std::string& page_url)
    : room_(room),
      control_(control),
      picture_(describe(room, page_url)),
      watchers_({configured.notify == "partial", configured.notify_partial}) {}

void room_focus::on_watch(const sip::subscription_event& event) {
  std::visit([this](const auto& e) { on(e); }, event);
}

void room_focus::on(const sip::incoming_subscription& wish) {
  conference::watch who;
  who.id = wish.id;
  who.user_agent = wish.peer.user_agent;
  who.max_body_bytes = wish.max_body_bytes;
  const auto asker = names_of(wish.peer);
  who.eyes = wish.in_dialog_of ? conference::audience::participant : eyes_of(asker);
  control_->accept_subscription(wish.id, longest_watch);
  if (wish.fetch) {
    send(watchers_.fetch(who, picture_));
    return;
  }
  // One that came in a call's dialog ends with the call: it is a participant as long as it is there.
  if (wish.in_dialog_of) {
    watching_by_call_.emplace(wish.id, *wish.in_dialog_of);
  } else {
    watching_as_.emplace(wish.id, asker);
  }
  send(watchers_.admit(who, picture_));
}

void room_focus::on(const sip::subscription_refreshed& wish) {
  if (const auto document = watchers_.refresh(wish.id, wish.max_body_bytes, picture_)) send(*document);
}

void room_focus::on(const sip::subscription_ended& news) {
  watchers_.forget(news.id);
  watching_as_.erase(news.id);
  watching_by_call_.erase(news.id);
}

room_focus::names room_focus::names_of(const sip::peer& who) {
  return {who.identity, identity_of(who.uri, who.source)};
}

bool room_focus::takes_part(const sip::peer& who) const {
  return takes_part(names_of(who));
}

bool room_focus::takes_part(const names& who) const {
  return participating_.contains(who.claimed) ||
         (!who.verified.empty() && participating_.contains(who.verified));
}

conference::audience room_focus::eyes_of(const names& who) const {
  return takes_part(who) ? conference::audience::participant : conference::audience::outsider;
}

void room_focus::show(const conference::attendee& who, const socket_address& source, clock_time now) {
  forget_identity(who.leg);
  // Nobody has the rights of a verified leg by its name and address alone.
  const auto identity = who.identity.empty() ? identity_of(who.uri, source) : who.identity;
  identities_[who.leg] = identity;
  ++participating_[identity];
  picture_.show(who);
  changed(now);
}

void room_focus::show_outside(const conference::attendee& who, clock_time now) {
  forget_identity(who.leg);
  picture_.show(who);
  changed(now);
}

void room_focus::depart(leg_id leg, conference::disconnection_method method, const std::string& why,
                        const std::string& by, clock_time now) {
  forget_identity(leg);
  const bool shown = by.find(':') != std::string::npos && sip::parse_uri(by).ok();
  picture_.depart(leg, method,
                  {log::format_time(std::chrono::system_clock::now()), why, shown ? by : std::string()});
  changed(now);
}

void room_focus::drop(leg_id leg, clock_time now) {
  forget_identity(leg);
  picture_.drop(leg);
  changed(now);
}

void room_focus::lock(bool locked, clock_time now) {
  picture_.lock(locked);
  changed(now);
}

void room_focus::set_subject(const std::string& subject, clock_time now) {
  picture_.set_subject(subject);
  changed(now);
}

void room_focus::set_files(std::vector<conference::file_info> files, clock_time now) {
  picture_.set_files(std::move(files));
  changed(now);
}

void room_focus::set_page(const std::string& url, clock_time now) {
  picture_.set_service_uris(page_at(url));
  changed(now);
}

void room_focus::put_out(leg_id leg) {
  forget_identity(leg);
  for (const auto& [id, by] : watching_by_call_) {
    if (by == leg) watchers_.set_eyes(id, conference::audience::outsider);
  }
  look_who_watches();
}

void room_focus::share_screen(leg_id leg, const std::string& url, clock_time now) {
  picture_.share_screen(leg, url);
  changed(now);
}

void room_focus::forget_identity(leg_id leg) {
  const auto known = identities_.find(leg);
  if (known == identities_.end()) return;
  const auto counted = participating_.find(known->second);
  if (--counted->second == 0) participating_.erase(counted);
  identities_.erase(known);
}

void room_focus::changed(clock_time now) {
  if (picture_.has_changes()) watchers_.changed(now);
}

void room_focus::look_who_watches() {
  for (const auto& [id, asker] : watching_as_) watchers_.set_eyes(id, eyes_of(asker));
}

void room_focus::poll(clock_time now) {
  look_who_watches();
  for (const auto& document : watchers_.poll(now, picture_)) send(document);
}

void room_focus::end() {
  while (picture_.sweep()) {
  }
  for (const auto& document : watchers_.farewell(picture_)) send(document);
  for (const auto id : watchers_.ids())
    control_->end_subscription(id, sip::termination::noresource, std::nullopt);
}

void room_focus::note_short_measure() {
  const auto short_of = watchers_.take_short_measure();
  if (!short_of) return;
  log::warning(
      "a document about the room is too long for who watches it, who gets counts without people and files",
      {{"room", room_.value},
       {"bytes", std::to_string(short_of->bytes)},
       {"most", std::to_string(short_of->most)},
       {"people", std::to_string(short_of->users)},
       {"files", std::to_string(short_of->files)},
       {"do", "let it subscribe by TCP or TLS, or keep fewer files: files.keep, files.room-quota"}});
}

void room_focus::send(const conference::send_document& what) {
  note_short_measure();
  sip::document document;
  document.body = {what.document, &what.document->text};
  document.version_at = what.document->version_at;
  document.type = conference::conference_info_type;
  document.must_send = what.must_send;
  control_->notify(what.to, std::move(document));
}

}  // namespace confab::actors
