#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

/// Small pure helpers for SIP's header grammar (RFC 3261 §25). Views borrow from their argument.
namespace confab::sip {

[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
[[nodiscard]] bool same_word(std::string_view left,
                             std::string_view right) noexcept;  ///< ignoring ASCII case
[[nodiscard]] std::string lower_case(std::string_view text);

/// Digits only, at most `max`; anything else is nothing.
[[nodiscard]] std::optional<uint64_t> parse_number(std::string_view digits, uint64_t max) noexcept;

/// Splits at `separator` outside quotes and angle brackets; trims, drops empty pieces.
[[nodiscard]] std::vector<std::string_view> split(std::string_view text, char separator);
template <class Text>
requires std::is_same_v<Text, std::string> std::vector<std::string_view> split(Text&& dying, char separator)
= delete;  ///< the views would outlive it

/// The value of `;name=value` behind the first `;` outside quotes and brackets; an empty view for `;name`.
[[nodiscard]] std::optional<std::string_view> parameter(std::string_view header_value, std::string_view name);

/// The part before the first `;` outside quotes and brackets, trimmed.
[[nodiscard]] std::string_view without_parameters(std::string_view header_value);

/// A comma-separated list holds `token`, ignoring case and parameters.
[[nodiscard]] bool list_has(std::string_view list, std::string_view token);

/// Without CR, LF and other control characters, so that it can stand in a header line.
[[nodiscard]] std::string header_safe(std::string_view text);
/// header_safe, between quotes, with `"` and `\` escaped.
[[nodiscard]] std::string quoted(std::string_view text);
/// The last header lines of a message, the empty line and the body, which may be empty.
[[nodiscard]] std::string body_lines(const std::string& body, std::string_view type = "application/sdp");

}  // namespace confab::sip
