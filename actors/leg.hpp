#pragma once

#include <string>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/leg_chat.hpp"
#include "actors/leg_files.hpp"
#include "actors/leg_machine.hpp"
#include "actors/words.hpp"

namespace confab::actors {

/// Whom a leg talks to. `control` outlives every actor.
struct leg_links {
  sip::call_control* control = nullptr;
  directory_actor directory;
  room_actor room;
  shard_actor shard;
  size_t shard_index = 0;
  chat_services_ptr chat{};  ///< null: no chat
  bool shows_talk = false;   ///< the room has a page that shows who speaks
};

/// How a leg begins: with a call from outside, or by calling.
struct leg_start {
  std::optional<sip::incoming_call> incoming;
  std::optional<dial_out> dial;
  socket_address dial_from;  ///< our address towards the one we call
  conference::credential shown = conference::credential::none;
};

class leg_state {
 public:
  static inline const char* name = "leg";
  leg_state(leg_actor::pointer self, leg_setup setup, leg_links links, leg_start start);
  void begin();
  void on_call(const sip::call_event& event);
  void on_media(const mix::shard_event& event);
  void on_chat(const chat_bound& m);
  void on_chat(const chat_lost& m);
  void on_chat(const chat_deadline& m);
  void on_file(const file_over& m);
  void on_file(const file_deadline& m);
  void on_file(const files_done& m);
  void move(const change_room& m);
  void perform(const leg_actions& actions);
  leg_machine& machine() noexcept { return machine_; }

 private:
  void run(const act::open_media& a);
  void run(const act::configure_media& a);
  void run(const act::close_media& a);
  void run(const act::accept& a);
  void run(const act::refuse& a);
  void run(const act::dial& a);
  void run(const act::hang_up& a);
  void run(const act::join& a);
  void run(const act::update& a);
  void run(const act::leave& a);
  void run(const act::another_port& a);
  void run(const act::report& a);
  void run(const act::set_chat& a);
  void run(const act::adjust_chat& a);
  void run(const act::offer& a);
  void run(const act::ask_for_files& a);
  void run(const act::set_file& a);
  void run(const act::drop_file& a);
  void promise_sessions();
  void withdraw(const std::vector<std::string>& promises);
  void tell_source();
  void tell_room(uint16_t status, const std::string& reason);
  void note(std::string_view what, std::string detail = {}) const;

  leg_actor::pointer self_;
  leg_id id_;
  room_id room_id_;
  leg_links links_;
  leg_start start_;
  leg_machine machine_;
  std::optional<leg_chat> chat_;
  std::optional<leg_files> files_;
  std::vector<std::string> promised_;    ///< sessions that an offer of ours names
  bool announced_ = false;               ///< the room knows of it
  std::vector<std::string> recipients_;  ///< whom it wants called in once it is in itself
  std::optional<uint32_t> source_;
};

/// The `leg` actor: performs what `leg_machine` decides. Ends itself when the session is over and its ports
/// are closed.
leg_actor::behavior_type leg(leg_actor::stateful_pointer<std::optional<leg_state>> self, leg_setup setup,
                             leg_links links, leg_start start);

}  // namespace confab::actors
