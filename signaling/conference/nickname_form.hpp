#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace confab::conference {

/// What two nicknames have in common that are one to those who read them (RFC 8266 §2, as far as it goes
/// without tables of Unicode): in lower case (Latin to U+017F, Greek, Cyrillic, full-width letters), with
/// single ASCII blanks. Nothing for what cannot be a nickname: bad UTF-8, nothing but blanks, controls,
/// characters without a shape of their own or that turn the direction of writing, private use, more than
/// `limits::nickname_bytes`. Letters of different scripts that look alike, and composed and decomposed forms,
/// are different. Pure.
[[nodiscard]] std::optional<std::string> nickname_key(std::string_view name);

/// What people take any name for, whatever its bytes and length: the key of the nickname that it looks like,
/// for characters that nobody sees are left out. Empty where nothing is seen. Pure.
[[nodiscard]] std::string name_as_read(std::string_view name);

/// The name itself as one line of seen characters: ends of lines become blanks, the unseen are left out.
/// Pure.
[[nodiscard]] std::string seen_name(std::string_view name);

}  // namespace confab::conference
