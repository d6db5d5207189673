#pragma once

#include <cstdint>
#include <string>

namespace confab::testing {

/// One segment of a JPEG: marker, length, content.
inline std::string jpeg_segment(uint8_t marker, const std::string& content) {
  const size_t length = content.size() + 2;
  return std::string{'\xFF', static_cast<char>(marker), static_cast<char>(length >> 8),
                     static_cast<char>(length & 255)} +
         content;
}

/// The frame header of a grey picture.
inline std::string jpeg_frame(uint16_t width, uint16_t height, uint8_t marker = 0xC0, uint8_t precision = 8) {
  std::string content{static_cast<char>(precision),    static_cast<char>(height >> 8),
                      static_cast<char>(height & 255), static_cast<char>(width >> 8),
                      static_cast<char>(width & 255),  '\1'};
  return jpeg_segment(marker, content + std::string("\1\x11\0", 3));
}

/// Has the head of a picture and a scan that says `mark`; no browser shows it.
inline std::string small_jpeg(uint16_t width = 640, uint16_t height = 400, const std::string& mark = "scan") {
  return "\xFF\xD8" + jpeg_segment(0xE0, std::string("JFIF\0", 5)) + jpeg_frame(width, height) +
         jpeg_segment(0xDA, std::string("\1\1\0\0\x3F\0", 6)) + mark + "\xFF\xD9";
}

}  // namespace confab::testing
