#pragma once

#include <string_view>

#include "config/result.hpp"

namespace confab::sip {

/// The digit in an INFO body: `application/dtmf-relay` (`Signal=5`, `Duration=160`) or `application/dtmf`
/// (just `5`). `unsupported` for other types, `malformed` when there is no digit. Returns 0-9 * # A-D.
result<char> parse_dtmf_info(std::string_view content_type, std::string_view body);

}  // namespace confab::sip
