#include "media/rtp/rtcp_session.hpp"

#include <utility>

namespace confab::rtp {
namespace {

constexpr std::chrono::microseconds interval{5'000'000};  // §6.2: the least for a small session

}  // namespace

rtcp_session::rtcp_session(std::string cname, uint32_t clock_rate, uint32_t random, clock_time now)
    : cname_(std::move(cname)), random_(random | 1), reception_(clock_rate) {
  schedule(now, interval / 2);  // §6.2: the first one after half the interval
}

/// §6.3.1: spread over 0.5 to 1.5, so that legs which began together do not report together.
void rtcp_session::schedule(clock_time now, std::chrono::microseconds time) noexcept {
  random_ = random_ * 1'664'525U + 1'013'904'223U;
  const int64_t spread = random_ >> 16;  // 0 to 65535; the high bits of such a generator are the good ones
  next_ = now + time / 2 + std::chrono::microseconds{time.count() * spread / 65'536};
}

size_t rtcp_session::write_report(const sender& ours, clock_time now, wall_time wall,
                                  std::span<uint8_t> out) noexcept {
  schedule(now, interval);
  return write(ours, now, wall, false, out);
}

size_t rtcp_session::write_bye(const sender& ours, clock_time now, wall_time wall,
                               std::span<uint8_t> out) noexcept {
  return write(ours, now, wall, true, out);
}

size_t rtcp_session::write(const sender& ours, clock_time now, wall_time wall, bool bye,
                           std::span<uint8_t> out) noexcept {
  rtcp_report report;
  report.ssrc = ours.ssrc();
  report.sending = ours.packets() != sent_before_;
  sent_before_ = ours.packets();
  if (report.sending) {
    report.sender = {.ntp = ntp_of(wall),
                     .rtp_timestamp = ours.timestamp_at(now),
                     .packets = static_cast<uint32_t>(ours.packets()),
                     .octets = static_cast<uint32_t>(ours.octets())};
  }
  if (const auto block = reception_.make_block(now)) {
    report.has_block = true;
    report.block = *block;
  }
  report.cname = cname_;
  report.bye = bye;
  return write_rtcp(report, out);
}

void rtcp_session::on_rtcp(const rtcp_compound& heard, uint32_t ours, clock_time now,
                           wall_time wall) noexcept {
  if (heard.has_sender_info) reception_.on_sender_report(heard.sender_ssrc, heard.sender.ntp, now);
  for (size_t i = 0; i < heard.block_count; ++i) {
    if (heard.blocks[i].ssrc != ours) continue;
    far_fraction_lost_ = heard.blocks[i].fraction_lost;
    if (const auto took = round_trip(heard.blocks[i], ntp_of(wall))) round_trip_ = took;
  }
  bye_heard_ = heard.bye;
}

}  // namespace confab::rtp
