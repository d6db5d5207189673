#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "config/result.hpp"

/// The hashes that Digest authentication is made of (RFC 7616 §3.3, RFC 8760 §2.1). Pure but for
/// `random_hash_key`.
namespace confab::sip {

enum class digest_algorithm : uint8_t { md5, sha256 };

/// The name in `algorithm=`: "MD5" or "SHA-256".
[[nodiscard]] std::string_view to_string(digest_algorithm algorithm) noexcept;
/// By that name, in any case; -sess variants and others: nothing.
[[nodiscard]] std::optional<digest_algorithm> digest_algorithm_named(std::string_view name) noexcept;
/// Hex digits of a hash: 32 or 64.
[[nodiscard]] size_t hex_length(digest_algorithm algorithm) noexcept;
/// `text` is the hash of this algorithm in hex, of either case.
[[nodiscard]] bool is_hex_hash(digest_algorithm algorithm, std::string_view text) noexcept;

/// Hash of the parts with a colon between each, in lower-case hex. Empty where the machine's rules forbid the
/// algorithm (MD5 under FIPS): then nothing matches it.
[[nodiscard]] std::string hex_hash(digest_algorithm algorithm, std::initializer_list<std::string_view> parts);

/// HMAC-SHA-256 (RFC 2104) in lower-case hex; empty like `hex_hash`.
[[nodiscard]] std::string keyed_hash(std::span<const uint8_t> key, std::string_view text);

using hash_key = std::array<uint8_t, 32>;
/// Bytes that nobody can guess, for `keyed_hash`; `unavailable` when the machine gives none.
result<hash_key> random_hash_key();

/// Takes as long whatever the difference is, so that nobody can guess a secret byte by byte. An empty text
/// equals nothing.
[[nodiscard]] bool same_secret(std::string_view left, std::string_view right) noexcept;

}  // namespace confab::sip
