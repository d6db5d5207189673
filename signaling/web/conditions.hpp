#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

/// RFC 9110 §13 and §14: conditional requests and ranges of bytes.
namespace confab::web {

/// §13.1.2: a list of entity tags, or `*`, has `etag` by weak comparison. `etag` has its quotes.
[[nodiscard]] bool has_etag(std::string_view list, std::string_view etag);

struct byte_range {
  uint64_t first = 0;
  uint64_t count = 0;
  bool operator==(const byte_range&) const = default;
};
struct unsatisfiable {
  bool operator==(const unsatisfiable&) const = default;
};
/// Everything, one range of it, or none that there is (416).
using wanted_bytes = std::variant<std::monostate, byte_range, unsatisfiable>;

/// §14.2 of what has `size` bytes. Several ranges, other units and what cannot be read are answered with
/// everything, as §14.2 allows. `if_range` (§13.1.5), when it is not empty, must be the very `etag`, which is
/// a strong one; a date there means everything.
[[nodiscard]] wanted_bytes read_range(std::string_view range, std::string_view if_range,
                                      std::string_view etag, uint64_t size);

}  // namespace confab::web
