#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "media/codec/g722/state.hpp"

/// G.722 at 64 kbit/s (ITU-T G.722, RFC 3551 §4.5.2) for several legs at once, one leg in each vector lane.
namespace confab::codec::g722 {

/// `count` legs, 1 to `lanes`, all with payloads of `bytes` bytes and twice as many samples. The states are
/// distinct; nothing is allocated; any thread that owns the states.
using decode_function = void (*)(decoder_state* const* states, const uint8_t* const* payloads,
                                 int16_t* const* samples, size_t count, size_t bytes);
using encode_function = void (*)(encoder_state* const* states, const int16_t* const* samples,
                                 uint8_t* const* payloads, size_t count, size_t bytes);

/// The same arithmetic, to the bit, for one kind of processor.
struct kernel {
  const char* name;
  size_t lanes;
  decode_function decode;
  encode_function encode;
};

constexpr size_t most_lanes = 32;

/// Those this processor can run: the portable one first, the widest last.
[[nodiscard]] std::span<const kernel* const> kernels() noexcept;
/// What runs `legs` legs: the narrowest kernel that holds them all, else the widest.
[[nodiscard]] const kernel& kernel_for(size_t legs) noexcept;
/// For tests and benchmarks: `kernel_for` answers with this one only, or chooses again for an empty name.
/// False for a name that `kernels` does not have. Not while other threads decode or encode.
bool use_kernel(std::string_view name) noexcept;

// One for each source file; chosen by `kernels`.
extern const kernel portable_kernel;
#if defined(__x86_64__)
extern const kernel sse2_kernel;
extern const kernel avx2_kernel;
extern const kernel avx512_kernel;
#endif

}  // namespace confab::codec::g722
