#pragma once

// What every variant is compiled from; see README.md for why nothing here may be shared between translation
// units.

#include "media/simd/frames_body.hpp"
#include "media/simd/g711_body.hpp"
#include "media/simd/half_band_body.hpp"
#include "media/simd/kernels.hpp"

namespace confab::simd {
namespace {

constexpr kernel_table make_table(instruction_set set) {
  return {
      .set = set,
      .accumulate = accumulate,
      .split = split,
      .without_own = without_own,
      .narrow = narrow,
      .limit = limit,
      .energy = energy,
      .add = add,
      .subtract = subtract,
      .scale = scale,
      .half_band_up = half_band_up,
      .half_band_down = half_band_down,
      .part = part,
      .encode_mu_law = encode_mu_law,
      .encode_a_law = encode_a_law,
      .decode_mu_law = decode_mu_law,
      .decode_a_law = decode_a_law,
  };
}

}  // namespace
}  // namespace confab::simd
