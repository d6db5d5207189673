#include "media/msrp/data_receiver.hpp"

#include <algorithm>

namespace confab::msrp {
namespace {

constexpr uint16_t fine = 200;
constexpr uint16_t bad_request = 400;
constexpr uint16_t too_much = 413;
constexpr uint16_t wrong_type = 415;

}  // namespace

void data_receiver::refuse(uint16_t code) noexcept {
  code_ = code;
  over_ = true;
}

uint16_t data_receiver::on_head(const send_request& send) {
  code_ = fine;
  const uint64_t first = send.range.start - 1;
  if (!begun_) {
    begun_ = true;
    message_id_ = send.message_id;
    if (first == 0) base_ = plan_.base;
  }
  start_ = chunk_at_ = base_ + first;
  if (over_) {
    code_ = too_much;
  } else if (send.type && send.type->name() == "message/cpim") {
    refuse(wrong_type);
  } else if (send.message_id != message_id_ || start_ > at_) {
    refuse(bad_request);
  } else if (start_ > plan_.size || send.range.end.value_or(0) > plan_.size - base_ ||
             send.range.total.value_or(0) > plan_.size - base_) {
    refuse(too_much);
  } else if (send.range.total && *send.range.total != plan_.size - base_) {
    refuse(bad_request);
  }
  return code_;
}

std::string_view data_receiver::on_body(std::string_view bytes) {
  const uint64_t from = chunk_at_;
  chunk_at_ += bytes.size();
  if (code_ != fine) return {};
  if (chunk_at_ > plan_.size) {
    refuse(too_much);
    return {};
  }
  reached_ = std::max(reached_, chunk_at_);
  if (chunk_at_ <= at_) return {};
  const std::string_view fresh = bytes.substr(from < at_ ? at_ - from : 0);
  at_ = chunk_at_;
  return fresh;
}

data_receiver::ended data_receiver::on_end(continuation flag) {
  if (flag == continuation::aborted) over_ = true;
  if (code_ == fine && flag == continuation::last && at_ != plan_.size) refuse(bad_request);
  ended out{
      code_, {.start = start_ - base_ + 1, .end = chunk_at_ - base_, .total = plan_.size - base_}, false};
  out.last = code_ == fine && flag == continuation::last;
  return out;
}

}  // namespace confab::msrp
