#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace confab::test {

/// What happens to datagrams on the way. Chances are 0 to 1.
struct network_weather {
  std::chrono::microseconds base_delay{20'000};
  std::chrono::microseconds jitter{
      0};  ///< each packet waits 0 to this much longer, so they overtake each other
  double loss = 0;
  double duplicate = 0;
  double straggler = 0;  ///< chance of `straggler_delay` on top
  std::chrono::microseconds straggler_delay{120'000};
};

/// A path that loses, delays, reorders and doubles what is sent through it. Virtual time; the same seed, the
/// same weather.
template <class T>
class lossy_network {
 public:
  using clock_time = std::chrono::steady_clock::time_point;

  explicit lossy_network(uint32_t seed, network_weather weather = {}) : random_(seed), weather_(weather) {}

  void set_weather(network_weather weather) { weather_ = weather; }

  void send(T what, clock_time now) {
    if (chance(weather_.loss)) {
      ++lost_;
      return;
    }
    if (chance(weather_.duplicate)) under_way_.emplace_back(now + travel(), what);
    under_way_.emplace_back(now + travel(), std::move(what));
  }

  /// Everything that has arrived by now, in order of arrival, with its arrival.
  std::vector<std::pair<clock_time, T>> arrived(clock_time now) {
    std::vector<std::pair<clock_time, T>> out;
    const auto late = std::stable_partition(under_way_.begin(), under_way_.end(),
                                            [now](const auto& e) { return e.first <= now; });
    std::move(under_way_.begin(), late, std::back_inserter(out));
    under_way_.erase(under_way_.begin(), late);
    std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    return out;
  }

  [[nodiscard]] uint64_t lost() const { return lost_; }

 private:
  bool chance(double p) { return p > 0 && std::uniform_real_distribution<>{0, 1}(random_) < p; }
  std::chrono::microseconds travel() {
    auto time = weather_.base_delay;
    if (weather_.jitter.count() > 0) {
      time += std::chrono::microseconds{
          std::uniform_int_distribution<int64_t>{0, weather_.jitter.count()}(random_)};
    }
    if (chance(weather_.straggler)) time += weather_.straggler_delay;
    return time;
  }

  std::mt19937 random_;
  network_weather weather_;
  std::vector<std::pair<clock_time, T>> under_way_;
  uint64_t lost_ = 0;
};

}  // namespace confab::test
