#include "bench/load/call_group.hpp"

#include <utility>

namespace confab::load {

using steady = std::chrono::steady_clock;

result<std::unique_ptr<call_group>> call_group::open(const options& o, events on) {
  std::unique_ptr<call_group> made(new call_group(o, std::move(on)));
  auto* group = made.get();
  auto client = sip_client::open(
      o.target, o.local_host, [group](size_t index, const sip_call& call) { group->on_change(index, call); });
  if (!client) return client.error();
  made->client_ = std::move(client).value();
  return made;
}

void call_group::on_change(size_t index, const sip_call& call) {
  if (was_up_.size() <= index) was_up_.resize(index + 1);
  switch (call.state()) {
    case call_state::idle:
      return;
    case call_state::inviting:
      ++inviting_;
      return;
    case call_state::established:
      if (was_up_[index]) return events_.moved(index, call);
      was_up_[index] = true;
      --inviting_;
      ++standing_;
      if (hold_) ends_.push_back({steady::now() + *hold_, index});
      return events_.up(index, call);
    case call_state::ending:
      return;
    case call_state::ended:
      --standing_;
      return events_.over(index);
    case call_state::failed:
      --inviting_;
      return;
  }
}

void call_group::step(clock_time until) {
  // BYEs that are due before `until` go out on their time.
  while (next_end_ < ends_.size() && ends_[next_end_].at <= until) {
    const auto next = ends_[next_end_++];
    client_->run_until(next.at);
    client_->hang_up(next.index);
  }
  client_->run_until(until);
}

void call_group::wait_while(const std::function<bool()>& busy, std::chrono::seconds limit) {
  const auto end = steady::now() + limit;
  while (busy() && steady::now() < end) step(steady::now() + std::chrono::milliseconds(5));
}

void call_group::set_up(size_t count, const std::function<local_media(size_t)>& media_of,
                        const std::function<uint32_t(size_t)>& room_of) {
  const std::chrono::nanoseconds interval(static_cast<int64_t>(1e9 / options_.call_rate));
  auto due = steady::now();
  for (size_t i = 0; i < count; ++i, due += interval) {
    step(due);
    (void)call(room_of(i), media_of(i));
  }
  constexpr std::chrono::seconds spare(2);
  wait_while(
      [this] { return inviting_ > 0 || (hold_ && next_end_ < ends_.size()); },
      sip_call::give_up + spare + std::chrono::duration_cast<std::chrono::seconds>(hold_.value_or(spare)));
}

size_t call_group::call(uint32_t room, const local_media& media) {
  const std::string domain = options_.domain.empty() ? options_.target.to_string() : options_.domain;
  return client_->call(options_.room_prefix + std::to_string(room), domain, media);
}

uint32_t call_group::changes() const {
  uint32_t total = 0;
  for (size_t i = 0; i < client_->size(); ++i) total += client_->at(i).changes();
  return total;
}

void call_group::tear_down() {
  const std::chrono::nanoseconds interval(static_cast<int64_t>(5e8 / options_.call_rate));
  auto due = steady::now();
  for (size_t i = 0; i < client_->size(); ++i) {
    if (client_->at(i).state() != call_state::established) continue;
    client_->hang_up(i);
    step(due += interval);
  }
  wait_while([this] { return standing_ > 0; }, std::chrono::seconds(5));
}

void call_group::fill(run_report& report) const {
  report.legs = static_cast<uint32_t>(client_->size());
  for (size_t i = 0; i < client_->size(); ++i) {
    const auto& call = client_->at(i);
    report.retransmissions += call.retransmissions();
    if (call.ended_by_server()) ++report.dropped;
    if (!call.failure().empty()) ++report.failures[call.failure()];
    if (i >= was_up_.size() || !was_up_[i]) continue;
    ++report.established;
    report.answer_ms.push_back(std::chrono::duration<double, std::milli>(call.answer_time()).count());
  }
}

}  // namespace confab::load
