#include "actors/room_screens.hpp"

#include <utility>

namespace confab::actors {

namespace {

/// RFC 4975 §10: 413 stops the sending, 415 says what the receiver does not take.
uint16_t code_of(errc problem) {
  switch (problem) {
    case errc::too_large:
      return 413;
    case errc::exhausted:
    case errc::forbidden:
      return 403;
    case errc::malformed:
    case errc::unsupported:
    case errc::not_found:
    case errc::unauthentic:
    case errc::replayed:
    case errc::unavailable:
    case errc::bad_setting:
      return 415;
  }
  return 415;
}

}  // namespace

room_screens::~room_screens() {
  for (const leg_id leg : keeper_.legs()) drop_file(leg);
}

room_screens::verdict room_screens::take(const sharer& who, std::string_view body, clock_time now,
                                         std::chrono::system_clock::time_point wall) {
  auto taken = keeper_.take(who.leg, body, now, wall);
  if (!taken) return {code_of(taken.error().code), taken.error().text, {}};
  auto& place = places_[who.leg];
  if (place.token.empty()) place = {page_.server()->new_token(), who};
  verdict out;
  if (taken->first) {
    place.who.person = who.person;
    list(now);
    page_.flush();  // the URL is told at once, and leads somewhere
    out.url = page_.server()->screen_url(place.token);
  }
  if (files_) files_->keep({room_.value, place.who.uri, who.leg}, taken->frame);
  page_.server()->publish_frame(place.token, std::move(taken->frame));
  return out;
}

void room_screens::drop_file(leg_id leg) {
  if (files_) files_->drop({room_.value, places_.at(leg).who.uri, leg});
}

bool room_screens::leave(leg_id leg, clock_time now) {
  const bool shared = keeper_.forget(leg);
  if (shared) drop_file(leg);
  places_.erase(leg);
  if (shared) list(now);
  return shared;
}

std::vector<std::pair<leg_id, std::string>> room_screens::renew(clock_time now) {
  auto* const server = page_.server();
  for (auto& [leg, place] : places_) place.token = server->new_token();
  list(now);
  page_.flush();
  std::vector<std::pair<leg_id, std::string>> out;
  for (const leg_id leg : keeper_.legs()) {
    const auto& token = places_.at(leg).token;
    server->publish_frame(token, keeper_.newest(leg));
    out.emplace_back(leg, server->screen_url(token));
  }
  return out;
}

std::vector<leg_id> room_screens::poll(clock_time now) {
  auto quiet = keeper_.poll(now);
  for (const leg_id leg : quiet) drop_file(leg);
  if (!quiet.empty()) list(now);
  return quiet;
}

void room_screens::list(clock_time now) {
  std::vector<web::page_screen> screens;
  for (const leg_id leg : keeper_.legs()) {
    const auto& place = places_.at(leg);
    screens.push_back({place.token, place.who.person});
  }
  page_.set_screens(std::move(screens), now);
}

}  // namespace confab::actors
