#include "media/codec/speex_frames.hpp"

#include <array>

namespace confab::codec {
namespace {

// Bits of a whole frame for each sub-mode, header included; 0: reserved.
constexpr std::array<size_t, 9> narrow_bits{5, 43, 119, 160, 220, 300, 364, 492, 79};
constexpr std::array<size_t, 8> layer_bits{4, 36, 112, 192, 352, 0, 0, 0};
constexpr size_t narrow_header = 5;  // layer flag and four bits of sub-mode
constexpr size_t layer_header = 4;   // layer flag and three bits of sub-mode
constexpr unsigned user_message = 13;
constexpr unsigned signalling = 14;
constexpr unsigned terminator = 15;

class bit_reader {
 public:
  explicit bit_reader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] size_t left() const { return bytes_.size() * 8 - at_; }
  [[nodiscard]] unsigned peek(size_t bits, size_t ahead = 0) const {
    unsigned value = 0;
    for (size_t i = at_ + ahead; i < at_ + ahead + bits; ++i) {
      value = (value << 1) | ((bytes_[i / 8] >> (7 - i % 8)) & 1u);
    }
    return value;
  }
  /// False when fewer than `bits` are left.
  bool skip(size_t bits) {
    if (bits > left()) return false;
    at_ += bits;
    return true;
  }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
};

enum class step : uint8_t { frame, skipped, end, garbage };

/// A wide-band layer at the reader: its flag bit is set.
step skip_layer(bit_reader& bits) {
  if (bits.left() < layer_header) return step::end;
  const size_t size = layer_bits[bits.peek(3, 1)];
  if (size == 0 || !bits.skip(size)) return step::garbage;
  return step::skipped;
}

/// In-band messages carry a length (user) or a code that tells it (signalling).
step skip_message(bit_reader& bits, unsigned mode) {
  if (bits.left() < narrow_header + 4) return step::garbage;
  const unsigned code = bits.peek(4, narrow_header);
  size_t size = 0;
  if (mode == user_message) {
    size = 5 + 8 * static_cast<size_t>(code);  // as the decoder skips it
  } else if (code < 2) {
    size = 1;
  } else if (code < 8) {
    size = 4;
  } else if (code < 10) {
    size = 8;
  } else if (code < 12) {
    size = 16;
  } else if (code < 14) {
    size = 32;
  } else {
    size = 64;
  }
  return bits.skip(narrow_header + 4 + size) ? step::skipped : step::garbage;
}

/// One frame, layer or message.
step advance(bit_reader& bits, bool wide, size_t& layers) {
  if (bits.left() < narrow_header) return step::end;  // padding
  if (bits.peek(1) == 1) {
    // Before a narrow-band frame, layers above what this decoder reads are skipped, two at most.
    return ++layers > 2 ? step::garbage : skip_layer(bits);
  }
  layers = 0;
  const unsigned mode = bits.peek(4, 1);
  if (mode == terminator) return step::end;
  if (mode == signalling || mode == user_message) return skip_message(bits, mode);
  if (mode >= narrow_bits.size() || !bits.skip(narrow_bits[mode])) return step::garbage;
  if (wide && bits.left() > 0 && bits.peek(1) == 1) {
    if (bits.left() < layer_header) return step::garbage;
    if (skip_layer(bits) != step::skipped) return step::garbage;
  }
  return step::frame;
}

}  // namespace

std::optional<size_t> count_speex_frames(std::span<const uint8_t> payload, bool wide) noexcept {
  bit_reader bits(payload);
  size_t frames = 0;
  size_t layers = 0;
  for (;;) {  // every step but the last moves on by four bits at least
    switch (advance(bits, wide, layers)) {
      case step::frame:
        ++frames;
        break;
      case step::skipped:
        break;
      case step::end:
        return frames == 0 ? std::nullopt : std::optional(frames);
      case step::garbage:
        return std::nullopt;
    }
  }
}

}  // namespace confab::codec
