#include "actors/leg_machine.hpp"

#include <algorithm>
#include <utility>

#include "actors/media_words.hpp"

namespace confab::actors {

namespace {

constexpr int max_port_tries = 8;

sip::refusal not_acceptable(const std::string& why) {
  return {488, "Not Acceptable Here", why, std::nullopt};
}

/// It can be read, and has no audio.
bool lacks_audio(const std::string& offer_text) {
  const auto offer = sdp::parse(offer_text);
  return offer && std::none_of(offer->media.begin(), offer->media.end(),
                               [](const auto& m) { return m.type == "audio" && m.port != 0; });
}

sip::refusal no_ports() {
  return {503, "Service Unavailable", "every RTP port is in use", std::chrono::seconds{10}};
}

}  // namespace

leg_machine::leg_machine(leg_setup setup) : setup_(std::move(setup)) {
  setup_.ours.audio_port = setup_.files_alone ? uint16_t{0} : setup_.port;
}

leg_actions leg_machine::on_call_event(const sip::call_event& event) {
  return std::visit([this](const auto& e) { return on(e); }, event);
}

leg_actions leg_machine::on_incoming(const sip::incoming_call& call) {
  peer_ = call.peer;
  replaces_ = call.replaces;
  local_ = call.local;
  offer_text_ = call.sdp;
  icons_ = call.icons;
  setup_.ours.address = media_host();
  renew_chat_path();
  return open_or_refuse();
}

leg_actions leg_machine::on_dial(const socket_address& local) {
  dialing_ = true;
  if (setup_.delivery) {
    local_ = local;
    return offer_file();
  }
  if (setup_.ours.audio_port == 0) return refuse(no_ports());
  local_ = local;
  setup_.ours.address = media_host();
  renew_chat_path();
  phase_ = phase::opening;
  return {act::open_media{bind_to(local_)}};
}

/// The offer is judged before a socket is opened, so that nonsense costs nothing; one without audio needs
/// none.
leg_actions leg_machine::open_or_refuse() {
  auto icons = std::exchange(icons_, {});
  if (offer_text_) {
    if (auto ask = ask_for_files(*offer_text_, std::move(icons))) return {std::move(*ask)};
  }
  if (setup_.ours.audio_port == 0 && mentions_audio(offer_text_) && !setup_.files_alone)
    return refuse(no_ports());
  if (offer_text_) {
    if (!setup_.needs_voice.empty() && lacks_audio(*offer_text_))
      return refuse(sip::forbidden(setup_.needs_voice));
    const auto agreed = judge(*offer_text_);
    if (!agreed) return refuse(refusal_of(agreed.error()));
    if (!agreed->audio) return answer_pending();
  }
  phase_ = phase::opening;
  return {act::open_media{bind_to(local_)}};
}

/// The answer to an offer, if there is one. The leg has one socket, so media must be of the family it was
/// bound in; an unspecified address (old-style hold) fits any.
result<sdp::answer_outcome> leg_machine::judge(const std::string& offer_text) const {
  const auto offer = sdp::parse(offer_text);
  if (!offer) return offer.error();
  auto agreed = sdp::answer(*offer, sent_ ? &*sent_ : nullptr, setup_.ours);
  if (agreed && agreed->message) {
    if (const auto plan = plan_chat(*agreed->message); !plan) return plan.error();
  }
  if (!agreed || !agreed->audio) return agreed;
  const auto remote = socket_address::parse(agreed->audio->remote_address, agreed->audio->remote_port);
  if (!remote) return remote.error();
  if (!remote->is_any_host() && remote->family() != bind_to(local_).family()) {
    return {errc::unsupported, "media must use the IP version that the call came in by"};
  }
  if (const auto allowed = stream_of(*agreed->audio); !allowed) return allowed.error();
  return agreed;
}

/// A phone behind NAT names its private address, and cannot know better: it is never sent to that, but heard,
/// and answered where its packets come from (RFC 4961; docs/decisions/017). Any other forbidden address is no
/// accident.
result<act::configure_media> leg_machine::stream_of(const sdp::audio_agreement& agreed) const {
  auto stream = to_stream(agreed, peer_.source);
  if (!stream) return stream.error();
  act::configure_media out{std::move(*stream)};
  for (auto* const place : {&out.stream.remote_rtp, &out.stream.remote_rtcp}) {
    if (place->is_any_host() || !setup_.deny->denied(*place, peer_.source)) continue;
    if (!is_private_network(*place))
      return {errc::forbidden, "media may not go to " + place->host() + " (net.deny)"};
    out.behind_nat = place->host();
    *place = {};
  }
  return out;
}

leg_actions leg_machine::on_media_open() {
  media_open_ = true;
  if (phase_ == phase::ending) return {act::close_media{}};
  if (reoffer_) return on(*std::exchange(reoffer_, std::nullopt));
  if (dialing_) {
    unanswered_offer_ = first_offer();
    sent_ = unanswered_offer_;
    phase_ = phase::waiting;
    return {act::dial{sdp::write(*unanswered_offer_)}};
  }
  return answer_pending();
}

/// Answers the initial INVITE, or offers where it had no SDP (RFC 3261 §13.3.1).
leg_actions leg_machine::answer_pending() {
  leg_actions actions;
  phase_ = phase::waiting;
  if (!offer_text_) {
    unanswered_offer_ = first_offer();
    sent_ = unanswered_offer_;
    actions.emplace_back(act::accept{sdp::write(*unanswered_offer_)});
    return actions;
  }
  const auto agreed = judge(*offer_text_);
  if (!agreed) return refuse(refusal_of(agreed.error()));
  sent_ = agreed->local;
  adopt(*agreed, actions);
  actions.emplace_back(act::accept{sdp::write(agreed->local)});
  return actions;
}

leg_actions leg_machine::on_media_refused(const std::string& why) {
  if (phase_ == phase::ending) return {act::close_media{}};
  if (++port_tries_ < max_port_tries) return {act::another_port{}};
  const sip::refusal busy{503, "Service Unavailable", why, std::chrono::seconds{10}};
  return reoffer_ ? refuse_reoffer(busy) : refuse(busy);
}

/// The session goes on as it was.
leg_actions leg_machine::refuse_reoffer(sip::refusal why) {
  reoffer_.reset();
  leg_actions actions;
  drop_new_files(actions);
  actions.emplace_back(act::refuse{std::move(why)});
  return actions;
}

leg_actions leg_machine::open_for_reoffer(const sip::remote_offer& event) {
  reoffer_ = event;
  port_tries_ = 0;
  if (setup_.ours.audio_port == 0) return {act::another_port{}};
  return {act::open_media{bind_to(local_)}};
}

leg_actions leg_machine::on_new_port(uint16_t port) {
  setup_.ours.audio_port = port;
  if (phase_ == phase::ending) return {act::close_media{}};
  if (port == 0) return reoffer_ ? refuse_reoffer(no_ports()) : refuse(no_ports());
  return {act::open_media{bind_to(local_)}};
}

leg_actions leg_machine::refuse(sip::refusal why) {
  phase_ = phase::ending;
  leg_actions actions;
  if (dialing_) {
    actions.emplace_back(act::report{why.status, why.reason});
    actions.emplace_back(act::close_media{});
    return actions;
  }
  drop_new_files(actions);
  actions.emplace_back(act::refuse{std::move(why)});
  return actions;
}

leg_actions leg_machine::on_media_lost() {
  if (phase_ == phase::ending) return {};
  return {act::hang_up{"no audio came from the phone"}};
}

leg_actions leg_machine::on_moved() {
  if (phase_ == phase::ending || !joined_) return {};
  return {act::join{peer_, audio_.has_value(), on_hold(), std::nullopt,
                    audio_ ? audio_->label : std::string(), chat_.has_value()}};
}

leg_actions leg_machine::on_remove(const std::string& reason) {
  if (phase_ == phase::ending) return {};
  return {act::hang_up{reason}};
}

leg_actions leg_machine::on(const sip::incoming_call& event) {
  return on_incoming(event);
}

/// re-INVITE or UPDATE (RFC 3264 §8). A refusal leaves the session as it was.
leg_actions leg_machine::on(const sip::remote_offer& event) {
  if (phase_ == phase::ending) return {};
  if (event.source.is_specified()) peer_.source = event.source;
  leg_actions actions;
  if (!event.sdp) {
    unanswered_offer_ = next_offer();
    sent_ = unanswered_offer_;
    actions.emplace_back(act::accept{sdp::write(*unanswered_offer_)});
    return actions;
  }
  if (auto ask = ask_for_files(*event.sdp, event.icons)) {
    files_reoffer_ = event;
    return {std::move(*ask)};
  }
  if (!media_open_ && !setup_.files_alone && mentions_audio(event.sdp)) return open_for_reoffer(event);
  auto agreed = judge(*event.sdp);
  if (agreed && is_new_chat(*agreed)) {
    renew_chat_path();
    agreed = judge(*event.sdp);
  }
  if (!agreed) {
    drop_new_files(actions);
    actions.emplace_back(act::refuse{not_acceptable(agreed.error().text)});
    return actions;
  }
  sent_ = agreed->local;
  adopt(*agreed, actions);
  actions.emplace_back(act::accept{sdp::write(agreed->local)});
  if (joined_) actions.emplace_back(changed());
  return actions;
}

leg_actions leg_machine::on(const sip::remote_answer& event) {
  if (phase_ == phase::ending || !sent_) return {};
  if (event.source.is_specified()) peer_.source = event.source;
  leg_actions actions;
  // A refresh by the endpoint repeats what we last sent; the answer to it may bring news all the same.
  const auto ours = unanswered_offer_ ? std::exchange(unanswered_offer_, std::nullopt) : sent_;
  before_offer_.reset();
  const auto theirs = sdp::parse(event.sdp);
  if (!theirs) return {act::hang_up{"the answer is not SDP: " + theirs.error().text}};
  if (setup_.delivery) return on_file_answer(*theirs);
  const auto agreed = sdp::accept_answer(*ours, *theirs, setup_.ours);
  if (!agreed) return {act::hang_up{"the answer does not fit the offer: " + agreed.error().text}};
  if (chat_offered_anew_ && !agreed->audio && !agreed->message)
    return {act::hang_up{"the chat connection is lost"}};
  adopt(*agreed, actions);
  if (joined_) actions.emplace_back(changed());
  return actions;
}

/// The session goes on as it was before our offer.
leg_actions leg_machine::on(const sip::offer_refused&) {
  unanswered_offer_.reset();
  if (before_offer_) sent_ = *std::exchange(before_offer_, std::nullopt);
  return chat_offered_anew_ ? on_chat_lost() : leg_actions{};
}

leg_actions leg_machine::on(const sip::progress& event) {
  return {act::report{event.status, event.reason}};
}

leg_actions leg_machine::on(const sip::established& event) {
  if (phase_ == phase::ending || joined_) return {};
  peer_ = event.peer;
  phase_ = phase::up;
  if (setup_.files_alone) return dialing_ ? leg_actions{act::report{200, "OK"}} : leg_actions{};
  joined_ = true;
  leg_actions actions;
  if (dialing_) actions.emplace_back(act::report{200, "OK"});
  actions.emplace_back(act::join{peer_, audio_.has_value(), on_hold(), replaces_,
                                 audio_ ? audio_->label : std::string(), chat_.has_value()});
  return actions;
}

/// Keys by INFO are handled by the actor exactly as keys in band; the machine has no part in them.
leg_actions leg_machine::on(const sip::info_dtmf&) {
  return {};
}

leg_actions leg_machine::on(const sip::ended& event) {
  leg_actions actions;
  if (dialing_ && !joined_) {
    actions.emplace_back(act::report{event.status == 0 ? uint16_t{500} : event.status, event.reason});
  }
  if (std::exchange(joined_, false)) actions.emplace_back(act::leave{event.cause, event.reason});
  const bool opening = (phase_ == phase::opening || reoffer_) && !media_open_;
  phase_ = phase::ending;
  // While the ports are being opened, or the room is asked about files, the close waits for that answer.
  if (!opening && wanted_files_.empty()) actions.emplace_back(act::close_media{});
  return actions;
}

/// Takes over what was agreed. Audio that is gone stops both ways; its ports stay for when it comes back.
void leg_machine::adopt(const sdp::answer_outcome& agreed, leg_actions& actions) {
  adopt_files(agreed.local, actions);
  adopt_chat(agreed, actions);
  if (!agreed.audio) {
    if (audio_) {
      auto quiet = stream_of(*audio_);
      if (quiet) {
        quiet->stream.send = false;
        quiet->stream.receive = false;
        actions.emplace_back(std::move(*quiet));
      }
    }
    audio_.reset();
    return;
  }
  auto stream = stream_of(*agreed.audio);
  if (!stream) {
    actions.emplace_back(act::hang_up{stream.error().text});
    return;
  }
  audio_ = agreed.audio;
  actions.emplace_back(std::move(*stream));
}

bool leg_machine::on_hold() const noexcept {
  return audio_ && !audio_->send;
}

act::update leg_machine::changed() const {
  return {audio_.has_value(), on_hold(), audio_ ? audio_->label : std::string()};
}

std::string leg_machine::media_host() const {
  if (!setup_.advertised_address.empty()) return setup_.advertised_address;
  const auto bound = bind_to(local_);
  return bound.is_any_host() ? local_.host() : bound.host();
}

socket_address leg_machine::bind_to(const socket_address& local) const {
  socket_address address = setup_.bind_address;
  if (!address.is_specified() || (address.is_any_host() && address.family() != local.family())) {
    address = local;
  }
  address.set_port(setup_.ours.audio_port);
  return address;
}

}  // namespace confab::actors
