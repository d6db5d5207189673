#include "media/mix/packetizer.hpp"

#include <algorithm>
#include <array>

namespace confab::mix {
namespace {

using std::chrono::milliseconds;

milliseconds rounded(milliseconds ptime, milliseconds codec_frame) {
  const milliseconds whole = ptime / codec_frame * codec_frame;
  return std::clamp(whole, codec_frame, milliseconds{60} / codec_frame * codec_frame);
}

}  // namespace

void packetizer::configure(media::codec_kind kind, milliseconds ptime) {
  const codec::traits& wanted = codec::traits_of(kind);
  if (traits_ != &wanted) {
    traits_ = &wanted;
    encoder_ = codec::make_encoder(kind);
    down_ = {};
    held_ = 0;
  }
  ptime_ = rounded(ptime, wanted.frame);
  packet_samples_ = static_cast<size_t>(ptime_.count()) * wanted.sample_rate / 1000;
  const size_t frame_samples = samples_per_frame * wanted.sample_rate / mix_rate;
  held_ = std::min(held_, packet_samples_);
  samples_.resize(packet_samples_ + frame_samples);
}

void packetizer::push(const frame& mix) noexcept {
  if (traits_ == nullptr) return;
  const size_t count = samples_per_frame * traits_->sample_rate / mix_rate;
  if (held_ + count > samples_.size()) held_ = 0;  // only when nobody pops
  const std::span<int16_t> to = std::span(samples_).subspan(held_, count);
  if (count == samples_per_frame) {
    std::copy(mix.begin(), mix.end(), to.begin());
  } else {
    down_.process(mix, to);
  }
  held_ += count;
}

size_t packetizer::pop(std::span<uint8_t> out) noexcept {
  if (ready() == 0) return 0;
  const size_t length = encoder_->encode(std::span(samples_).first(packet_samples_), out);
  remove_packet();
  return length;
}

void packetizer::begin_pop(std::vector<codec::encode_job>& jobs, std::span<uint8_t> out) {
  if (ready() == 0) return;
  job_ = jobs.size();
  jobs.push_back({.codec = encoder_.get(), .in = std::span(samples_).first(packet_samples_), .out = out});
}

size_t packetizer::end_pop(std::span<const codec::encode_job> jobs) noexcept {
  if (!job_) return 0;
  const size_t length = jobs[*job_].length;
  job_.reset();
  remove_packet();
  return length;
}

void packetizer::remove_packet() noexcept {
  held_ -= packet_samples_;
  std::copy_n(samples_.begin() + static_cast<std::ptrdiff_t>(packet_samples_), held_, samples_.begin());
}

bool packetizer::assume_state_of(const packetizer& other) noexcept {
  if (!fits(other) || encoder_ == nullptr) return false;
  down_ = other.down_;
  held_ = other.held_;
  std::copy_n(other.samples_.begin(), held_, samples_.begin());
  return encoder_->assume_state_of(*other.encoder_);
}

void packetizer::warm_up(std::span<const int16_t> heard) noexcept {
  if (traits_ == nullptr) return;
  const size_t step = static_cast<size_t>(traits_->frame.count()) * traits_->sample_rate / 1000;
  std::array<uint8_t, codec::longest_payload> nowhere;
  for (; heard.size() >= step; heard = heard.subspan(step)) encoder_->encode(heard.first(step), nowhere);
}

}  // namespace confab::mix
