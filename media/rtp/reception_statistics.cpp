#include "media/rtp/reception_statistics.hpp"

#include <algorithm>

namespace confab::rtp {
namespace {

// RFC 3550 §A.1
constexpr uint16_t max_dropout = 3000;
constexpr uint16_t max_misorder = 100;

}  // namespace

void reception_statistics::start(uint32_t ssrc, uint16_t sequence) noexcept {
  earlier_received_ += received_;
  earlier_lost_ += static_cast<uint64_t>(std::max<int64_t>(lost_now(), 0));
  if (ssrc_ != ssrc) {
    last_sr_ = 0;
    jitter_q4_ = 0;
  }
  ssrc_ = ssrc;
  highest_ = sequence;
  base_ = sequence;
  cycles_ = 0;
  received_ = received_before_ = expected_before_ = 0;
  last_transit_.reset();
  suspect_.reset();
}

void reception_statistics::on_packet(uint32_t ssrc, uint16_t sequence, uint32_t timestamp,
                                     clock_time now) noexcept {
  if (ssrc_ != ssrc) start(ssrc, sequence);
  const auto ahead = static_cast<uint16_t>(sequence - highest_);
  if (ahead < max_dropout) {
    if (sequence < highest_) cycles_ += 65'536;
    highest_ = sequence;
    suspect_.reset();
  } else if (ahead <= 65'536 - max_misorder) {
    if (suspect_ != sequence) {  // a jump; two in a row are a sender that restarted
      suspect_ = static_cast<uint16_t>(sequence + 1);
      return;
    }
    start(ssrc, sequence);
  }
  ++received_;
  count_jitter(timestamp, now);
}

/// §A.8: J += (|D| − J) / 16, in integers. Packets of one timestamp (RFC 4733 events) say nothing about the
/// path.
void reception_statistics::count_jitter(uint32_t timestamp, clock_time now) noexcept {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()).count();
  const auto arrival =
      static_cast<uint32_t>(us / 1'000'000 * clock_rate_ + us % 1'000'000 * clock_rate_ / 1'000'000);
  const uint32_t transit = arrival - timestamp;
  if (last_transit_ && timestamp == last_timestamp_) return;
  if (last_transit_) {
    const auto difference = static_cast<int32_t>(transit - *last_transit_);
    const uint32_t d =
        difference < 0 ? 0U - static_cast<uint32_t>(difference) : static_cast<uint32_t>(difference);
    // A new timeline is not jitter.
    if (d < clock_rate_ * 2) jitter_q4_ += d - ((jitter_q4_ + 8) >> 4);
  }
  last_transit_ = transit;
  last_timestamp_ = timestamp;
}

void reception_statistics::on_sender_report(uint32_t ssrc, uint64_t ntp, clock_time now) noexcept {
  if (ssrc_ && ssrc_ != ssrc) return;
  last_sr_ = static_cast<uint32_t>(ntp >> 16);
  last_sr_at_ = now;
}

int64_t reception_statistics::lost_now() const noexcept {
  if (!ssrc_) return 0;
  const int64_t expected = int64_t{cycles_} + highest_ - base_ + 1;
  return expected - static_cast<int64_t>(received_);
}

std::optional<report_block> reception_statistics::make_block(clock_time now) noexcept {
  if (!ssrc_ || received_ == 0) return std::nullopt;
  const uint64_t expected = uint64_t{cycles_} + highest_ - base_ + 1;
  const auto expected_interval = static_cast<int64_t>(expected - expected_before_);
  const auto lost_interval = expected_interval - static_cast<int64_t>(received_ - received_before_);
  expected_before_ = expected;
  received_before_ = received_;
  report_block b;
  b.ssrc = *ssrc_;
  if (expected_interval > 0 && lost_interval > 0) {
    b.fraction_lost = static_cast<uint8_t>(std::min<int64_t>(lost_interval * 256 / expected_interval, 255));
  }
  b.cumulative_lost = static_cast<int32_t>(std::clamp<int64_t>(lost_now(), -0x800000, 0x7fffff));
  b.extended_highest_sequence = extended_highest_sequence();
  b.jitter = jitter_q4_ >> 4;
  b.last_sr = last_sr_;
  if (last_sr_ != 0) {
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(now - last_sr_at_).count();
    b.delay_since_last_sr =
        static_cast<uint32_t>(std::clamp<int64_t>(us * 65'536 / 1'000'000, 0, 0xffff'ffff));
  }
  return b;
}

uint64_t reception_statistics::packets_lost() const noexcept {
  return earlier_lost_ + static_cast<uint64_t>(std::max<int64_t>(lost_now(), 0));
}

std::chrono::microseconds reception_statistics::jitter() const noexcept {
  return std::chrono::microseconds{int64_t{jitter_q4_ >> 4} * 1'000'000 / clock_rate_};
}

std::optional<std::chrono::microseconds> round_trip(const report_block& about_us, uint64_t ntp_now) noexcept {
  if (about_us.last_sr == 0) return std::nullopt;
  const uint32_t took =
      static_cast<uint32_t>(ntp_now >> 16) - about_us.last_sr - about_us.delay_since_last_sr;
  if (took > 30 * 65'536U) return std::nullopt;  // negative, or a peer that makes its numbers up
  return std::chrono::microseconds{int64_t{took} * 1'000'000 / 65'536};
}

uint64_t ntp_of(std::chrono::system_clock::time_point now) noexcept {
  constexpr uint64_t seconds_1900_to_1970 = 2'208'988'800;
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
  const auto seconds = static_cast<uint64_t>(ns / 1'000'000'000);
  const auto rest = static_cast<uint64_t>(ns % 1'000'000'000);
  return (seconds + seconds_1900_to_1970) << 32 | (rest << 32) / 1'000'000'000;
}

}  // namespace confab::rtp
