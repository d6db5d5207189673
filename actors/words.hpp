#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include "actors/chat_words.hpp"
#include "actors/command_words.hpp"
#include "actors/file_words.hpp"
#include "config/ids.hpp"
#include "config/socket_address.hpp"
#include "media/mix/shard.hpp"
#include "media/mix/sound.hpp"
#include "media/stream_settings.hpp"
#include "signaling/conference/entrance.hpp"
#include "signaling/sip/call_events.hpp"
#include "signaling/sip/message_events.hpp"
#include "signaling/sip/refer_events.hpp"
#include "signaling/sip/subscription_events.hpp"

/// The messages actors exchange and the typed handles they know each other by. None of them leaves the
/// process.
namespace confab::actors {

// ---- to a leg

/// News of the leg's SIP session.
struct call_news {
  sip::call_event event;
};
/// News of the leg's media.
struct media_news {
  mix::shard_event event;
};
/// The room takes the leg out: hang up and say why.
struct remove_leg {
  std::string reason;
};

/// The caller found the room it wants (`rooms.lobby`): its media goes there, and it is that room's now.
struct change_room {
  room_id room;
  caf::strong_actor_ptr actor;  ///< a `room_actor`, whose type is not known here yet
};

/// Answered once everything told to the leg before has been acted upon.
struct settle {};

/// What a leg, a room and a shard answer with.
struct outcome {
  bool ok = true;
  std::string text;  ///< why not
};

using leg_actor =
    caf::typed_actor<caf::reacts_to<call_news>, caf::reacts_to<media_news>, caf::reacts_to<remove_leg>,
                     caf::reacts_to<change_room>, caf::replies_to<settle>::with<outcome>,
                     caf::reacts_to<chat_bound>, caf::reacts_to<chat_lost>, caf::reacts_to<chat_deadline>,
                     caf::reacts_to<file_over>, caf::reacts_to<file_deadline>, caf::reacts_to<files_done>>;

// ---- to a shard

/// Binds the leg's ports. Answered with an `outcome`; from then on the leg hears `media_news`.
struct open_media {
  leg_id leg;
  room_id room;
  socket_address local;
  leg_actor owner;
  size_t shard = 0;           ///< where the directory placed the leg
  mix::room_section section;  ///< filled in by the room when it has more than one
  bool echo = false;          ///< filled in by an echo room: the leg hears itself
  bool apart = false;         ///< set by the room: deaf and muted until somebody says otherwise
  bool moved = false;         ///< it has ports and a stream already: only its room is another
};
/// The room, which the shard may have, gets sections on other shards. Answered when the shard knows.
struct attach_section {
  room_id room;
  mix::room_section section;
};
struct configure_media {
  leg_id leg;
  media::stream_settings stream;
};
/// Answered with an `outcome` once the ports are free again.
struct close_media {
  leg_id leg;
};
struct set_muted {
  leg_id leg;
  bool on;
};
struct set_deaf {
  leg_id leg;
  bool on;
};
struct set_music {
  leg_id leg;
  bool on;
};
struct play_to_leg {
  leg_id leg;
  mix::sound_ptr sound;
};
/// Those that play to it and wait to; music goes on.
struct stop_prompts {
  leg_id leg;
};
struct play_to_room {
  room_id room;
  std::optional<leg_id> except;
  mix::sound_ptr sound;
};

using shard_actor =
    caf::typed_actor<caf::replies_to<open_media>::with<outcome>,
                     caf::replies_to<attach_section>::with<outcome>, caf::reacts_to<configure_media>,
                     caf::replies_to<close_media>::with<outcome>, caf::reacts_to<set_muted>,
                     caf::reacts_to<set_deaf>, caf::reacts_to<set_music>, caf::reacts_to<play_to_leg>,
                     caf::reacts_to<stop_prompts>, caf::reacts_to<play_to_room>>;

// ---- to a room

/// A call was answered; its ACK, and with it `join_room`, is on the way.
struct arriving_leg {
  leg_id leg;
  std::string uri;
  std::string display_name;
  std::string contact;  ///< URI, may be empty
  socket_address source;
  leg_actor actor;
  std::string identity{};  ///< verified URI; empty: nobody vouches
};
/// The session is up: the participant is in the room.
struct join_room {
  leg_id leg;
  std::string uri;
  std::string display_name;
  bool has_audio;
  bool on_hold;
  std::optional<leg_id> replaces;
  leg_actor actor;
  size_t shard = 0;                       ///< where its media is
  std::string contact;                    ///< URI, may be empty
  socket_address source;                  ///< where its requests come from
  bool dialed_out = false;                ///< we called it
  std::string referrer;                   ///< URI of who asked us to call it; empty: nobody
  std::string identity{};                 ///< verified URI; empty: nobody vouches
  std::string label{};                    ///< of its audio stream (RFC 4574), may be empty
  std::vector<std::string> recipients{};  ///< SIP URIs it wants called in (RFC 5366), admitted and paid for
  conference::credential shown = conference::credential::none;
  std::optional<uint32_t> ssrc{};  ///< it sends with; filled in by the room
  bool chat_follows = false;       ///< SDP has a chat stream: `join_chat` may come
  std::string claimed{};           ///< its From; empty: as `uri`
  bool takes_messages = false;     ///< its phone's Allow has MESSAGE
  std::string accepts{};           ///< its phone's Accept
};
struct update_participant {
  leg_id leg;
  bool has_audio;
  bool on_hold;
  std::string label{};
};
/// What the participant's audio is sent with, as its shard believes it. May come before `join_room`, and
/// comes again after it.
struct participant_source {
  leg_id leg;
  uint32_t ssrc;
};
/// We have begun to hang up; `leave_room` follows.
struct leaving_leg {
  leg_id leg;
};
struct leave_room {
  leg_id leg;
  sip::end_cause cause = sip::end_cause::transport;
  std::string reason;  ///< for people
};
/// How a call of ours goes until it is answered.
struct invite_progress {
  leg_id leg;
  std::string target;
  std::string referrer;
  uint16_t status = 0;  ///< 0: dialling; of the last response
  std::string reason;
};
/// A key was pressed, in band (RFC 4733) or by SIP INFO.
struct key_pressed {
  leg_id leg;
  char digit;
};
/// To itself: the time to finish a key sequence may be over.
struct key_pause {};
/// To itself: somebody at the entrance may have waited long enough.
struct entrance_pause {
  leg_id leg;
};
/// News of a watcher: somebody who subscribed to the room (RFC 4575).
struct watch_news {
  sip::subscription_event event;
  bool admitted = true;  ///< by the access rules; else only participants may watch
  bool passed = true;    ///< the room has no PIN, or it was shown; else only participants may watch
};
/// Somebody asks the room to call people in or to put them out (RFC 4579 §5.5, §5.11).
struct refer_news {
  sip::refer_event event;
};
/// Somebody says something to the room by SIP MESSAGE (RFC 3428).
struct message_news {
  sip::incoming_message message;
};
/// What becomes of a call the room asked for. RFC 3515 §2.4.4 has the same form: each provisional and the
/// final answer.
struct dial_report {
  leg_id leg;
  uint16_t status;
  std::string reason;
};
/// To itself: documents may be due.
struct watch_pause {};
/// The last leg is gone: tell the watchers, and end.
struct room_over {};
/// To itself: something of its timetable may be due.
struct timetable_pause {};
/// Somebody began to speak, or ended. May come from one who is not in the room.
struct participant_talks {
  leg_id leg;
  bool talking;
};
/// To itself: its page on the web, or a screen, may be due.
struct page_pause {};

using room_actor = caf::typed_actor<
    caf::replies_to<open_media>::with<outcome>, caf::reacts_to<arriving_leg>, caf::reacts_to<join_room>,
    caf::reacts_to<update_participant>, caf::reacts_to<participant_source>, caf::reacts_to<leaving_leg>,
    caf::reacts_to<leave_room>, caf::reacts_to<invite_progress>, caf::reacts_to<key_pressed>,
    caf::reacts_to<key_pause>, caf::reacts_to<entrance_pause>, caf::reacts_to<watch_news>,
    caf::reacts_to<watch_pause>, caf::reacts_to<room_over>, caf::reacts_to<refer_news>,
    caf::reacts_to<message_news>, caf::reacts_to<dial_report>, caf::reacts_to<join_chat>,
    caf::reacts_to<leave_chat>, caf::reacts_to<chat_came>, caf::reacts_to<nickname_came>,
    caf::reacts_to<timetable_pause>, caf::replies_to<ask_for_files>::with<file_verdicts>,
    caf::reacts_to<file_moved>, caf::reacts_to<file_over>, caf::reacts_to<forget_file>,
    caf::reacts_to<files_pause>, caf::reacts_to<participant_talks>, caf::reacts_to<page_pause>,
    caf::replies_to<room_command>::with<outcome>, caf::replies_to<snapshot_request>::with<room_snapshot>>;

// ---- to the directory

/// The ports of a leg could not be bound (something else on the machine has them): another pair, please.
struct another_port {
  leg_id leg;
};
struct port_lease {
  uint16_t port = 0;  ///< RTP, even; 0: none left
};
/// The leg is over and its ports are closed.
struct leg_gone {
  leg_id leg;
};
/// A moderator locked the room, or opened it: nobody else is let in, or everybody again.
struct lock_room {
  room_id room;
  bool locked;
};
/// Call somebody into a room. Answered with the leg's id; what becomes of the call goes to `observer`.
struct dial_out {
  room_id room;
  std::string target;
  std::string display_name;
  std::string subject;
  std::vector<std::string> headers;
  std::string referrer;            ///< URI of who asked for it; empty: nobody
  caf::strong_actor_ptr observer;  ///< hears `dial_report`s; may be null
  std::optional<leg_id> leg{};     ///< from `services::next_leg_id`; absent: the directory takes one
  std::string caller{};            ///< on whose account; empty: nobody's, and not counted
  /// Where the requests of the peer that asks come from; it may not name what `net.deny` keeps from it.
  /// Absent: the operator asks.
  std::optional<socket_address> asked_by{};
  file_job_ptr file{};           ///< the call is to hand this over, and no participant's
  sdp::file_words file_words{};  ///< what its offer says of it
  std::optional<sip::file_icon> file_icon{};
};
struct dial_started {
  std::optional<leg_id> leg;  ///< absent: refused, `text` says why
  std::string text;
  uint16_t status = 503;  ///< of a refusal: 503 may be otherwise later, 403 not
};
/// Somebody at the entrance of its room dialled a PIN; never to be logged.
struct check_pin {
  leg_id leg;
  sip::peer who;
  std::string digits;
};
struct pin_checked {
  conference::pin_verdict verdict = conference::pin_verdict::wrong;
  std::string prompt;  ///< the PIN was right, but the room takes nobody: says why; else empty
};
/// Somebody in the lobby dialled the number of a conference. Answered with an `outcome`: either the leg was
/// told to go there, or `text` is the prompt that says why not.
struct find_room {
  leg_id leg;
  sip::peer who;
  std::string number;
};
/// How many are there, for operators and tests.
struct count_request {};
struct counts {
  size_t rooms = 0;
  size_t legs = 0;
};

using directory_actor = caf::typed_actor<
    caf::reacts_to<call_news>, caf::reacts_to<watch_news>, caf::reacts_to<refer_news>,
    caf::reacts_to<message_news>, caf::reacts_to<lock_room>, caf::replies_to<another_port>::with<port_lease>,
    caf::reacts_to<leg_gone>, caf::replies_to<dial_out>::with<dial_started>,
    caf::replies_to<check_pin>::with<pin_checked>, caf::replies_to<find_room>::with<outcome>,
    caf::replies_to<count_request>::with<counts>, caf::reacts_to<keep_out>, caf::reacts_to<room_ending>,
    caf::replies_to<to_room>::with<outcome>, caf::replies_to<look_into_room>::with<room_snapshot>,
    caf::replies_to<rooms_request>::with<room_list>>;

}  // namespace confab::actors

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::call_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::media_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::remove_leg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::change_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::outcome)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::open_media)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::attach_section)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::configure_media)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::close_media)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::set_muted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::set_deaf)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::set_music)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::play_to_leg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::stop_prompts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::play_to_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::settle)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::arriving_leg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::join_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::update_participant)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::participant_source)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::leaving_leg)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::leave_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::invite_progress)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::key_pressed)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::key_pause)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::entrance_pause)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::watch_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::refer_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::message_news)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::watch_pause)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::room_over)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::another_port)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::port_lease)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::leg_gone)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::lock_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::dial_out)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::dial_started)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::dial_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::check_pin)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::pin_checked)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::find_room)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::count_request)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::counts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::timetable_pause)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::participant_talks)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(confab::actors::page_pause)
