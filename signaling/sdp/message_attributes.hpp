#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"

/// Attributes of `m=message` (RFC 4975 §8, RFC 6135, RFC 7701 §8), each as a parse/write pair of its value.
namespace confab::sdp {

/// RFC 4975 §8: `a=path:`, nearest hop first, as text: what the URIs mean is for whoever connects.
/// `malformed`: none, a URI of another scheme, controls; `too_large`: more than `limits::msrp_path_uris`.
result<std::vector<std::string>> parse_message_path(std::string_view value);

/// RFC 4975 §8.6: `a=accept-types:` and `a=accept-wrapped-types:`, `*` included. `malformed`: empty.
result<std::vector<std::string>> parse_accept_types(std::string_view value);

/// RFC 7701 §8: `a=chatroom` or `a=chatroom:nickname private-messages`; may be empty.
result<std::vector<std::string>> parse_chatroom(std::string_view value);

/// Words with single spaces between: the value of each of the three.
[[nodiscard]] std::string write_words(const std::vector<std::string>& words);

/// Whether a list of types takes `type` (`message/cpim`): by name, `message/*` or `*`.
[[nodiscard]] bool takes_type(const std::vector<std::string>& types, std::string_view type);

/// RFC 4975 §8.6: `a=max-size:`, in bytes.
result<uint64_t> parse_max_size(std::string_view value);

/// RFC 4145 §4, RFC 6135 §4.
enum class setup_role : uint8_t { active, passive, actpass, holdconn };
result<setup_role> parse_setup(std::string_view value);
[[nodiscard]] std::string_view write(setup_role role) noexcept;

/// RFC 8122 §5: `a=fingerprint:sha-256 4A:AD:…`.
struct fingerprint {
  std::string hash;    ///< name of the function, lower case
  std::string digest;  ///< pairs of upper-case digits with colons
  bool operator==(const fingerprint&) const = default;
};
/// `malformed` where digest and function do not fit; `unsupported` for functions not known here.
result<fingerprint> parse_fingerprint(std::string_view value);
[[nodiscard]] std::string write(const fingerprint& f);

}  // namespace confab::sdp
