#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include <caf/typed_event_based_actor.hpp>

#include "actors/chat_services.hpp"
#include "actors/file_services.hpp"
#include "actors/screen_files.hpp"
#include "actors/words.hpp"
#include "config/limits.hpp"
#include "config/net_deny.hpp"
#include "config/settings.hpp"
#include "media/io/port_pool.hpp"
#include "media/mix/sound.hpp"
#include "signaling/conference/pin_guard.hpp"
#include "signaling/conference/put_out_list.hpp"
#include "signaling/conference/rules_book.hpp"
#include "signaling/conference/screens.hpp"
#include "signaling/sdp/answer.hpp"
#include "signaling/sip/request_rate.hpp"
#include "signaling/web/publisher.hpp"

namespace confab::actors {

struct leg_start;

/// What every room and leg shares; immutable after start. `control` outlives every actor.
struct services {
  std::shared_ptr<const settings> configured;
  std::shared_ptr<const mix::sound_library> sounds;
  sdp::capabilities capabilities;  ///< without address, port and keys
  socket_address media_address;    ///< media.address
  sip::call_control* control = nullptr;
  sip::subscription_control* watch_control = nullptr;  ///< outlives every actor too
  std::shared_ptr<const conference::rules_book> rules;
  std::shared_ptr<const net_deny> deny = std::make_shared<const net_deny>();
  sip::refer_control* refer_control = nullptr;      ///< outlives every actor too
  sip::message_control* message_control = nullptr;  ///< outlives every actor too; null: no chat by MESSAGE
  std::function<leg_id()> next_leg_id;
  chat_services_ptr chat;         ///< null: no chat
  file_services_ptr files{};      ///< null: no files
  web::publisher* web = nullptr;  ///< null: no web; outlives every actor too
  std::shared_ptr<conference::frame_budget> screen_bytes =
      std::make_shared<conference::frame_budget>(limits::screen_bytes_per_process);
  std::shared_ptr<screen_files> screen_pictures{};  ///< null: not on disk
};
using services_ptr = std::shared_ptr<const services>;

class directory_state {
 public:
  static inline const char* name = "directory";
  directory_state(directory_actor::pointer self, services_ptr shared, std::vector<shard_actor> shards);
  ~directory_state();  ///< takes every room and leg with it
  directory_state(const directory_state&) = delete;
  directory_state& operator=(const directory_state&) = delete;

  void on_call(const call_news& news);
  void on_watch(const watch_news& news);
  void on_refer(const refer_news& news);
  void on_message(const message_news& news);
  port_lease on_another_port(leg_id leg);
  void on_leg_gone(leg_id leg);
  void on_lock(const lock_room& m);
  void on_keep_out(const keep_out& m);
  void on_ending(const room_ending& m);
  caf::result<outcome> on_command(const to_room& m);
  caf::result<room_snapshot> look_into(const look_into_room& m);
  [[nodiscard]] room_list list() const;
  void on_leg_crashed(const caf::actor_addr& who);
  dial_started on_dial(const dial_out& wish);
  pin_checked on_check_pin(const check_pin& m);
  outcome on_find_room(const find_room& m);
  [[nodiscard]] counts count() const noexcept { return {rooms_.size(), legs_.size()}; }

 private:
  struct section_entry {
    size_t shard = 0;
    size_t legs = 0;
  };
  struct room_entry {
    room_id id;
    room_actor actor;
    std::vector<section_entry> sections;  ///< in the order the room came to these shards; they stay
    size_t legs = 0;
    size_t passed = 0;  ///< of the legs, those that need show no PIN any more
    bool locked = false;
    bool ending = false;
    conference::put_out_list put_out;
  };
  struct leg_entry {
    leg_actor actor;
    room_id room;
    size_t shard = 0;
    uint16_t port = 0;
    bool passed = true;
  };
  /// Why nobody comes into a room.
  enum class barrier : uint8_t { none, access, ending, put_out, locked, full };

  [[nodiscard]] result<void> admits(const room_id& room, const sip::peer& who) const;
  [[nodiscard]] bool is_full(const room_id& room, size_t more = 1) const;
  [[nodiscard]] bool is_kept_out(const room_entry& room, const sip::peer& who) const;
  // directory_list.cpp
  [[nodiscard]] std::optional<sip::refusal> admit_list(sip::incoming_call& call, const room_id& room,
                                                       conference::credential shown);
  [[nodiscard]] std::optional<sip::refusal> judge_list(const sip::incoming_call& call, const room_id& room,
                                                       conference::credential shown) const;
  [[nodiscard]] bool is_room(const std::string& target) const;
  // directory_entrance.cpp
  [[nodiscard]] barrier judge(const room_id& room, const sip::peer& who, bool moderator) const;
  [[nodiscard]] std::optional<sip::refusal> judge_call(const sip::incoming_call& call, const room_id& room,
                                                       conference::credential& shown, bool for_files);
  [[nodiscard]] std::optional<sip::refusal> judge_pin(const room_id& room, const sip::peer& who,
                                                      const std::string& pin, conference::credential& shown);
  [[nodiscard]] conference::pin_verdict compare(const room_id& room, const sip::peer& who,
                                                const std::string& pin);
  void watch(const sip::incoming_subscription& wish);
  void pass(leg_entry& leg);
  [[nodiscard]] bool is_for_files_alone(const leg_start& start) const;
  [[nodiscard]] std::string asked_by_voice(const room_id& room, const leg_start& start) const;
  [[nodiscard]] bool move_leg(leg_entry& leg, const room_id& room);
  void leave_section(room_entry& room, size_t shard);
  room_entry& find_or_make_room(const room_id& id);
  void spawn_leg(leg_id id, const room_id& room, leg_start start);
  size_t place_leg(room_entry& room);
  [[nodiscard]] std::optional<size_t> least_loaded_shard(const room_entry& room) const noexcept;

  directory_actor::pointer self_;
  services_ptr shared_;
  std::vector<shard_actor> shards_;
  std::vector<size_t> shard_legs_;
  std::unordered_map<room_id, room_entry> rooms_;
  std::unordered_map<leg_id, leg_entry> legs_;
  std::unordered_map<subscription_id, room_id> watched_;  ///< which room a watcher asked for
  io::port_pool ports_;
  sip::request_rate calls_;  ///< that participants ask for
  conference::pin_guard guard_;
};

/// The `directory` actor: the one writer of which rooms and legs exist, which shards a room lives on and
/// which RTP ports are taken. A room is made by its first leg and ended with its last.
directory_actor::behavior_type directory(
    directory_actor::stateful_pointer<std::optional<directory_state>> self, services_ptr shared,
    std::vector<shard_actor> shards);

}  // namespace confab::actors
