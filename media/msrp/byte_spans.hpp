#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace confab::msrp {

/// Which bytes of a message have come: spans that do not touch, in order. Bounded by whoever asks `count`.
class byte_spans {
 public:
  /// Adds `begin` up to before `end`; overlap is no matter. Nothing for an empty span.
  void add(uint64_t begin, uint64_t end);
  /// All from 0 to before `end` is there.
  [[nodiscard]] bool covers(uint64_t end) const noexcept;
  /// One after the last byte of all.
  [[nodiscard]] uint64_t end() const noexcept { return spans_.empty() ? 0 : spans_.back().second; }
  /// Number of spans, one more than there are gaps between them.
  [[nodiscard]] size_t count() const noexcept { return spans_.size(); }

 private:
  std::vector<std::pair<uint64_t, uint64_t>> spans_;
};

}  // namespace confab::msrp
