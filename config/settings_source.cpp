#include "config/settings_source.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "config/limits.hpp"
#include "config/settings_table.hpp"

namespace confab::settings_source {
namespace {

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
}

std::string hex_escape(std::string_view prefix, char c) {
  std::array<char, 8> digits{};
  std::snprintf(digits.data(), digits.size(), "%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return std::string(prefix) + digits.data();
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
  const size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const size_t at = text.find(separator);
    parts.push_back(trimmed(text.substr(0, at)));
    text = at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
  }
  return parts;
}

}  // namespace

bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), is_control);
}

std::string printable(std::string_view text) {
  constexpr size_t longest = 200;
  std::string out;
  for (const char c : text.substr(0, longest))
    out += is_control(c) ? hex_escape("\\x", c) : std::string(1, c);
  return text.size() > longest ? out + "…" : out;
}

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += is_control(c) ? hex_escape("\\u00", c) : std::string(1, c);
  }
  return out + "\"";
}

std::string quote_list(std::string_view comma_separated) {
  std::string out = "[";
  for (const std::string_view item : split(comma_separated, ',')) out += quote(item) + ",";
  return out + "]";
}

std::string quote_pairs(std::string_view comma_separated) {
  std::string out;
  for (const std::string_view item : split(comma_separated, ',')) {
    const size_t equals = item.find('=');
    if (equals == std::string_view::npos) return quote(comma_separated);  // no pair: refused for its type
    out += out.empty() ? "" : ", ";
    out += quote(item.substr(0, equals)) + " = " + quote(item.substr(equals + 1));
  }
  return "{" + out + "}";
}

bool is_section(std::string_view name) {
  const auto& all = settings_table::keys();
  return std::any_of(all.begin(), all.end(), [&](const settings_table::key& k) {
    return k.name.size() > name.size() && k.name.starts_with(name) && k.name[name.size()] == '.';
  });
}

std::string unknown_text(std::string_view name) {
  const std::string_view meant = settings_table::closest(name);
  const std::string text = printable(name) + ": unknown; ";
  return text + (meant.empty() ? "--help lists every key" : "did you mean " + std::string(meant) + "?");
}

result<void> check_size(const std::string& file, std::string_view text) {
  if (text.size() > limits::config_file_bytes) {
    return {errc::bad_setting, file + ": expected at most " + std::to_string(limits::config_file_bytes) +
                                   " bytes, found " + std::to_string(text.size())};
  }
  for (size_t line = 1; !text.empty(); ++line) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (end > limits::config_line_bytes) {
      return {errc::bad_setting, file + ":" + std::to_string(line) + ": expected at most " +
                                     std::to_string(limits::config_line_bytes) + " bytes in a line, found " +
                                     std::to_string(end)};
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

std::string key_at(std::string_view text, size_t line) {
  std::string section;
  std::string last;
  for (size_t number = 1; number <= line && !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view row = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (row.empty() || row.front() == '#') continue;
    // A header closes its bracket first; a list that goes on over lines holds quotes or commas instead of a
    // name.
    const size_t bracket = row.find_first_of("],\"");
    if (row.front() == '[' && bracket != std::string_view::npos && row[bracket] == ']') {
      section = std::string(trimmed(row.substr(1, bracket - 1)));
      last = "[" + section + "]";
    } else if (const size_t equals = row.find('='); equals != std::string_view::npos) {
      last = (section.empty() ? "" : section + ".") + std::string(trimmed(row.substr(0, equals)));
    }
  }
  return printable(last);
}

std::string parse_error_text(const std::string& file, std::string_view text, size_t line,
                             std::string_view description) {
  const std::string where = file + ":" + std::to_string(line) + ": ";
  const std::string name = key_at(text, line);
  const std::string key = name.empty() ? "" : (name.front() == '[' ? "section " : "key ") + name + ": ";
  // The library's words for a double name what is there already, not what to do.
  if (description.find("cannot redefine") != std::string_view::npos)
    return where + key + "set twice; expected it once";
  return where + key + printable(description);
}

}  // namespace confab::settings_source
