#include "signaling/sip/user_agent.hpp"

#include <algorithm>
#include <utility>

#include <re.h>

#include "config/limits.hpp"
#include "signaling/sip/messages.hpp"
#include "signaling/sip/referrals.hpp"
#include "signaling/sip/session.hpp"
#include "signaling/sip/subscription.hpp"
#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {
constexpr std::chrono::milliseconds last_words{
    500};                             // of the shutdown: BYEs that waited for an ACK go out now
constexpr uint32_t hash_size = 4096;  // buckets; libre wants a power of two
}  // namespace

/// libre's callbacks.
struct user_agent_bridge {
  static bool on_request(const sip_msg* message, void* self) {
    static_cast<user_agent*>(self)->on_request(*message);
    return true;
  }
  static bool on_response(const sip_msg* message, void* self) {
    static_cast<user_agent*>(self)->on_response(*message);
    return true;
  }
  static void on_trace(bool sent, enum sip_transp transport, const sa* source, const sa* destination,
                       const uint8_t* bytes, size_t length, void* self) {
    const auto& trace = static_cast<user_agent*>(self)->settings_.trace;
    const auto from = address_of(*source);
    const auto to = address_of(*destination);
    trace(sent, transport_name(transport), sent ? from : to, sent ? to : from,
          {reinterpret_cast<const char*>(bytes), length});
  }
};

std::string incoming::to_tag() const {
  return std::string(parameter(wire.first("to"), "tag").value_or(""));
}
std::string incoming::from_tag() const {
  return std::string(parameter(wire.first("from"), "tag").value_or(""));
}

user_agent::user_agent(endpoint_settings settings, tuning tuned, call_listener& listener,
                       subscription_listener* watchers, refer_listener* referrers, message_listener* chats)
    : settings_(std::move(settings)),
      tuned_(std::move(tuned)),
      listener_(listener),
      watchers_(watchers),
      timers_(tuned_.haste),
      referrals_(std::make_unique<referrals>(*this, referrers)),
      messages_(std::make_unique<messages>(*this, chats)) {
  settings_.user_agent = header_safe(settings_.user_agent);
  for (auto& domain : settings_.room_domains) domain = lower_case(domain);
  if (settings_.max_legs == 0) settings_.max_legs = limits::legs_per_process;
}

user_agent::~user_agent() {
  // Sessions and subscriptions hold transactions of the stack; they go first.
  messages_.reset();
  referrals_.reset();
  unsubscribed_.clear();
  subscriptions_.clear();
  leaving_.clear();
  sessions_.clear();
  watches_.clear();
  if (stack_) sip_close(stack_.get(), true);
  stack_.reset();
}

result<void> user_agent::open() {
  auto trusted = address_ranges::parse(settings_.trusted_peers);
  if (!trusted) return trusted.error();
  trusted_ = std::move(*trusted);
  auto asserters = address_ranges::parse(settings_.identity_from);
  if (!asserters) return asserters.error();
  asserters_ = std::move(*asserters);
  if (settings_.users) {
    const auto key = random_hash_key();
    if (!key) return key.error();
    authenticator_.emplace(
        settings_.users, *key,
        authentication_policy{.algorithms = settings_.digest_algorithms, .guesses = settings_.guesses});
  }
  resolver_ = dns::make_resolver(tuned_.name_servers.empty() ? settings_.name_servers : tuned_.name_servers);
  ::sip* made = nullptr;
  const auto* name = settings_.user_agent.empty() ? nullptr : settings_.user_agent.c_str();
  if (sip_alloc(&made, resolver_.get(), hash_size, hash_size, hash_size, name, nullptr, this) != 0)
    return {errc::unavailable, "libre's SIP stack did not start"};
  stack_.reset(made);
  out_.reset(new outbound{made, ways_, timers_, settings_.deny});
  if (settings_.trace) sip_set_trace_handler(made, user_agent_bridge::on_trace);
  if (sip_listen(nullptr, made, true, user_agent_bridge::on_request, this) != 0 ||
      sip_listen(nullptr, made, false, user_agent_bridge::on_response, this) != 0)
    return {errc::unavailable, "libre's SIP stack did not start"};
  if (auto opened = ways_.open(made, settings_); !opened) return opened;
  probe_listeners();
  return {};
}

