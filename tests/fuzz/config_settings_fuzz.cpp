// A config file of any bytes is read or refused with one line of text.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/settings.hpp"
#include "config/settings_source.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto loaded = confab::load_settings("c.conf", text, {});
  if (!loaded && confab::settings_source::has_control(loaded.error().text)) std::abort();
  if (loaded && loaded->media.first_port >= loaded->media.last_port) std::abort();
  // The first line as a flag: its refusal must fit in one line too.
  const auto flagged = confab::load_settings("", "", {text.substr(0, text.find('\n'))});
  if (!flagged && confab::settings_source::has_control(flagged.error().text)) std::abort();
  return 0;
}
