#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

namespace confab {

/// RFC 4648 §4, with padding.
[[nodiscard]] std::string to_base64(std::span<const uint8_t> bytes);

/// RFC 4648 §4; padding may be missing (as some phones leave it out of a=crypto). Refuses any other
/// character.
result<std::vector<uint8_t>> from_base64(std::string_view text);

}  // namespace confab
