#include "actors/shared_line.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"

namespace confab::actors {

namespace {

constexpr uint64_t owner = 0;

/// Guests grant from a quarter on, so none is waited for that does not know it.
constexpr bool is_behind(size_t unread) noexcept {
  return unread >= limits::stream_unread_bytes / 2;
}

}  // namespace

bool shared_line::is_full() const noexcept {
  return guests_.size() >= limits::msrp_shared_sessions;
}

void shared_line::add(io::stream_id id, msrp_stream_actor stream) {
  self_->monitor(stream);
  guests_.emplace(id.value, guest{std::move(stream)});
}

void shared_line::pass(uint64_t id, const std::string& bytes) {
  const auto found = guests_.find(id);
  if (found == guests_.end() || !found->second.stream) return;
  auto& one = found->second;
  const bool was_behind = is_behind(one.unread);
  one.unread += bytes.size();
  if (!was_behind && is_behind(one.unread)) ++sated_;
  self_->send(*one.stream,
              stream_bytes{{id}, std::make_shared<const std::vector<uint8_t>>(bytes.begin(), bytes.end())});
}

void shared_line::grant(const grant_bytes& m) {
  const auto found = guests_.find(m.id.value);
  if (found == guests_.end() || !found->second.stream) return;
  auto& one = found->second;
  const bool was_behind = is_behind(one.unread);
  one.unread -= std::min(one.unread, m.bytes);
  if (was_behind && !is_behind(one.unread)) --sated_;
}

void shared_line::queue(const send_bytes& m) {
  const auto found = guests_.find(m.id.value);
  if (found == guests_.end() || !found->second.stream || m.bytes->empty()) return;
  auto& one = found->second;
  one.waiting_bytes += m.bytes->size();
  one.tells |= m.tell;
  if (one.waiting.empty()) turns_.push_back(m.id.value);
  one.waiting.push_back(m.bytes);
}

void shared_line::ask(const ask_drained& m) {
  const auto found = guests_.find(m.id.value);
  if (found != guests_.end() && found->second.stream) tell(m.id.value, found->second, self_);
}

/// As a shard does: of no bytes too, and on until nothing waits.
void shared_line::tell(uint64_t id, guest& one, msrp_stream_actor::pointer self) {
  self->send(*one.stream, stream_drained{{id}, std::exchange(one.untold, 0)});
  one.tells = one.waiting_bytes > 0;
}

void shared_line::end(const end_stream& m) {
  const auto found = guests_.find(m.id.value);
  if (found == guests_.end() || !found->second.stream) return;
  auto& one = found->second;
  if (is_behind(one.unread)) --sated_;
  self_->demonitor(one.stream->address());
  one.stream.reset();
  if (m.at_once || one.waiting.empty()) drop(m.id.value);
}

void shared_line::drop(uint64_t id) {
  guests_.erase(id);
  std::erase(turns_, id);
}

std::optional<io::stream_id> shared_line::guest_of(const caf::actor_addr& stream) const {
  for (const auto& [id, one] : guests_)
    if (one.stream && one.stream->address() == stream) return io::stream_id{id};
  return std::nullopt;
}

void shared_line::leave(const std::string& bytes) {
  if (bytes.empty()) return;
  const auto id = next_id().value;
  auto& gone = guests_[id];
  gone.waiting_bytes = bytes.size();
  gone.waiting.push_back(std::make_shared<std::vector<uint8_t>>(bytes.begin(), bytes.end()));
  turns_.push_front(id);
}

std::shared_ptr<std::vector<uint8_t>> shared_line::next(bool owner_waits) {
  if (owner_waits && !owner_queues_) turns_.push_back(owner);
  owner_queues_ |= owner_waits;
  if (turns_.empty()) return nullptr;
  const uint64_t id = turns_.front();
  turns_.pop_front();
  if (id == owner) {
    owner_queues_ = false;
    return owner_waits ? nullptr : next(false);
  }
  auto& one = guests_.at(id);
  auto frames = std::move(one.waiting.front());
  one.waiting.pop_front();
  one.waiting_bytes -= frames->size();
  one.untold += frames->size();
  if (!one.waiting.empty()) turns_.push_back(id);
  if (one.stream && one.tells) tell(id, one, self_);
  if (!one.stream && one.waiting.empty()) drop(id);
  return frames;
}

void shared_line::over(const std::string& why) {
  for (auto& [id, one] : guests_)
    if (one.stream) self_->send(*one.stream, stream_over{{id}, why});
  guests_.clear();
  turns_.clear();
  owner_queues_ = false;
  sated_ = 0;
}

}  // namespace confab::actors
