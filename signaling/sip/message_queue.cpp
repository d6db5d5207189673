#include "signaling/sip/message_queue.hpp"

#include <utility>

#include "config/limits.hpp"

namespace confab::sip {

namespace {

/// The phone has no use for any message, whatever is in it. A challenge is such an answer too: the room has
/// no password.
bool refuses_all(uint16_t status) {
  return status == 401 || status == 403 || status == 405 || status == 407 || status == 481 || status == 501 ||
         status == 603;
}

}  // namespace

bool message_queue::push(outgoing_message_ptr what) {
  const size_t bytes = what->body.size();
  if (closed_ || waiting_.size() >= limits::messages_queued_per_call ||
      bytes_ + bytes > limits::message_bytes_queued)
    return false;
  bytes_ += bytes;
  waiting_.push_back(std::move(what));
  return true;
}

std::optional<message_text> message_queue::next() {
  if (under_way_ || waiting_.empty()) return std::nullopt;
  under_way_ = true;
  const auto& first = *waiting_.front();
  if (shortened_) return message_text{first.sender, "text/plain;charset=UTF-8", first.instead};
  return message_text{first.sender, first.type, first.body};
}

void message_queue::on_response(uint16_t status) {
  if (!under_way_) return;
  if (status == 408) return on_silence();
  unanswered_ = 0;
  if (refuses_all(status)) return close();
  drop_first();
}

void message_queue::on_silence() {
  if (!under_way_) return;
  if (++unanswered_ >= limits::messages_unanswered) return close();
  drop_first();
}

void message_queue::on_too_large() {
  if (!under_way_) return;
  if (shortened_ || waiting_.front()->instead.empty()) return drop_first();
  shortened_ = true;
  under_way_ = false;
}

void message_queue::drop_first() {
  bytes_ -= waiting_.front()->body.size();
  waiting_.pop_front();
  under_way_ = false;
  shortened_ = false;
}

void message_queue::close() {
  closed_ = true;
  waiting_.clear();
  bytes_ = 0;
  under_way_ = false;
  shortened_ = false;
}

}  // namespace confab::sip
