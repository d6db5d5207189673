// A users file of any bytes is read, or refused with one line of text that shows no secret.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "signaling/sip/user_store.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto users = confab::sip::user_store::parse("users", text);
  if (!users) {
    for (const char c : users.error().text)
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
    return 0;
  }
  // The same file twice over holds each user a second time, which is refused.
  const auto twice = confab::sip::user_store::parse("users", std::string(text) + "\n" + std::string(text));
  if (twice.ok() != (users->size() == 0)) std::abort();
  return 0;
}
