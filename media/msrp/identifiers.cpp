#include "media/msrp/identifiers.hpp"

#include <array>

namespace confab::msrp {
namespace {

std::string hexadecimal(uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<char, 16> out{};
  for (size_t i = out.size(); i-- > 0; number >>= 4) out.at(i) = digits[number & 0xf];
  return {out.data(), out.size()};
}

}  // namespace

std::string make_identifier(const random_source& random) {
  return hexadecimal(random());
}

bool holds_end_line(std::string_view body, std::string_view transaction_id) noexcept {
  constexpr std::string_view dashes = "-------";
  for (size_t at = body.find(dashes); at != std::string_view::npos; at = body.find(dashes, at + 1)) {
    if (body.substr(at + dashes.size()).starts_with(transaction_id)) return true;
  }
  return false;
}

std::string make_transaction_id(std::string_view body, const random_source& random) {
  // A body of n bytes holds fewer than n end-lines, so that 64 random bits find a free one at once; a source
  // that repeats itself is helped by counting on.
  uint64_t number = random();
  std::string id = hexadecimal(number);
  while (holds_end_line(body, id)) id = hexadecimal(++number);
  return id;
}

std::string make_session_id(const random_source& random) {
  std::string id = make_identifier(random);
  return id += make_identifier(random);
}

}  // namespace confab::msrp
