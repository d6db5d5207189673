#include "signaling/conference/room_watchers.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"

namespace confab::conference {
namespace {

using std::chrono::milliseconds;

size_t index_of(audience eyes) {
  return static_cast<size_t>(eyes);
}

std::shared_ptr<const conference_document> share(conference_document document) {
  return std::make_shared<const conference_document>(std::move(document));
}

/// The digits of a version come on top.
bool fits(const conference_document& document, const watch& who) {
  constexpr size_t version_digits = 10;
  return document.text.size() + version_digits <= who.max_body_bytes;
}

}  // namespace

bool room_watchers::wants_partial(const watch& who) const {
  return options_.partial ||
         std::any_of(options_.partial_agents.begin(), options_.partial_agents.end(),
                     [&](const std::string& word) { return who.user_agent.find(word) != std::string::npos; });
}

/// The newest full document, or for one it cannot reach the counts alone.
room_watchers::shared_document room_watchers::full_for(const watch& who, const room_picture& picture) {
  auto& full = full_[index_of(who.eyes)];
  if (!full) full = share(write_full(picture.room(), picture.users(), who.eyes));
  if (fits(*full, who)) return full;
  if (!short_measure_)
    short_measure_ = {full->text.size(), who.max_body_bytes, picture.users().size(),
                      who.eyes == audience::participant ? picture.room().files.size() : 0};
  auto& counts = counts_[index_of(who.eyes)];
  if (!counts) counts = share(write_counts(picture.room(), who.eyes));
  return counts;
}

send_document room_watchers::admit(const watch& who, const room_picture& picture) {
  watchers_.insert_or_assign(who.id, watcher{who, wants_partial(who)});
  return fetch(who, picture);
}

send_document room_watchers::fetch(const watch& who, const room_picture& picture) {
  return {who.id, full_for(who, picture), false};
}

std::optional<send_document> room_watchers::refresh(subscription_id id, size_t max_body_bytes,
                                                    const room_picture& picture) {
  const auto found = watchers_.find(id);
  if (found == watchers_.end()) return std::nullopt;
  found->second.who.max_body_bytes = max_body_bytes;
  return fetch(found->second.who, picture);
}

void room_watchers::forget(subscription_id id) {
  watchers_.erase(id);
}

void room_watchers::set_eyes(subscription_id id, audience eyes) {
  const auto found = watchers_.find(id);
  if (found != watchers_.end()) found->second.who.eyes = eyes;
}

void room_watchers::changed(clock_time now) {
  for (auto& document : full_) document.reset();
  for (auto& document : counts_) document.reset();
  if (!partial_due_) partial_due_ = now + gathering;
  if (!full_due_) full_due_ = std::max(now + gathering, full_not_before_);
}

std::optional<room_watchers::clock_time> room_watchers::deadline() const {
  if (partial_due_ && full_due_) return std::min(*partial_due_, *full_due_);
  return partial_due_ ? partial_due_ : full_due_;
}

send_documents room_watchers::poll(clock_time now, room_picture& picture) {
  send_documents out;
  const bool partial = partial_due_ && *partial_due_ <= now;
  if (full_due_ && *full_due_ <= now) {
    full_due_.reset();
    send_full(out, now, picture);
  }
  if (partial) {
    partial_due_.reset();
    send_partial(out, picture);
    if (picture.sweep()) changed(now);
  }
  return out;
}

void room_watchers::send_full(send_documents& out, clock_time now, const room_picture& picture) {
  size_t bytes = 0;
  for (auto& [id, one] : watchers_) {
    if (one.partial) continue;
    out.push_back({id, full_for(one.who, picture), false});
    bytes += out.back().document->text.size();
  }
  const milliseconds pause{bytes * 1'000 / limits::full_document_bytes_per_second};
  full_not_before_ = now + std::min(pause, limits::full_documents_slowest);
}

void room_watchers::send_partial(send_documents& out, room_picture& picture) {
  const auto changes = picture.take_changes();
  if (!changes.description && changes.changed.empty() && changes.deleted.empty()) return;
  shared_document written[2];
  for (auto& [id, one] : watchers_) {
    if (!one.partial) continue;
    auto& document = written[index_of(one.who.eyes)];
    if (!document) document = share(write_partial(picture.room(), changes, one.who.eyes));
    if (fits(*document, one.who)) {
      out.push_back({id, document, true});
    } else {
      out.push_back({id, full_for(one.who, picture), false});
    }
  }
}

send_documents room_watchers::farewell(const room_picture& picture) {
  for (auto& document : full_) document.reset();
  for (auto& document : counts_) document.reset();
  send_documents out;
  for (auto& [id, one] : watchers_) out.push_back({id, full_for(one.who, picture), false});
  partial_due_.reset();
  full_due_.reset();
  return out;
}

std::optional<short_measure> room_watchers::take_short_measure() {
  if (!short_measure_ || std::exchange(short_measure_told_, true)) return std::nullopt;
  return short_measure_;
}

std::vector<subscription_id> room_watchers::ids() const {
  std::vector<subscription_id> out;
  for (const auto& [id, one] : watchers_) out.push_back(id);
  return out;
}

}  // namespace confab::conference
