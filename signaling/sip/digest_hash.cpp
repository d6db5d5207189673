#include "signaling/sip/digest_hash.hpp"

#include <algorithm>
#include <array>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "signaling/sip/text.hpp"

namespace confab::sip {

namespace {

std::string to_hex(std::span<const uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const uint8_t byte : bytes) {
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 0x0f]);
  }
  return out;
}

constexpr bool is_hex_digit(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

const EVP_MD* function_of(digest_algorithm algorithm) noexcept {
  switch (algorithm) {
    case digest_algorithm::md5:
      return EVP_md5();
    case digest_algorithm::sha256:
      return EVP_sha256();
  }
  return nullptr;
}

}  // namespace

std::string_view to_string(digest_algorithm algorithm) noexcept {
  switch (algorithm) {
    case digest_algorithm::md5:
      return "MD5";
    case digest_algorithm::sha256:
      return "SHA-256";
  }
  return {};
}

std::optional<digest_algorithm> digest_algorithm_named(std::string_view name) noexcept {
  for (const auto algorithm : {digest_algorithm::md5, digest_algorithm::sha256})
    if (same_word(name, to_string(algorithm))) return algorithm;
  return std::nullopt;
}

size_t hex_length(digest_algorithm algorithm) noexcept {
  switch (algorithm) {
    case digest_algorithm::md5:
      return 32;
    case digest_algorithm::sha256:
      return 64;
  }
  return 0;
}

bool is_hex_hash(digest_algorithm algorithm, std::string_view text) noexcept {
  return text.size() == hex_length(algorithm) && std::all_of(text.begin(), text.end(), is_hex_digit);
}

std::string hex_hash(digest_algorithm algorithm, std::initializer_list<std::string_view> parts) {
  std::string joined;
  for (const std::string_view* part = parts.begin(); part != parts.end(); ++part) {
    if (part != parts.begin()) joined.push_back(':');
    joined.append(*part);
  }
  std::array<uint8_t, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  const int done =
      EVP_Digest(joined.data(), joined.size(), bytes.data(), &length, function_of(algorithm), nullptr);
  OPENSSL_cleanse(joined.data(), joined.size());
  return done == 1 ? to_hex(std::span(bytes).first(length)) : std::string();
}

std::string keyed_hash(std::span<const uint8_t> key, std::string_view text) {
  std::array<uint8_t, EVP_MAX_MD_SIZE> bytes{};
  unsigned length = 0;
  const auto* const data = reinterpret_cast<const uint8_t*>(text.data());
  const auto* const done =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, text.size(), bytes.data(), &length);
  return done == nullptr ? std::string() : to_hex(std::span(bytes).first(length));
}

result<hash_key> random_hash_key() {
  hash_key key{};
  if (RAND_bytes(key.data(), static_cast<int>(key.size())) != 1)
    return {errc::unavailable, "no random numbers for nonces"};
  return key;
}

bool same_secret(std::string_view left, std::string_view right) noexcept {
  return !left.empty() && left.size() == right.size() &&
         CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace confab::sip
