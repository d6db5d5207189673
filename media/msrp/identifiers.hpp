#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace confab::msrp {

/// 64 bits that peers cannot guess, new ones with each call. The caller says where they come from.
using random_source = std::function<uint64_t()>;

/// RFC 4975 §9 ident, fit for transactions and messages: 16 hexadecimal digits.
[[nodiscard]] std::string make_identifier(const random_source& random);

/// RFC 4975 §7.1: whether what would end a request of that transaction occurs in its body.
[[nodiscard]] bool holds_end_line(std::string_view body, std::string_view transaction_id) noexcept;

/// An id for a request with that body: another is drawn until the body does not hold its end-line.
[[nodiscard]] std::string make_transaction_id(std::string_view body, const random_source& random);

/// RFC 4975 §14.1: a session id of at least 80 random bits; here 128, 32 hexadecimal digits.
[[nodiscard]] std::string make_session_id(const random_source& random);

}  // namespace confab::msrp
