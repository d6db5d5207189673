#include <algorithm>
#include <utility>

#include <caf/actor_clock.hpp>

#include "actors/directory.hpp"
#include "actors/leg.hpp"
#include "config/limits.hpp"
#include "config/log.hpp"
#include "signaling/sdp/file_stream.hpp"
#include "signaling/sip/uri.hpp"

/// Who comes into which room: access rules, lock, size, PIN, and the access number (`rooms.lobby`). All ways
/// to show a PIN end here, so that wrong ones are counted together.
namespace confab::actors {

namespace {

using conference::credential;
using conference::pin_verdict;

}  // namespace

directory_state::barrier directory_state::judge(const room_id& room, const sip::peer& who,
                                                bool moderator) const {
  // Who comes by another way than the room's URI was not asked for a password.
  const bool asks = shared_->configured->sip.authenticate == "rooms" && shared_->rules->of(room).asks_users;
  if (asks && who.identity.empty()) return barrier::access;
  if (const auto admitted = admits(room, who); !admitted) {
    log::debug("access rules", {{"room", room.value}, {"detail", admitted.error().text}});
    return barrier::access;
  }
  const auto made = rooms_.find(room);
  if (made == rooms_.end()) return barrier::none;
  if (made->second.ending) return barrier::ending;
  if (is_kept_out(made->second, who)) return barrier::put_out;
  if (made->second.locked && !moderator && !shared_->rules->of(room).moderated_by(who.identity))
    return barrier::locked;
  return is_full(room) ? barrier::full : barrier::none;
}

/// Nothing when the call may be answered; `shown` is what its URI has shown then. The lobby has no rules:
/// those of the room that is asked for count.
std::optional<sip::refusal> directory_state::judge_call(const sip::incoming_call& call, const room_id& room,
                                                        credential& shown, bool for_files) {
  if (for_files &&
      (!rooms_.contains(room) || shared_->rules->is_echo(room) || shared_->rules->is_lobby(room)))
    return sip::refusal{404, "Not Found", "files need a room that is there", std::nullopt};
  if (shared_->rules->is_lobby(room)) return std::nullopt;
  // Whom the rules do not admit may not even guess.
  const auto before = judge(room, call.peer, true);
  if (before == barrier::access) return sip::forbidden("the access rules of the room do not admit you");
  if (call.replaces && before != barrier::ending && before != barrier::put_out) return std::nullopt;
  if (call.pin) {
    if (auto no = judge_pin(room, call.peer, *call.pin, shown)) return no;
  }
  switch (judge(room, call.peer, shown == credential::moderator_pin)) {
    case barrier::none:
      return std::nullopt;
    case barrier::access:
      return sip::forbidden("the access rules of the room do not admit you");
    case barrier::ending:
      return sip::refusal{480, "Temporarily Unavailable", "the conference is being ended",
                          std::chrono::seconds{5}};
    case barrier::put_out:
      return sip::forbidden("you were put out of the room");
    // Who calls for files alone takes no seat: the room knows whether it has one already.
    case barrier::locked:
      if (for_files) break;
      return sip::forbidden("the room is locked");
    case barrier::full:
      if (for_files) break;
      return sip::refusal{486, "Busy Here", "the room is full", std::nullopt};
  }
  return std::nullopt;
}

/// A PIN in a URI. Where none is asked for, none is wrong.
std::optional<sip::refusal> directory_state::judge_pin(const room_id& room, const sip::peer& who,
                                                       const std::string& pin, credential& shown) {
  if (!shared_->rules->of(room).pins.any()) return std::nullopt;
  switch (compare(room, who, pin)) {
    case pin_verdict::right:
      shown = credential::pin;
      return std::nullopt;
    case pin_verdict::moderator:
      shown = credential::moderator_pin;
      return std::nullopt;
    case pin_verdict::wrong:
      return sip::forbidden("the PIN is wrong");
    case pin_verdict::exhausted:
      break;
  }
  auto no = sip::forbidden("too many wrong PINs: none is looked at for a while");
  no.retry_after =
      guard_.retry_after(room, conference::guesser(who.identity, who.source), self_->clock().now());
  return no;
}

pin_verdict directory_state::compare(const room_id& room, const sip::peer& who, const std::string& pin) {
  const auto account = conference::guesser(who.identity, who.source);
  const auto verdict = guard_.judge(room, account, shared_->rules->of(room).pins, pin, self_->clock().now());
  if (verdict == pin_verdict::wrong)
    log::info("wrong PIN", {{"room", room.value}, {"peer", who.uri}, {"from", account}});
  if (verdict == pin_verdict::exhausted)
    log::warning("too many wrong PINs; none is looked at for a while",
                 {{"room", room.value}, {"peer", who.uri}, {"from", account}});
  return verdict;
}

/// A room exists from its first INVITE on, so that a watcher who comes with the ACK finds it.
void directory_state::watch(const sip::incoming_subscription& wish) {
  // In the dialog of a call it is about the room the call is in, which knows whether that takes part in it.
  const auto leg = wish.in_dialog_of ? legs_.find(*wish.in_dialog_of) : legs_.end();
  const auto& named = leg == legs_.end() ? wish.room : leg->second.room;
  const auto room = rooms_.find(named);
  if (room == rooms_.end() || shared_->rules->is_lobby(named)) {
    shared_->watch_control->refuse_subscription(
        wish.id, {480, "Temporarily Unavailable", "there is no such room", std::nullopt});
    return;
  }
  auto shown = credential::none;
  const bool admitted =
      leg == legs_.end() && admits(named, wish.peer).ok() && !is_kept_out(room->second, wish.peer);
  if (admitted && wish.pin) {
    if (const auto no = judge_pin(named, wish.peer, *wish.pin, shown)) {
      shared_->watch_control->refuse_subscription(wish.id, *no);
      return;
    }
  }
  watched_.insert_or_assign(wish.id, named);
  watch_news news{wish, admitted, shown != credential::none || shared_->rules->of(named).pins.pin.empty()};
  std::get<sip::incoming_subscription>(news.event).pin.reset();
  self_->send(room->second.actor, news);
}

/// Such a call is judged by the room as a participant's second one, or a stranger's.
bool directory_state::is_for_files_alone(const leg_start& start) const {
  if (start.dial) return start.dial->file != nullptr;
  return shared_->files && shared_->chat && sdp::offers_only_files(start.incoming->sdp);
}

/// The Warning for a caller who cannot be asked; empty: nothing is asked for by voice.
std::string directory_state::asked_by_voice(const room_id& room, const leg_start& start) const {
  if (shared_->rules->is_lobby(room)) return "the lobby asks by voice: call the conference itself";
  if (shared_->rules->is_echo(room)) return {};
  if (start.dial || start.shown != credential::none || shared_->rules->of(room).pins.pin.empty()) return {};
  if (start.incoming && start.incoming->replaces) {
    const auto seat = legs_.find(*start.incoming->replaces);
    if (seat != legs_.end() && seat->second.passed) return {};
  }
  return "the room has a PIN, and no audio to ask for it by: call its URI with ;pin=";
}

void directory_state::pass(leg_entry& leg) {
  const auto room = rooms_.find(leg.room);
  if (room == rooms_.end() || std::exchange(leg.passed, true)) return;
  ++room->second.passed;
}

pin_checked directory_state::on_check_pin(const check_pin& m) {
  const auto leg = legs_.find(m.leg);
  if (leg == legs_.end()) return {};
  const room_id& room = leg->second.room;
  const auto verdict = compare(room, m.who, m.digits);
  const bool right = verdict == pin_verdict::right || verdict == pin_verdict::moderator;
  if (!right || leg->second.passed) return {verdict, {}};
  switch (judge(room, m.who, verdict == pin_verdict::moderator)) {
    case barrier::none:
      pass(leg->second);
      return {verdict, {}};
    case barrier::access:
    case barrier::put_out:
      return {verdict, "not-admitted"};
    case barrier::ending:
      return {verdict, "no-such-conference"};
    case barrier::locked:
      return {verdict, "locked"};
    case barrier::full:
      return {verdict, "conference-full"};
  }
  return {};
}

/// Any number is a room, unless the rules say no.
outcome directory_state::on_find_room(const find_room& m) {
  const auto leg = legs_.find(m.leg);
  if (leg == legs_.end()) return {false, "no-such-conference"};
  const room_id room{m.number + "@" + sip::host_of(leg->second.room)};
  if (shared_->rules->is_lobby(room) || shared_->rules->is_echo(room) ||
      room.value.size() > limits::uri_bytes)
    return {false, "no-such-conference"};
  const auto no = judge(room, m.who, false);
  log::info(no == barrier::none ? "conference found" : "conference refused",
            {{"room", room.value}, {"leg", to_string(m.leg)}, {"peer", m.who.uri}});
  switch (no) {
    case barrier::none:
      return move_leg(leg->second, room) ? outcome{} : outcome{false, "not-admitted"};
    case barrier::access:
    case barrier::put_out:
      return {false, "not-admitted"};
    case barrier::ending:
      return {false, "no-such-conference"};
    case barrier::locked:
      return {false, "locked"};
    case barrier::full:
      return {false, "conference-full"};
  }
  return {false, "not-admitted"};
}

/// The leg stays on its shard, where the room gets a section when it has none: ports, keys, SSRC and SRTP's
/// rollover counters go on (decision 020). False: the room may not have another section.
bool directory_state::move_leg(leg_entry& leg, const room_id& room) {
  const auto known = rooms_.find(room);
  const auto on_shard = [&leg](const section_entry& s) { return s.shard == leg.shard; };
  if (known != rooms_.end()) {
    const auto& sections = known->second.sections;
    if (std::none_of(sections.begin(), sections.end(), on_shard) &&
        sections.size() >= limits::sections_per_room)
      return false;
  }
  room_entry& to = find_or_make_room(room);
  auto section = std::find_if(to.sections.begin(), to.sections.end(), on_shard);
  if (section == to.sections.end()) section = to.sections.insert(section, section_entry{leg.shard, 0});
  ++section->legs;
  ++to.legs;
  if (shared_->rules->of(room).pins.pin.empty()) {
    leg.passed = true;
    ++to.passed;
  }
  const room_actor actor = to.actor;
  const auto from = rooms_.find(leg.room);
  leg.room = room;
  self_->send(leg.actor, change_room{room, caf::actor_cast<caf::strong_actor_ptr>(actor)});
  if (from != rooms_.end()) leave_section(from->second, leg.shard);
  return true;
}

}  // namespace confab::actors
