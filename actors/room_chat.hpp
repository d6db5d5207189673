#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include <caf/scheduled_actor.hpp>

#include "actors/chat_words.hpp"
#include "media/msrp/cpim.hpp"
#include "media/msrp/identifiers.hpp"
#include "signaling/conference/chat_command.hpp"
#include "signaling/conference/chat_room.hpp"

namespace confab::actors {

struct chat_settings {
  size_t history = 20;  ///< public messages that a newcomer gets
  conference::chat_rules rules;
};

/// What the chat asks of its room.
struct chat_request {
  leg_id by;
  conference::chat_command command;
};

/// A room's chat: reads what its streams bring, lets `conference::chat_room` decide, and gives the others
/// what they are to hear, each message written once. Owned by one `room` actor.
class room_chat {
 public:
  using clock_time = std::chrono::system_clock::time_point;
  room_chat(const room_id& room, chat_settings settings, msrp::random_source random);

  /// The participant's stream is there. It gets the welcome and the history.
  void join(conference::chatter who, msrp_stream_actor stream, const std::string& welcome, clock_time now);
  /// False: it had none.
  bool leave(leg_id leg);
  [[nodiscard]] bool has(leg_id leg) const { return streams_.contains(leg); }

  /// Judges a message and passes it on. A command of the room's own is returned for the room to carry out.
  std::optional<chat_request> message(const chat_came& m, clock_time now);
  /// True when the leg goes by another name now.
  bool nickname(const nickname_came& m);
  [[nodiscard]] std::string name_of(leg_id leg) const { return chat_.name_of(leg); }
  bool set_nickname(leg_id leg, const std::string& name, std::string& answer);

  /// A status line of the room for all, or for one.
  void tell_all(const std::string& text, std::optional<leg_id> except, clock_time now);
  void tell(leg_id leg, const std::string& text, clock_time now);
  void end(const std::string& why);

 private:
  void answer(leg_id leg, uint64_t ticket, uint16_t code, const std::string& why = {}) const;
  void pass_on(const conference::chat_route& way, msrp::cpim_message message, clock_time now);
  void keep(msrp::cpim_head head, std::string_view body);
  void give(leg_id leg, const chat_parcel_ptr& parcel) const;
  [[nodiscard]] chat_parcel_ptr pack(const msrp::cpim_head& head, std::string_view body, bool reports) const;
  [[nodiscard]] chat_parcel_ptr own_words(const conference::chat_address& to, const std::string& text,
                                          bool status, clock_time now) const;

  conference::chat_room chat_;
  size_t history_most_;
  msrp::random_source random_;
  std::unordered_map<leg_id, msrp_stream_actor> streams_;
  std::deque<chat_parcel_ptr> history_;
  size_t history_bytes_ = 0;
};

}  // namespace confab::actors
