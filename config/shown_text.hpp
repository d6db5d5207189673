#pragma once

#include <string>
#include <string_view>

namespace confab {

/// What strangers call themselves and their files, inside a line that others read: without the characters
/// that turn the direction of the text around them (Unicode's Bidi_Control: U+061C, U+200E, U+200F, U+202A to
/// U+202E, U+2066 to U+2069), so that nothing looks like what it is not ("report\u202Efdp.exe"). Separators
/// of lines that are no ASCII (U+0085, U+2028, U+2029) become a space. All else stays, bytes that are not
/// UTF-8 too.
[[nodiscard]] std::string shown_text(std::string_view text);

}  // namespace confab
