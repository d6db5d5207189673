#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace confab {

/// A whole number with its unit, `ms`, `s`, `m` or `h`: "200ms", "30s", "5m", "24h". Signs, fractions and
/// blanks are refused.
result<std::chrono::milliseconds> parse_duration(std::string_view text);

/// The shortest text that `parse_duration` reads back to the same length; `value` is not negative.
std::string write_duration(std::chrono::milliseconds value);

}  // namespace confab
