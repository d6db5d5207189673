#include "media/files/digest.hpp"

#include <array>
#include <new>

#include <openssl/evp.h>

namespace confab::files {

std::string_view to_string(hash_kind kind) noexcept {
  switch (kind) {
    case hash_kind::sha1:
      return "sha-1";
    case hash_kind::sha256:
      return "sha-256";
  }
  return {};
}

std::optional<hash_kind> hash_kind_of(std::string_view name) noexcept {
  for (const auto kind : {hash_kind::sha1, hash_kind::sha256}) {
    if (name == to_string(kind)) return kind;
  }
  return std::nullopt;
}

void digest::release::operator()(evp_md_ctx_st* context) const noexcept {
  EVP_MD_CTX_free(context);
}

digest::digest(hash_kind kind) : kind_(kind), context_(EVP_MD_CTX_new()) {
  const EVP_MD* const function = kind == hash_kind::sha1 ? EVP_sha1() : EVP_sha256();
  if (!context_ || EVP_DigestInit_ex(context_.get(), function, nullptr) != 1) throw std::bad_alloc();
}

void digest::update(std::string_view bytes) {
  (void)EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
}

file_hash digest::finish() {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::array<uint8_t, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  (void)EVP_DigestFinal_ex(context_.get(), bytes.data(), &size);
  file_hash out{kind_, {}};
  for (unsigned i = 0; i < size; ++i) {
    if (i != 0) out.digest += ':';
    out.digest += {digits[bytes[i] >> 4], digits[bytes[i] & 0xf]};
  }
  return out;
}

}  // namespace confab::files
