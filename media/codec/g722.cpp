#include <cassert>
#include <limits>

#include "media/codec/concealment.hpp"
#include "media/codec/factories.hpp"

// spandsp.h wants these; expose.h makes its states complete types, so that they are values that copy.
#include <spandsp.h>
#include <spandsp/expose.h>

namespace confab::codec {
namespace {

constexpr int bits_per_second = 64'000;  // the only mode RFC 3551 §4.5.2 allows

class g722_decoder final : public decoder {
 public:
  g722_decoder() { g722_decode_init(&state_, bits_per_second, 0); }

  result<size_t> decode(std::span<const uint8_t> payload, std::span<sample> out) override {
    if (payload.empty()) return {errc::malformed, "G.722 payload is empty"};
    if (payload.size() > out.size() / 2) return {errc::too_large, "G.722 payload is longer than the frame"};
    const int written = g722_decode(&state_, out.data(), payload.data(), static_cast<int>(payload.size()));
    concealment_.received(out.first(static_cast<size_t>(written)));
    return static_cast<size_t>(written);
  }
  void conceal(std::span<sample> out) override { concealment_.lost(out); }
  size_t samples_in(std::span<const uint8_t> payload) const override { return payload.size() * 2; }

 private:
  g722_decode_state_t state_{};
  concealment concealment_{16'000};
};

class g722_encoder final : public encoder {
 public:
  g722_encoder() { g722_encode_init(&state_, bits_per_second, 0); }

  size_t encode(std::span<const sample> in, std::span<uint8_t> out) override {
    assert(in.size() % 2 == 0 && out.size() >= in.size() / 2);
    return static_cast<size_t>(g722_encode(&state_, out.data(), in.data(), static_cast<int>(in.size())));
  }
  bool assume_state_of(const encoder& other) override {
    const auto* same = dynamic_cast<const g722_encoder*>(&other);
    if (same == nullptr) return false;
    state_ = same->state_;
    return true;
  }

 private:
  g722_encode_state_t state_{};
};

}  // namespace

std::unique_ptr<decoder> make_g722_decoder() {
  return std::make_unique<g722_decoder>();
}
std::unique_ptr<encoder> make_g722_encoder() {
  return std::make_unique<g722_encoder>();
}

}  // namespace confab::codec
