#include "signaling/sip/messages.hpp"

#include <utility>
#include <vector>

#include <re.h>

#include "config/limits.hpp"
#include "config/log.hpp"
#include "signaling/sip/message_request.hpp"
#include "signaling/sip/subscription.hpp"
#include "signaling/sip/text.hpp"

namespace confab::sip {

using std::chrono::seconds;

namespace {

constexpr seconds owner_patience{20};  // the sender's transaction ends after 32 s

void ignore_cancel(void*) {}  // only an INVITE can be cancelled

/// What all copies of one request share (RFC 3261 §8.2.2.2).
std::string key_of(const incoming& request) {
  return std::string(request.wire.first("call-id")) + '\n' + request.from_tag() + '\n' +
         std::to_string(request.cseq);
}

/// The room as From has it, with the name of who says it.
std::string named(const std::string& headers, std::string_view sender) {
  const auto from = headers.find("From: ");
  const auto bracket = from == std::string::npos ? from : headers.find('<', from);
  const auto end = from == std::string::npos ? from : headers.find("\r\n", from);
  if (sender.empty() || bracket == std::string::npos || bracket > end) return headers;
  return headers.substr(0, from) + "From: " + quoted(sender) + " " + headers.substr(bracket);
}

}  // namespace

messages::messages(user_agent& agent, message_listener* listener)
    : agent_(agent),
      listener_(listener),
      rate_(agent.settings().messages_per_second,
            limits::messages_at_once * agent.settings().messages_per_second, limits::message_sources) {}

messages::~messages() {
  for (auto& [id, one] : asked_) {
    agent_.timers().cancel(one.timer);
    mem_deref(one.transaction);
  }
  for (auto& [leg, box] : outboxes_)
    if (box.request) box.request->handle_with(nullptr);
}

bool messages::arrived_before(const incoming& request) const {
  return seen_keys_.contains(key_of(request));
}

void messages::remember(const incoming& request) {
  auto key = key_of(request);
  if (!seen_keys_.insert(key).second) return;
  seen_.push_back(std::move(key));
  if (seen_.size() <= limits::messages_remembered) return;
  seen_keys_.erase(seen_.front());
  seen_.pop_front();
}

void messages::take(const incoming& request, bool shutting_down) {
  if (shutting_down) {
    agent_.reject(request, {503, "Service Unavailable", "Retry-After: 30\r\n"});
    return;
  }
  const auto target = parse_uri(request.wire.request_uri());
  if (!target) return;  // screened
  auto bad = check_require(request.wire);
  if (!bad) bad = check_room(*target, agent_.settings().room_domains);
  if (bad) {
    agent_.reject(request, *bad);
    return;
  }
  incoming_message news;
  news.room = *room_of(*target);
  news.peer = peer_of(request);
  begin(request, std::move(news));
}

void messages::take_in_call(const incoming& request, const room_id& room, sip::peer who, leg_id leg) {
  incoming_message news;
  news.room = room;
  news.peer = std::move(who);
  news.in_dialog_of = leg;
  begin(request, std::move(news));
}

void messages::begin(const incoming& request, incoming_message news) {
  const bool room_for_it = asked_.size() < limits::messages_unjudged;
  if (!room_for_it || !rate_.take(request.source.customer(), std::chrono::steady_clock::now())) {
    agent_.reject(request, {503, "Service Unavailable", "Retry-After: 5\r\n"});
    return;
  }
  const auto read = read_message(request.wire);
  if (const auto* bad = std::get_if<rejection>(&read)) {
    agent_.reject(request, *bad);
    return;
  }
  if (listener_ == nullptr) {
    agent_.reject(request, {403, "Forbidden (no chat by MESSAGE here)", {}});
    return;
  }
  const message_id id{++last_id_};
  asked one;
  one.msg = keep(&request.msg);
  if (sip_strans_alloc(&one.transaction, agent_.stack(), &request.msg, ignore_cancel, nullptr) != 0) return;
  remember(request);
  one.timer = agent_.timers().start(owner_patience, [this, id] {
    answer(id, {480, "Temporarily Unavailable", {}, {}, false});
  });
  asked_.emplace(id, std::move(one));
  news.id = id;
  news.type = std::string(std::get<message_request>(read).type);
  news.body = std::string(std::get<message_request>(read).body);
  listener_->on_message(std::move(news));
}

void messages::answer(message_id id, const response_plan& plan) {
  auto found = asked_.extract(id);
  if (found.empty()) return;
  auto& one = found.mapped();
  agent_.timers().cancel(one.timer);
  (void)agent_.reply(*one.msg, &one.transaction, plan);
  mem_deref(one.transaction);
}

void messages::accept(message_id id, bool passed_on) {
  answer(id, passed_on ? response_plan{202, "Accepted", {}, {}, false} : response_plan{});
}

void messages::refuse(message_id id, const refusal& why) {
  std::string headers;
  if (!why.accept.empty()) headers += "Accept: " + header_safe(why.accept) + "\r\n";
  if (!why.warning.empty()) headers += "Warning: 399 confab " + quoted(why.warning) + "\r\n";
  if (why.retry_after) headers += "Retry-After: " + std::to_string(why.retry_after->count()) + "\r\n";
  answer(id, {why.status, header_safe(why.reason), headers, {}, false});
}

void messages::stop() {
  std::vector<message_id> ids;
  for (const auto& [id, one] : asked_) ids.push_back(id);
  for (const auto id : ids) answer(id, {503, "Service Unavailable", "Retry-After: 30\r\n", {}, false});
}

void messages::call_over(leg_id leg) {
  auto found = outboxes_.extract(leg);
  if (!found.empty() && found.mapped().request) found.mapped().request->handle_with(nullptr);
}

void messages::send(leg_id leg, const outgoing_message_ptr& what) {
  if (agent_.dialog_of(leg) == nullptr) return;
  if (!outboxes_[leg].queue.push(what)) {
    log::debug("a chat message was not sent to a phone: it takes none, or too slowly",
               {{"leg", to_string(leg)}});
    return;
  }
  send_next(leg);
}

/// Where proxies are between, in the dialog of the call; else outside of it (decision 026).
request_plan messages::plan_of(dialog& speaks, const message_text& what) const {
  auto plan =
      speaks.has_routes() ? request_plan::in(speaks, "MESSAGE") : request_plan::beside(speaks, "MESSAGE");
  plan.headers = named(plan.headers, what.sender);
  if (!agent_.settings().user_agent.empty())
    plan.headers += "User-Agent: " + agent_.settings().user_agent + "\r\n";
  plan.body = std::string(what.body);
  plan.body_type = std::string(what.type);
  plan.large_by_stream_only = true;
  return plan;
}

void messages::send_next(leg_id leg) {
  while (true) {
    const auto box = outboxes_.find(leg);
    auto* const speaks = agent_.dialog_of(leg);
    if (box == outboxes_.end() || speaks == nullptr) return;
    auto& queue = box->second.queue;
    const auto what = queue.next();
    if (!what) return;
    int failed = 0;
    box->second.request = client_request::send(
        agent_.out(), plan_of(*speaks, *what),
        [this, leg](int error, const sip_msg*, const wire_message* response) {
          if (error != 0 || response->status() >= 200) on_sent(leg, error, response);
        },
        &failed);
    if (box->second.request) return;
    if (failed == body_too_large) {
      queue.on_too_large();
    } else {
      queue.on_silence();
    }
  }
}

void messages::on_sent(leg_id leg, int error, const wire_message* response) {
  const auto box = outboxes_.find(leg);
  if (box == outboxes_.end()) return;
  box->second.request.reset();
  auto& queue = box->second.queue;
  if (error == body_too_large) {
    queue.on_too_large();
  } else if (error != 0) {
    queue.on_silence();
  } else {
    queue.on_response(response->status());
  }
  const auto status = error == 0 ? std::to_string(response->status()) : error_text(error);
  if (error != 0 || response->status() >= 300)
    log::debug("a phone did not take a chat message", {{"leg", to_string(leg)}, {"why", status}});
  if (queue.is_closed()) log::info("a phone gets no more chat", {{"leg", to_string(leg)}, {"why", status}});
  send_next(leg);
}

}  // namespace confab::sip
