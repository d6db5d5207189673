#include "actors/room_chat.hpp"

#include <utility>

#include <caf/send.hpp>

#include "config/limits.hpp"

namespace confab::actors {

namespace {

/// The name space of the status lines that clients in the field know.
constexpr std::string_view agp_name_space = "urn:ag-projects:xml:ns:cpim";

msrp::content_type plain_text() {
  return {"text", "plain", {{"charset", "utf-8"}}};
}

msrp::date_time date_of(std::chrono::system_clock::time_point now) {
  return {std::chrono::time_point_cast<std::chrono::microseconds>(now), std::nullopt};
}

msrp::cpim_extension marked(std::string_view name, std::string_view value) {
  return {"agp", std::string(agp_name_space), std::string(name), {}, std::string(value)};
}

/// The room alone says of a line that it is its own, or old.
bool is_for_the_room(const msrp::cpim_extension& header) {
  return header.name_space == agp_name_space && (header.name == "Message-Type" || header.name == "History");
}

conference::chat_envelope envelope_of(const msrp::cpim_head& head) {
  conference::chat_envelope out;
  if (head.from) out.from = conference::chat_address{head.from->name, head.from->uri};
  for (const auto& one : head.to) out.to.push_back({one.name, one.uri});
  out.type = head.type ? head.type->name() : std::string("text/plain");
  return out;
}

}  // namespace

room_chat::room_chat(const room_id& room, chat_settings settings, msrp::random_source random)
    : chat_(room, std::move(settings.rules)), history_most_(settings.history), random_(std::move(random)) {}

void room_chat::join(conference::chatter who, msrp_stream_actor stream, const std::string& welcome,
                     clock_time now) {
  const leg_id leg = who.leg;
  const conference::chat_address to{who.display_name, who.shown};
  chat_.join(std::move(who));
  streams_.insert_or_assign(leg, std::move(stream));
  give(leg, own_words(to, welcome, false, now));
  for (const auto& parcel : history_) give(leg, parcel);
}

bool room_chat::leave(leg_id leg) {
  chat_.leave(leg);
  return streams_.erase(leg) > 0;
}

void room_chat::answer(leg_id leg, uint64_t ticket, uint16_t code, const std::string& why) const {
  const auto stream = streams_.find(leg);
  if (stream != streams_.end()) caf::anon_send(stream->second, judge_chat{ticket, code, why});
}

void room_chat::give(leg_id leg, const chat_parcel_ptr& parcel) const {
  const auto stream = streams_.find(leg);
  if (stream != streams_.end()) caf::anon_send(stream->second, deliver_chat{parcel});
}

std::optional<chat_request> room_chat::message(const chat_came& m, clock_time now) {
  auto message = msrp::parse_cpim(*m.body);
  if (!message) {
    answer(m.leg, m.ticket, 400, message.error().text);
    return std::nullopt;
  }
  const auto verdict = chat_.route(m.leg, envelope_of(message->head));
  if (const auto* no = std::get_if<conference::chat_refusal>(&verdict)) {
    answer(m.leg, m.ticket, no->code, no->reason);
    return std::nullopt;
  }
  const auto& way = std::get<conference::chat_route>(verdict);
  answer(m.leg, m.ticket, 200);
  if (way.is_public && (!message->head.type || message->head.type->name() == "text/plain")) {
    if (auto command = conference::parse_chat_command(message->body))
      return chat_request{m.leg, std::move(*command)};
  }
  pass_on(way, std::move(*message), now);
  return std::nullopt;
}

/// What the sender wrote stays as it was, but for who it is from and to, and what only the room may say.
void room_chat::pass_on(const conference::chat_route& way, msrp::cpim_message message, clock_time now) {
  auto& head = message.head;
  head.from = msrp::cpim_address{way.from.name, way.from.uri};
  head.to = {msrp::cpim_address{way.to.name, way.to.uri}};
  head.cc.clear();
  std::erase_if(head.extensions, is_for_the_room);
  if (!head.sent) head.sent = date_of(now);
  const auto parcel = pack(head, message.body, !way.is_public);
  for (const leg_id leg : way.recipients) give(leg, parcel);
  if (way.is_kept) keep(std::move(head), message.body);
}

/// A newcomer's queue must take all of it beside the welcome, so its bytes are bounded too: what is larger
/// than that alone is not kept.
void room_chat::keep(msrp::cpim_head head, std::string_view body) {
  if (history_most_ == 0 || body.size() > limits::chat_history_bytes / 2) return;
  head.extensions.push_back(marked("History", "yes"));
  history_.push_back(pack(head, body, false));
  history_bytes_ += history_.back()->body->size();
  while (history_.size() > history_most_ || history_bytes_ > limits::chat_history_bytes) {
    history_bytes_ -= history_.front()->body->size();
    history_.pop_front();
  }
}

/// Failures alone are reported back for what goes to many: an answer of each recipient would cost as much as
/// the message.
chat_parcel_ptr room_chat::pack(const msrp::cpim_head& head, std::string_view body, bool reports) const {
  auto parcel = std::make_shared<chat_parcel>();
  parcel->send.message_id = msrp::make_identifier(random_);
  parcel->send.on_failure = reports ? msrp::failure_report::yes : msrp::failure_report::partial;
  parcel->send.type = msrp::content_type{"message", "cpim", {}};
  parcel->body = std::make_shared<const std::string>(msrp::write_cpim(head, body));
  return parcel;
}

chat_parcel_ptr room_chat::own_words(const conference::chat_address& to, const std::string& text, bool status,
                                     clock_time now) const {
  msrp::cpim_head head;
  head.from = msrp::cpim_address{chat_.room().name, chat_.room().uri};
  head.to = {msrp::cpim_address{to.name, to.uri}};
  head.sent = date_of(now);
  if (status) head.extensions.push_back(marked("Message-Type", "status"));
  head.type = plain_text();
  return pack(head, text, false);
}

bool room_chat::nickname(const nickname_came& m) {
  const auto before = chat_.name_of(m.leg);
  const auto code = chat_.set_nickname(m.leg, m.name);
  answer(m.leg, m.ticket, code);
  return code == 200 && chat_.name_of(m.leg) != before;
}

bool room_chat::set_nickname(leg_id leg, const std::string& name, std::string& answer) {
  const auto before = chat_.name_of(leg);
  switch (chat_.set_nickname(leg, name)) {
    case 200:
      answer = "You are called " + chat_.name_of(leg) + ".";
      break;
    case 425:
      answer = "Somebody else is called that.";
      break;
    case 424:
      answer = "That cannot be a name.";
      break;
    default:
      answer = "This room has no nicknames.";
  }
  return chat_.name_of(leg) != before;
}

void room_chat::tell_all(const std::string& text, std::optional<leg_id> except, clock_time now) {
  if (streams_.empty()) return;
  const auto parcel = own_words(chat_.room(), text, true, now);
  for (const auto& [leg, stream] : streams_) {
    if (leg != except) caf::anon_send(stream, deliver_chat{parcel});
  }
}

void room_chat::tell(leg_id leg, const std::string& text, clock_time now) {
  const auto* who = chat_.find(leg);
  if (who != nullptr) give(leg, own_words({who->display_name, who->shown}, text, true, now));
}

void room_chat::end(const std::string& why) {
  for (const auto& [leg, stream] : streams_) caf::anon_send(stream, close_chat{why});
  streams_.clear();
}

}  // namespace confab::actors
