#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "media/files/incoming_file.hpp"
#include "media/io/descriptor.hpp"

namespace confab::files {

/// This process's folder in `files.directory`. Immutable after `open` but for what is promised, which any
/// thread may change; its paths may be had from any thread.
class storage {
 public:
  /// Makes `directory/confab-<token>` (16 digits) and locks it, and removes such folders of processes that
  /// are gone: what has our names in them, and nothing else. At start, main thread; blocks. `bad_setting`:
  /// the directory cannot be used.
  static result<std::shared_ptr<const storage>> open(const std::string& directory, std::string_view token);
  storage(const storage&) = delete;
  storage& operator=(const storage&) = delete;
  ~storage();  ///< removes the folder with what this process wrote

  /// Each number once. `exhausted`: as `promise`.
  [[nodiscard]] result<std::shared_ptr<incoming_file>> create(uint64_t number, uint64_t size,
                                                              const std::vector<hash_kind>& also,
                                                              uint64_t min_free = 0) const;
  /// Space for so many bytes. `exhausted`: less than `min_free` would be left once all that is promised has
  /// come. Blocks; from any thread, also at once.
  [[nodiscard]] result<space_promise> promise(uint64_t bytes, uint64_t min_free) const;
  [[nodiscard]] uint64_t promised_bytes() const noexcept { return *promised_; }
  /// Bytes that others than root may still write. Blocks.
  [[nodiscard]] result<uint64_t> free_bytes() const;
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

 private:
  storage() = default;
  std::string folder_;
  io::descriptor lock_;
  promised_space promised_ = std::make_shared<std::atomic<uint64_t>>(0);
};

}  // namespace confab::files
