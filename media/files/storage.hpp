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

/// This process's folder in `files.directory`. Immutable after `open`; its paths may be had from any thread.
class storage {
 public:
  /// Makes `directory/confab-<token>` (16 digits) and locks it, and removes such folders of processes that
  /// are gone: what has our names in them, and nothing else. At start, main thread; blocks. `bad_setting`:
  /// the directory cannot be used.
  static result<std::shared_ptr<const storage>> open(const std::string& directory, std::string_view token);
  storage(const storage&) = delete;
  storage& operator=(const storage&) = delete;
  ~storage();  ///< removes the folder with what this process wrote

  /// Each number once.
  [[nodiscard]] result<std::shared_ptr<incoming_file>> create(uint64_t number, uint64_t size,
                                                              const std::vector<hash_kind>& also) const;
  /// Bytes that others than root may still write. Blocks.
  [[nodiscard]] result<uint64_t> free_bytes() const;
  [[nodiscard]] const std::string& folder() const noexcept { return folder_; }

 private:
  storage() = default;
  std::string folder_;
  io::descriptor lock_;
};

}  // namespace confab::files
