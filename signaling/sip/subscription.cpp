#include "signaling/sip/subscription.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include <re.h>

#include "config/limits.hpp"
#include "signaling/sip/asserted_identity.hpp"
#include "signaling/sip/pin_text.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

/// The owner's time to answer; the watcher's transaction ends after 32 s.
constexpr seconds owner_patience{20};

void ignore_cancel(void*) {}  // only an INVITE can be cancelled

}  // namespace

peer peer_of(const incoming& request) {
  peer out;
  if (const auto from = parse_name_addr(request.wire.first("from"))) {
    const auto who = parse_uri(from->uri);
    out.uri = who ? address_of_record(*who) : from->uri;
    out.display_name = from->display_name;
  }
  out.identity = request.identity;
  if (!out.identity.empty() && !wants_privacy(request.wire)) out.uri = out.identity;
  const auto contacts = request.wire.joined("contact");
  const auto list = split(contacts, ',');
  if (!list.empty())
    if (const auto contact = parse_name_addr(list.front())) out.contact = contact->uri;
  out.user_agent = std::string(request.wire.first("user-agent"));
  out.call_id = std::string(request.wire.first("call-id"));
  out.transport = request.transport;
  out.source = request.source;
  return out;
}

subscription::subscription(user_agent& agent, subscription_id id, watch_origin origin)
    : agent_(agent), id_(id), origin_(std::move(origin)) {}

subscription::~subscription() {
  agent_.timers().cancel(timer_);
  if (pending_) mem_deref(pending_->transaction);
  if (notify_) notify_->handle_with(nullptr);
}

bool subscription::began_by(const incoming& request) const {
  return !origin_.leg && first_cseq_ == request.cseq && dialog_.remote_tag() == request.from_tag();
}

bool subscription::is_dialog_of(const incoming& request) const {
  return !origin_.leg && dialog_.matches(request.wire.first("call-id"), request.to_tag(), request.from_tag());
}

dialog* subscription::speaks() noexcept {
  return origin_.leg ? agent_.dialog_of(*origin_.leg) : &dialog_;
}

/// Large documents need a stream (RFC 3261 §18.1.1): there may be one, unless it failed a while ago.
size_t subscription::room_for_body() {
  const auto* const to = speaks();
  const bool stream =
      to != nullptr && agent_.out().takes_streams(to->next_hop(), std::chrono::steady_clock::now());
  return stream ? limits::notify_body_bytes_stream : limits::notify_body_bytes_datagram;
}

std::string subscription::contact_for(const incoming& request) const {
  return contact_header(user_of(origin_.room), request.transport,
                        agent_.ways().sent_by(request.transport, request.source, request.local));
}

void subscription::begin(const incoming& request, const subscribe_request& asked) {
  event_ = asked.event;
  asked_ = asked.expires;
  fetch_ = asked.expires.count() == 0;
  first_cseq_ = request.cseq;
  call_id_ = std::string(request.wire.first("call-id"));
  if (!origin_.leg)
    dialog_ = dialog::accept(request.wire, reply_tag(request.msg), request.source, request.transport);
  auto fresh = std::make_unique<pending_request>();
  fresh->contact = contact_for(request);
  fresh->msg = keep(&request.msg);
  if (sip_strans_alloc(&fresh->transaction, agent_.stack(), &request.msg, ignore_cancel, nullptr) != 0) {
    told_ = true;
    leave();
    return;
  }
  pending_ = std::move(fresh);
  timer_ = agent_.timers().start(owner_patience, [this] { on_deadline(); });
  agent_.emit(incoming_subscription{id_, origin_.room, event_.package, origin_.peer, asked_, fetch_,
                                    origin_.leg, room_for_body(), pin_of(request.wire.request_uri())});
}

void subscription::answer_pending(const response_plan& plan) {
  const auto request = std::move(pending_);
  (void)agent_.reply(*request->msg, &request->transaction, plan);
}

void subscription::accept(seconds granted) {
  if (phase_ != phase::asked) return;
  granted = std::clamp(granted, seconds(0), asked_);
  const auto headers = pending_->contact + "Expires: " + std::to_string(granted.count()) + "\r\n" +
                       "Allow-Events: " + allowed_events + "\r\n";
  answer_pending({200, "OK", headers, {}, !origin_.leg});
  if (granted.count() == 0) {
    await_last(fetch_ ? watch_end::fetched : watch_end::local);
    return;
  }
  phase_ = phase::active;
  expires_at_ = steady_clock::now() + granted;
  agent_.timers().cancel(timer_);
  timer_ = agent_.timers().start(granted, [this] { on_deadline(); });
}

