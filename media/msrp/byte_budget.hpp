#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace confab::msrp {

/// Bytes that many streams may keep together: those of a process, and within it those of a room. A counter
/// without a lock; any thread. What is taken must be given back, so take it by a `byte_share`.
class byte_budget {
 public:
  explicit byte_budget(uint64_t most, std::shared_ptr<byte_budget> within = nullptr)
      : most_(most), within_(std::move(within)) {}
  byte_budget(const byte_budget&) = delete;
  byte_budget& operator=(const byte_budget&) = delete;

  /// False: here, or in what it is within, less than that is left; nothing is taken then.
  [[nodiscard]] bool take(uint64_t bytes) noexcept;
  void give_back(uint64_t bytes) noexcept;
  [[nodiscard]] uint64_t taken() const noexcept { return taken_.load(std::memory_order_relaxed); }

 private:
  const uint64_t most_;
  std::atomic<uint64_t> taken_{0};
  std::shared_ptr<byte_budget> within_;
};
using byte_budget_ptr = std::shared_ptr<byte_budget>;

/// What one message has taken; given back when it goes. Of no budget: as much as it likes. Owned by one
/// thread.
class byte_share {
 public:
  explicit byte_share(byte_budget_ptr of = nullptr) noexcept : of_(std::move(of)) {}
  byte_share(byte_share&& other) noexcept
      : of_(std::move(other.of_)), bytes_(std::exchange(other.bytes_, 0)) {}
  byte_share& operator=(byte_share&& other) noexcept {
    std::swap(of_, other.of_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~byte_share() {
    if (of_) of_->give_back(bytes_);
  }

  [[nodiscard]] bool grow(uint64_t more) noexcept;
  [[nodiscard]] uint64_t bytes() const noexcept { return bytes_; }

 private:
  byte_budget_ptr of_;
  uint64_t bytes_ = 0;
};

}  // namespace confab::msrp
