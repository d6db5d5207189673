#include "signaling/sdp/file_selector.hpp"

#include <array>
#include <charconv>

#include "config/limits.hpp"
#include "signaling/sdp/hex_pairs.hpp"
#include "signaling/sdp/text.hpp"

namespace confab::sdp {
namespace {

error malformed(std::string_view value) {
  constexpr size_t shown_bytes = 80;
  return {errc::malformed, "not an a=file-selector: " + std::string(value.substr(0, shown_bytes))};
}

/// Takes a word off `rest`; blanks within quotes belong to it. Nothing where a quote does not end.
std::optional<std::string_view> next_selector(std::string_view& rest) {
  rest = text::trimmed(rest);
  bool in_quotes = false;
  size_t end = 0;
  for (; end < rest.size(); ++end) {
    if (rest[end] == '"') in_quotes = !in_quotes;
    if (!in_quotes && (rest[end] == ' ' || rest[end] == '\t')) break;
  }
  if (in_quotes) return std::nullopt;
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

/// `"…"` with percent escapes undone (RFC 5547 §6: NUL, CR, LF, `"` and `%` stand escaped).
std::optional<std::string> read_name(std::string_view quoted) {
  if (quoted.size() < 3 || !quoted.starts_with('"') || !quoted.ends_with('"')) return std::nullopt;
  quoted = quoted.substr(1, quoted.size() - 2);
  auto out = text::percent_decoded(quoted);
  if (quoted.find('"') != std::string_view::npos || out.find('\0') != std::string::npos) return std::nullopt;
  return out;
}

std::string write_name(std::string_view name) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"' || c == '%' || c == '\r' || c == '\n') {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte >> 4], digits[byte & 0xf]};
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::optional<file_hash> read_hash(std::string_view value) {
  const size_t colon = value.find(':');
  if (colon == 0 || colon == std::string_view::npos) return std::nullopt;
  file_hash h;
  for (const char c : value.substr(0, colon)) {
    h.algorithm += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  }
  if (h.algorithm == "sha1") h.algorithm = "sha-1";
  h.digest = text::upper_hex_pairs(value.substr(colon + 1));
  if (h.digest.empty() || (h.algorithm == "sha-1" && text::pairs_in(h.digest) != 20)) return std::nullopt;
  return h;
}

/// Reads one selector; false where it is malformed or there already.
bool read_selector(std::string_view kind, std::string_view value, file_selector& into) {
  if (kind == "name") {
    if (into.name) return false;
    into.name = read_name(value);
    return into.name.has_value();
  }
  if (kind == "type") {
    if (into.type || value.find('/') == std::string_view::npos) return false;
    into.type = value;
    return true;
  }
  if (kind == "size") {
    if (into.size) return false;
    into.size = text::number(value, uint64_t{1} << 62);
    return into.size.has_value();
  }
  if (kind == "hash") {
    auto hash = read_hash(value);
    if (!hash || into.hashes.size() == limits::sdp_file_hashes) return false;
    into.hashes.push_back(*std::move(hash));
  }
  return true;
}

}  // namespace

result<file_selector> parse_file_selector(std::string_view value) {
  file_selector selector;
  std::string_view rest = value;
  while (true) {
    const auto word = next_selector(rest);
    if (!word) return malformed(value);
    if (word->empty()) return selector;
    const size_t colon = word->find(':');
    if (colon == std::string_view::npos) return malformed(value);
    if (!read_selector(word->substr(0, colon), word->substr(colon + 1), selector)) return malformed(value);
  }
}

std::string write(const file_selector& selector) {
  std::string out;
  const auto put = [&](std::string_view kind, const std::string& value) {
    if (!out.empty()) out += ' ';
    out += kind;
    out += value;
  };
  if (selector.name) put("name:", write_name(*selector.name));
  if (selector.type) put("type:", *selector.type);
  if (selector.size) put("size:", std::to_string(*selector.size));
  for (const file_hash& h : selector.hashes) put("hash:", h.algorithm + ":" + h.digest);
  return out;
}

}  // namespace confab::sdp
