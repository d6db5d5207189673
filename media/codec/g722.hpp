#pragma once

#include <span>

#include "media/codec/codec.hpp"

/// Lists of G.722 work, side by side in vector lanes.
namespace confab::codec {

[[nodiscard]] bool is_g722(const decoder& d) noexcept;
[[nodiscard]] bool is_g722(const encoder& e) noexcept;

/// Collects jobs of G.722 codecs until as many have payloads of one size as a kernel has lanes, and runs
/// those. Values on the stack of one thread; no allocation. What was added runs at the latest in `finish`.
template <class Job>
class g722_batch {
 public:
  /// `job` stays where it is until `finish`, and names a codec that `is_g722` knows.
  void add(Job& job);
  void finish();

 private:
  static constexpr size_t most_jobs = 32;
  static constexpr size_t most_sizes = 4;  // 20 ms for most, 10 or 30 for some; more sizes: smaller groups
  struct group {
    size_t bytes = 0;
    size_t count = 0;
    Job* jobs[most_jobs];
  };
  static void run(group& g);

  group groups_[most_sizes];
  size_t next_ = 0;  // of the groups: who yields when there is a fifth size
};

extern template class g722_batch<decode_job>;
extern template class g722_batch<encode_job>;

}  // namespace confab::codec
