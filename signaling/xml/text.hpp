#pragma once

#include <string>
#include <string_view>

/// What XML 1.0 can carry, and what becomes of the rest. Pure functions.
namespace confab::xml {

enum class place { text, attribute };

/// UTF-8 of characters that XML 1.0 §2.2 allows and that a reader gets back as they are: without carriage
/// returns (§2.11), in an attribute also without tabs and line feeds (§3.3.3).
[[nodiscard]] bool is_clean(std::string_view value, place where) noexcept;

/// Each byte that is not UTF-8 and each character that is not allowed becomes U+FFFD; line ends become a line
/// feed, in an attribute each white space becomes a space. What is clean stays the same.
[[nodiscard]] std::string cleaned(std::string_view value, place where);

/// Nothing, or only white space (§2.3).
[[nodiscard]] bool is_blank(std::string_view value) noexcept;

}  // namespace confab::xml
