#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace confab::mix {

/// Makes decoded sound shorter where it is least heard, to give back delay (after WSOLA and the time scaling
/// of WebRTC's NetEq): silence loses as much as is asked for, a voice one pitch period, both under a
/// cross-fade so that no step arises. Other sound is left alone unless `urgent`. Plain arithmetic, no
/// allocation; one for each leg because it knows how loud its voice is.
class time_scaler {
 public:
  explicit time_scaler(uint32_t sample_rate) noexcept : rate_(sample_rate) {}

  /// Removes at most `most` samples, soon after the beginning; what follows moves up. How many went: 0 when
  /// nothing can go unheard. `samples` begins where the last one played ended.
  [[nodiscard]] size_t shorten(std::span<int16_t> samples, size_t most, bool urgent) noexcept;

 private:
  [[nodiscard]] bool quiet(std::span<const int16_t> samples) noexcept;

  uint32_t rate_;
  float voice_ = 0;  ///< mean square of the loudest lately; sinks slowly
};

}  // namespace confab::mix
