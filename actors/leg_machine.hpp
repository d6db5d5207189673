#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "actors/file_words.hpp"
#include "config/ids.hpp"
#include "config/net_deny.hpp"
#include "config/result.hpp"
#include "config/socket_address.hpp"
#include "media/msrp/uri.hpp"
#include "media/stream_settings.hpp"
#include "signaling/sdp/answer.hpp"
#include "signaling/sip/call_events.hpp"

namespace confab::actors {

/// What a leg's chat stream can be; absent in a `leg_setup`: no chat.
struct chat_setup {
  sdp::message_capability ours;                 ///< without paths
  std::string advertised_address;               ///< msrp.advertised-address; empty: the one of the call
  std::function<std::string()> new_session_id;  ///< unguessable (RFC 4975 §14.1)
  bool offer = false;  ///< in an offer of ours that answers none: not every phone knows m=message
};

/// A chat stream as agreed, ready to be had.
struct chat_plan {
  msrp::uri ours;
  msrp::path theirs;
  bool tls = true;
  std::string fingerprint{};  ///< that the peer's certificate must have; empty: any
  bool takes_private = false;
  std::optional<socket_address> connect_to{};  ///< absent: the peer connects
};

/// A file stream as agreed, ready to be had.
struct file_plan {
  chat_plan way;
  file_job_ptr job;
};

/// A file that we call somebody for, to hand it over.
struct file_delivery {
  sdp::file_words says;
  file_job_ptr job;
};

/// What a leg is made with. `ours` has everything but address and port, which come with the call and the
/// lease.
struct leg_setup {
  leg_id leg;
  room_id room;
  sdp::capabilities ours;
  std::string advertised_address;  ///< for c=; empty: the address the call came in on
  socket_address bind_address;     ///< media.address; an any-address: the family of the call
  uint16_t port = 0;               ///< leased RTP port
  std::shared_ptr<const net_deny> deny = std::make_shared<const net_deny>();
  std::optional<chat_setup> chat{};
  /// Something is asked for by voice: a caller without audio is refused with this Warning. Empty: nothing.
  std::string needs_voice{};
  bool files = false;                       ///< the room takes files
  bool files_alone = false;                 ///< the call has files and nothing else: it is no participant's
  std::optional<file_delivery> delivery{};  ///< of a call of ours that has nothing but this
};

/// Whether an offer may have audio, before anybody has parsed it: a call without needs no ports.
[[nodiscard]] bool mentions_audio(const std::optional<std::string>& offer) noexcept;

/// What the machine wants done, in order.
namespace act {
struct open_media {
  socket_address local;
};
struct configure_media {
  media::stream_settings stream;
  std::optional<std::string> behind_nat{};  ///< the address the peer names, where nothing is sent
};
struct close_media {};  ///< also gives the ports back and ends the actor
struct accept {
  std::string sdp;
};
struct refuse {
  sip::refusal why;
};
struct dial {
  std::string sdp;
};
struct hang_up {
  std::string reason;
};
struct join {
  sip::peer peer;
  bool has_audio;
  bool on_hold;
  std::optional<leg_id> replaces;
  std::string label;  ///< of its audio stream, may be empty
  bool chat = false;
};
struct update {
  bool has_audio;
  bool on_hold;
  std::string label;
};
struct leave {
  sip::end_cause cause;
  std::string reason;
};
struct another_port {};
/// The chat stream as agreed now; absent: there is none (any more).
struct set_chat {
  std::optional<chat_plan> chat;
};
/// The chat stream stays; what the peer says of itself has changed.
struct adjust_chat {
  bool takes_private;
};
/// May the room's files come and go by these streams? `leg_machine::on_files` follows.
struct ask_for_files {
  std::vector<sdp::file_stream> streams;
  std::vector<sip::file_icon> icons{};
};
/// The file stream of that m-line as agreed now; absent: there is none (any more).
struct set_file {
  size_t media_index;
  std::optional<file_plan> file;
};
/// What the room has made ready and nobody comes for.
struct drop_file {
  file_job_ptr job;
};
struct offer {  ///< a re-INVITE of ours
  std::string sdp;
};
struct report {  ///< to whoever asked for a dial-out
  uint16_t status;
  std::string reason;
};
}  // namespace act

using leg_action = std::variant<act::open_media, act::configure_media, act::close_media, act::accept,
                                act::refuse, act::dial, act::hang_up, act::join, act::update, act::leave,
                                act::another_port, act::report, act::set_chat, act::adjust_chat, act::offer,
                                act::ask_for_files, act::set_file, act::drop_file>;
using leg_actions = std::vector<leg_action>;

/// One participant's call between SIP, media and room: offers and answers, media that follows them, joining
/// and leaving. RFC 3264, RFC 4579 §5. No I/O; owned by one `leg` actor.
class leg_machine {
 public:
  explicit leg_machine(leg_setup setup);

  /// INVITE from outside; checks the offer before anything is opened.
  leg_actions on_incoming(const sip::incoming_call& call);
  /// We call: opens media, then dials.
  leg_actions on_dial(const socket_address& local);
  /// Every later event of the session.
  leg_actions on_call_event(const sip::call_event& event);

