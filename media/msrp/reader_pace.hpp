#pragma once

#include <cstdint>
#include <optional>

#include "media/msrp/chunk_assembler.hpp"

namespace confab::msrp {

/// Whether a reader keeps up. It may be slow, as phones are at the edge of a cell, as long as what waits for
/// it gets through at `limits::msrp_reader_pace` on the whole, with `limits::msrp_reader_grace` to begin
/// with: then two large messages in a row harm nobody. A plain value; time goes in.
class reader_pace {
 public:
  /// So many more bytes wait.
  void on_queued(uint64_t bytes, clock_time now) noexcept;
  /// Nothing waits any more.
  void on_through() noexcept { due_.reset(); }
  /// All that waits should be through by then; nothing: nothing waits.
  [[nodiscard]] std::optional<clock_time> due() const noexcept { return due_; }

 private:
  std::optional<clock_time> due_;
};

}  // namespace confab::msrp
