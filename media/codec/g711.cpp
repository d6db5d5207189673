#include "media/codec/g711.hpp"

#include <cassert>

#include "media/codec/concealment.hpp"
#include "media/codec/factories.hpp"
#include "media/simd/kernels.hpp"

namespace confab::codec {
namespace {

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
  simd::kernels().encode_mu_law(in.data(), out.data(), in.size());
}

void encode_a_law(std::span<const int16_t> in, std::span<uint8_t> out) noexcept {
  simd::kernels().encode_a_law(in.data(), out.data(), in.size());
}

void decode_mu_law(std::span<const uint8_t> in, std::span<int16_t> out) noexcept {
  simd::kernels().decode_mu_law(in.data(), out.data(), in.size());
}

void decode_a_law(std::span<const uint8_t> in, std::span<int16_t> out) noexcept {
  simd::kernels().decode_a_law(in.data(), out.data(), in.size());
}

std::unique_ptr<decoder> make_g711_decoder(g711_law law) {
  return std::make_unique<g711_decoder>(law);
}
std::unique_ptr<encoder> make_g711_encoder(g711_law law) {
  return std::make_unique<g711_encoder>(law);
}

}  // namespace confab::codec
