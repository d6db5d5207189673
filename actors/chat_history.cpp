#include "actors/chat_history.hpp"

#include <algorithm>

#include "config/limits.hpp"

namespace confab::actors {

bool chat_history::takes(size_t bytes) const noexcept {
  return most_ > 0 && bytes <= limits::chat_history_bytes / 2;
}

void chat_history::keep(chat_parcel_ptr parcel) {
  bytes_ += parcel->body->size();
  latest_.push_back(std::move(parcel));
  ++kept_;
  prune();
}

void chat_history::prune() {
  while (latest_.size() > most_ || bytes_ > limits::chat_history_bytes) {
    bytes_ -= latest_.front()->body->size();
    latest_.pop_front();
  }
}

chat_history::parcels chat_history::come(leg_id leg) {
  if (!awaited_) return {latest_.begin(), latest_.end()};
  waiting_.insert_or_assign(leg, newcomer{kept_, {}, 0});
  return {};
}

std::optional<size_t> chat_history::leave_off(leg_id leg) {
  if (waiting_.erase(leg) > 0) return std::nullopt;
  return kept_;
}

chat_history::parcels chat_history::since(size_t left_off) const {
  const size_t missed = std::min(kept_ - left_off, latest_.size());
  return {latest_.end() - static_cast<std::ptrdiff_t>(missed), latest_.end()};
}

bool chat_history::hold(leg_id leg, const chat_parcel_ptr& parcel) {
  const auto found = waiting_.find(leg);
  if (found == waiting_.end()) return false;
  auto& [before, held, bytes] = found->second;
  held.push_back(parcel);
  bytes += parcel->body->size();
  overdue_ = overdue_ || held.size() > limits::chat_held_messages || bytes > limits::chat_held_bytes;
  return true;
}

std::vector<chat_history::delivery> chat_history::arrive(parcels stored) {
  for (auto at = stored.rbegin(); at != stored.rend(); ++at) {
    bytes_ += (*at)->body->size();
    latest_.push_front(std::move(*at));
  }
  prune();
  return release();
}

std::vector<chat_history::delivery> chat_history::give_up() {
  return release();
}

/// What was kept after somebody came, it has been held back itself.
std::vector<chat_history::delivery> chat_history::release() {
  std::vector<delivery> out;
  for (auto& [leg, one] : waiting_) {
    const size_t since = std::min(kept_ - one.kept_before, latest_.size());
    delivery to{leg, {latest_.begin(), latest_.end() - static_cast<std::ptrdiff_t>(since)}};
    to.what.insert(to.what.end(), one.held.begin(), one.held.end());
    out.push_back(std::move(to));
  }
  waiting_.clear();
  awaited_ = overdue_ = false;
  return out;
}

}  // namespace confab::actors
