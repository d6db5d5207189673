#pragma once

#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include <caf/actor_clock.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/directory.hpp"
#include "actors/room_focus.hpp"
#include "actors/words.hpp"
#include "signaling/conference/dtmf_menu.hpp"
#include "signaling/conference/entrance.hpp"
#include "signaling/conference/roster.hpp"

namespace confab::actors {

class room_state {
 public:
  static inline const char* name = "room";
  room_state(room_actor::pointer self, room_id id, services_ptr shared, std::vector<shard_actor> shards,
             directory_actor directory);

  caf::result<outcome> open(const open_media& wish);
  void arrive(const arriving_leg& m);
  void join(const join_room& m);
  void update(const update_participant& m);
  void leave(const leave_room& m);
  void invited(const invite_progress& m);
  void watch(const watch_news& m);
  void watch_pause();
  void over();
  void refer(const refer_news& m);
  void dialed(const dial_report& m);
  void key(const key_pressed& m);
  void key_pause();
  void entrance_pause(leg_id leg);

 private:
  struct seat {
    leg_actor actor;
    conference::dtmf_menu menu;
    size_t shard = 0;
    conference::attendee face;  ///< without what the roster knows
    socket_address source;
    bool moderator = false;
  };
  /// Somebody we call because a participant wants it.
  struct invitation {
    subscription_id refer;
    std::string target;
  };
  /// Legs are numbered as their calls come.
  struct earlier_call {
    bool operator()(leg_id left, leg_id right) const noexcept { return left.value < right.value; }
  };
  /// Somebody at the entrance: no participant.
  struct entrance_guest {
    join_room news;  ///< as it will come in
    conference::entrance door;
  };
  // room_entrance.cpp
  [[nodiscard]] bool has_entrance() const;
  [[nodiscard]] std::optional<conference::entrance_rules> asked_of(const join_room& m) const;
  [[nodiscard]] bool is_moderator(const join_room& m) const;
  [[nodiscard]] bool receive(const join_room& m);
  [[nodiscard]] bool key_at_entrance(const key_pressed& m);
  void update_guest(const update_participant& m);
  void perform(leg_id leg, const conference::entrance_actions& actions);
  void run(leg_id leg, const conference::at_entrance::play& a);
  void run(leg_id leg, const conference::at_entrance::stop_prompts& a);
  void run(leg_id leg, const conference::at_entrance::music& a);
  void run(leg_id leg, const conference::at_entrance::check_pin& a);
  void run(leg_id leg, const conference::at_entrance::find_room& a);
  void run(leg_id leg, const conference::at_entrance::let_in& a);
  void run(leg_id leg, const conference::at_entrance::hang_up& a);
  void turn_away(leg_id leg, const std::string& why);
  void release(const join_room& m);
  void open_doors();
  void seat_down(const join_room& m, bool moderator);

  // room_refer.cpp
  void on(const sip::incoming_refer& wish);
  void decide(const sip::incoming_refer& wish);
  void on(const sip::refer_cancelled& wish);
  void invite(const sip::incoming_refer& wish);
  void expel(const sip::incoming_refer& wish);
  [[nodiscard]] std::optional<sip::refusal> judge(const sip::incoming_refer& wish) const;
  [[nodiscard]] bool is_moderator(const sip::incoming_refer& wish) const;
  [[nodiscard]] bool is_participant(const sip::incoming_refer& wish) const;

  unsigned section_on(size_t shard);
  [[nodiscard]] const shard_actor* shard_of(leg_id leg) const;
  void perform(const conference::room_actions& actions);
  void run(const conference::play_to_leg& a);
  void run(const conference::play_to_room& a);
  void run(const conference::set_music& a);
  void run(const conference::set_muted& a);
  void show(leg_id leg);
  void serve(const watch_news& m);
  void serve_waiting(subscription_id id);
  /// Once those who were answered have told that they are in, if they are. There must be some.
  void when_all_arrived(std::function<void()> then);
  void await_watchers();
  void mute_all(leg_id by);
  void toggle_lock(leg_id by);
  void act_on_key(leg_id leg, const std::optional<std::string>& action);
  [[nodiscard]] mix::sound_ptr find_sound(const std::string& prompt) const;

  room_actor::pointer self_;
  room_id id_;
  services_ptr shared_;
  std::vector<shard_actor> shards_;
  std::vector<size_t> sections_;  ///< the shards the room is on, in the order it came to them
  std::shared_ptr<mix::section_exchange> exchange_;  ///< null while there is one section
  bool first_knows_ = false;                         ///< the first shard has the exchange
  conference::roster roster_;
  bool locked_ = false;
  bool lobby_;           ///< the access number: nobody comes further than its entrance
  bool opened_ = false;  ///< a moderator has been there
  std::map<leg_id, entrance_guest, earlier_call> guests_;  ///< at the entrance, in the order of their calls
  room_focus focus_;
  std::unordered_map<leg_id, leg_actor> arriving_;
  std::unordered_map<subscription_id, watch_news> waiting_;  ///< for those who arrive
  std::optional<caf::actor_clock::time_point> watch_timer_;  ///< when `watch_pause` comes
  std::unordered_map<leg_id, seat> seats_;
  directory_actor directory_;
  std::unordered_map<leg_id, invitation> invitations_;  ///< without an outcome yet
};

/// The `room` actor: performs what the roster decides, on the shards its media lives on.
room_actor::behavior_type room(room_actor::stateful_pointer<std::optional<room_state>> self, room_id id,
                               services_ptr shared, std::vector<shard_actor> shards,
                               directory_actor directory);

}  // namespace confab::actors
