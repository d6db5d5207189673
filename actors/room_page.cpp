#include <algorithm>

#include "actors/room.hpp"
#include "config/log.hpp"
#include "signaling/conference/user_key.hpp"

/// The room on the web: who is shown on its page, and whose screen.
namespace confab::actors {

std::vector<web::page_person> room_state::people_on_page() const {
  std::vector<web::page_person> out;
  out.reserve(seats_.size());
  for (const auto& one : roster_.participants()) {
    const auto found = seats_.find(one.leg);
    if (found == seats_.end()) continue;
    const auto& [face, has_chat] = std::tie(found->second.face, found->second.has_chat);
    web::page_person who;
    who.leg = one.leg;
    who.name = has_chat ? chat_->name_of(one.leg) : face.display_name;
    who.uri = conference::user_entity(face.uri, one.leg);
    who.verified = !face.identity.empty();
    who.moderator = found->second.moderator;
    who.muted = one.muted;
    who.on_hold = one.on_hold;
    who.has_audio = one.has_audio;
    who.has_chat = has_chat;
    out.push_back(std::move(who));
  }
  return out;
}

void room_state::page_changed() {
  page_.people_changed(self_->clock().now());
  await_page();
}

void room_state::talks(const participant_talks& m) {
  if (m.talking && !seats_.contains(m.leg)) return;
  page_.set_talking(m.leg, m.talking, self_->clock().now());
  await_page();
}

void room_state::page_pause() {
  page_timer_.reset();
  const auto now = self_->clock().now();
  if (screens_) {
    for (const leg_id leg : screens_->poll(now)) screen_over(leg);
  }
  page_.poll(now);
  await_page();
}

void room_state::await_page() {
  auto due = page_.deadline();
  const auto quiet = screens_ ? screens_->deadline() : std::nullopt;
  if (quiet && (!due || *quiet < *due)) due = quiet;
  if (!due || (page_timer_ && *page_timer_ <= *due)) return;
  page_timer_ = *due;
  const auto wait = std::max(*due - self_->clock().now(), caf::actor_clock::duration_type{0});
  self_->delayed_send(self_, wait, actors::page_pause{});
}

/// Whoever was put out knows the URLs of files and screens, and one of the page: they lead nowhere any more,
/// and those who stay are told of others. Their own links of the page stay (decision 034).
void room_state::change_links() {
  if (page_.server() == nullptr) return;
  const auto now = self_->clock().now();
  page_.renew([this](leg_id leg) { return is_in(leg); });
  if (shelf_) shelf_->renew_tokens();
  if (screens_) {
    for (const auto& [leg, url] : screens_->renew(now)) focus_.share_screen(leg, url, now);
  }
  page_.flush();
  focus_.set_page(page_.url(), now);
  await_watchers();
  await_page();
  tell_links();
}

/// Those who were told links: by chat, or by SIP MESSAGE because they asked.
void room_state::tell_links() {
  if (!chat_) return;
  for (const auto& [leg, one] : seats_) {
    if (is_in(leg) && (chat_->has(leg) || page_.has_link(leg)))
      chat_->tell(leg, "The links of screens and files are new. This room on the web: " + page_.url_of(leg),
                  std::chrono::system_clock::now());
  }
}

/// A picture of somebody's screen. Its sender waits for the verdict before it sends the next.
conference::chat_refusal room_state::screen_came(leg_id leg, std::string_view body) {
  const auto now = self_->clock().now();
  const auto verdict = screens_->take({leg, seats_.at(leg).face.uri, person(leg)}, body, now,
                                      std::chrono::system_clock::now());
  if (!verdict.url.empty()) {
    log::info("screen shared", {{"room", id_.value}, {"by", person(leg)}});
    focus_.share_screen(leg, verdict.url, now);
    await_watchers();
    chat_->tell_all(person(leg) + " is sharing the screen at " + verdict.url, std::nullopt,
                    std::chrono::system_clock::now());
  }
  await_page();
  return {verdict.code, verdict.comment};
}

/// Before its seat is given up.
void room_state::end_screen(leg_id leg) {
  if (screens_ && screens_->leave(leg, self_->clock().now())) screen_over(leg);
}

void room_state::screen_over(leg_id leg) {
  log::info("screen not shared any more", {{"room", id_.value}, {"by", person(leg)}});
  focus_.share_screen(leg, {}, self_->clock().now());
  await_watchers();
  chat_->tell_all(person(leg) + " stopped sharing the screen", std::nullopt,
                  std::chrono::system_clock::now());
  await_page();
}

}  // namespace confab::actors
