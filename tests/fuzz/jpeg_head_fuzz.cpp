#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/base64.hpp"
#include "config/limits.hpp"
#include "signaling/conference/screens.hpp"
#include "signaling/web/jpeg_head.hpp"

/// What is taken for a picture has a sane size, and is taken for the same when it comes as base64.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace confab;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto expect = [](bool holds) {
    if (!holds) std::abort();
  };
  const auto head = web::read_jpeg_head(bytes);
  if (head) {
    expect(head->width > 0 && head->width <= limits::screen_side_pixels);
    expect(head->height > 0 && head->height <= limits::screen_side_pixels);
    expect(uint64_t{head->width} * head->height <= limits::screen_pixels);
    const auto wrapped = conference::read_screen(to_base64({data, size}), size);
    expect(wrapped.ok() && wrapped->jpeg == bytes && wrapped->width == head->width);
  }
  const auto screen = conference::read_screen(bytes, size);
  if (screen) expect(web::read_jpeg_head(screen->jpeg).ok() && screen->jpeg.size() <= size);
  return 0;
}
