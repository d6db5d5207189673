#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <unordered_map>

namespace confab::sip {

/// A token bucket for each source of requests; time is an argument. Not thread-safe.
class request_rate {
 public:
  using time = std::chrono::steady_clock::time_point;
  /// `burst` requests at once, then `per_second`. No more than `sources` are remembered.
  request_rate(double per_second, double burst, size_t sources)
      : per_second_(per_second), burst_(burst), sources_(sources) {}

  /// False for a source that asks too often, and for a new one when too many others do. `count` requests are
  /// taken together or not at all.
  [[nodiscard]] bool take(const std::string& source, time now, size_t count = 1);

 private:
  struct bucket {
    double tokens;
    time since;
  };
  [[nodiscard]] double level(const bucket& of, time now) const noexcept;
  void drop_full(time now);

  double per_second_;
  double burst_;
  size_t sources_;
  std::unordered_map<std::string, bucket> buckets_;
};

}  // namespace confab::sip
