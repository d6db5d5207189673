#include "media/mix/packetizer.hpp"

#include <algorithm>

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
  if (traits_ == nullptr || traits_->kind != kind) {
    traits_ = &wanted;
    encoder_ = codec::make_encoder(kind);
    down_ = {};
    held_ = 0;
  }
  ptime_ = rounded(ptime, wanted.frame);
  packet_samples_ = static_cast<size_t>(ptime_.count()) * wanted.sample_rate / 1000;
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
  if (!ready()) return 0;
  const size_t length = encoder_->encode(std::span(samples_).first(packet_samples_), out);
  held_ -= packet_samples_;
  std::copy_n(samples_.begin() + static_cast<std::ptrdiff_t>(packet_samples_), held_, samples_.begin());
  return length;
}

void packetizer::drop() noexcept {
  held_ = 0;
}

}  // namespace confab::mix
