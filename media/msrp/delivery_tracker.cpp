#include "media/msrp/delivery_tracker.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"

namespace confab::msrp {
namespace {

constexpr uint16_t fine = 200;

}  // namespace

bool delivery_tracker::on_sent(const sent_chunk& chunk, clock_time now) {
  if (chunk.flag == continuation::aborted) {
    (void)forget(chunk.message_id);
    return true;
  }
  const bool always = chunk.on_failure == failure_report::yes;
  if (chunk.on_failure == failure_report::partial) remember(chunk);
  if (!always && !chunk.success_report) return true;
  if (always && transactions_.size() >= limits::msrp_transactions) return false;
  message& m = follow(chunk);
  if (chunk.flag == continuation::last) m.total = chunk.range.end;
  if (!always) return true;
  transactions_.emplace(chunk.transaction_id, chunk.message_id);
  ++m.unanswered;
  timers_.push_back({chunk.transaction_id, now + limits::msrp_transaction});
  drop_answered_timers();
  return true;
}

/// The oldest makes room; its strings are written over, so that nothing is allocated in the long run.
void delivery_tracker::remember(const sent_chunk& chunk) {
  if (quiet_.size() < limits::msrp_quiet_chunks) {
    quiet_.push_back({chunk.transaction_id, chunk.message_id});
    return;
  }
  quiet_chunk& oldest = quiet_[quiet_next_];
  oldest.transaction_id = chunk.transaction_id;
  oldest.message_id = chunk.message_id;
  quiet_next_ = (quiet_next_ + 1) % quiet_.size();
}

/// False when nothing was known of it.
bool delivery_tracker::forget(const std::string& message_id) {
  bool known = messages_.erase(message_id) > 0;
  for (quiet_chunk& one : quiet_) {
    if (one.message_id != message_id) continue;
    known = true;
    one.message_id.clear();
    one.transaction_id.clear();
  }
  return known;
}

delivery_tracker::message& delivery_tracker::follow(const sent_chunk& chunk) {
  const auto known = messages_.find(chunk.message_id);
  if (known != messages_.end()) return known->second;
  if (messages_.size() >= limits::msrp_deliveries) drop_oldest_message();
  message& m = messages_[chunk.message_id];
  m.success_report = chunk.success_report;
  m.number = ++numbered_;
  order_.emplace_back(chunk.message_id, m.number);
  // Ids of messages that are done go when they come to the front; else when they are too many.
  while (order_.size() > 2 * limits::msrp_deliveries) {
    std::erase_if(order_, [&](const auto& entry) {
      const auto at = messages_.find(entry.first);
      return at == messages_.end() || at->second.number != entry.second;
    });
  }
  return m;
}

void delivery_tracker::drop_oldest_message() {
  while (!order_.empty()) {
    const auto [id, number] = std::move(order_.front());
    order_.pop_front();
    const auto at = messages_.find(id);
    if (at == messages_.end() || at->second.number != number) continue;
    messages_.erase(at);
    return;
  }
}

std::optional<delivery_event> delivery_tracker::fail(const std::string& message_id, uint16_t code,
                                                     std::string comment) {
  if (message_id.empty() || !forget(message_id)) return std::nullopt;
  return delivery_event{delivery_event::kind::failed, message_id, code, std::move(comment)};
}

std::optional<delivery_event> delivery_tracker::on_response(const head& response) {
  auto known = transactions_.extract(response.transaction_id);
  if (known.empty()) {
    const auto quiet = std::ranges::find(quiet_, response.transaction_id, &quiet_chunk::transaction_id);
    if (response.code == fine || quiet == quiet_.end()) return std::nullopt;
    return fail(std::string(quiet->message_id), response.code, response.comment);
  }
  const std::string message_id = std::move(known.mapped());
  drop_answered_timers();
  if (response.code != fine) return fail(message_id, response.code, response.comment);
  const auto at = messages_.find(message_id);
  if (at == messages_.end()) return std::nullopt;
  message& m = at->second;
  if (m.unanswered == 0) return std::nullopt;  // an earlier message of that id was meant
  if (--m.unanswered != 0 || !m.total) return std::nullopt;
  if (!m.success_report) messages_.erase(at);
  return delivery_event{delivery_event::kind::accepted, message_id, fine, {}};
}

std::optional<delivery_event> delivery_tracker::on_report(const report_request& report) {
  // §7.1.2: codes of other name spaces mean nothing to us.
  if (report.status.name_space != 0) return std::nullopt;
  if (report.status.code != fine) return fail(report.message_id, report.status.code, report.status.comment);
  const auto at = messages_.find(report.message_id);
  if (at == messages_.end()) return std::nullopt;
  message& m = at->second;
  if (!m.success_report) return std::nullopt;
  const uint64_t end = report.range.end.value_or(report.range.total.value_or(m.total.value_or(0)));
  m.reported.add(report.range.start - 1, end);
  if (m.reported.count() > limits::msrp_gaps_per_message)
    return fail(report.message_id, 400, "too many partial reports");
  if (!m.total || !m.reported.covers(*m.total)) return std::nullopt;
  messages_.erase(at);
  return delivery_event{delivery_event::kind::delivered, report.message_id, fine, {}};
}

/// Keeps a waiting one in front, and no more of the answered behind it than there may be waiting.
void delivery_tracker::drop_answered_timers() {
  const auto answered = [&](const timer& one) { return !transactions_.contains(one.transaction_id); };
  while (!timers_.empty() && answered(timers_.front())) timers_.pop_front();
  if (timers_.size() > 2 * limits::msrp_transactions) std::erase_if(timers_, answered);
}

std::vector<delivery_event> delivery_tracker::on_time(clock_time now) {
  std::vector<delivery_event> out;
  while (!timers_.empty() && timers_.front().due <= now) {
    const auto waiting = transactions_.find(timers_.front().transaction_id);
    if (auto failed = fail(waiting->second, 408, "no response")) out.push_back(*std::move(failed));
    transactions_.erase(waiting);
    drop_answered_timers();
  }
  return out;
}

std::optional<clock_time> delivery_tracker::next_deadline() const noexcept {
  if (timers_.empty()) return std::nullopt;
  return timers_.front().due;
}

}  // namespace confab::msrp
