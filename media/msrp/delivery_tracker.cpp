#include "media/msrp/delivery_tracker.hpp"

#include <utility>

#include "config/limits.hpp"

namespace confab::msrp {
namespace {

constexpr uint16_t fine = 200;

}  // namespace

bool delivery_tracker::on_sent(const sent_chunk& chunk, clock_time now) {
  if (chunk.flag == continuation::aborted) {
    messages_.erase(chunk.message_id);
    return true;
  }
  const bool fails = chunk.on_failure != failure_report::no;
  if (!fails && !chunk.success_report) return true;
  if (fails && chunk.on_failure == failure_report::yes && transactions_.size() >= limits::msrp_transactions &&
      unanswerable_.empty()) {
    return false;
  }
  message& m = follow(chunk);
  if (chunk.flag == continuation::last) m.total = chunk.range.end;
  if (!fails) return true;
  const bool always = chunk.on_failure == failure_report::yes;
  // Only failures of these are answered: most are never heard of again, so the oldest makes room.
  if (transactions_.size() >= limits::msrp_transactions && !unanswerable_.empty()) {
    transactions_.erase(unanswerable_.front());
    unanswerable_.pop_front();
  }
  if (transactions_.size() >= limits::msrp_transactions) return false;
  transactions_.emplace(chunk.transaction_id, transaction{chunk.message_id, always});
  if (always) {
    ++m.unanswered;
    timers_.push_back({chunk.transaction_id, now + limits::msrp_transaction});
    drop_answered_timers();
  } else {
    unanswerable_.push_back(chunk.transaction_id);
  }
  return true;
}

delivery_tracker::message& delivery_tracker::follow(const sent_chunk& chunk) {
  const auto known = messages_.find(chunk.message_id);
  if (known != messages_.end()) return known->second;
  if (messages_.size() >= limits::msrp_deliveries) drop_oldest_message();
  message& m = messages_[chunk.message_id];
  m.success_report = chunk.success_report;
  m.on_failure = chunk.on_failure;
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
  if (messages_.erase(message_id) == 0) return std::nullopt;
  return delivery_event{delivery_event::kind::failed, message_id, code, std::move(comment)};
}

std::optional<delivery_event> delivery_tracker::on_response(const head& response) {
  const auto found = transactions_.find(response.transaction_id);
  if (found == transactions_.end()) return std::nullopt;
  const transaction t = std::move(found->second);
  transactions_.erase(found);
  drop_answered_timers();
  if (!t.answered_always) std::erase(unanswerable_, response.transaction_id);
  if (response.code != fine) return fail(t.message_id, response.code, response.comment);
  const auto at = messages_.find(t.message_id);
  if (at == messages_.end() || !t.answered_always) return std::nullopt;
  message& m = at->second;
  if (m.unanswered == 0) return std::nullopt;  // an earlier message of that id was meant
  if (--m.unanswered != 0 || !m.total) return std::nullopt;
  if (!m.success_report) messages_.erase(at);
  return delivery_event{delivery_event::kind::accepted, t.message_id, fine, {}};
}

std::optional<delivery_event> delivery_tracker::on_report(const report_request& report) {
  const auto at = messages_.find(report.message_id);
  // §7.1.2: codes of other name spaces mean nothing to us.
  if (at == messages_.end() || report.status.name_space != 0) return std::nullopt;
  if (report.status.code != fine) return fail(report.message_id, report.status.code, report.status.comment);
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
    if (auto failed = fail(waiting->second.message_id, 408, "no response")) out.push_back(*std::move(failed));
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
