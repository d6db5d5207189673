#include "signaling/dns/hosts.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace confab::dns {

namespace {

constexpr std::string_view blanks = " \t\r";

bool same_name(std::string_view left, std::string_view right) noexcept {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

/// The next word of a line; the line loses it.
std::string_view take_word(std::string_view& line) {
  const auto start = std::min(line.find_first_not_of(blanks), line.size());
  line.remove_prefix(start);
  const auto end = std::min(line.find_first_of(blanks), line.size());
  const auto word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

}  // namespace

std::optional<std::string> find_host(std::string_view hosts_file, std::string_view name) {
  std::optional<std::string> v6;
  while (!hosts_file.empty()) {
    const auto end = hosts_file.find('\n');
    auto line = hosts_file.substr(0, end);
    hosts_file.remove_prefix(end == std::string_view::npos ? hosts_file.size() : end + 1);
    line = line.substr(0, line.find('#'));
    const auto address = take_word(line);
    for (auto alias = take_word(line); !alias.empty(); alias = take_word(line)) {
      if (!same_name(alias, name)) continue;
      if (address.find(':') == std::string_view::npos) return std::string(address);
      if (!v6 && address.find('%') == std::string_view::npos) v6 = "[" + std::string(address) + "]";
    }
  }
  return v6;
}

std::optional<std::string> local_host_address(std::string_view name) {
  const bool literal = name.find_first_not_of("0123456789.") == std::string_view::npos || name.front() == '[';
  if (literal) return std::nullopt;
  if (same_name(name, "localhost")) return "127.0.0.1";
  std::ifstream file("/etc/hosts");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return find_host(text, name);
}

}  // namespace confab::dns
