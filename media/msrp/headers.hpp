#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/result.hpp"

namespace confab::msrp {

/// One header line as it came, spaces around the value dropped. Names compare without case.
struct header {
  std::string name;
  std::string value;
  bool operator==(const header&) const = default;
};

/// The first of that name, or null. Borrows from `headers`.
[[nodiscard]] const header* find_header(const std::vector<header>& headers, std::string_view name) noexcept;

/// RFC 4975 §7.1: the last character of an end-line.
enum class continuation : uint8_t {
  more,     ///< `+`
  last,     ///< `$`
  aborted,  ///< `#`
};
[[nodiscard]] char to_char(continuation c) noexcept;
[[nodiscard]] std::optional<continuation> to_continuation(char c) noexcept;

/// RFC 4975 §7.1.1: `Byte-Range: 1-*/2048`. Bytes are counted from 1; an empty message is `1-0/0`.
struct byte_range {
  uint64_t start = 1;
  std::optional<uint64_t> end = {};    ///< nothing: `*`
  std::optional<uint64_t> total = {};  ///< nothing: `*`
  bool operator==(const byte_range&) const = default;
};
/// `malformed` where the end lies before the start by more than one, or past the total.
result<byte_range> parse_byte_range(std::string_view value);
[[nodiscard]] std::string write(const byte_range& range);

/// RFC 4975 §7.1.1: `Failure-Report:`; absent means yes.
enum class failure_report : uint8_t { yes, no, partial };
result<failure_report> parse_failure_report(std::string_view value);
[[nodiscard]] std::string_view write(failure_report wish) noexcept;

/// RFC 4975 §7.1.1: `Success-Report:`; absent means no.
result<bool> parse_success_report(std::string_view value);
[[nodiscard]] std::string_view write_success_report(bool wish) noexcept;

/// RFC 4975 §7.1.2: `Status: 000 200 OK`.
struct report_status {
  uint16_t name_space = 0;
  uint16_t code = 200;
  std::string comment = {};
  bool operator==(const report_status&) const = default;
};
result<report_status> parse_status(std::string_view value);
[[nodiscard]] std::string write(const report_status& status);

/// RFC 7701 §7: `Use-Nickname: "Alice the great"`, backslash escapes inside. An empty name clears.
/// `malformed`: no quotes, controls inside.
result<std::string> parse_nickname(std::string_view value);
[[nodiscard]] std::string write_nickname(std::string_view name);

/// RFC 4975 §9: `text/plain;charset=utf-8`. Type, subtype and names of parameters are kept in lower case.
struct content_type {
  std::string type;
  std::string subtype;
  std::vector<std::pair<std::string, std::string>> parameters = {};
  [[nodiscard]] std::string name() const { return type + "/" + subtype; }
  /// The value of a parameter, or null.
  [[nodiscard]] const std::string* parameter(std::string_view name) const noexcept;
  bool operator==(const content_type&) const = default;
};
result<content_type> parse_content_type(std::string_view value);
[[nodiscard]] std::string write(const content_type& type);

/// Whether `pattern` of an accept-types list (`*`, `text/*`, `text/plain`; RFC 4975 §8.6) covers `type`.
[[nodiscard]] bool accepts(std::string_view pattern, const content_type& type) noexcept;

}  // namespace confab::msrp
