#include "signaling/web/conditions.hpp"

#include <algorithm>
#include <charconv>

#include "signaling/sip/text.hpp"

namespace confab::web {
namespace {

std::string_view without_weakness(std::string_view etag) {
  return etag.starts_with("W/") ? etag.substr(2) : etag;
}

/// Digits only. What no file has so many of counts as the most.
std::optional<uint64_t> parse_position(std::string_view digits) {
  const bool all = !digits.empty() &&
                   std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!all) return std::nullopt;
  uint64_t value = 0;
  const auto [rest, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return problem == std::errc::result_out_of_range ? UINT64_MAX : value;
}

/// `-500`: the last ones.
wanted_bytes last_bytes(std::string_view digits, uint64_t size) {
  const auto count = parse_position(digits);
  if (!count) return std::monostate{};
  if (*count == 0 || size == 0) return unsatisfiable{};
  const uint64_t taken = std::min(*count, size);
  return byte_range{size - taken, taken};
}

}  // namespace

bool has_etag(std::string_view list, std::string_view etag) {
  list = sip::trim(list);
  if (list == "*") return true;
  const auto wanted = without_weakness(etag);
  while (!list.empty()) {
    const auto item = without_weakness(list);
    if (!item.starts_with('"')) return false;
    const size_t end = item.find('"', 1);
    if (end == std::string_view::npos) return false;
    if (item.substr(0, end + 1) == wanted) return true;
    list = sip::trim(item.substr(end + 1));
    if (!list.starts_with(',')) return false;
    list = sip::trim(list.substr(1));
  }
  return false;
}

wanted_bytes read_range(std::string_view range, std::string_view if_range, std::string_view etag,
                        uint64_t size) {
  range = sip::trim(range);
  if (!if_range.empty() && sip::trim(if_range) != etag) return std::monostate{};
  const size_t equals = range.find('=');
  if (equals == std::string_view::npos || !sip::same_word(sip::trim(range.substr(0, equals)), "bytes"))
    return std::monostate{};
  const auto one = sip::trim(range.substr(equals + 1));
  const size_t dash = one.find('-');
  if (dash == std::string_view::npos) return std::monostate{};
  const auto from = sip::trim(one.substr(0, dash)), to = sip::trim(one.substr(dash + 1));
  if (from.empty()) return last_bytes(to, size);
  const auto first = parse_position(from);
  const auto last = to.empty() ? std::optional<uint64_t>(UINT64_MAX) : parse_position(to);
  if (!first || !last || *last < *first) return std::monostate{};
  if (*first >= size) return unsatisfiable{};
  return byte_range{*first, std::min(*last, size - 1) - *first + 1};
}

}  // namespace confab::web
