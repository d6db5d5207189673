#include "signaling/conference/roster.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "config/limits.hpp"

namespace confab::conference {
namespace {

/// What a newcomer hears. Counted in users: one's own second phone is no company.
std::string prompt_for(size_t others) {
  constexpr size_t most_counted = 99;  // prompts exist up to here
  if (others == 0) return "only-participant";
  if (others > most_counted) return "others-many";
  return "others-" + std::to_string(others);
}

}  // namespace

result<room_actions> roster::join(participant who) {
  if (participants_.size() >= limits::legs_per_process) {
    return {errc::exhausted, "the room has " + std::to_string(participants_.size()) + " participants"};
  }
  if (find(who.leg) != nullptr)
    return {errc::forbidden, "leg " + to_string(who.leg) + " is in the room already"};
  participants_.push_back(std::move(who));
  const participant& newcomer = participants_.back();
  room_actions out;
  restore(newcomer, out);
  if (newcomer.has_audio) audio_came(newcomer, out);
  return out;
}

room_actions roster::leave(leg_id leg) {
  const participant* who = find(leg);
  if (who == nullptr) return {};
  const bool had_audio = who->has_audio;
  std::erase_if(participants_, [&](const participant& p) { return p.leg == leg; });
  if (music_on_ == leg) music_on_ = {};  // its media ends with it
  room_actions out;
  if (had_audio) audio_went(leg, out);
  return out;
}

result<room_actions> roster::replace(leg_id old, participant who) {
  participant* p = seat(old);
  if (p == nullptr) return join(std::move(who));
  if (who.leg != old && find(who.leg) != nullptr) {
    return {errc::forbidden, "leg " + to_string(who.leg) + " is in the room already"};
  }
  who.muted = p->muted;
  who.muted_itself = p->muted_itself;
  who.deaf = p->deaf;
  *p = std::move(who);
  if (music_on_ == old) music_on_ = {};
  room_actions out;
  restore(*p, out);
  settle_music(out);
  return out;
}

room_actions roster::mute(leg_id leg, bool muted) {
  participant* p = seat(leg);
  if (p == nullptr || p->muted == muted || p->muted_itself) return {};
  return change_mute(*p, muted);
}

room_actions roster::toggle_mute(leg_id leg) {
  participant* p = seat(leg);
  if (p == nullptr) return {};
  p->muted_itself = !p->muted;
  return change_mute(*p, !p->muted);
}

room_actions roster::change_mute(participant& who, bool muted) const {
  who.muted = muted;
  room_actions out{set_muted{who.leg, muted}};
  if (options_.announcements && who.has_audio)
    out.emplace_back(play_to_leg{who.leg, muted ? "muted" : "unmuted"});
  return out;
}

room_actions roster::deafen(leg_id leg, bool deaf) {
  participant* p = seat(leg);
  if (p == nullptr || p->deaf == deaf) return {};
  p->deaf = deaf;
  room_actions out{set_deaf{leg, deaf}};
  if (options_.announcements && p->has_audio) out.emplace_back(play_to_leg{leg, deaf ? "deaf" : "hearing"});
  return out;
}

/// A stream that is new to the mixer, which knows nothing of what was set before.
void roster::restore(const participant& who, room_actions& out) {
  if (who.muted) out.emplace_back(set_muted{who.leg, true});
  if (who.deaf) out.emplace_back(set_deaf{who.leg, true});
}

room_actions roster::tell_count(leg_id leg) const {
  if (find(leg) == nullptr) return {};
  return {play_to_leg{leg, prompt_for(user_count() - 1)}};
}

room_actions roster::hold(leg_id leg, bool on_hold) {
  if (participant* p = seat(leg); p != nullptr) p->on_hold = on_hold;
  return {};
}

room_actions roster::set_audio(leg_id leg, bool has_audio) {
  participant* p = seat(leg);
  if (p == nullptr || p->has_audio == has_audio) return {};
  p->has_audio = has_audio;
  room_actions out;
  if (has_audio) {
    restore(*p, out);
    audio_came(*p, out);
  } else {
    if (music_on_ == leg) music_on_ = {};
    audio_went(leg, out);
  }
  return out;
}

const participant* roster::find(leg_id leg) const {
  const auto at = std::find_if(participants_.begin(), participants_.end(),
                               [&](const participant& p) { return p.leg == leg; });
  return at == participants_.end() ? nullptr : &*at;
}

participant* roster::seat(leg_id leg) {
  const auto at = std::find_if(participants_.begin(), participants_.end(),
                               [&](const participant& p) { return p.leg == leg; });
  return at == participants_.end() ? nullptr : &*at;
}

size_t roster::user_count() const {
  std::set<std::string_view> users;
  for (const participant& p : participants_) users.insert(p.uri);
  return users.size();
}

/// Legs, not users: From is not verified and callers behind one switch often share it, so two of them must
/// not be taken for one.
size_t roster::other_legs_with_audio(const participant& who) const {
  return static_cast<size_t>(
      std::count_if(participants_.begin(), participants_.end(),
                    [&](const participant& p) { return p.has_audio && p.leg != who.leg; }));
}

const participant* roster::only_leg_with_audio() const {
  const participant* only = nullptr;
  for (const participant& p : participants_) {
    if (!p.has_audio) continue;
    if (only != nullptr) return nullptr;
    only = &p;
  }
  return only;
}

/// Music plays exactly while one leg with audio is there.
void roster::settle_music(room_actions& out) {
  if (!options_.music) return;
  const participant* only = only_leg_with_audio();
  const leg_id wanted = only != nullptr ? only->leg : leg_id{};
  if (wanted == music_on_) return;
  if (music_on_ != leg_id{}) out.emplace_back(set_music{music_on_, false});
  if (wanted != leg_id{}) out.emplace_back(set_music{wanted, true});
  music_on_ = wanted;
}

void roster::audio_came(const participant& who, room_actions& out) {
  settle_music(out);
  if (!options_.announcements) return;
  const bool alone = only_leg_with_audio() != nullptr;
  if (!alone) out.emplace_back(play_to_room{who.leg, "tone-join"});
  out.emplace_back(play_to_leg{who.leg, prompt_for(other_legs_with_audio(who))});
}

void roster::audio_went(leg_id leg, room_actions& out) {
  const bool heard = std::any_of(participants_.begin(), participants_.end(),
                                 [](const participant& p) { return p.has_audio; });
  if (options_.announcements && heard) out.emplace_back(play_to_room{leg, "tone-leave"});
  settle_music(out);
}

}  // namespace confab::conference