void subscription::refuse(const refusal& why) {
  if (phase_ != phase::asked) return;
  std::string headers;
  if (!why.warning.empty()) headers += "Warning: 399 confab " + quoted(why.warning) + "\r\n";
  if (why.retry_after) headers += "Retry-After: " + std::to_string(why.retry_after->count()) + "\r\n";
  answer_pending({why.status, header_safe(why.reason), headers, {}, false});
  tell(watch_end::local, why.reason);
  leave();
}

void subscription::turn_away() {
  if (phase_ != phase::asked) {
    // RFC 6665 §4.1.3: `deactivated` sends the watcher to whoever serves the room next.
    end(termination::deactivated, std::nullopt);
    return;
  }
  refusal why;
  why.status = 503;
  why.reason = "Service Unavailable";
  why.retry_after = seconds(30);
  refuse(why);
}

void subscription::on_request(const incoming& request) {
  if (!dialog_.take_sequence(request.cseq)) {
    agent_.reject(request, {500, "Server Internal Error", {}});  // RFC 3261 §12.2.2: out of order
  } else if (auto bad = check_require(request.wire)) {
    agent_.reject(request, *bad);
  } else if (request.wire.method() == "SUBSCRIBE") {
    refresh(request);
  } else if (request.wire.method() == "OPTIONS") {
    (void)agent_.reply(request.msg, nullptr, {200, "OK", capabilities(), {}, false});
  } else if (request.wire.method() == "BYE" || request.wire.method() == "UPDATE") {
    agent_.reject(request, {481, "Call/Transaction Does Not Exist", {}});  // there is no session here
  } else {
    agent_.reject(request, {405, "Method Not Allowed", std::string("Allow: ") + allowed_methods + "\r\n"});
  }
}

void subscription::refresh(const incoming& request) {
  const auto read = read_subscribe(request.wire);
  if (const auto* bad = std::get_if<rejection>(&read)) {
    agent_.reject(request, *bad);
    return;
  }
  const auto& wanted = *std::get_if<subscribe_request>(&read);
  if (wanted.event != event_) {
    // RFC 6665 §4.5.2: one subscription a dialog.
    agent_.reject(request, {403, "Forbidden (another subscription)", {}});
    return;
  }
  if (phase_ == phase::asked) {
    agent_.reject(request, {500, "Server Internal Error", "Retry-After: 1\r\n"});
    return;
  }
  if (phase_ != phase::active) {
    agent_.reject(request, {481, "Subscription Does Not Exist", {}});
    return;
  }
  if (!origin_.leg) dialog_.refresh(request.wire, request.source, request.transport);
  const auto headers = contact_for(request) + "Expires: " + std::to_string(wanted.expires.count()) + "\r\n";
  (void)agent_.reply(request.msg, nullptr, {200, "OK", headers, {}, false});
  if (wanted.expires.count() == 0) {
    await_last(watch_end::unsubscribed);
  } else {
    expires_at_ = steady_clock::now() + wanted.expires;
    agent_.timers().cancel(timer_);
    timer_ = agent_.timers().start(wanted.expires, [this] { on_deadline(); });
  }
  agent_.emit(subscription_refreshed{id_, wanted.expires, room_for_body()});
}

/// RFC 6665 §4.4.3: the watcher gets the state once more, so the owner is waited for.
void subscription::await_last(watch_end cause) {
  phase_ = phase::closing;
  closing_as_ = cause;
  queue_.clear();  // the last document says it all
  agent_.timers().cancel(timer_);
  timer_ = agent_.timers().start(owner_patience, [this] { on_deadline(); });
}

void subscription::on_deadline() {
  timer_ = 0;
  switch (phase_) {
    case phase::asked: {
      refusal why;
      why.status = 480;
      why.reason = "Temporarily Unavailable";
      refuse(why);
      return;
    }
    case phase::active:
      finish(termination::timeout, watch_end::expired, "no refresh came");
      return;
    case phase::closing:
      finish(termination::timeout, closing_as_, "without a last document");
      return;
    case phase::ending:
    case phase::gone:
      return;
  }
}

void subscription::notify(document what) {
  if (phase_ == phase::closing && !what.must_send) {
    enqueue(std::move(what));
    finish(termination::timeout, closing_as_, {});
  } else if (phase_ == phase::active) {
    enqueue(std::move(what));
    send_next();
  }
}

void subscription::enqueue(document what) {
  // A full document makes everything before it pointless.
  if (!what.must_send) queue_.clear();
  if (queue_.size() < limits::notifies_queued_per_watcher) {
    queue_.push_back(std::move(what));
    return;
  }
  // Without one of them the rest means nothing: begin anew.
  ask_for_state();
}