session* user_agent::find(leg_id leg) noexcept {
  const auto found = sessions_.find(leg);
  return found == sessions_.end() ? nullptr : found->second.get();
}

void user_agent::index(const std::string& call_id, session& who) {
  by_call_id_.emplace(call_id, &who);
}

void user_agent::forget(session& who) {
  const auto found = sessions_.find(who.leg());
  if (found == sessions_.end()) return;
  auto [first, last] = by_call_id_.equal_range(who.call_id());
  while (first != last) first = first->second == &who ? by_call_id_.erase(first) : std::next(first);
  leaving_.push_back(std::move(found->second));
  sessions_.erase(found);
  sweep_later();
  finish_shutdown();
}

void user_agent::tidy() {
  sweep_later();
  finish_shutdown();
}

dialog* user_agent::dialog_of(leg_id leg) noexcept {
  auto* const call = find(leg);
  return call == nullptr ? nullptr : call->live_dialog();
}

void user_agent::sweep_later() {
  if (sweep_ != 0) return;
  sweep_ = timers_.start({}, [this] {
    sweep_ = 0;
    leaving_.clear();
    unsubscribed_.clear();
    referrals_->sweep();
  });
}

void user_agent::replaced(leg_id old) {
  if (auto* seat = find(old)) seat->hang_up("replaced", end_cause::replaced);
}

re_ptr<mbuf> user_agent::reply(const sip_msg& request, sip_strans** transaction, const response_plan& plan) {
  const std::string rest = plan.headers + body_lines(plan.sdp);
  mbuf* kept = nullptr;
  const int failed = sip_treplyf(transaction, &kept, stack_.get(), &request, plan.record_route, plan.status,
                                 plan.reason.c_str(), "%b", rest.data(), rest.size());
  return re_ptr<mbuf>(failed == 0 ? kept : nullptr);
}

void user_agent::reject(const incoming& request, const rejection& why) {
  (void)reply(request.msg, nullptr, {why.status, why.reason, why.headers, {}, false});
}

void user_agent::resend(const sip_msg& request, mbuf& response) {
  sa destination{};
  struct pl ignored {};
  sip_reply_addr(&destination, &request, !msg_param_exists(&request.via.params, "rport", &ignored));
  response.pos = 0;
  (void)sip_send(stack_.get(), request.sock, request.tp, &destination, &response);
}

void user_agent::dial(dial_request request) {
  const auto leg = request.leg;
  if (find(leg) != nullptr) return;
  auto room = request.room;
  auto [place, fresh] = sessions_.emplace(leg, std::make_unique<session>(*this, leg, std::move(room)));
  if (shutting_down_ || live_legs() > settings_.max_legs) {
    place->second->hang_up("no more calls are taken");
    return;
  }
  place->second->begin_outgoing(std::move(request));
}

size_t user_agent::live_legs() const noexcept {
  return sessions_.size();
}

void user_agent::shut_down(std::chrono::milliseconds patience, std::function<void()> done) {
  shutting_down_ = true;
  shut_ = std::move(done);
  shutdown_limit_ = timers_.start(patience, [this] {
    shutdown_limit_ = 0;
    if (auto tell = std::exchange(shut_, nullptr)) tell();
  });
  shutdown_push_ = timers_.start(std::max(patience / 2, patience - last_words), [this] {
    shutdown_push_ = 0;
    for (const auto leg : legs())
      if (auto* who = find(leg)) who->stop_waiting_for_ack();
  });
  for (const auto leg : legs())
    if (auto* who = find(leg)) who->turn_away();
  stop_subscriptions();
  referrals_->stop();
  messages_->stop();
  finish_shutdown();
}

std::vector<leg_id> user_agent::legs() const {
  std::vector<leg_id> all;
  for (const auto& [leg, who] : sessions_) all.push_back(leg);
  return all;
}

void user_agent::finish_shutdown() {
  if (!shutting_down_ || !shut_ || !sessions_.empty() || !subscriptions_.empty() || !referrals_->empty() ||
      shutdown_poll_ != 0)
    return;
  // One round of the loop later, so that nobody is called back from inside its own call.
  shutdown_poll_ = timers_.start({}, [this] {
    shutdown_poll_ = 0;
    timers_.cancel(shutdown_limit_);
    if (auto tell = std::exchange(shut_, nullptr)) tell();
  });
}

}  // namespace confab::sip
