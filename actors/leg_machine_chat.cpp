#include <algorithm>
#include <tuple>
#include <utility>

#include "actors/leg_machine.hpp"
#include "media/msrp/uri.hpp"

/// The chat stream of a call (RFC 4975 §8, RFC 7701 §8).
namespace confab::actors {

namespace {

result<msrp::path> read_path(const std::vector<std::string>& hops) {
  msrp::path out;
  for (const auto& hop : hops) {
    auto read = msrp::parse_uri(hop);
    if (!read) return read.error();
    out.push_back(std::move(*read));
  }
  if (out.empty()) return {errc::malformed, "a=path names nobody"};
  if (out.back().session_id.empty()) return {errc::malformed, "a=path names no session"};
  return out;
}

/// The next hop, or what SDP says where both know CEMA (RFC 6714 §4).
result<socket_address> next_hop(const msrp::path& theirs, const sdp::message_agreement& agreed) {
  if (agreed.cema) return socket_address::parse(agreed.remote_address, agreed.remote_port);
  return socket_address::parse(theirs.front().host, theirs.front().port.value_or(agreed.remote_port));
}

/// What else may change (types, the words of `a=chatroom`, the direction, who would connect) is of no weight
/// to a connection that is there.
bool is_same_connection(const sdp::message_agreement& before, const sdp::message_agreement& now) {
  const auto of = [](const sdp::message_agreement& a) { return std::tie(a.peer_path, a.tls, a.certificate); };
  const bool same_target = !now.active || !before.active ||
                           (before.remote_address == now.remote_address &&
                            before.remote_port == now.remote_port && before.cema == now.cema);
  return of(before) == of(now) && same_target;
}

bool takes_private(const sdp::message_agreement& agreed) {
  const auto& words = agreed.chatroom;
  return words && std::find(words->begin(), words->end(), "private-messages") != words->end();
}

}  // namespace

bool mentions_audio(const std::optional<std::string>& offer) noexcept {
  return !offer || offer->find("m=audio") != std::string::npos;
}

/// A session id is of one connection only (RFC 4975 §14.1); both transports may be had under it.
void leg_machine::renew_chat_path() {
  if (setup_.chat && !setup_.files_alone) setup_.ours.message = with_new_path(setup_.chat->ours);
}

sdp::message_capability leg_machine::with_new_path(sdp::message_capability ours) const {
  msrp::uri way;
  way.host = setup_.chat->advertised_address.empty() ? setup_.ours.address : setup_.chat->advertised_address;
  ours.address = setup_.chat->advertised_address;
  way.session_id = setup_.chat->new_session_id();
  if (ours.tls_port != 0) {
    way.secure = true;
    way.port = ours.tls_port;
    ours.tls_path = msrp::write(way);
  }
  if (ours.tcp_port != 0) {
    way.secure = false;
    way.port = ours.tcp_port;
    ours.tcp_path = msrp::write(way);
  }
  return ours;
}

/// The peer brings a chat stream, or another than before: it will be had by a connection of its own, which
/// needs a session id of its own.
bool leg_machine::is_new_chat(const sdp::answer_outcome& agreed) const {
  return agreed.message && (!chat_ || !is_same_connection(*chat_, *agreed.message));
}

/// An offer that answers none.
sdp::description leg_machine::first_offer() const {
  auto ours = setup_.ours;
  if (!setup_.chat || !setup_.chat->offer) ours.message.reset();
  return sdp::offer(nullptr, ours);
}

/// Only addresses are connected to, never names: a name would have to be looked up, and peers that can be
/// connected to know their address. `net.deny` holds for it as for media.
result<chat_plan> leg_machine::plan_chat(const sdp::message_agreement& agreed) const {
  auto ours = msrp::parse_uri(agreed.local_path);
  if (!ours) return ours.error();
  auto theirs = read_path(agreed.peer_path);
  if (!theirs) return theirs.error();
  chat_plan plan{std::move(*ours), std::move(*theirs), agreed.tls};
  if (agreed.certificate) plan.fingerprint = agreed.certificate->hash + " " + agreed.certificate->digest;
  plan.takes_private = takes_private(agreed);
  if (!agreed.active) return plan;
  const auto to = next_hop(plan.theirs, agreed);
  if (!to) return to.error();
  if (setup_.deny->denied(*to, peer_.source))
    return {errc::forbidden, "chat may not go to " + to->host() + " (net.deny)"};
  plan.connect_to = *to;
  return plan;
}

/// One within a session: chat stays if it is there. Phones that have none may not know what m=message is, and
/// answer without a line for it.
sdp::description leg_machine::next_offer() const {
  auto ours = setup_.ours;
  if (!chat_) ours.message.reset();
  return sdp::offer(sent_ ? &*sent_ : nullptr, ours);
}

std::vector<std::string> leg_machine::offered_sessions() const {
  std::vector<std::string> out;
  const bool offers_file = setup_.delivery && phase_ == phase::waiting;
  if (!sent_ || (!unanswered_offer_ && !offers_file)) return out;
  for (const auto& media : sent_->media) {
    const auto* path = sdp::find_attribute(media.attributes, "path");
    if (media.port == 0 || path == nullptr) continue;
    if (const auto ours = msrp::parse_uri(path->value)) out.push_back(ours->session_id);
  }
  return out;
}

/// What cannot be had was refused before.
void leg_machine::adopt_chat(const sdp::answer_outcome& agreed, leg_actions& actions) {
  const auto before = std::exchange(chat_, agreed.message);
  if (!before && !chat_) return;
  if (before && chat_ && before->local_path == chat_->local_path && is_same_connection(*before, *chat_)) {
    if (takes_private(*before) != takes_private(*chat_))
      actions.emplace_back(act::adjust_chat{takes_private(*chat_)});
    return;
  }
  const auto plan = chat_ ? plan_chat(*chat_) : result<chat_plan>{errc::not_found, {}};
  actions.emplace_back(plan ? act::set_chat{*plan} : act::set_chat{});
}

leg_actions leg_machine::on_chat_lost() {
  if (phase_ == phase::ending || !chat_) return {};
  if (!joined_ || unanswered_offer_ || std::exchange(chat_offered_anew_, true)) return give_up_chat();
  renew_chat_path();
  return offer_anew(sdp::offer(sent_ ? &*sent_ : nullptr, setup_.ours));
}

/// The peer is told by SDP, else it would wait for what never comes. Where an offer of ours is open its
/// answer says anew what there is.
leg_actions leg_machine::give_up_chat() {
  chat_.reset();
  if (!audio_ && joined_) return {act::hang_up{"the chat connection is lost"}};
  leg_actions actions{act::set_chat{}};
  if (!joined_ || unanswered_offer_) return actions;
  for (auto& action : offer_anew(next_offer())) actions.push_back(std::move(action));
  return actions;
}

leg_actions leg_machine::offer_anew(sdp::description offer) {
  before_offer_ = sent_;
  unanswered_offer_ = std::move(offer);
  sent_ = unanswered_offer_;
  return {act::offer{sdp::write(*unanswered_offer_)}};
}

}  // namespace confab::actors
