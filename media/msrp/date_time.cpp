#include "media/msrp/date_time.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

#include "media/msrp/text.hpp"

namespace confab::msrp {
namespace {

using std::chrono::microseconds;
using std::chrono::minutes;

error malformed(std::string_view value) {
  return {errc::malformed, "not a date and time of RFC 3339: " + std::string(text::shown(value))};
}

/// Takes exactly `digits` digits and, unless it is 0, the mark behind them; nothing where they are not there.
std::optional<unsigned> take(std::string_view& rest, size_t digits, char mark) {
  if (rest.size() < digits + (mark != 0 ? 1 : 0)) return std::nullopt;
  const auto value = text::number(rest.substr(0, digits), 9'999);
  if (!value || (mark != 0 && text::lower(rest[digits]) != mark)) return std::nullopt;
  rest.remove_prefix(digits + (mark != 0 ? 1 : 0));
  return static_cast<unsigned>(*value);
}

/// `.123456` at the front of `rest`, taken off it.
std::optional<microseconds> take_fraction(std::string_view& rest) {
  if (!rest.starts_with('.')) return microseconds{0};
  rest.remove_prefix(1);
  microseconds fraction{0};
  microseconds unit{100'000};
  size_t digits = 0;
  for (; digits < rest.size() && text::is_digit(rest[digits]); ++digits) {
    fraction += unit * (rest[digits] - '0');
    unit /= 10;
  }
  rest.remove_prefix(digits);
  if (digits == 0) return std::nullopt;
  return fraction;
}

/// `Z`, `+hh:mm`, or nothing at all; false where it is none of them.
bool read_offset(std::string_view rest, std::optional<minutes>& into) {
  if (rest.empty() || text::same(rest, "Z")) return true;
  const char sign = rest.front();
  if (sign != '+' && sign != '-') return false;
  rest.remove_prefix(1);
  const auto hour = take(rest, 2, ':');
  const auto minute = take(rest, 2, 0);
  if (!hour || !minute || *hour > 23 || *minute > 59 || !rest.empty()) return false;
  const minutes size{*hour * 60 + *minute};
  into = sign == '+' ? size : -size;
  return true;
}

}  // namespace

result<date_time> parse_date_time(std::string_view text) {
  using namespace std::chrono;
  std::string_view rest = text;
  const auto y = take(rest, 4, '-');
  const auto m = y ? take(rest, 2, '-') : std::nullopt;
  auto d = m ? take(rest, 2, 't') : std::nullopt;
  if (m && !d) d = take(rest, 2, ' ');  // RFC 3339 §5.6 allows a blank for readability
  const auto hour = d ? take(rest, 2, ':') : std::nullopt;
  const auto minute = hour ? take(rest, 2, ':') : std::nullopt;
  const auto second = minute ? take(rest, 2, 0) : std::nullopt;
  const auto fraction = second ? take_fraction(rest) : std::nullopt;
  date_time out;
  if (!fraction || !read_offset(rest, out.offset)) return malformed(text);
  const year_month_day date{year{static_cast<int>(*y)}, month{*m}, day{*d}};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return malformed(text);
  out.time = sys_days(date) + hours{*hour} + minutes{*minute} + seconds{std::min(*second, 59U)} + *fraction -
             out.offset.value_or(minutes{0});
  return out;
}

std::string write(const date_time& t) {
  using namespace std::chrono;
  const auto wall = t.time + t.offset.value_or(minutes{0});
  const auto midnight = floor<days>(wall);
  const year_month_day date(midnight);
  const hh_mm_ss clock(wall - midnight);
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string out = text.data();
  if (clock.subseconds().count() != 0) {
    std::snprintf(text.data(), text.size(), ".%06d", static_cast<int>(clock.subseconds().count()));
    out += text.data();
    out.resize(out.find_last_not_of('0') + 1);
  }
  if (!t.offset) return out + "Z";
  const auto size = abs(*t.offset).count();
  std::snprintf(text.data(), text.size(), "%c%02d:%02d", t.offset->count() < 0 ? '-' : '+',
                static_cast<int>(size / 60), static_cast<int>(size % 60));
  return out + text.data();
}

}  // namespace confab::msrp
