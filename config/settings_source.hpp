#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/result.hpp"

/// Words about the text of a config file or flag, for the reader and its messages; knows no TOML library.
namespace confab::settings_source {

[[nodiscard]] bool has_control(std::string_view text) noexcept;
/// Fit for one line on a terminal: control characters as `\xNN`, long texts cut.
[[nodiscard]] std::string printable(std::string_view text);

/// A text as TOML writes it, and the same for `a,b` and `a=b,c=d`.
[[nodiscard]] std::string quote(std::string_view text);
[[nodiscard]] std::string quote_list(std::string_view comma_separated);
[[nodiscard]] std::string quote_pairs(std::string_view comma_separated);

/// Whether some key's name starts with `name` and a dot.
[[nodiscard]] bool is_section(std::string_view name);
/// `media.thread: unknown; did you mean media.threads?`
[[nodiscard]] std::string unknown_text(std::string_view name);

/// Bounds that keep a wrong file (a core dump, say) from being parsed at all.
result<void> check_size(const std::string& file, std::string_view text);

/// The key that is set in this line (counted from 1) or goes on in it, with its section: "media.threads";
/// "[media]" for a header; empty when the text does not say.
[[nodiscard]] std::string key_at(std::string_view text, size_t line);

/// One line for a file that is not TOML, or sets a key twice.
[[nodiscard]] std::string parse_error_text(const std::string& file, std::string_view text, size_t line,
                                           std::string_view description);

}  // namespace confab::settings_source
