#include "signaling/sip/referral.hpp"

#include <algorithm>
#include <utility>

#include <re.h>

#include "config/limits.hpp"
#include "signaling/sip/referrals.hpp"
#include "signaling/sip/session.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

namespace confab::sip {

using std::chrono::seconds;
using std::chrono::steady_clock;

namespace {

constexpr seconds owner_patience{20};  // the referrer's transaction ends after 32 s
constexpr seconds lifetime{180};       // longer than any call rings
constexpr size_t lines_queued = 8;

void ignore_cancel(void*) {}  // only an INVITE can be cancelled

}  // namespace

referral::referral(user_agent& agent, referrals& owner, subscription_id id, refer_origin origin)
    : agent_(agent), owner_(owner), id_(id), origin_(std::move(origin)) {}

referral::~referral() {
  agent_.timers().cancel(timer_);
  mem_deref(transaction_);
  if (notify_) notify_->handle_with(nullptr);
}

bool referral::began_by(const incoming& request) const {
  return !origin_.leg && first_cseq_ == request.cseq && remote_tag_ == request.from_tag();
}

bool referral::is_dialog_of(const incoming& request) const {
  return !origin_.leg && dialog_.matches(request.wire.first("call-id"), request.to_tag(), request.from_tag());
}

std::string referral::contact_for(const incoming& request) const {
  return contact_header(user_of(origin_.room), request.transport,
                        agent_.ways().sent_by(request.transport, request.source, request.local));
}

void referral::begin(const incoming& request, const refer_request& asked) {
  silent_ = asked.silent;
  first_cseq_ = request.cseq;
  remote_tag_ = request.from_tag();
  call_id_ = std::string(request.wire.first("call-id"));
  if (origin_.numbered) event_.id = std::to_string(request.cseq);
  if (!origin_.leg)
    dialog_ = dialog::accept(request.wire, reply_tag(request.msg), request.source, request.transport);
  contact_ = contact_for(request);
  msg_ = keep(&request.msg);
  if (sip_strans_alloc(&transaction_, agent_.stack(), &request.msg, ignore_cancel, nullptr) != 0) {
    leave();
    return;
  }
  timer_ = agent_.timers().start(owner_patience, [this] { on_deadline(); });
  owner_.emit(incoming_refer{id_, origin_.room, origin_.peer, asked.target, asked.method, asked.referred_by,
                             origin_.leg});
}

void referral::answer(const response_plan& plan) {
  (void)agent_.reply(*msg_, &transaction_, plan);
  mem_deref(std::exchange(transaction_, nullptr));
}

void referral::accept() {
  if (phase_ != phase::asked) return;
  // RFC 4488 §4: the echo says that no subscription was made.
  answer({202, "Accepted", contact_ + (silent_ ? "Refer-Sub: false\r\n" : ""), {}, !origin_.leg});
  if (silent_) {
    leave();
    return;
  }
  phase_ = phase::active;
  expires_at_ = steady_clock::now() + lifetime;
  agent_.timers().cancel(timer_);
  timer_ = agent_.timers().start(lifetime, [this] { on_deadline(); });
  queue_.push_front({100, "Trying"});  // RFC 3515 §2.4.4: one at once
  send_next();
}

void referral::refuse(const refusal& why) {
  if (phase_ != phase::asked) return;
  std::string headers;
  if (!why.warning.empty()) headers += "Warning: 399 confab " + quoted(why.warning) + "\r\n";
  if (why.retry_after) headers += "Retry-After: " + std::to_string(why.retry_after->count()) + "\r\n";
  answer({why.status, header_safe(why.reason), headers, {}, false});
  leave();
}

void referral::turn_away() {
  if (phase_ != phase::asked) {
    progress(503, "Service Unavailable");
    return;
  }
  refusal why;
  why.status = 503;
  why.reason = "Service Unavailable";
  why.retry_after = seconds(30);
  refuse(why);
}

void referral::progress(uint16_t status, const std::string& reason) {
  if (phase_ == phase::gone || settled_ || silent_ || status <= 100) return;
  status_line line{status, header_safe(reason), status >= 200 ? "noresource" : nullptr};
  if (line.over != nullptr) {
    settled_ = true;
  } else if (queue_.size() >= lines_queued) {
    return;  // the outcome is what counts
  }
  latest_ = line;
  queue_.push_back(std::move(line));
  if (phase_ == phase::active) send_next();
}

void referral::on_deadline() {
  timer_ = 0;
  if (phase_ == phase::active) {
    finish("timeout");
  } else if (phase_ == phase::asked) {
    refusal why;
    why.status = 480;
    why.reason = "Temporarily Unavailable";
    refuse(why);
  }
}

/// The referrer's interest is over; it hears how things stand.
void referral::finish(const char* over) {
  if (std::exchange(settled_, true)) return;
  queue_.clear();
  queue_.push_back({latest_.status, latest_.reason, over});
  send_next();
}

void referral::leave() {
  if (phase_ == phase::gone) return;
  phase_ = phase::gone;
  agent_.timers().cancel(timer_);
  owner_.forget(*this);
}

void referral::on_request(const incoming& request) {
  if (!dialog_.take_sequence(request.cseq)) {
    agent_.reject(request, {500, "Server Internal Error", {}});  // RFC 3261 §12.2.2: out of order
  } else if (auto bad = check_require(request.wire)) {
    agent_.reject(request, *bad);
  } else if (request.wire.method() == "SUBSCRIBE") {
    on_subscribe(request);
  } else if (request.wire.method() == "OPTIONS") {
    (void)agent_.reply(request.msg, nullptr, {200, "OK", capabilities(), {}, false});
  } else if (request.wire.method() == "BYE" || request.wire.method() == "UPDATE") {
    agent_.reject(request, {481, "Call/Transaction Does Not Exist", {}});  // there is no session here
  } else {
    agent_.reject(request, {405, "Method Not Allowed", std::string("Allow: ") + allowed_methods + "\r\n"});
  }
}

void referral::on_subscribe(const incoming& request) {
  const auto event = parse_event(request.wire.first("event"));
  const auto wanted = request.wire.has("expires")
                          ? parse_number(trim(request.wire.first("expires")), 0xffffffff)
                          : std::optional<uint64_t>(lifetime.count());
  if (!event || event->package != event_.package) {
    agent_.reject(request, {403, "Forbidden (another subscription)", {}});  // RFC 6665 §4.5.2
    return;
  }
  if (!wanted) {
    agent_.reject(request, {400, "Bad Request (Expires)", {}});
    return;
  }
  if (phase_ != phase::active || settled_) {
    agent_.reject(request, {481, "Subscription Does Not Exist", {}});
    return;
  }
  const auto granted = std::min(seconds(*wanted), lifetime);
  const auto headers = contact_for(request) + "Expires: " + std::to_string(granted.count()) + "\r\n";
  if (!origin_.leg) dialog_.refresh(request.wire, request.source, request.transport);
  (void)agent_.reply(request.msg, nullptr, {200, "OK", headers, {}, false});
  if (granted.count() == 0) {
    owner_.emit(refer_cancelled{id_, origin_.room, origin_.leg});
    finish("timeout");
    return;
  }
  expires_at_ = steady_clock::now() + granted;
  agent_.timers().cancel(timer_);
  timer_ = agent_.timers().start(granted, [this] { on_deadline(); });
}

std::string referral::state_line(const status_line& what) const {
  if (what.over != nullptr) return std::string("Subscription-State: terminated;reason=") + what.over + "\r\n";
  const auto left = std::chrono::duration_cast<seconds>(expires_at_ - steady_clock::now());
  return "Subscription-State: active;expires=" + std::to_string(std::max(left, seconds(0)).count()) + "\r\n";
}

void referral::send_next() {
  if (notify_ || queue_.empty() || phase_ == phase::gone) return;
  auto* const speaks = origin_.leg ? agent_.dialog_of(*origin_.leg) : &dialog_;
  if (speaks == nullptr) {
    leave();  // the call is over, and its dialog with it
    return;
  }
  const auto what = std::move(queue_.front());
  queue_.pop_front();
  auto plan = request_plan::in(*speaks, "NOTIFY");
  plan.headers += "Event: " + write_event(event_) + "\r\n" + state_line(what);
  if (!agent_.settings().user_agent.empty())
    plan.headers += "User-Agent: " + agent_.settings().user_agent + "\r\n";
  plan.contact_user = user_of(origin_.room);
  plan.body = "SIP/2.0 " + std::to_string(what.status) + " " + what.reason + "\r\n";
  plan.body_type = "message/sipfrag;version=2.0";
  notify_ = client_request::send(agent_.out(), std::move(plan),
                                 [this](int error, const sip_msg*, const wire_message* response) {
                                   if (error == 0 && response->status() < 200) return;
                                   on_notified(error, response);
                                 });
  // Nobody cares for the answer to the last one.
  if (!notify_ || what.over != nullptr) leave();
}

void referral::on_notified(int error, const wire_message* response) {
  notify_.reset();
  const auto status = error == 0 ? response->status() : uint16_t{408};
  if (error != 0 || ends_subscription(status)) {
    leave();  // what was asked for goes on: nobody took it back
    return;
  }
  if (status < 300 && !origin_.leg) dialog_.refresh_target(*response);
  send_next();
}

}  // namespace confab::sip
