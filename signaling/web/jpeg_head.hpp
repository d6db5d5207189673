#pragma once

#include <cstdint>
#include <string_view>

#include "config/result.hpp"

namespace confab::web {

struct jpeg_head {
  uint16_t width = 0;
  uint16_t height = 0;
  bool operator==(const jpeg_head&) const = default;
};

/// ITU-T T.81 Annex B: walks the segments from SOI to the first scan, and looks for EOI at the end. What is
/// between, the picture itself, is not decoded. `malformed`: no JPEG, or cut short; `unsupported`: of another
/// depth than 8 bits, or lossless; `too_large`: past `limits::screen_side_pixels`, `screen_pixels` or
/// `jpeg_segments`.
result<jpeg_head> read_jpeg_head(std::string_view bytes);

}  // namespace confab::web
