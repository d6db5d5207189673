#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

/// The names in URLs that nobody may guess.
namespace confab::web {

inline constexpr size_t token_bytes = 24;  // 192 bits
inline constexpr size_t token_characters = token_bytes / 3 * 4;

/// RFC 4648 §5 without padding.
[[nodiscard]] std::string write_token(const std::array<uint8_t, token_bytes>& random);

/// Could be one of ours: nothing else is looked up.
[[nodiscard]] bool is_token(std::string_view text) noexcept;

}  // namespace confab::web
