#include "signaling/web/token.hpp"

#include <algorithm>

#include "config/base64.hpp"

namespace confab::web {

std::string write_token(const std::array<uint8_t, token_bytes>& random) {
  auto text = to_base64(random);
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

bool is_token(std::string_view text) noexcept {
  return text.size() == token_characters && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                  c == '_';
         });
}

}  // namespace confab::web
