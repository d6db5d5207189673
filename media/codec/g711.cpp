#include "media/codec/g711.hpp"

#include <bit>
#include <cassert>

#include "media/codec/concealment.hpp"
#include "media/codec/factories.hpp"

// A companded code is a tiny floating-point number: three bits of exponent, four of mantissa. So an IEEE
// float holds it ready-made: convert, and bits 19 to 25 are the code, up to a constant. Unlike a shift by a
// variable amount or a table, this vectorises on plain SSE2.

namespace confab::codec {
namespace {

constexpr int mantissa_shift = 19;      // 23 bits of mantissa, of which G.711 keeps the top four
constexpr int32_t half_step = 1 << 18;  // a decoder answers with the middle of the step
constexpr int float_bias = 127;

/// A float's exponent and upper four mantissa bits, counted from the value 2^`first_exponent`.
constexpr int32_t to_log(int32_t value, int first_exponent) {
  return (std::bit_cast<int32_t>(static_cast<float>(value)) >> mantissa_shift) -
         ((float_bias + first_exponent) << 4);
}

/// The middle of the step that `log` names; `to_log`'s opposite.
constexpr int32_t from_log(int32_t log, int first_exponent) {
  const int32_t bits = ((((float_bias + first_exponent) << 4) + log) << mantissa_shift) | half_step;
  return static_cast<int32_t>(std::bit_cast<float>(bits));
}

constexpr uint8_t to_mu_law(int16_t linear) {
  const int32_t negative = linear >> 15;  // 0 or -1
  int32_t magnitude =
      ((linear ^ negative) >> 2) + 33;  // one's complement, 14 bits, plus the bias of G.711 table 2
  magnitude = magnitude > 0x1fff ? 0x1fff : magnitude;
  const int32_t log = to_log(magnitude, 5);
  return static_cast<uint8_t>((~log & 0x7f) | (~negative & 0x80));
}

constexpr uint8_t to_a_law(int16_t linear) {
  const int32_t negative = linear >> 15;
  const int32_t magnitude = (linear ^ negative) >> 4;  // 12 bits
  const int32_t log = to_log(magnitude, 3);
  const int32_t linear_segment = (magnitude - 16) >> 31;  // all ones in the first segment, which is linear
  const int32_t code = (magnitude & linear_segment) | (log & ~linear_segment);
  return static_cast<uint8_t>((code | (~negative & 0x80)) ^ 0x55);
}

constexpr int16_t from_mu_law(uint8_t code) {
  const int32_t inverted = ~code & 0xff;
  const int32_t magnitude = from_log(inverted & 0x7f, 7) - 132;
  const int32_t negative = -(inverted >> 7);
  return static_cast<int16_t>((magnitude ^ negative) - negative);
}

constexpr int16_t from_a_law(uint8_t code) {
  const int32_t toggled = code ^ 0x55;
  const int32_t log = toggled & 0x7f;
  const int32_t linear_segment = (log - 16) >> 31;
  const int32_t magnitude = ((log * 16 + 8) & linear_segment) | (from_log(log, 7) & ~linear_segment);
  const int32_t negative = (toggled >> 7) - 1;  // A-law sets the sign bit for positive values
  return static_cast<int16_t>((magnitude ^ negative) - negative);
}

class g711_decoder final : public decoder {
 public:
  explicit g711_decoder(g711_law law) : law_(law) {}

  result<size_t> decode(std::span<const uint8_t> payload, std::span<sample> out) override {
    if (payload.empty()) return {errc::malformed, "G.711 payload is empty"};
    if (payload.size() > out.size()) return {errc::too_large, "G.711 payload is longer than the frame"};
    const auto decoded = out.first(payload.size());
    switch (law_) {
      case g711_law::mu:
        decode_mu_law(payload, decoded);
        break;
      case g711_law::a:
        decode_a_law(payload, decoded);
        break;
    }
    concealment_.received(decoded);
    return decoded.size();
  }
  void conceal(std::span<sample> out) override { concealment_.lost(out); }
  size_t samples_in(std::span<const uint8_t> payload) const override { return payload.size(); }

 private:
  g711_law law_;
  concealment concealment_{8'000};
};

class g711_encoder final : public encoder {
 public:
  explicit g711_encoder(g711_law law) : law_(law) {}

  size_t encode(std::span<const sample> in, std::span<uint8_t> out) override {
    assert(out.size() >= in.size());
    switch (law_) {
      case g711_law::mu:
        encode_mu_law(in, out);
        break;
      case g711_law::a:
        encode_a_law(in, out);
        break;
    }
    return in.size();
  }
  bool assume_state_of(const encoder& other) override {
    const auto* same = dynamic_cast<const g711_encoder*>(&other);
    return same != nullptr && same->law_ == law_;  // G.711 has no state
  }

 private:
  g711_law law_;
};

}  // namespace

void encode_mu_law(std::span<const int16_t> in, std::span<uint8_t> out) noexcept {
  const int16_t* from = in.data();
  uint8_t* to = out.data();
  for (size_t i = 0; i < in.size(); ++i) to[i] = to_mu_law(from[i]);
}

void encode_a_law(std::span<const int16_t> in, std::span<uint8_t> out) noexcept {
  const int16_t* from = in.data();
  uint8_t* to = out.data();
  for (size_t i = 0; i < in.size(); ++i) to[i] = to_a_law(from[i]);
}

void decode_mu_law(std::span<const uint8_t> in, std::span<int16_t> out) noexcept {
  const uint8_t* from = in.data();
  int16_t* to = out.data();
  for (size_t i = 0; i < in.size(); ++i) to[i] = from_mu_law(from[i]);
}

void decode_a_law(std::span<const uint8_t> in, std::span<int16_t> out) noexcept {
  const uint8_t* from = in.data();
  int16_t* to = out.data();
  for (size_t i = 0; i < in.size(); ++i) to[i] = from_a_law(from[i]);
}

std::unique_ptr<decoder> make_g711_decoder(g711_law law) {
  return std::make_unique<g711_decoder>(law);
}
std::unique_ptr<encoder> make_g711_encoder(g711_law law) {
  return std::make_unique<g711_encoder>(law);
}

}  // namespace confab::codec
