#include "media/mix/speaker_selection.hpp"

#include <algorithm>
#include <functional>

namespace confab::mix {
namespace {

constexpr float attack = 0.5f;    // of the way each frame
constexpr float release = 0.05f;  // 400 ms: longer than a syllable
constexpr float quietest = 127;

/// Talking or paused, loudness in 1/64 dB, then the leg's number, the lower the better.
speaker_rank rank_of(bool talking, float loudness, uint64_t key) noexcept {
  const float louder = std::clamp(quietest + speaker::hysteresis - loudness, 0.0f, 255.0f);
  const auto steps = static_cast<uint64_t>(louder * 64);
  return (uint64_t{talking ? 3U : 2U} << 56) | (steps << 32) | (~key & 0xffff'ffff);
}

}  // namespace

speaker_rank speaker::on_level(float level, bool loud, bool active, bool selected, uint64_t key) noexcept {
  if (!active) {
    active_ = false;
    return 0;
  }
  if (!active_) {
    active_ = true;
    loudness_ = level;
    paused_ = 0;
  } else if (loud) {
    loudness_ += (level < loudness_ ? attack : release) * (level - loudness_);
    paused_ = 0;
  } else {
    paused_ = std::min(paused_ + 1, pause_frames + 1);
  }
  const bool talking = selected ? paused_ <= pause_frames : paused_ == 0;
  return rank_of(talking, loudness_ - (selected ? hysteresis : 0), key);
}

void speaker_selection::expect_legs(size_t legs) {
  if (legs > claims_.size()) claims_.resize(legs);
}

std::span<speaker_rank> speaker_selection::gather(std::span<const speaker_rank> ours,
                                                  std::span<const speaker_rank> others) noexcept {
  size_t count = 0;
  for (const std::span<const speaker_rank> ranks : {ours, others}) {
    for (const speaker_rank rank : ranks) {
      if (rank == 0) continue;
      if (count == claims_.size()) break;
      claims_[count++] = rank;
    }
  }
  return std::span(claims_).first(count);
}

speaker_rank speaker_selection::least_heard(std::span<const speaker_rank> ours,
                                            std::span<const speaker_rank> others, size_t most) noexcept {
  if (most == 0) return 1;
  const auto claims = gather(ours, others);
  if (claims.size() <= most) return 1;
  const auto last_in = claims.begin() + static_cast<std::ptrdiff_t>(most - 1);
  std::nth_element(claims.begin(), last_in, claims.end(), std::greater<>());
  return *last_in;
}

size_t speaker_selection::highest(std::span<const speaker_rank> ours, std::span<speaker_rank> to) noexcept {
  const auto claims = gather(ours, {});
  const size_t count = std::min(claims.size(), to.size());
  const auto last = claims.begin() + static_cast<std::ptrdiff_t>(count);
  if (last != claims.end()) std::nth_element(claims.begin(), last, claims.end(), std::greater<>());
  std::copy(claims.begin(), last, to.begin());
  return count;
}

}  // namespace confab::mix