  leg_actions on_media_open();
  leg_actions on_media_refused(const std::string& why);  ///< the ports are taken by somebody else
  leg_actions on_new_port(uint16_t port);                ///< 0: none left
  leg_actions on_media_lost();
  leg_actions on_moved();  ///< its media is in another room
  leg_actions on_remove(const std::string& reason);
  /// The connection of its chat is gone, or never came: offers a new path, once until it is up again. Nothing
  /// when it was offered already: the chat is given up, by a re-INVITE without it, and a call that has
  /// nothing else ends.
  leg_actions on_chat_lost();
  void on_chat_bound() noexcept { chat_offered_anew_ = false; }
  /// What the room says to each stream of `act::ask_for_files`.
  leg_actions on_files(const std::vector<file_verdict>& verdicts);
  /// A call that is no participant's.
  [[nodiscard]] bool is_for_files_alone() const noexcept { return setup_.files_alone; }

  /// The MSRP sessions that an offer of ours names and that wait for the peer's answer; none: there is no
  /// such offer.
  [[nodiscard]] std::vector<std::string> offered_sessions() const;

  [[nodiscard]] const sip::peer& peer() const noexcept { return peer_; }

 private:
  enum class phase : uint8_t { fresh, opening, waiting, up, ending };
  enum class local_offer : uint8_t { none, sent };

  leg_actions open_or_refuse();
  leg_actions open_for_reoffer(const sip::remote_offer& event);
  leg_actions refuse_reoffer(sip::refusal why);
  // leg_machine_files.cpp
  [[nodiscard]] std::optional<act::ask_for_files> ask_for_files(const std::string& offer_text,
                                                                std::vector<sip::file_icon> icons);
  leg_actions offer_file();
  leg_actions on_file_answer(const sdp::description& theirs);
  [[nodiscard]] sip::refusal refusal_of(const error& why) const;
  void adopt_files(const sdp::description& local, leg_actions& actions);
  void drop_new_files(leg_actions& actions);
  // leg_machine_chat.cpp
  [[nodiscard]] sdp::message_capability with_new_path(sdp::message_capability ours) const;
  void renew_chat_path();
  /// Another connection than the one there is, if any.
  [[nodiscard]] bool is_new_chat(const sdp::answer_outcome& agreed) const;
  /// Refuses paths that cannot be read, and addresses that we may not connect to.
  [[nodiscard]] result<chat_plan> plan_chat(const sdp::message_agreement& agreed) const;
  void adopt_chat(const sdp::answer_outcome& agreed, leg_actions& actions);
  leg_actions give_up_chat();
  leg_actions offer_anew(sdp::description offer);
  [[nodiscard]] sdp::description first_offer() const;
  [[nodiscard]] sdp::description next_offer() const;
  leg_actions answer_pending();
  leg_actions on(const sip::incoming_call& event);
  leg_actions on(const sip::remote_offer& event);
  leg_actions on(const sip::remote_answer& event);
  leg_actions on(const sip::offer_refused& event);
  leg_actions on(const sip::progress& event);
  leg_actions on(const sip::established& event);
  leg_actions on(const sip::info_dtmf& event);
  leg_actions on(const sip::ended& event);
  leg_actions refuse(sip::refusal why);
  [[nodiscard]] result<sdp::answer_outcome> judge(const std::string& offer_text) const;
  /// The stream as agreed; where `net.deny` forbids what the peer names, media waits for its packets, or is
  /// refused (`forbidden`).
  [[nodiscard]] result<act::configure_media> stream_of(const sdp::audio_agreement& agreed) const;
  void adopt(const sdp::answer_outcome& agreed, leg_actions& actions);
  [[nodiscard]] bool on_hold() const noexcept;
  [[nodiscard]] act::update changed() const;
  [[nodiscard]] std::string media_host() const;  ///< what c= says
  [[nodiscard]] socket_address bind_to(const socket_address& local) const;

  leg_setup setup_;
  phase phase_ = phase::fresh;
  bool media_open_ = false;
  bool joined_ = false;
  bool dialing_ = false;
  int port_tries_ = 0;
  sip::peer peer_;
  std::optional<leg_id> replaces_;
  socket_address local_;
  std::optional<std::string> offer_text_;             ///< of the INVITE being answered
  std::vector<sip::file_icon> icons_;                 ///< that came with it
  std::optional<sdp::description> sent_;              ///< what we last sent, offer or answer
  std::optional<sdp::description> unanswered_offer_;  ///< ours
  std::optional<sdp::description> before_offer_;      ///< what a re-INVITE of ours would replace
  std::optional<sdp::audio_agreement> audio_;
  std::optional<sdp::message_agreement> chat_;
  std::optional<sip::remote_offer> reoffer_;  ///< waits for ports: it brings audio into a call without
  bool chat_offered_anew_ = false;
  /// The streams that the room is asked about, and how each would be had.
  struct wanted_file {
    sdp::file_stream stream;
    sdp::media_description offered;
    sdp::message_capability ours;
    chat_plan way;
  };
  std::vector<wanted_file> wanted_files_;
  bool files_judged_ = false;                       ///< of the offer being answered
  std::optional<sip::refusal> no_file_;             ///< why the first of its files cannot be had
  std::map<size_t, file_plan> new_files_;           ///< of that offer, by m-line
  std::set<size_t> files_;                          ///< m-lines of those that are had
  std::optional<sip::remote_offer> files_reoffer_;  ///< waits for the room's word on its files
};

}  // namespace confab::actors
