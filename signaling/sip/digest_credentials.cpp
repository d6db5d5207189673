#include "signaling/sip/digest_credentials.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "config/limits.hpp"
#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

/// RFC 3261 §25.1.
constexpr bool is_token_char(char c) noexcept {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return std::string_view("-.!%*_+`'~").find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

constexpr bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

std::optional<std::string> unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"') return std::nullopt;
  std::string out;
  for (size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') return i + 1 == text.size() ? std::optional(std::move(out)) : std::nullopt;
    if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
    if (is_control(text[i])) return std::nullopt;
    out.push_back(text[i]);
  }
  return std::nullopt;
}

struct parameter_pair {
  std::string_view name;
  std::string value;
};

class parameters {
 public:
  static result<parameters> parse(std::string_view list) {
    parameters out;
    for (const std::string_view piece : split(list, ',')) {
      if (out.pairs_.size() == limits::digest_parameters)
        return {errc::too_large, "more than " + std::to_string(limits::digest_parameters) + " parameters"};
      const size_t equals = piece.find('=');
      if (equals == std::string_view::npos) return {errc::malformed, "a parameter without a value"};
      const std::string_view name = trim(piece.substr(0, equals));
      const std::string_view text = trim(piece.substr(equals + 1));
      std::optional<std::string> value = is_token(text) ? std::string(text) : unquoted(text);
      if (!is_token(name) || !value) return {errc::malformed, "a parameter that is no name=value"};
      if (out.find(name) != nullptr) return {errc::malformed, std::string(name) + " twice"};
      out.pairs_.push_back({name, std::move(*value)});
    }
    return out;
  }

  [[nodiscard]] const std::string* find(std::string_view name) const noexcept {
    const auto pair = std::find_if(pairs_.begin(), pairs_.end(),
                                   [&](const parameter_pair& p) { return same_word(p.name, name); });
    return pair == pairs_.end() ? nullptr : &pair->value;
  }

  [[nodiscard]] bool is(std::string_view name, std::string_view word) const noexcept {
    const std::string* value = find(name);
    return value != nullptr && same_word(*value, word);
  }

  /// False when it is missing or empty.
  [[nodiscard]] bool take(std::string_view name, std::string& into) const {
    const std::string* value = find(name);
    if (value == nullptr || value->empty()) return false;
    into = *value;
    return true;
  }

 private:
  std::vector<parameter_pair> pairs_;
};

/// RFC 3261 §25.1: exactly eight hex digits in lower case; they are hashed as they are written.
std::optional<uint32_t> parse_nonce_count(const std::string* text) noexcept {
  if (text == nullptr || text->size() != 8) return std::nullopt;
  if (text->find_first_not_of("0123456789abcdef") != std::string::npos) return std::nullopt;
  uint32_t count = 0;
  const char* const end = text->data() + text->size();
  const auto [rest, problem] = std::from_chars(text->data(), end, count, 16);
  return problem == std::errc() && rest == end ? std::optional(count) : std::nullopt;
}

std::string write_nonce_count(uint32_t count) {
  std::string digits(8, '0');
  for (size_t i = 8; i-- > 0; count >>= 4) digits[i] = "0123456789abcdef"[count & 0x0f];
  return digits;
}

result<void> check_support(const parameters& given) {
  // RFC 7616 §3.4.4: we never offer to hash names, so nobody may.
  if (given.is("userhash", "true") || given.find("username*") != nullptr)
    return {errc::unsupported, "a user name that is hashed or encoded"};
  if (given.find("qop") == nullptr) return {errc::unsupported, "no qop"};
  if (!given.is("qop", "auth")) return {errc::unsupported, "qop is not auth"};
  return {};
}

result<parameters> split_credentials(std::string_view value) {
  if (value.size() > limits::digest_bytes) return {errc::too_large, "credentials too long"};
  value = trim(value);
  const size_t space = value.find_first_of(" \t");
  if (!same_word(value.substr(0, space), "Digest")) return {errc::unsupported, "not the scheme Digest"};
  if (space == std::string_view::npos) return {errc::malformed, "Digest without parameters"};
  return parameters::parse(value.substr(space));
}

}  // namespace

result<digest_credentials> parse_digest_credentials(std::string_view value) {
  const auto given = split_credentials(value);
  if (!given) return given.error();
  if (auto fits = check_support(*given); !fits) return fits.error();

  digest_credentials out;
  if (const std::string* name = given->find("algorithm")) {
    const auto known = digest_algorithm_named(*name);
    if (!known) return {errc::unsupported, "an algorithm we do not offer"};
    out.algorithm = *known;
  }
  const bool complete = given->take("username", out.username) && given->take("realm", out.realm) &&
                        given->take("nonce", out.nonce) && given->take("uri", out.uri) &&
                        given->take("cnonce", out.cnonce) && given->take("response", out.response);
  if (!complete) return {errc::malformed, "username, realm, nonce, uri, cnonce or response is missing"};
  if (const std::string* opaque = given->find("opaque")) out.opaque = *opaque;
  const auto count = parse_nonce_count(given->find("nc"));
  if (!count) return {errc::malformed, "nc is not eight hex digits in lower case"};
  out.nonce_count = *count;
  if (!is_hex_hash(out.algorithm, out.response))
    return {errc::malformed, "response is no hash of " + std::string(to_string(out.algorithm))};
  out.response = lower_case(out.response);
  return out;
}

result<std::string> digest_realm(std::string_view value) {
  const auto given = split_credentials(value);
  if (!given) return given.error();
  std::string realm;
  if (!given->take("realm", realm)) return {errc::malformed, "no realm"};
  return realm;
}

std::string write_digest_credentials(const digest_credentials& value) {
  std::string out = "Digest username=" + quoted(value.username) + ", realm=" + quoted(value.realm);
  out += ", nonce=" + quoted(value.nonce) + ", uri=" + quoted(value.uri);
  out.append(", algorithm=").append(to_string(value.algorithm));
  out += ", qop=auth, nc=" + write_nonce_count(value.nonce_count) + ", cnonce=" + quoted(value.cnonce);
  if (!value.opaque.empty()) out += ", opaque=" + quoted(value.opaque);
  return out + ", response=" + quoted(value.response);
}

std::string digest_secret(digest_algorithm algorithm, std::string_view user, std::string_view realm,
                          std::string_view password) {
  return hex_hash(algorithm, {user, realm, password});
}

std::string digest_response(const digest_credentials& value, std::string_view secret,
                            std::string_view method) {
  const std::string request = hex_hash(value.algorithm, {method, value.uri});
  return hex_hash(value.algorithm,
                  {secret, value.nonce, write_nonce_count(value.nonce_count), value.cnonce, "auth", request});
}

bool answers(const digest_credentials& value, std::string_view secret, std::string_view method) {
  return !secret.empty() && same_secret(digest_response(value, secret, method), value.response);
}

std::string write_challenges(const digest_challenge& challenge) {
  std::string out;
  for (const auto algorithm : challenge.algorithms) {
    out += "WWW-Authenticate: Digest realm=" + quoted(challenge.realm);
    out += ", nonce=" + quoted(challenge.nonce);
    if (!challenge.opaque.empty()) out += ", opaque=" + quoted(challenge.opaque);
    if (challenge.stale) out += ", stale=true";
    out.append(", algorithm=").append(to_string(algorithm)).append(", qop=\"auth\"\r\n");
  }
  return out;
}

}  // namespace confab::sip
