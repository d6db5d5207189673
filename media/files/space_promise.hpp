#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <utility>

namespace confab::files {

/// Bytes of a disk that all files on their way in may still take.
using promised_space = std::shared_ptr<std::atomic<uint64_t>>;

/// The part of them that one file has: less as it comes, nothing once this is gone. Only counted: to allocate
/// (fallocate) would take memory on tmpfs before a byte has come, and some file systems cannot. Owned by one
/// thread at a time; they share the sum.
class space_promise {
 public:
  space_promise() = default;
  space_promise(promised_space all, uint64_t bytes) : all_(std::move(all)), bytes_(bytes) {
    all_->fetch_add(bytes_);
  }
  space_promise(space_promise&& other) noexcept
      : all_(std::move(other.all_)), bytes_(std::exchange(other.bytes_, 0)) {}
  space_promise& operator=(space_promise&& other) noexcept {
    keep(bytes_);
    all_ = std::move(other.all_);
    bytes_ = std::exchange(other.bytes_, 0);
    return *this;
  }
  space_promise(const space_promise&) = delete;
  space_promise& operator=(const space_promise&) = delete;
  ~space_promise() { keep(bytes_); }

  /// So many bytes are on the disk.
  void keep(uint64_t bytes) noexcept {
    const uint64_t kept = bytes < bytes_ ? bytes : bytes_;
    if (kept > 0) all_->fetch_sub(kept);
    bytes_ -= kept;
  }

  [[nodiscard]] uint64_t bytes() const noexcept { return bytes_; }

 private:
  promised_space all_;
  uint64_t bytes_ = 0;
};

}  // namespace confab::files
