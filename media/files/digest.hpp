#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace confab::files {

/// The functions that RFC 5547 §6 knows and the field uses.
enum class hash_kind : uint8_t { sha1, sha256 };

/// "sha-1", "sha-256".
[[nodiscard]] std::string_view to_string(hash_kind kind) noexcept;
/// By that name, in lower case; nothing for a function that is not computed here.
[[nodiscard]] std::optional<hash_kind> hash_kind_of(std::string_view name) noexcept;

/// A digest as SDP writes it: pairs of upper-case digits with colons between.
struct file_hash {
  hash_kind kind = hash_kind::sha1;
  std::string digest;
  bool operator==(const file_hash&) const = default;
};

/// A digest under way (OpenSSL EVP). Owned by one thread at a time.
class digest {
 public:
  explicit digest(hash_kind kind);
  void update(std::string_view bytes);
  /// Once, at the end.
  [[nodiscard]] file_hash finish();

 private:
  struct release {
    void operator()(evp_md_ctx_st* context) const noexcept;
  };
  hash_kind kind_;
  std::unique_ptr<evp_md_ctx_st, release> context_;
};

}  // namespace confab::files
