#include "signaling/sdp/crypto.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "signaling/sdp/text.hpp"

namespace confab::sdp {
namespace {

struct suite_size {
  std::string_view name;
  size_t key_and_salt_bytes;
};

/// RFC 4568 §6.2, RFC 6188 §4, RFC 7714 §14.2.
constexpr std::array suites{
    suite_size{"AES_CM_128_HMAC_SHA1_80", 30},
    suite_size{"AES_CM_128_HMAC_SHA1_32", 30},
    suite_size{"AES_256_CM_HMAC_SHA1_80", 46},
    suite_size{"AEAD_AES_128_GCM", 28},
};

bool is_base64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

/// Some peers leave the padding out; what comes back has it.
std::optional<std::string> padded_key(std::string_view key, size_t bytes) {
  const size_t digits = (bytes * 8 + 5) / 6;
  const size_t padding = (3 - bytes % 3) % 3;
  const std::string_view tail = key.substr(std::min(digits, key.size()));
  if (key.size() < digits || tail.size() > padding || tail.find_first_not_of('=') != std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view body = key.substr(0, digits);
  if (!std::all_of(body.begin(), body.end(), is_base64)) return std::nullopt;
  return std::string(body) + std::string(padding, '=');
}

/// RFC 4568 §6.3: WSH is a hint; a dash marks what may be ignored; KDR=0 is the default said aloud.
bool harmless_parameter(std::string_view parameter) {
  return parameter.starts_with("WSH=") || parameter.starts_with('-') || parameter == "KDR=0";
}

bool is_lifetime(std::string_view field) {
  if (field.starts_with("2^")) field.remove_prefix(2);
  return text::number(field, UINT64_MAX).has_value();
}

}  // namespace

result<crypto_attribute> parse_crypto(std::string_view value) {
  std::string_view rest = value;
  const auto tag = text::number(text::next_word(rest), 999'999'999);
  const std::string_view name = text::next_word(rest);
  std::string_view key = text::next_word(rest);
  constexpr std::string_view method = "inline:";
  // The text never quotes the line: it holds a key.
  if (!tag || key.empty()) return {errc::malformed, "a=crypto lacks a field"};
  const auto suite =
      std::find_if(suites.begin(), suites.end(), [&](const suite_size& s) { return s.name == name; });
  if (suite == suites.end()) return {errc::unsupported, "SRTP suite " + std::string(name)};
  if (!text::same(key.substr(0, method.size()), method)) {
    return {errc::unsupported, "a key method of a=crypto other than inline"};
  }
  key.remove_prefix(method.size());
  if (key.find(';') != std::string_view::npos) return {errc::unsupported, "several keys in one a=crypto"};
  const size_t bar = key.find('|');
  if (bar != std::string_view::npos) {
    const std::string_view extra = key.substr(bar + 1);
    if (extra.find(':') != std::string_view::npos) return {errc::unsupported, "an MKI in a=crypto"};
    if (!is_lifetime(extra)) return {errc::malformed, "the lifetime of a=crypto is not a number"};
  }
  const auto padded = padded_key(key.substr(0, bar), suite->key_and_salt_bytes);
  if (!padded) return {errc::malformed, "the key of a=crypto does not fit " + std::string(name)};
  for (auto parameter = text::next_word(rest); !parameter.empty(); parameter = text::next_word(rest)) {
    if (!harmless_parameter(parameter)) {
      return {errc::unsupported, "session parameter " + std::string(parameter) + " of a=crypto"};
    }
  }
  return crypto_attribute{static_cast<uint32_t>(*tag), std::string(name), *padded};
}

std::string write(const crypto_attribute& c) {
  return std::to_string(c.tag) + " " + c.suite + " inline:" + c.key;
}

}  // namespace confab::sdp
