#pragma once

#include <cstring>

#include "media/codec/g722/lanes.hpp"

/// Whole payloads of a group of legs: states and samples are turned over into lanes, the bands run there, and
/// the quadrature mirror filters run along each leg's own time, where neighbouring samples fill a vector as
/// well.
namespace confab::codec::g722 {
namespace {

/// One leg's samples in time with the filter's memory in front; whole vectors may be read.
struct timeline {
  int16_t values[filter_memory + piece + 5];

  int16_t* fresh() { return values + filter_memory; }
};

template <class L>
struct filter {
  using vec = typename L::vec;
  using wide = typename L::wide;

  explicit filter(const std::array<int16_t, filter_taps>& taps) {
    for (size_t i = 0; i < filter_taps / 2; ++i) pairs[i] = L::splat_pair(taps[2 * i], taps[2 * i + 1]);
  }
  /// For every second sample that follows: sums over twelve.
  wide operator()(const int16_t* from) const {
    wide sum = L::multiply_pairs(L::load(from), pairs[0]);
    for (size_t i = 1; i < filter_taps / 2; ++i) {
      sum = L::add_wide(sum, L::multiply_pairs(L::load(from + 2 * i), pairs[i]));
    }
    return sum;
  }

  vec pairs[filter_taps / 2];
};

constexpr size_t rounded_up(size_t count, size_t to) {
  return (count + to - 1) / to * to;
}

/// Bands of eight legs into lanes `first` to `first + 7`; lanes without a leg repeat the last one.
template <class L, class State>
void load_band(State* const* states, size_t count, band<int16_t> State::*which, band<typename L::vec>& to) {
  int16_t* const lanes = reinterpret_cast<int16_t*>(&to);
  for (size_t first = 0; first < L::lanes; first += 8) {
    for (size_t value = 0; value < band_values; value += 8) {
      row rows[8];
      for (size_t i = 0; i < 8; ++i) {
        const size_t leg = first + i < count ? first + i : count - 1;
        rows[i] = load_row(reinterpret_cast<const int16_t*>(&(states[leg]->*which)) + value);
      }
      turn_over(rows);
      for (size_t i = 0; i < 8; ++i) store_row(lanes + (value + i) * L::lanes + first, rows[i]);
    }
  }
}

template <class L, class State>
void store_band(const band<typename L::vec>& from, State* const* states, size_t count,
                band<int16_t> State::*which) {
  const int16_t* const lanes = reinterpret_cast<const int16_t*>(&from);
  for (size_t first = 0; first < count; first += 8) {
    for (size_t value = 0; value < band_values; value += 8) {
      row rows[8];
      for (size_t i = 0; i < 8; ++i) rows[i] = load_row(lanes + (value + i) * L::lanes + first);
      turn_over(rows);
      for (size_t i = 0; i < 8 && first + i < count; ++i) {
        store_row(reinterpret_cast<int16_t*>(&(states[first + i]->*which)) + value, rows[i]);
      }
    }
  }
}

/// `pairs` values of each leg, rounded up to eight, from rows of time into lanes. `load(leg, at)` is a row.
template <class L, class Load>
void into_lanes(size_t count, size_t pairs, typename L::vec* to, Load load) {
  int16_t* const lanes = reinterpret_cast<int16_t*>(to);
  for (size_t first = 0; first < L::lanes; first += 8) {
    for (size_t at = 0; at < pairs; at += 8) {
      row rows[8];
      for (size_t i = 0; i < 8; ++i) rows[i] = load(first + i < count ? first + i : count - 1, at);
      turn_over(rows);
      for (size_t i = 0; i < 8; ++i) store_row(lanes + (at + i) * L::lanes + first, rows[i]);
    }
  }
}

/// The other way: `store(leg, at, row)`.
template <class L, class Store>
void out_of_lanes(const typename L::vec* from, size_t count, size_t pairs, Store store) {
  const int16_t* const lanes = reinterpret_cast<const int16_t*>(from);
  for (size_t first = 0; first < count; first += 8) {
    for (size_t at = 0; at < pairs; at += 8) {
      row rows[8];
      for (size_t i = 0; i < 8; ++i) rows[i] = load_row(lanes + (at + i) * L::lanes + first);
      turn_over(rows);
      for (size_t i = 0; i < 8 && first + i < count; ++i) store(first + i, at, rows[i]);
    }
  }
}

template <class L>
struct decode_work {
  typename L::vec codes[piece];
  typename L::vec sums[piece];
  typename L::vec differences[piece];
};

/// The receive filter (G.722 §4.4): pairs of samples from the bands' sums and differences.
template <class L>
void join_bands(const timeline& sums, const timeline& differences, size_t pairs, int16_t* out) {
  const filter<L> forward(filter_forward);
  const filter<L> backward(filter_backward);
  for (size_t at = 0; at < pairs; at += L::lanes) {
    const int16_t* const sum = sums.values + at;
    const int16_t* const difference = differences.values + at;
    const auto halved = [](typename L::wide value) { return L::template sra_wide<11>(value); };
    int16_t spare[2 * L::lanes];
    const bool whole = at + L::lanes <= pairs;
    int16_t* const to = whole ? out + 2 * at : spare;
    L::store_pairs(to, halved(backward(difference)), halved(backward(difference + 1)), halved(forward(sum)),
                   halved(forward(sum + 1)));
    if (!whole) std::memcpy(out + 2 * at, spare, (pairs - at) * 2 * sizeof(int16_t));
  }
}

/// One leg's part of a piece: from lanes that were turned over, through the filter, to samples.
template <class L>
void finish_leg(decoder_state& state, timeline& sums, timeline& differences, size_t pairs, int16_t* out) {
  std::memcpy(sums.values, state.sums, sizeof(state.sums));
  std::memcpy(differences.values, state.differences, sizeof(state.differences));
  join_bands<L>(sums, differences, pairs, out);
  std::memcpy(state.sums, sums.values + pairs, sizeof(state.sums));
  std::memcpy(state.differences, differences.values + pairs, sizeof(state.differences));
}

template <class L>
void decode_bands(band<typename L::vec>& low, band<typename L::vec>& high, decode_work<L>& work,
                  size_t pairs) {
  band_run<L> low_run(low);
  band_run<L> high_run(high);
  for (size_t at = 0; at < pairs; ++at) {
    const auto code = work.codes[at];
    const auto below = decode_low<L>(low_run, at, code);
    const auto above = decode_high<L>(high_run, at, L::template srl<6>(code));
    work.sums[at] = L::add(below, above);  // each is limited to 15 bits
    work.differences[at] = L::sub(below, above);
  }
  low_run.finish(pairs);
  high_run.finish(pairs);
}

template <class L>
void decode_group(decoder_state* const* states, const uint8_t* const* payloads, int16_t* const* samples,
                  size_t count, size_t bytes) {
  band<typename L::vec> low;
  band<typename L::vec> high;
  load_band<L>(states, count, &decoder_state::low, low);
  load_band<L>(states, count, &decoder_state::high, high);
  decode_work<L> work;
  timeline sums[L::lanes];
  timeline differences[L::lanes];
  for (size_t done = 0; done < bytes;) {
    const size_t pairs = bytes - done < piece ? bytes - done : piece;
    into_lanes<L>(count, pairs, work.codes, [&](size_t leg, size_t at) {
      const uint8_t* const from = payloads[leg] + done + at;
      if (at + 8 <= pairs) return load_bytes(from);
      uint8_t rest[8] = {};
      std::memcpy(rest, from, pairs - at);
      return load_bytes(rest);
    });
    decode_bands<L>(low, high, work, pairs);
    out_of_lanes<L>(work.sums, count, pairs,
                    [&](size_t leg, size_t at, row r) { store_row(sums[leg].fresh() + at, r); });
    out_of_lanes<L>(work.differences, count, pairs,
                    [&](size_t leg, size_t at, row r) { store_row(differences[leg].fresh() + at, r); });
    for (size_t leg = 0; leg < count; ++leg) {
      finish_leg<L>(*states[leg], sums[leg], differences[leg], pairs, samples[leg] + 2 * done);
    }
    done += pairs;
  }
  store_band<L>(low, states, count, &decoder_state::low);
  store_band<L>(high, states, count, &decoder_state::high);
}

template <class L>
struct encode_work {
  typename L::vec low[piece];
  typename L::vec high[piece];
  typename L::vec codes[piece];
};

/// The transmit filter (G.722 §4.1): bands from pairs of samples.
template <class L>
void split_bands(const timeline& even, const timeline& odd, size_t pairs, int16_t* low, int16_t* high) {
  const filter<L> forward(filter_forward);
  const filter<L> backward(filter_backward);
  for (size_t at = 0; at < pairs; at += L::lanes) {
    typename L::wide below[2];
    typename L::wide above[2];
    for (size_t i = 0; i < 2; ++i) {
      const auto one = forward(even.values + at + i);
      const auto other = backward(odd.values + at + i);
      below[i] = L::template sra_wide<14>(L::add_wide(other, one));
      above[i] = L::template sra_wide<14>(L::sub_wide(other, one));
    }
    L::store(low + at, L::interleave(below[0], below[1]));
    L::store(high + at, L::interleave(above[0], above[1]));
  }
}

template <class L>
void begin_leg(encoder_state& state, const int16_t* samples, size_t pairs, int16_t* low, int16_t* high) {
  timeline even;
  timeline odd;
  std::memcpy(even.values, state.even, sizeof(state.even));
  std::memcpy(odd.values, state.odd, sizeof(state.odd));
  for (size_t i = 0; i < pairs; ++i) {
    even.fresh()[i] = samples[2 * i];
    odd.fresh()[i] = samples[2 * i + 1];
  }
  const size_t padding = (rounded_up(pairs, L::lanes) - pairs) * sizeof(int16_t);
  std::memset(even.fresh() + pairs, 0, padding);
  std::memset(odd.fresh() + pairs, 0, padding);
  split_bands<L>(even, odd, pairs, low, high);
  std::memcpy(state.even, even.values + pairs, sizeof(state.even));
  std::memcpy(state.odd, odd.values + pairs, sizeof(state.odd));
}

template <class L>
void encode_bands(band<typename L::vec>& low, band<typename L::vec>& high, encode_work<L>& work,
                  size_t pairs) {
  band_run<L> low_run(low);
  band_run<L> high_run(high);
  for (size_t at = 0; at < pairs; ++at) {
    const auto below = encode_low<L>(low_run, at, work.low[at]);
    const auto above = encode_high<L>(high_run, at, work.high[at]);
    work.codes[at] = L::add(below, L::template sll<6>(above));
  }
  low_run.finish(pairs);
  high_run.finish(pairs);
}

template <class L>
void encode_group(encoder_state* const* states, const int16_t* const* samples, uint8_t* const* payloads,
                  size_t count, size_t bytes) {
  band<typename L::vec> low;
  band<typename L::vec> high;
  load_band<L>(states, count, &encoder_state::low, low);
  load_band<L>(states, count, &encoder_state::high, high);
  encode_work<L> work;
  int16_t below[L::lanes][piece];
  int16_t above[L::lanes][piece];
  for (size_t done = 0; done < bytes;) {
    const size_t pairs = bytes - done < piece ? bytes - done : piece;
    for (size_t leg = 0; leg < count; ++leg) {
      begin_leg<L>(*states[leg], samples[leg] + 2 * done, pairs, below[leg], above[leg]);
    }
    into_lanes<L>(count, pairs, work.low, [&](size_t leg, size_t at) { return load_row(below[leg] + at); });
    into_lanes<L>(count, pairs, work.high, [&](size_t leg, size_t at) { return load_row(above[leg] + at); });
    encode_bands<L>(low, high, work, pairs);
    out_of_lanes<L>(work.codes, count, pairs, [&](size_t leg, size_t at, row r) {
      uint8_t* const to = payloads[leg] + done + at;
      if (at + 8 <= pairs) return store_bytes(to, r);
      uint8_t rest[8];
      store_bytes(rest, r);
      std::memcpy(to, rest, pairs - at);
    });
    done += pairs;
  }
  store_band<L>(low, states, count, &encoder_state::low);
  store_band<L>(high, states, count, &encoder_state::high);
}

}  // namespace
}  // namespace confab::codec::g722
