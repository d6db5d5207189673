#include "signaling/sip/user_store.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "config/limits.hpp"
#include "signaling/sip/digest_credentials.hpp"
#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

constexpr bool is_word_char(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// What needs no escape in the user part of a URI (RFC 3261 §25.1) and separates nothing: the name becomes an
/// identity, sip:user@realm.
bool is_user(std::string_view text) noexcept {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_word_char(c) || std::string_view("-_.!~*'()&=+$").find(c) != std::string_view::npos;
  });
}

bool is_domain(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 255 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_word_char(c) || c == '-' || c == '.';
  });
}

bool has_control(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::optional<digest_algorithm> algorithm_of(std::string_view hash) noexcept {
  for (const auto algorithm : {digest_algorithm::md5, digest_algorithm::sha256})
    if (is_hex_hash(algorithm, hash)) return algorithm;
  return std::nullopt;
}

/// A hash in a line that reads as a password: "alice@example.com:example.com:5f4d…".
bool looks_hashed(std::string_view password) noexcept {
  const size_t colon = password.rfind(':');
  const std::string_view last = colon == std::string_view::npos ? password : password.substr(colon + 1);
  return algorithm_of(last).has_value();
}

std::string key_of(std::string_view user, std::string_view realm) {
  return std::string(user).append("@").append(realm);
}

}  // namespace

const std::string& user_store::secrets::of(digest_algorithm algorithm) const noexcept {
  return algorithm == digest_algorithm::md5 ? md5 : sha256;
}

std::string& user_store::secrets::of(digest_algorithm algorithm) noexcept {
  return algorithm == digest_algorithm::md5 ? md5 : sha256;
}

result<user_store> user_store::parse(const std::string& name, std::string_view text) {
  if (text.size() > limits::users_file_bytes)
    return {errc::too_large, name + ": larger than " + std::to_string(limits::users_file_bytes) + " bytes"};
  user_store out;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view raw = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string where = name + ":" + std::to_string(number) + ": ";
    if (raw.size() > limits::users_line_bytes)
      return {errc::too_large, where + "longer than " + std::to_string(limits::users_line_bytes) + " bytes"};
    const std::string_view line = trim(raw);
    if (line.empty() || line.front() == '#') continue;
    if (auto done = out.add_line(line); !done) return {done.error().code, where + done.error().text};
  }
  return out;
}

const user_store::secrets* user_store::lookup(std::string_view user, std::string_view realm) const {
  const auto found = users_.find(key_of(user, realm));
  return found == users_.end() ? nullptr : &found->second;
}

result<void> user_store::add_line(std::string_view line) {
  if (has_control(line)) return {errc::malformed, "a control character"};
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos)
    return {errc::malformed, "expected user@domain:password or user:realm:hash, found no colon"};
  const std::string_view head = line.substr(0, colon);
  const std::string_view tail = line.substr(colon + 1);
  if (const size_t at = head.find('@'); at != std::string_view::npos)
    return add_password(head.substr(0, at), head.substr(at + 1), tail);
  const size_t second = tail.find(':');
  if (second == std::string_view::npos)
    return {errc::malformed, "expected user@domain:password or user:realm:hash, found one colon and no @"};
  return add_hash(head, tail.substr(0, second), tail.substr(second + 1));
}

result<void> user_store::add_password(std::string_view user, std::string_view domain,
                                      std::string_view password) {
  if (password.empty()) return {errc::malformed, "an empty password"};
  if (looks_hashed(password))
    return {errc::malformed, "a hash where a password belongs: write user:realm:hash, without @"};
  const std::string realm = lower_case(domain);
  for (const auto algorithm : {digest_algorithm::sha256, digest_algorithm::md5}) {
    auto done = add(user, realm, algorithm, digest_secret(algorithm, user, realm, password));
    if (!done) return done;
  }
  return {};
}

result<void> user_store::add_hash(std::string_view user, std::string_view realm, std::string_view hash) {
  const auto algorithm = algorithm_of(hash);
  if (!algorithm) return {errc::malformed, "expected a hash of 32 (MD5) or 64 (SHA-256) hex digits"};
  if (lower_case(realm) != realm)
    return {errc::malformed, "a realm with capitals: clients hash it in lower case"};
  return add(user, realm, *algorithm, lower_case(hash));
}

result<void> user_store::add(std::string_view user, std::string_view realm, digest_algorithm algorithm,
                             std::string secret) {
  if (!is_user(user))
    return {errc::malformed, "a user name with characters that are not allowed unescaped in a SIP URI"};
  if (!is_domain(realm)) return {errc::malformed, "a domain that is not a host name"};
  std::string& slot = users_[key_of(user, realm)].of(algorithm);
  if (!slot.empty()) return {errc::malformed, key_of(user, realm) + " a second time"};
  slot = std::move(secret);
  realms_.emplace(realm);
  if (first_realm_.empty()) first_realm_ = realm;
  return {};
}

}  // namespace confab::sip
