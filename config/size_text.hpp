#pragma once

#include <cstdint>
#include <string>

namespace confab {

/// How many bytes, for people, in the one notation of chat and pages: "812 bytes", "1.5 kB", "151 MB". A kB
/// has 1000 bytes (SI), as file managers say it. Two digits or more, rounded.
[[nodiscard]] std::string size_text(uint64_t bytes);

}  // namespace confab
