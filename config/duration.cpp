#include "config/duration.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace confab {
namespace {

struct unit {
  std::string_view name;
  int64_t milliseconds;
};

// Largest first, so that writing finds the shortest text.
constexpr std::array<unit, 4> units{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

}  // namespace

result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, count);
  if (problem == std::errc() && count >= 0 && text.front() != '-') {
    const std::string_view name(rest, static_cast<size_t>(end - rest));
    for (const unit& u : units) {
      if (name != u.name) continue;
      if (count > std::numeric_limits<int64_t>::max() / u.milliseconds) break;
      return std::chrono::milliseconds(count * u.milliseconds);
    }
  }
  return {errc::malformed, "not a duration such as \"30s\" or \"200ms\""};
}

std::string write_duration(std::chrono::milliseconds value) {
  for (const unit& u : units) {
    if (value.count() != 0 && value.count() % u.milliseconds == 0) {
      return std::to_string(value.count() / u.milliseconds) + std::string(u.name);
    }
  }
  return "0s";
}

}  // namespace confab
