#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "media/secure/replay_window.hpp"

namespace confab::secure {

/// What a direction knows of one SSRC under its key. Sending, the windows hold what was sent.
struct source_state {
  replay_window rtp;
  replay_window rtcp;
};

/// The SSRCs of one direction, at most `capacity`; memory comes with it, none is taken later. Nothing ever
/// leaves: forgetting a source would let its packets be replayed, or its keystream be used twice.
template <size_t capacity>
class source_table {
 public:
  /// Null: unknown.
  [[nodiscard]] source_state* find(uint32_t ssrc) noexcept {
    for (size_t i = 0; i < count_; ++i) {
      if (ssrcs_[i] == ssrc) return &states_[i];
    }
    return nullptr;
  }
  [[nodiscard]] bool full() const noexcept { return count_ == capacity; }
  /// Only while not `full`, and once for each SSRC.
  source_state& add(uint32_t ssrc) noexcept {
    ssrcs_[count_] = ssrc;
    return states_[count_++];
  }

 private:
  size_t count_ = 0;
  std::array<uint32_t, capacity> ssrcs_{};
  std::array<source_state, capacity> states_{};
};

}  // namespace confab::secure
