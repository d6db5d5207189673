#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "signaling/conference/nickname_form.hpp"
#include "signaling/conference/phone_message.hpp"
#include "signaling/xml/text.hpp"

/// Names of people: what is made of them is UTF-8, the same again when it is made again, and a line to a
/// phone is one.
namespace {

using namespace confab::conference;

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view name(reinterpret_cast<const char*>(data), size);
  const auto read = name_as_read(name);
  expect(confab::xml::is_clean(read, confab::xml::place::attribute));
  expect(name_as_read(read) == read);
  if (const auto key = nickname_key(name)) expect(*key == read && !read.empty());
  const auto seen = seen_name(name);
  expect(confab::xml::is_clean(seen, confab::xml::place::attribute));
  expect(seen_name(seen) == seen);
  expect(name_as_read(seen) == read);
  const auto message = for_phone({std::string(name), "sip:a@b"}, true, "text/plain", "hi");
  expect(!message.sender.empty());
  expect(message.sender.find_first_of("\r\n") == std::string::npos);
  expect(message.sender.find("(private)") == std::string::npos);
  return 0;
}
