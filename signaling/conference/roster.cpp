#include "signaling/conference/roster.hpp"

#include <iterator>
#include <utility>

#include "config/limits.hpp"
#include "signaling/conference/user_key.hpp"

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
  const participant& newcomer = participants_.emplace_back(std::move(who));
  note(std::prev(participants_.end()));
  room_actions out;
  restore(newcomer, out);
  if (newcomer.has_audio) audio_came(newcomer, out);
  return out;
}

room_actions roster::leave(leg_id leg) {
  const auto found = places_.find(leg);
  if (found == places_.end()) return {};
  const place who = found->second;
  const bool had_audio = who->has_audio;
  forget(who);
  participants_.erase(who);
  if (music_on_ == leg) music_on_ = {};  // its media ends with it
  room_actions out;
  if (had_audio) audio_went(leg, out);
  return out;
}

result<room_actions> roster::replace(leg_id old, participant who) {
  const auto found = places_.find(old);
  if (found == places_.end()) return join(std::move(who));
  const place p = found->second;
  if (who.leg != old && find(who.leg) != nullptr) {
    return {errc::forbidden, "leg " + to_string(who.leg) + " is in the room already"};
  }
  who.muted = p->muted;
  who.muted_itself = p->muted_itself;
  who.deaf = p->deaf;
  forget(p);
  *p = std::move(who);
  note(p);
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
  note_audio(*p);
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
  const auto at = places_.find(leg);
  return at == places_.end() ? nullptr : &*at->second;
}

participant* roster::seat(leg_id leg) {
  const auto at = places_.find(leg);
  return at == places_.end() ? nullptr : &*at->second;
}

void roster::note(place who) {
  places_.emplace(who->leg, who);
  ++legs_of_user_[user_key(who->uri, who->verified, who->leg)];
  note_audio(*who);
}

void roster::forget(place who) {
  places_.erase(who->leg);
  with_audio_.erase(who->leg);
  const auto counted = legs_of_user_.find(user_key(who->uri, who->verified, who->leg));
  if (--counted->second == 0) legs_of_user_.erase(counted);
}

void roster::note_audio(const participant& who) {
  if (who.has_audio) {
    with_audio_.insert(who.leg);
  } else {
    with_audio_.erase(who.leg);
  }
}

/// Legs, not users: From is not verified and callers behind one switch often share it, so two of them must
/// not be taken for one.
size_t roster::other_legs_with_audio(const participant& who) const {
  return with_audio_.size() - with_audio_.count(who.leg);
}

/// 0: none, or several.
leg_id roster::only_leg_with_audio() const {
  return with_audio_.size() == 1 ? *with_audio_.begin() : leg_id{};
}

/// Music plays exactly while one leg with audio is there.
void roster::settle_music(room_actions& out) {
  if (!options_.music) return;
  const leg_id wanted = only_leg_with_audio();
  if (wanted == music_on_) return;
  if (music_on_ != leg_id{}) out.emplace_back(set_music{music_on_, false});
  if (wanted != leg_id{}) out.emplace_back(set_music{wanted, true});
  music_on_ = wanted;
}

void roster::audio_came(const participant& who, room_actions& out) {
  settle_music(out);
  if (!options_.announcements) return;
  const bool alone = with_audio_.size() == 1;
  if (!alone) out.emplace_back(play_to_room{who.leg, "tone-join"});
  out.emplace_back(play_to_leg{who.leg, prompt_for(other_legs_with_audio(who))});
}

void roster::audio_went(leg_id leg, room_actions& out) {
  if (options_.announcements && !with_audio_.empty()) out.emplace_back(play_to_room{leg, "tone-leave"});
  settle_music(out);
}

}  // namespace confab::conference
