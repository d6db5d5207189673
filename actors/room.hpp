#pragma once

#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include <caf/actor_clock.hpp>
#include <caf/typed_event_based_actor.hpp>

#include "actors/directory.hpp"
#include "actors/leg_order.hpp"
#include "actors/room_chat.hpp"
#include "actors/room_deliveries.hpp"
#include "actors/room_focus.hpp"
#include "actors/room_screens.hpp"
#include "actors/room_shelf.hpp"
#include "actors/room_web.hpp"
#include "actors/words.hpp"
#include "signaling/conference/dtmf_menu.hpp"
#include "signaling/conference/entrance.hpp"
#include "signaling/conference/roster.hpp"
#include "signaling/conference/timetable.hpp"

namespace confab::actors {

class room_state {
 public:
  static inline const char* name = "room";
  room_state(room_actor::pointer self, room_id id, services_ptr shared, std::vector<shard_actor> shards,
             directory_actor directory);

  void begin();
  caf::result<outcome> open(const open_media& wish);
  void arrive(const arriving_leg& m);
  void join(const join_room& m);
  void update(const update_participant& m);
  void source(const participant_source& m);
  void leaving(const leaving_leg& m);
  void leave(const leave_room& m);
  void invited(const invite_progress& m);
  void watch(const watch_news& m);
  void watch_pause();
  void over();
  void refer(const refer_news& m);
  void dialed(const dial_report& m);
  void key(const key_pressed& m);
  void key_pause();
  outcome command(const room_command& m);
  [[nodiscard]] room_snapshot snapshot() const;
  void timetable_pause();
  // room_talk.cpp
  void chat_joined(const join_chat& m);
  void chat_left(const leave_chat& m);
  void said(const chat_came& m);
  void renamed(const nickname_came& m);
  void message(const message_news& m);  // room_message.cpp
  void entrance_pause(leg_id leg);
  // room_files.cpp
  caf::result<file_verdicts> ask_for_files(const actors::ask_for_files& m);
  void file_moved(const actors::file_moved& m);
  void file_over(const actors::file_over& m);
  void file_forgotten(const forget_file& m);
  void files_pause();
  // room_page.cpp
  void talks(const participant_talks& m);
  void page_pause();

 private:
  struct seat {
    leg_actor actor;
    conference::dtmf_menu menu;
    size_t shard = 0;
    conference::attendee face;  ///< without what the roster knows
    socket_address source;
    bool moderator = false;
    bool handed_over = false;                                    ///< to who replaces it
    bool leaving = false;                                        ///< we hang up on it
    std::string identity{};                                      ///< verified URI; empty: nobody vouches
    std::string put_out_by{};                                    ///< who did; empty: nobody
    std::optional<caf::actor_clock::time_point> asked_to_end{};  ///< by its keys
    caf::actor_clock::time_point came{};
    bool has_chat = false;
    bool announced = false;  ///< to the chat
    bool expelled = false;   ///< put out by somebody: what is for participants is not for it
  };
  /// Somebody we call because a participant wants it.
  struct invitation {
    std::optional<subscription_id> refer;  ///< who hears how it goes; absent: nobody
    std::string target;
    std::string by;
    bool calling = false;     ///< the INVITE is on its way
    std::string withdrawn{};  ///< why it is to end; empty: it is not
  };
  // room_invite.cpp
  [[nodiscard]] dial_out invitation_of(const std::string& asker, const std::string& display_name,
                                       const std::string& target) const;
  void call(dial_out wish, std::optional<subscription_id> refer);
  void call_in(const join_room& m);
  void not_called(const dial_out& wish, const std::string& why);
  void note_calling(leg_id leg);
  void withdraw(leg_id leg, const std::string& why);
  void withdraw_if_empty();
  /// Somebody at the entrance: no participant.
  struct entrance_guest {
    join_room news;  ///< as it will come in
    conference::entrance door;
    std::optional<join_chat> chat{};                      ///< connected already
    std::optional<caf::actor_clock::time_point> timer{};  ///< when `entrance_pause` comes
  };
  // room_entrance.cpp
  size_t turn_away(const std::string& person, const std::string& why);
  [[nodiscard]] bool has_entrance() const;
  [[nodiscard]] bool comes_apart() const;
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
  [[nodiscard]] bool names_denied(const sip::incoming_refer& wish) const;
  [[nodiscard]] std::optional<sip::refusal> judge(const sip::incoming_refer& wish) const;
  [[nodiscard]] bool is_moderator(const sip::incoming_refer& wish) const;
  [[nodiscard]] std::vector<leg_id> legs_of(const std::string& person) const;
  [[nodiscard]] bool is_participant(const sip::incoming_refer& wish) const;
  /// Whose leg sent a request; nothing: nobody's who is in the room.
  [[nodiscard]] std::optional<leg_id> participant(const std::optional<leg_id>& in_dialog_of,
                                                  const sip::peer& peer) const;

  // room_message.cpp
  void open_chat();
  void hear(const sip::incoming_message& m);
  [[nodiscard]] sip::refusal refusal_of(const chat_verdict& verdict) const;

