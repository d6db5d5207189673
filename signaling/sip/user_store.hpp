#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "config/result.hpp"
#include "signaling/sip/digest_hash.hpp"

namespace confab::sip {

/// Who may authenticate, read from the text of the users file. One user a line:
///
///     alice@example.com:her password         a password, from the first colon to the end of the line
///     bob:example.com:5f4dcc3b…              H(A1) as `htdigest` writes it: 32 hex digits are MD5's …
///     bob:example.com:9f86d081…              … and 64 are SHA-256's; a user may have one of each
///     # a comment, on a line of its own
///
/// Blanks at either end of a line and empty lines do not count. The domain is the realm of the challenge; in
/// a line with a hash it must be in lower case, as the hash was made of it. Only hashes are kept in memory.
class user_store {
 public:
  /// H(A1) in lower-case hex; empty where the file gives none for the algorithm.
  struct secrets {
    std::string md5;
    std::string sha256;

    [[nodiscard]] const std::string& of(digest_algorithm algorithm) const noexcept;
    [[nodiscard]] std::string& of(digest_algorithm algorithm) noexcept;
  };

  user_store() = default;
  /// `name` is for messages: "users.txt:12: expected …, found …". Never repeats a password or a hash. Past
  /// `limits::users_file_bytes` or `users_line_bytes`: `too_large`.
  static result<user_store> parse(const std::string& name, std::string_view text);

  /// nullptr for a user who is not there. `realm` in lower case; users are compared as they are written.
  [[nodiscard]] const secrets* lookup(std::string_view user, std::string_view realm) const;
  [[nodiscard]] bool has_realm(const std::string& realm) const { return realms_.contains(realm); }
  /// Of the first user in the file; empty without one.
  [[nodiscard]] const std::string& first_realm() const noexcept { return first_realm_; }
  [[nodiscard]] size_t size() const noexcept { return users_.size(); }

 private:
  result<void> add_line(std::string_view line);
  result<void> add_password(std::string_view user, std::string_view domain, std::string_view password);
  result<void> add_hash(std::string_view user, std::string_view realm, std::string_view hash);
  result<void> add(std::string_view user, std::string_view realm, digest_algorithm algorithm,
                   std::string secret);

  std::unordered_map<std::string, secrets> users_;  ///< by "user@realm"
  std::unordered_set<std::string> realms_;
  std::string first_realm_;
};

}  // namespace confab::sip
