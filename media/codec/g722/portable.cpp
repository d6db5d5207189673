// Eight lanes in plain C++: for other processors, and to say what each function of the others does.
#include "media/codec/g722/frames.hpp"

namespace confab::codec::g722 {
namespace {

constexpr size_t width = 8;

struct alignas(16) portable_vec {
  int16_t at[width];
};
struct alignas(16) portable_wide {
  int32_t at[width / 2];
};

constexpr int16_t wrap(int value) {
  return static_cast<int16_t>(static_cast<uint16_t>(static_cast<unsigned>(value)));
}
constexpr int16_t saturate(int value) {
  return static_cast<int16_t>(value > 32'767 ? 32'767 : value < -32'768 ? -32'768 : value);
}

template <class Function>
portable_vec each(portable_vec a, Function function) {
  for (int16_t& value : a.at) value = wrap(function(value));
  return a;
}
template <class Function>
portable_vec both(portable_vec a, portable_vec b, Function function) {
  for (size_t i = 0; i < width; ++i) a.at[i] = wrap(function(a.at[i], b.at[i]));
  return a;
}
portable_vec look_up(const int16_t* entries, portable_vec index) {
  return each(index, [entries](int i) { return entries[i]; });
}

struct portable_lanes {
  using vec = portable_vec;
  using wide = portable_wide;
  using mask = portable_vec;   // all ones or all zeros
  using signs = portable_vec;  // all ones where negative
  static constexpr size_t lanes = width;

  static vec load(const int16_t* from) {
    vec v;
    std::memcpy(v.at, from, sizeof(v.at));
    return v;
  }
  static void store(int16_t* to, vec v) { std::memcpy(to, v.at, sizeof(v.at)); }
  static vec splat(int16_t value) {
    vec v{};
    return each(v, [value](int) { return value; });
  }
  static vec add(vec a, vec b) {
    return both(a, b, [](int x, int y) { return x + y; });
  }
  static vec sub(vec a, vec b) {
    return both(a, b, [](int x, int y) { return x - y; });
  }
  static vec adds(vec a, vec b) {
    return both(a, b, [](int x, int y) { return saturate(x + y); });
  }
  static vec subs(vec a, vec b) {
    return both(a, b, [](int x, int y) { return saturate(x - y); });
  }
  /// The upper half of a product, of the lanes as signed and as unsigned numbers; the lower half is the same.
  static vec mulhi(vec a, vec b) {
    return both(a, b, [](int x, int y) { return (x * y) >> 16; });
  }
  static vec mulhu(vec a, vec b) {
    return both(a, b, [](int x, int y) {
      return static_cast<int>(((static_cast<unsigned>(x) & 0xffff) * (static_cast<unsigned>(y) & 0xffff)) >>
                              16);
    });
  }
  static vec mullo(vec a, vec b) {
    return both(a, b, [](int x, int y) { return x * y; });
  }
  static vec min(vec a, vec b) {
    return both(a, b, [](int x, int y) { return x < y ? x : y; });
  }
  static vec max(vec a, vec b) {
    return both(a, b, [](int x, int y) { return x > y ? x : y; });
  }
  static vec bit_and(vec a, vec b) {
    return both(a, b, [](int x, int y) { return x & y; });
  }
  static vec bit_xor(vec a, vec b) {
    return both(a, b, [](int x, int y) { return x ^ y; });
  }
  template <int N>
  static vec sra(vec a) {
    return each(a, [](int x) { return x >> N; });
  }
  template <int N>
  static vec srl(vec a) {
    return each(a, [](int x) { return (x & 0xffff) >> N; });
  }
  template <int N>
  static vec sll(vec a) {
    return each(a, [](int x) { return x * (1 << N); });
  }
  static mask less(vec a, vec b) {
    return both(a, b, [](int x, int y) { return x < y ? -1 : 0; });
  }
  /// Where the signs differ; zero counts as positive.
  static mask differ(vec a, vec b) { return sra<15>(bit_xor(a, b)); }
  static vec select(mask m, vec yes, vec no) {
    for (size_t i = 0; i < width; ++i) no.at[i] = m.at[i] != 0 ? yes.at[i] : no.at[i];
    return no;
  }
  /// One more where `size` is no less than `level`.
  static vec count_reached(vec count, vec size, vec level) {
    return add(add(count, splat(1)), less(size, level));
  }
  /// A product with a fraction of 15 bits.
  static vec fraction(vec a, vec b) {
    return both(a, b, [](int x, int y) { return (x * y) >> 15; });
  }
  static signs sign_of(vec v) { return sra<15>(v); }
  /// 128 with the sign of the difference, 0 for none (UPZERO).
  static vec step_of(vec difference) {
    return each(difference, [](int x) { return x > 0 ? 128 : x < 0 ? -128 : 0; });
  }
  static vec apply(signs s, vec step) { return select(s, sub(splat(0), step), step); }

  static vec lookup8(const std::array<int16_t, 8>& entries, vec index) {
    return look_up(entries.data(), index);
  }
  static vec lookup16(const std::array<int16_t, 16>& entries, vec index) {
    return look_up(entries.data(), index);
  }
  static vec lookup64(const std::array<int16_t, 64>& entries, vec index) {
    return look_up(entries.data(), index);
  }
  static vec scale_at(vec index) { return look_up(scales.data(), index); }

  static vec splat_pair(int16_t first, int16_t second) {
    vec v;
    for (size_t i = 0; i < width; ++i) v.at[i] = i % 2 == 0 ? first : second;
    return v;
  }
  /// Sums of two products next to each other.
  static wide multiply_pairs(vec a, vec b) {
    wide sums;
    for (size_t i = 0; i < width / 2; ++i) {
      sums.at[i] = a.at[2 * i] * b.at[2 * i] + a.at[2 * i + 1] * b.at[2 * i + 1];
    }
    return sums;
  }
  static wide add_wide(wide a, wide b) {
    for (size_t i = 0; i < width / 2; ++i) a.at[i] += b.at[i];
    return a;
  }
  static wide sub_wide(wide a, wide b) {
    for (size_t i = 0; i < width / 2; ++i) a.at[i] -= b.at[i];
    return a;
  }
  template <int N>
  static wide sra_wide(wide a) {
    for (int32_t& value : a.at) value >>= N;
    return a;
  }
  /// 16 bits of the one and of the other by turns.
  static vec interleave(wide even, wide odd) {
    vec v;
    for (size_t i = 0; i < width / 2; ++i) {
      v.at[2 * i] = wrap(even.at[i]);
      v.at[2 * i + 1] = wrap(odd.at[i]);
    }
    return v;
  }
  /// Saturates; writes first, second of the even ones, then of the odd ones, and so on.
  static void store_pairs(int16_t* to, wide first_even, wide first_odd, wide second_even, wide second_odd) {
    for (size_t i = 0; i < width / 2; ++i) {
      to[4 * i] = saturate(first_even.at[i]);
      to[4 * i + 1] = saturate(second_even.at[i]);
      to[4 * i + 2] = saturate(first_odd.at[i]);
      to[4 * i + 3] = saturate(second_odd.at[i]);
    }
  }
};

}  // namespace

const kernel portable_kernel{"portable", portable_lanes::lanes, decode_group<portable_lanes>,
                             encode_group<portable_lanes>};

}  // namespace confab::codec::g722
