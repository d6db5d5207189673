#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace confab::msrp {

/// RFC 3339 §5.6 date-time, as CPIM (RFC 3862 §4.4) and IMDN write it. Keeps the offset it was written with.
struct date_time {
  std::chrono::sys_time<std::chrono::microseconds> time;
  std::optional<std::chrono::minutes> offset = {};  ///< of the wall clock from UTC; nothing: `Z`
  bool operator==(const date_time&) const = default;
};

/// `2011-12-22T09:12:04.25+01:00`. A missing offset, as some clients have it, is read as UTC; digits past the
/// microsecond are dropped; a leap second is the one before it.
result<date_time> parse_date_time(std::string_view text);

/// A fraction only where there is one.
[[nodiscard]] std::string write(const date_time& t);

}  // namespace confab::msrp
