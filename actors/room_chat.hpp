#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include <caf/scheduled_actor.hpp>

#include "actors/chat_history.hpp"
#include "actors/chat_words.hpp"
#include "actors/history_words.hpp"
#include "media/msrp/cpim.hpp"
#include "media/msrp/identifiers.hpp"
#include "signaling/conference/chat_command.hpp"
#include "signaling/conference/chat_room.hpp"
#include "signaling/conference/phone_message.hpp"
#include "signaling/sip/message_events.hpp"

namespace confab::actors {

struct chat_settings {
  size_t history = 20;  ///< public messages that a newcomer gets
  conference::chat_rules rules;
  uint64_t unfinished_bytes = 0;       ///< of messages that its streams have not whole, or not judged
  msrp::byte_budget_ptr unfinished{};  ///< that of all rooms
};

/// What the chat asks of its room.
struct chat_request {
  leg_id by;
  conference::chat_command command;
};

/// What becomes of a message. `code` is MSRP's.
struct chat_verdict {
  uint16_t code = 200;
  std::string why;
  std::optional<chat_request> wish{};  ///< it was a command, for the room to carry out
};

/// A room's chat: reads what streams and phones bring, lets `conference::chat_room` decide, and gives the
/// others what they are to hear, each message written once. Owned by one `room` actor.
class room_chat {
 public:
  using clock_time = std::chrono::system_clock::time_point;
  /// `phones` outlives the room; null: no chat by SIP MESSAGE.
  room_chat(const room_id& room, chat_settings settings, msrp::random_source random,
            sip::message_control* phones);

  /// Takes a picture of somebody's screen, and answers with a code and why.
  using screen_sink = std::function<conference::chat_refusal(leg_id, std::string_view body)>;
  /// Without one they are refused like other types that nobody knows.
  void take_screens(screen_sink sink) { screens_ = std::move(sink); }

  /// From now on what is said is stored there, and what is stored already is on its way: newcomers wait for
  /// it.
  void remember(history_access database);
  /// It is there, the oldest first.
  void recall(const std::vector<msrp::shared_body>& stored);
  /// It takes too long: newcomers wait no longer.
  void do_without();

  /// A participant, who may have no chat.
  void enter(conference::chatter who) { chat_.join(std::move(who)); }
  void leave(leg_id leg);

  /// The participant's stream is there. A new one gets the welcome and the history; one that comes back what
  /// it has missed of that. False: it came back.
  bool connect(leg_id leg, msrp_stream_actor stream, bool takes_private, const std::string& welcome,
               clock_time now);
  /// That connection is the participant's, not one that was before.
  [[nodiscard]] bool is_stream_of(leg_id leg, const msrp_stream_actor& stream) const;
  /// It is being put out: its stream gets nothing more, and nobody hears it.
  void put_out(leg_id leg);
  /// Its stream is gone, or not there yet, and awaited.
  void disconnect(leg_id leg);
  /// It has no stream any more. False: it had none.
  bool give_up(leg_id leg);
  [[nodiscard]] bool has(leg_id leg) const { return streams_.contains(leg); }

  /// Judges a message and passes it on. A command of the room's own is returned for the room to carry out.
  std::optional<chat_request> message(const chat_came& m, clock_time now);
  /// The same for a SIP MESSAGE; `type` is its Content-Type.
  chat_verdict message(leg_id leg, const std::string& type, std::string_view body, clock_time now);
  /// Types that pass, as an Accept header says it.
  [[nodiscard]] std::string accepted_types() const { return chat_.accepted_types(); }
  /// True when the leg goes by another name now.
  bool nickname(const nickname_came& m);
  [[nodiscard]] std::string name_of(leg_id leg) const { return chat_.name_of(leg); }
  /// What its streams may keep together.
  [[nodiscard]] const msrp::byte_budget_ptr& unfinished() const noexcept { return unfinished_; }
  bool set_nickname(leg_id leg, const std::string& name, std::string& answer);

  /// A status line of the room for all who have a stream, or for one.
  void tell_all(const std::string& text, std::optional<leg_id> except, clock_time now);
  void tell(leg_id leg, const std::string& text, clock_time now);
  void end(const std::string& why);

 private:
  void answer(leg_id leg, uint64_t ticket, uint16_t code, const std::string& why = {}) const;
  chat_verdict judge(leg_id leg, msrp::cpim_message message, clock_time now);
  [[nodiscard]] conference::chat_refusal show_screen(leg_id leg, const conference::chat_envelope& envelope,
                                                     std::string_view body) const;
  void pass_on(const conference::chat_route& way, msrp::cpim_message message, clock_time now);
  void give_to_phones(std::vector<leg_id> legs, conference::phone_message what) const;
  void keep(msrp::cpim_head head, std::string_view body);
  void give(leg_id leg, const chat_parcel_ptr& parcel);
  void deliver(const std::vector<chat_history::delivery>& what) const;
  [[nodiscard]] chat_parcel_ptr pack(const msrp::cpim_head& head, std::string_view body, bool reports) const;
  [[nodiscard]] chat_parcel_ptr pack(msrp::shared_body body, bool reports) const;
  [[nodiscard]] chat_parcel_ptr own_words(const conference::chat_address& to, const std::string& text,
                                          bool status, clock_time now) const;

  conference::chat_room chat_;
  room_id room_;
  msrp::byte_budget_ptr unfinished_;
  msrp::random_source random_;
  sip::message_control* phones_;
  screen_sink screens_;
  std::unordered_map<leg_id, msrp_stream_actor> streams_;
  chat_history history_;
  std::optional<history_access> database_;  ///< absent: history ends with the room
  std::unordered_map<leg_id, std::optional<size_t>>
      away_;  ///< whose stream may come back, and what it has read
};

}  // namespace confab::actors
