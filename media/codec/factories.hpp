#pragma once

#include <memory>

#include "media/codec/codec.hpp"

/// What `codec.cpp` chooses from: one pair for each codec file. Others use `make_decoder` and `make_encoder`.
namespace confab::codec {

enum class g711_law : uint8_t { mu, a };
enum class speex_band : uint8_t { narrow, wide };

[[nodiscard]] std::unique_ptr<decoder> make_g711_decoder(g711_law law);
[[nodiscard]] std::unique_ptr<encoder> make_g711_encoder(g711_law law);
[[nodiscard]] std::unique_ptr<decoder> make_g722_decoder();
[[nodiscard]] std::unique_ptr<encoder> make_g722_encoder();
[[nodiscard]] std::unique_ptr<decoder> make_speex_decoder(speex_band band);
[[nodiscard]] std::unique_ptr<encoder> make_speex_encoder(speex_band band);
[[nodiscard]] std::unique_ptr<decoder> make_opus_decoder();
[[nodiscard]] std::unique_ptr<encoder> make_opus_encoder();

}  // namespace confab::codec
