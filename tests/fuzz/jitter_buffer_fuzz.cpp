#include <cstdlib>
#include <unordered_map>
#include <vector>

#include "media/rtp/jitter_buffer.hpp"
#include "media/rtp/packet.hpp"

/// The input is a list of operations of six bytes: what, how far the sequence and timestamp step, length,
/// time.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace confab;
  using namespace confab::rtp;
  // The first byte chooses who drains and how much store there is.
  jitter_settings settings;
  settings.caller_drains = size > 0 && (data[0] & 1) != 0;
  settings.bytes_per_second = size > 0 ? data[0] * 100U : 8'000U;
  jitter_buffer buffer{settings};
  static const std::vector<uint8_t> payload(1600, 0x5a);
  clock_time now{std::chrono::seconds{1000}};
  uint16_t sequence = 65'500;
  uint32_t timestamp = 0xffff'0000;
  uint64_t resets = 0;
  std::optional<uint16_t> last;
  // Over half the number space "newer" says nothing (RFC 1982 §3.2). Many pushes may lie between two pops,
  // and what is popped may have been pushed long before: so each packet remembers how far the input had moved
  // when it went in, and only packets that lie close in this count are compared.
  uint64_t moved = 0;
  uint64_t moved_at_last = 0;
  std::unordered_map<uint16_t, uint64_t> moved_at;
  for (; size >= 6; data += 6, size -= 6) {
    const uint8_t what = data[0];
    const int moves = static_cast<int8_t>(data[1]) * (what & 0x10 ? 500 : 1);
    sequence = static_cast<uint16_t>(sequence + moves);
    moved += static_cast<uint64_t>(std::abs(moves));
    timestamp += static_cast<uint32_t>(static_cast<int8_t>(data[2]) * (what & 0x20 ? 1 << 20 : 160));
    now += std::chrono::milliseconds{data[5]} * (what & 0x40 ? 100 : 1);
    if ((what & 3) == 0) {
      const auto due = buffer.pop(now);
      if (buffer.counters().resets != resets) last.reset();
      resets = buffer.counters().resets;
      if (due.kind == playout::packet) {
        const uint64_t then = moved_at[due.sequence];
        const uint64_t apart = then > moved_at_last ? then - moved_at_last : moved_at_last - then;
        if (last && apart < 0x4000 && !newer(due.sequence, *last)) std::abort();
        last = due.sequence;
        moved_at_last = then;
        for (const uint8_t b : due.payload) {
          if (b != 0x5a) std::abort();
        }
      }
    } else if ((what & 3) == 1 && (what & 0x0c) == 0) {
      buffer.skip(sequence, now);
    } else if ((what & 3) == 1 && (what & 0x0c) == 4) {
      buffer.reset();
      last.reset();
    } else {
      const size_t length = std::min<size_t>(data[3] * size_t{data[4]}, payload.size());
      if (buffer.push(sequence, timestamp, data[4] & 0x7f, (what & 0x80) != 0,
                      std::span{payload}.first(length), now))
        moved_at[sequence] = moved;
    }
    if (buffer.size() > limits::jitter_buffer_packets) std::abort();
    const auto excess = buffer.excess(now);
    if (excess.count() < 0 || excess > std::chrono::milliseconds{120} * limits::jitter_buffer_packets)
      std::abort();
    if (buffer.delay() > std::chrono::milliseconds{200}) std::abort();
  }
  return 0;
}
