#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <caf/typed_event_based_actor.hpp>

#include "actors/chat_services.hpp"
#include "actors/leg_machine.hpp"
#include "actors/words.hpp"

namespace confab::actors {

/// A leg's chat stream between SDP and the room: its session in the register, its connection, its place in
/// the room's chat. Owned by one `leg` actor.
class leg_chat {
 public:
  leg_chat(leg_actor::pointer self, leg_id leg, room_actor room, chat_services_ptr shared)
      : self_(self), leg_(leg), room_(std::move(room)), shared_(std::move(shared)) {}

  /// What SDP agreed on now; the session before it ends.
  void set(const std::optional<chat_plan>& plan);
  /// The same session, of a peer that takes private messages from now on, or none.
  void adjust(bool takes_private);
  /// The leg is in the room.
  void joined();
  /// The leg goes to another room, which it joins anew; the connection stays.
  void move_to(room_actor room);
  void on_bound(const chat_bound& m);
  /// False: of a connection that is not ours any more. Else a `chat_deadline` follows.
  bool on_lost(const chat_lost& m);
  /// Nobody connected in time. False: somebody did, or that attempt is over.
  bool on_deadline(const chat_deadline& m);
  void end() { forget("the call is over", false); }

 private:
  void forget(const std::string& why, bool another_follows);
  void enter();
  void await_connection(std::chrono::milliseconds patience);

  leg_actor::pointer self_;
  leg_id leg_;
  room_actor room_;
  chat_services_ptr shared_;
  std::string session_id_;  ///< empty: no chat
  bool takes_private_ = false;
  bool in_room_ = false;
  uint64_t attempt_ = 0;  ///< to be connected: a deadline is of one, and comes once
  std::optional<msrp_stream_actor> stream_;
};

}  // namespace confab::actors
