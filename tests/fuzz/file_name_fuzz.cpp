#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/limits.hpp"
#include "signaling/conference/file_name.hpp"
#include "signaling/xml/text.hpp"

/// Whatever a stranger calls a file: what is made of it can be saved under in any folder, and stays what it
/// is.
namespace {

using namespace confab;

void expect(bool holds) {
  if (!holds) std::abort();
}

void check(const std::string& name) {
  expect(!name.empty() && name.size() <= limits::file_name_bytes);
  expect(name != "." && name != "..");
  expect(name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos);
  for (const char c : name) expect(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  const auto shown = xml::cleaned(name, xml::place::attribute);
  expect(shown == name || name.find("\xEF\xBF\xBE") != std::string::npos ||
         name.find("\xEF\xBF\xBF") != std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto name = conference::harmless_name(text);
  check(name);
  expect(conference::harmless_name(name) == name);
  const auto numbered = conference::numbered_name(name, static_cast<unsigned>(size));
  check(numbered);
  return 0;
}
