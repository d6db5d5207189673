#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "media/msrp/cpim.hpp"

/// What parses is written so that it parses to the same again, body and all.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace confab::msrp;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto expect = [](bool holds) {
    if (!holds) std::abort();
  };
  if (const auto t = parse_date_time(bytes)) {
    const auto again = parse_date_time(write(*t));
    // The offset may lead out of the four digits of a year.
    expect(again.ok() ? *again == *t : write(*t).size() > 0);
  }
  expect(unescape_cpim(escape_cpim(bytes, true)) == bytes);
  const auto m = parse_cpim(bytes);
  if (!m) return 0;
  const std::string text = write_cpim(m->head, m->body);
  const auto again = parse_cpim(text);
  // Escapes and name spaces written out make a head longer, at times too long.
  if (!again.ok() && again.error().code == confab::errc::too_large) return 0;
  expect(again.ok());
  expect(again->head == m->head);
  expect(again->body == m->body);
  return 0;
}
