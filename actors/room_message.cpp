#include <utility>

#include "actors/room.hpp"
#include "config/log.hpp"
#include "signaling/sip/uri.hpp"

/// What participants say by SIP MESSAGE (RFC 3428; decision 026).
namespace confab::actors {

/// Identifiers are of MSRP: without it they mean nothing.
void room_state::open_chat() {
  const auto& rules = shared_->rules->of(id_);
  const auto& chat = shared_->chat;
  auto* const phones = rules.chat_by_message ? shared_->message_control : nullptr;
  if (!chat && phones == nullptr) return;
  auto settings = chat ? chat->rooms : chat_settings{0, {}};
  settings.rules.more_types = rules.chat_types;
  auto random = chat ? chat->streams->random : msrp::random_source([] { return uint64_t{0}; });
  chat_.emplace(id_, std::move(settings), std::move(random), phones);
}

/// Whoever speaks right behind its ACK is a participant, though the room may not have heard of it yet.
void room_state::message(const message_news& m) {
  if (arriving_.empty() || participant(m.message.in_dialog_of, m.message.peer)) {
    hear(m.message);
  } else {
    when_all_arrived([this, wish = m.message] { hear(wish); });
  }
}

void room_state::hear(const sip::incoming_message& m) {
  auto* const control = shared_->message_control;
  if (!chat_ || !shared_->rules->of(id_).chat_by_message) {
    control->refuse_message(m.id, sip::forbidden("this room takes no MESSAGE (rooms.chat-by-message)"));
    return;
  }
  const auto leg = participant(m.in_dialog_of, m.peer);
  chat_verdict verdict{403, "only participants of the room may write to it"};
  if (m.body.size() > shared_->configured->msrp.max_message) {
    verdict = {413, "messages may have " + std::to_string(shared_->configured->msrp.max_message) + " bytes"};
  } else if (leg) {
    verdict = chat_->message(*leg, m.type, m.body, std::chrono::system_clock::now());
  }
  if (verdict.code != 200) {
    log::info("message refused", {{"room", id_.value},
                                  {"by", m.peer.uri},
                                  {"from", m.peer.source.to_string()},
                                  {"code", std::to_string(verdict.code)},
                                  {"why", verdict.why}});
    control->refuse_message(m.id, refusal_of(verdict));
    return;
  }
  control->accept_message(m.id, !verdict.wish);
  if (verdict.wish) obey_chat(*verdict.wish);
}

/// MSRP's codes (RFC 4975 §10, RFC 7701 §9) as SIP has them.
sip::refusal room_state::refusal_of(const chat_verdict& verdict) const {
  switch (verdict.code) {
    case 400:
      return {400, "Bad Request", verdict.why, std::nullopt};
    case 404:
      return {404, "Not Found", verdict.why, std::nullopt};
    case 413:
      return {413, "Request Entity Too Large", verdict.why, std::nullopt};
    case 415:
      return {415, "Unsupported Media Type", verdict.why, std::nullopt, chat_->accepted_types()};
    case 428:  // which SIP uses otherwise (RFC 8224)
      return {480, "Temporarily Unavailable", verdict.why, std::nullopt};
    default:
      return sip::forbidden(verdict.why);
  }
}

}  // namespace confab::actors
