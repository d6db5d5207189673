#include "actors/room_chat.hpp"

#include <algorithm>
#include <utility>

#include <caf/send.hpp>

#include "config/limits.hpp"
#include "config/shown_text.hpp"
#include "signaling/conference/screens.hpp"

namespace confab::actors {

namespace {

/// The name space of the status lines that clients in the field know.
constexpr std::string_view agp_name_space = "urn:ag-projects:xml:ns:cpim";
constexpr std::string_view agp_prefix = "agp";

msrp::content_type plain_text() {
  return {"text", "plain", {{"charset", "utf-8"}}};
}

msrp::date_time date_of(std::chrono::system_clock::time_point now) {
  return {std::chrono::time_point_cast<std::chrono::microseconds>(now), std::nullopt};
}

msrp::cpim_extension marked(std::string_view name, std::string_view value) {
  return {std::string(agp_prefix), std::string(agp_name_space), std::string(name), {}, std::string(value)};
}

/// The room alone says of a line that it is its own, or old: by the name space, or by the prefix, which is
/// all that some clients look at. A prefix that was not declared would be by what is written beside it.
bool is_for_the_room(const msrp::cpim_extension& header) {
  if (header.name_space.empty()) return !header.prefix.empty();
  return (header.name_space == agp_name_space || header.prefix == agp_prefix) &&
         (header.name == "Message-Type" || header.name == "History");
}

conference::chat_envelope envelope_of(const msrp::cpim_head& head) {
  conference::chat_envelope out;
  if (head.from) out.from = conference::chat_address{head.from->name, head.from->uri};
  for (const auto& one : head.to) out.to.push_back({one.name, one.uri});
  out.type = head.type ? head.type->name() : std::string("text/plain");
  return out;
}

}  // namespace

room_chat::room_chat(const room_id& room, chat_settings settings, msrp::random_source random,
                     sip::message_control* phones)
    : chat_(room, std::move(settings.rules)),
      room_(room),
      random_(std::move(random)),
      phones_(phones),
      history_(settings.history) {
  if (settings.unfinished)
    unfinished_ =
        std::make_shared<msrp::byte_budget>(settings.unfinished_bytes, std::move(settings.unfinished));
}

void room_chat::remember(history_access database) {
  database_ = std::move(database);
  history_.await();
}

/// What is no CPIM was not written by us, and nobody shall have it.
void room_chat::recall(const std::vector<msrp::shared_body>& stored) {
  chat_history::parcels parcels;
  for (const auto& body : stored) {
    if (msrp::parse_cpim(*body)) parcels.push_back(pack(body, false));
  }
  deliver(history_.arrive(std::move(parcels)));
}

void room_chat::do_without() {
  deliver(history_.give_up());
}

void room_chat::deliver(const std::vector<chat_history::delivery>& what) const {
  for (const auto& [leg, parcels] : what) {
    const auto stream = streams_.find(leg);
    if (stream == streams_.end()) continue;
    for (const auto& parcel : parcels) caf::anon_send(stream->second, deliver_chat{parcel});
  }
}

void room_chat::leave(leg_id leg) {
  chat_.leave(leg);
  history_.go(leg);
  streams_.erase(leg);
  away_.erase(leg);
}

void room_chat::put_out(leg_id leg) {
  chat_.link(leg, conference::chat_link::none, false);
  history_.go(leg);
  streams_.erase(leg);
  away_.erase(leg);
}

bool room_chat::connect(leg_id leg, msrp_stream_actor stream, bool takes_private, const std::string& welcome,
                        clock_time now) {
  const auto* who = chat_.find(leg);
  if (who == nullptr) return false;
  const conference::chat_address to{who->display_name, who->shown};
  chat_.link(leg, conference::chat_link::up, takes_private);
  if (is_stream_of(leg, stream)) return false;
  streams_.insert_or_assign(leg, std::move(stream));
  history_.go(leg);
  const auto back = away_.extract(leg);
  if (back.empty()) give(leg, own_words(to, welcome, false, now));
  const auto missed = !back.empty() && back.mapped() ? history_.since(*back.mapped()) : history_.come(leg);
  for (const auto& parcel : missed) give(leg, parcel);
  return back.empty();
}

bool room_chat::is_stream_of(leg_id leg, const msrp_stream_actor& stream) const {
  const auto found = streams_.find(leg);
  return found != streams_.end() && found->second == stream;
}

void room_chat::disconnect(leg_id leg) {
  chat_.link(leg, conference::chat_link::awaited, false);
  if (streams_.erase(leg) > 0) away_.insert_or_assign(leg, history_.leave_off(leg));
}

bool room_chat::give_up(leg_id leg) {
  chat_.link(leg, conference::chat_link::none, false);
  history_.go(leg);
  const bool had_one = streams_.erase(leg) + away_.erase(leg) > 0;
  if (had_one) chat_.forget_nickname(leg);
  return had_one;
}

void room_chat::answer(leg_id leg, uint64_t ticket, uint16_t code, const std::string& why) const {
  const auto stream = streams_.find(leg);
  if (stream != streams_.end()) caf::anon_send(stream->second, judge_chat{ticket, code, why});
}

void room_chat::give(leg_id leg, const chat_parcel_ptr& parcel) {
  if (history_.hold(leg, parcel)) {
    if (history_.is_overdue()) do_without();
    return;
  }
  const auto stream = streams_.find(leg);
  if (stream != streams_.end()) caf::anon_send(stream->second, deliver_chat{parcel});
}

std::optional<chat_request> room_chat::message(const chat_came& m, clock_time now) {
  auto message = msrp::parse_cpim(*m.body);
  auto verdict = message ? judge(m.leg, std::move(*message), now) : chat_verdict{400, message.error().text};
  answer(m.leg, m.ticket, verdict.code, verdict.why);
  return std::move(verdict.wish);
}

chat_verdict room_chat::message(leg_id leg, const std::string& type, std::string_view body, clock_time now) {
  const auto read = msrp::parse_content_type(type);
  if (!read) return {400, read.error().text};
  if (read->name() == "message/cpim") {
    auto message = msrp::parse_cpim(body);
    return message ? judge(leg, std::move(*message), now) : chat_verdict{400, message.error().text};
  }
  msrp::cpim_message message;
  message.head.type = *read;
  message.body = body;
  return judge(leg, std::move(message), now);
}

chat_verdict room_chat::judge(leg_id leg, msrp::cpim_message message, clock_time now) {
  const auto envelope = envelope_of(message.head);
  if (screens_ && envelope.type == conference::screen_type) {
    auto seen = show_screen(leg, envelope, message.body);
    return {seen.code, std::move(seen.reason)};
  }
  const auto decided = chat_.route(leg, envelope);
  if (const auto* no = std::get_if<conference::chat_refusal>(&decided)) return {no->code, no->reason};
  const auto& way = std::get<conference::chat_route>(decided);
  if (way.is_public && (!message.head.type || message.head.type->name() == "text/plain")) {
    if (auto command = conference::parse_chat_command(message.body))
      return {200, {}, chat_request{leg, std::move(*command)}};
  }
  pass_on(way, std::move(message), now);
  return {};
}

conference::chat_refusal room_chat::show_screen(leg_id leg, const conference::chat_envelope& envelope,
                                                std::string_view body) const {
  if (auto no = chat_.refuses(leg, envelope)) return *no;
  return screens_(leg, body);
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
  if (!way.phones.empty()) {
    const auto type = head.type ? msrp::write(*head.type) : std::string("text/plain");
    give_to_phones(way.phones, conference::for_phone(way.from, way.is_public, type, message.body));
  }
  if (way.is_kept) keep(std::move(head), message.body);
}

void room_chat::give_to_phones(std::vector<leg_id> legs, conference::phone_message what) const {
  if (phones_ == nullptr) return;
  auto shared = std::make_shared<const sip::outgoing_message>(sip::outgoing_message{
      std::move(what.sender), std::move(what.type), std::move(what.body), std::move(what.instead)});
  phones_->send_message(std::move(legs), std::move(shared));
}

void room_chat::keep(msrp::cpim_head head, std::string_view body) {
  if (!history_.takes(body.size())) return;
  head.extensions.push_back(marked("History", "yes"));
  auto parcel = pack(head, body, false);
  if (database_) database_->store(room_, parcel->body);
  history_.keep(std::move(parcel));
}

/// Failures alone are reported back for what goes to many: an answer of each recipient would cost as much as
/// the message.
chat_parcel_ptr room_chat::pack(const msrp::cpim_head& head, std::string_view body, bool reports) const {
  return pack(std::make_shared<const std::string>(msrp::write_cpim(head, body)), reports);
}

chat_parcel_ptr room_chat::pack(msrp::shared_body body, bool reports) const {
  auto parcel = std::make_shared<chat_parcel>();
  parcel->send.message_id = msrp::make_identifier(random_);
  parcel->send.on_failure = reports ? msrp::failure_report::yes : msrp::failure_report::partial;
  parcel->send.type = msrp::content_type{"message", "cpim", {}};
  parcel->body = std::move(body);
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
  return pack(head, shown_text(text), false);
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
    if (leg != except) give(leg, parcel);
  }
}

void room_chat::tell(leg_id leg, const std::string& text, clock_time now) {
  const auto* who = chat_.find(leg);
  if (who == nullptr) return;
  if (has(leg)) {
    give(leg, own_words({who->display_name, who->shown}, text, true, now));
  } else if (chat_.is_reached_by_phone(leg)) {
    give_to_phones({leg}, conference::for_phone(chat_.room(), shown_text(text)));
  }
}

void room_chat::end(const std::string& why) {
  for (const auto& [leg, stream] : streams_) caf::anon_send(stream, close_chat{why});
  streams_.clear();
}

}  // namespace confab::actors