void subscription::ask_for_state() {
  queue_.clear();
  const auto left = std::chrono::duration_cast<seconds>(expires_at_ - steady_clock::now());
  agent_.emit(subscription_refreshed{id_, std::max(left, seconds(1)), room_for_body()});
}

void subscription::end(termination why, std::optional<document> last) {
  if (phase_ == phase::asked) {
    refusal no;
    no.status = 480;
    no.reason = "Temporarily Unavailable";
    refuse(no);
    return;
  }
  if (phase_ != phase::active && phase_ != phase::closing) return;
  if (last) enqueue(std::move(*last));
  finish(why, phase_ == phase::closing ? closing_as_ : watch_end::local, {});
}

/// The NOTIFY takes a number of the call's dialog, so that a BYE of ours behind it has a higher one.
void subscription::call_over(sip::dialog& speaks) {
  dialog_ = speaks;
  (void)speaks.next_sequence();
  origin_.leg.reset();
  if (phase_ == phase::asked) {
    refusal no;
    no.status = 481;
    no.reason = "Call/Transaction Does Not Exist";
    refuse(no);
    return;
  }
  if (phase_ == phase::gone || phase_ == phase::ending) return;
  if (notify_) notify_->handle_with(nullptr);  // the last word does not wait for its answer
  notify_.reset();
  queue_.clear();
  finish(termination::noresource, phase_ == phase::closing ? closing_as_ : watch_end::local,
         "the call is over");
}

void subscription::finish(termination why, watch_end cause, std::string reason) {
  agent_.timers().cancel(timer_);
  why_ = why;
  phase_ = phase::ending;
  if (queue_.empty()) queue_.push_back({});  // the state alone is news too
  tell(cause, std::move(reason));
  send_next();
}

void subscription::tell(watch_end cause, std::string reason) {
  if (std::exchange(told_, true)) return;
  agent_.emit(subscription_ended{id_, cause, std::move(reason)});
}

void subscription::leave() {
  agent_.timers().cancel(timer_);
  phase_ = phase::gone;
  agent_.forget(*this);
}

std::string subscription::state_line() const {
  if (phase_ == phase::ending && queue_.empty())
    return std::string("Subscription-State: terminated;reason=") + to_string(why_) + "\r\n";
  const auto left = std::chrono::duration_cast<seconds>(expires_at_ - steady_clock::now());
  return "Subscription-State: active;expires=" + std::to_string(std::max(left, seconds(0)).count()) + "\r\n";
}

void subscription::send_next() {
  if (notify_ || queue_.empty() || phase_ == phase::gone) return;
  auto* const to = speaks();
  if (to == nullptr) {
    tell(watch_end::local, "the call is over");
    leave();
    return;
  }
  const auto what = std::move(queue_.front());
  queue_.pop_front();
  auto plan = request_plan::in(*to, "NOTIFY");
  plan.headers += "Event: " + write_event(event_) + "\r\n" + state_line();
  if (!agent_.settings().user_agent.empty())
    plan.headers += "User-Agent: " + agent_.settings().user_agent + "\r\n";
  plan.contact_user = user_of(origin_.room);
  plan.body_may_go = phase_ == phase::ending && queue_.empty();
  if (what.body && what.body->size() <= room_for_body()) {
    plan.body = *what.body;
    if (what.version_at) plan.body.insert(*what.version_at, std::to_string(++version_));
    plan.body_type = what.type;
  }
  notify_ = client_request::send(agent_.out(), std::move(plan),
                                 [this](int error, const sip_msg*, const wire_message* response) {
                                   if (error == 0 && response->status() < 200) return;
                                   on_notified(error, response);
                                 });
  if (!notify_) {
    tell(watch_end::unreachable, "a NOTIFY could not be sent");
    leave();
  } else if (phase_ == phase::ending && queue_.empty()) {
    leave();  // nobody cares for the answer to the last one
  }
}

void subscription::on_notified(int error, const wire_message* response) {
  notify_.reset();
  if (error == body_too_large && phase_ == phase::active) {
    ask_for_state();  // it turned out that there is no stream; the owner knows now what fits
    return;
  }
  const auto status = error == 0 ? response->status() : uint16_t{408};
  if (error != 0 || ends_subscription(status)) {
    tell(watch_end::unreachable, error != 0 ? error_text(error) : "NOTIFY: " + std::to_string(status));
    leave();
    return;
  }
  if (status < 300 && !origin_.leg)
    dialog_.refresh_target(*response);  // RFC 6665 §4.5.1: NOTIFY refreshes the target too
  send_next();
}

}  // namespace confab::sip