  unsigned section_on(size_t shard);
  [[nodiscard]] const shard_actor* shard_of(leg_id leg) const;
  void perform(const conference::room_actions& actions);
  void run(const conference::play_to_leg& a);
  void run(const conference::play_to_room& a);
  void run(const conference::set_music& a);
  void run(const conference::set_muted& a);
  void run(const conference::set_deaf& a);
  void gone(const leave_room& m);
  void show(leg_id leg);
  void serve(const watch_news& m);
  void serve_waiting(subscription_id id);
  /// Once those who were answered have told that they are in, if they are. There must be some.
  void when_all_arrived(std::function<void()> then);
  void await_watchers();
  // room_commands.cpp
  outcome obey(const conference::mute_command& c, const std::string& by);
  outcome obey(const conference::deafen_command& c, const std::string& by);
  outcome obey(const conference::kick_command& c, const std::string& by);
  outcome obey(const conference::mute_all_command& c, const std::string& by);
  outcome obey(const conference::lock_command& c, const std::string& by);
  outcome obey(const conference::end_command& c, const std::string& by);
  [[nodiscard]] std::vector<leg_id> legs_of(const conference::whom& who) const;
  void put_out(leg_id leg, const std::string& reason, const std::string& by);
  void expel(const std::vector<leg_id>& legs, const std::string& reason, const std::string& by);
  [[nodiscard]] bool is_in(leg_id leg) const;
  void on(const conference::timetable::room_ends_soon& due);
  void on(const conference::timetable::room_ends& due);
  void on(const conference::timetable::leg_ends& due);
  void await_timetable();
  // room_talk.cpp
  void recall();
  [[nodiscard]] std::string person(leg_id leg) const;
  void enter_chat(const join_room& m);
  void count_device(leg_id leg, bool is_there);
  [[nodiscard]] bool is_only_device(leg_id leg) const;
  [[nodiscard]] std::vector<leg_id> people_called(const std::string& who) const;
  [[nodiscard]] std::string who_is_here() const;
  void announce(leg_id leg);
  void announce_audio(leg_id leg, bool added);
  void announce_departure(leg_id leg);
  [[nodiscard]] bool is_outside(leg_id leg, uint64_t ticket);
  void obey_chat(const chat_request& wish);
  void moderate_by_chat(const chat_request& wish);
  // room_files.cpp
  [[nodiscard]] std::unique_ptr<room_shelf> make_shelf();
  [[nodiscard]] std::optional<std::string> keeps_files_from(const actors::ask_for_files& m) const;
  void show_files();
  void deliver(const conference::shelved_file& file);
  void delivered(const dial_report& m);
  void end_files(const std::string& why);
  void end_files_of(leg_id leg, const std::string& why);
  void await_files();
  // room_page.cpp
  [[nodiscard]] std::vector<web::page_person> people_on_page() const;
  void page_changed();
  void await_page();
  void change_links();
  void tell_links();
  conference::chat_refusal screen_came(leg_id leg, std::string_view body);
  void end_screen(leg_id leg);
  void screen_over(leg_id leg);
  // room_keys.cpp
  void act_on_key(leg_id leg, const std::optional<std::string>& action);
  void moderate(leg_id leg, const std::string& action);
  void kick_last(leg_id by);
  void ask_to_end(leg_id by);

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
  room_web page_;
  std::optional<caf::actor_clock::time_point> page_timer_;  ///< when `page_pause` comes
  std::optional<room_screens> screens_;                     ///< absent: nobody shares a screen
  room_focus focus_;
  std::unordered_map<leg_id, leg_actor> arriving_;
  std::unordered_map<subscription_id, watch_news> waiting_;  ///< for those who arrive
  std::optional<caf::actor_clock::time_point> watch_timer_;  ///< when `watch_pause` comes
  std::unordered_map<leg_id, seat> seats_;
  directory_actor directory_;
  std::unordered_map<leg_id, invitation> invitations_;  ///< without an outcome yet
  std::unordered_map<leg_id, std::string> ringing_;     ///< whom we call → the target
  conference::timetable timetable_;
  std::optional<caf::actor_clock::time_point> timetable_timer_;  ///< when `timetable_pause` comes
  std::optional<room_chat> chat_;                                ///< absent: the room has no chat
  std::unordered_map<std::string, size_t> devices_;              ///< of each user key, those with a seat
  std::unique_ptr<room_shelf> shelf_;                            ///< null: the server has no files
  room_deliveries deliveries_;
  std::optional<caf::actor_clock::time_point> files_timer_;  ///< when `files_pause` comes
  std::optional<std::string> ending_;                        ///< why the room is being ended
};

/// The `room` actor: performs what the roster decides, on the shards its media lives on.
room_actor::behavior_type room(room_actor::stateful_pointer<std::optional<room_state>> self, room_id id,
                               services_ptr shared, std::vector<shard_actor> shards,
                               directory_actor directory);

}  // namespace confab::actors
