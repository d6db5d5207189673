#include "media/mix/section_exchange.hpp"

#include <algorithm>
#include <cassert>

namespace confab::mix {
namespace {

constexpr size_t cache_line = 64;
constexpr uint64_t ring_frames = 4;  // the one being written, the one due, and two for a reader that is late

void add(wide_frame& to, const wide_frame& what) noexcept {
  for (size_t i = 0; i < to.size(); ++i) to[i] += what[i];
}

struct partial {
  uint64_t tick = 0;
  bool sound = false;
  size_t rank_count = 0;
  std::array<speaker_rank, limits::speakers_per_room> ranks;
  wide_frame sum;
};

}  // namespace

/// Both counts only grow. The writer owns the frames from `written` on, the reader those from `read` to
/// `written`; each passes frames on by a release store of its count.
struct section_exchange::ring {
  alignas(cache_line) std::atomic<uint64_t> written{0};
  alignas(cache_line) std::atomic<uint64_t> read{0};
  alignas(cache_line) std::array<partial, ring_frames> frames;
};

section_exchange::section_exchange(size_t most_sections)
    : most_(std::min(most_sections, limits::sections_per_room)), table_(most_ * most_), open_(most_, false) {}

section_exchange::~section_exchange() = default;

void section_exchange::open(unsigned section) {
  assert(section < most_);
  if (open_[section]) return;
  open_[section] = true;
  for (size_t other = 0; other < most_; ++other) {
    if (other == section || !open_[other]) continue;
    for (auto* place : {&between(section, other), &between(other, section)}) {
      owned_.push_back(std::make_unique<ring>());
      place->store(owned_.back().get(), std::memory_order_release);
    }
  }
}

unsigned section_exchange::settle_slot(unsigned preferred) noexcept {
  int settled = -1;
  const int wish = static_cast<int>(preferred);
  return slot_.compare_exchange_strong(settled, wish) ? preferred : static_cast<unsigned>(settled);
}

void section_exchange::publish(unsigned section, uint64_t tick, const wide_frame* sum,
                               std::span<const speaker_rank> ranks) noexcept {
  const size_t count = std::min(ranks.size(), limits::speakers_per_room);
  for (size_t reader = 0; reader < most_; ++reader) {
    ring* const to = between(section, reader).load(std::memory_order_acquire);
    if (to == nullptr) continue;
    const uint64_t written = to->written.load(std::memory_order_relaxed);
    if (written - to->read.load(std::memory_order_acquire) == ring_frames) continue;
    partial& next = to->frames[written % ring_frames];
    next.tick = tick;
    next.sound = sum != nullptr;
    if (sum != nullptr) next.sum = *sum;
    next.rank_count = count;
    std::copy_n(ranks.begin(), count, next.ranks.begin());
    to->written.store(written + 1, std::memory_order_release);
  }
}

section_exchange::collected section_exchange::collect(unsigned section, uint64_t tick, wide_frame& sum,
                                                      std::span<speaker_rank> ranks) noexcept {
  collected got;
  for (size_t writer = 0; writer < most_; ++writer) {
    ring* const from = between(writer, section).load(std::memory_order_acquire);
    if (from == nullptr) continue;
    uint64_t read = from->read.load(std::memory_order_relaxed);
    const uint64_t written = from->written.load(std::memory_order_acquire);
    for (; read != written; ++read) {
      const partial& said = from->frames[read % ring_frames];
      if (said.tick >= tick) break;  // for a later tick of ours
      if (said.tick + 1 < tick) {
        ++got.late;
        continue;
      }
      if (said.sound && got.sound) add(sum, said.sum);
      if (said.sound && !got.sound) sum = said.sum;
      got.sound = got.sound || said.sound;
      const size_t count = std::min(said.rank_count, ranks.size() - got.ranks);
      std::copy_n(said.ranks.begin(), count, ranks.begin() + static_cast<std::ptrdiff_t>(got.ranks));
      got.ranks += count;
    }
    from->read.store(read, std::memory_order_release);
  }
  return got;
}

}  // namespace confab::mix
