#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

#include "config/ids.hpp"
#include "config/result.hpp"

/// Who is in a room, and what the others hear of it.
namespace confab::conference {

/// One leg's place in the room.
struct participant {
  leg_id leg;
  std::string uri;  ///< two legs of one URI are one user, as `user_key` has it
  std::string display_name;
  bool muted = false;
  bool on_hold = false;
  bool has_audio = false;
  bool verified = false;      ///< somebody vouches for `uri`
  bool deaf = false;          ///< it does not hear the room
  bool muted_itself = false;  ///< `muted`, and by its own wish
  bool operator==(const participant&) const = default;
};

/// `prompt` is one of: only-participant, others-1 … others-99, others-many, tone-join, tone-leave, muted,
/// unmuted, deaf, hearing; of the room actor's own also: locked, unlocked, all-muted, all-unmuted,
/// last-put-out, not-possible, end-again, ends-soon, echo-test.
struct play_to_leg {
  leg_id leg;
  std::string prompt;
  bool operator==(const play_to_leg&) const = default;
};

/// To every leg with audio but one.
struct play_to_room {
  leg_id except;
  std::string prompt;
  bool operator==(const play_to_room&) const = default;
};

struct set_music {
  leg_id leg;
  bool on = false;
  bool operator==(const set_music&) const = default;
};

struct set_muted {
  leg_id leg;
  bool muted = false;
  bool operator==(const set_muted&) const = default;
};

struct set_deaf {
  leg_id leg;
  bool deaf = false;
  bool operator==(const set_deaf&) const = default;
};

using room_action = std::variant<play_to_leg, play_to_room, set_music, set_muted, set_deaf>;
using room_actions = std::vector<room_action>;

struct roster_options {
  bool announcements = true;  ///< prompts and tones
  bool music = true;          ///< for whoever is alone
};

/// The focus' list of participants (RFC 4575 §5.5–5.7 is its picture). Each change returns what it calls for,
/// in order; nothing is done here. A leg that is unknown, or a change that changes nothing, calls for
/// nothing. Whatever changes costs the same in a large room. Owned by one room.
class roster {
 public:
  explicit roster(roster_options options) : options_(options) {}

  /// `exhausted` past `limits::legs_per_process`; `forbidden` for a leg that is in the room already.
  result<room_actions> join(participant who);
  room_actions leave(leg_id leg);

  /// RFC 3891: `who` takes the seat of `old`, muted and deaf as that was, and nobody hears of it. Without
  /// such a seat, a join.
  result<room_actions> replace(leg_id old, participant who);

  /// By somebody else: opens nobody who muted itself, as it may be talking of other things.
  room_actions mute(leg_id leg, bool muted);
  /// By its own wish; opens it whoever muted it.
  room_actions toggle_mute(leg_id leg);
  room_actions deafen(leg_id leg, bool deaf);
  /// How many others are there, for the one who asks.
  [[nodiscard]] room_actions tell_count(leg_id leg) const;
  room_actions hold(leg_id leg, bool on_hold);
  /// Audio was added to the session or removed from it; the others hear it as coming and going.
  room_actions set_audio(leg_id leg, bool has_audio);

  /// In the order they came; whoever replaces another has its place.
  [[nodiscard]] const std::list<participant>& participants() const noexcept { return participants_; }
  [[nodiscard]] const participant* find(leg_id leg) const;
  [[nodiscard]] bool empty() const noexcept { return participants_.empty(); }
  /// user-count of RFC 4575 §5.5.
  [[nodiscard]] size_t user_count() const noexcept { return legs_of_user_.size(); }

 private:
  using place = std::list<participant>::iterator;
  [[nodiscard]] participant* seat(leg_id leg);
  void note(place who);    ///< it is counted
  void forget(place who);  ///< it is not any more
  void note_audio(const participant& who);
  [[nodiscard]] size_t other_legs_with_audio(const participant& who) const;
  [[nodiscard]] leg_id only_leg_with_audio() const;
  room_actions change_mute(participant& who, bool muted) const;
  static void restore(const participant& who, room_actions& out);
  void settle_music(room_actions& out);
  void audio_came(const participant& who, room_actions& out);
  void audio_went(leg_id leg, room_actions& out);

  roster_options options_;
  std::list<participant> participants_;
  std::unordered_map<leg_id, place> places_;
  std::unordered_map<std::string, size_t> legs_of_user_;  ///< by `user_key`
  std::unordered_set<leg_id> with_audio_;
  leg_id music_on_{};  ///< whom music plays to; 0: nobody
};

}  // namespace confab::conference
