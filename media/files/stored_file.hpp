#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/result.hpp"
#include "media/files/digest.hpp"
#include "media/io/descriptor.hpp"

namespace confab::files {

/// Where a whole file is, and what it is. A value that several threads read; what happens to the file on the
/// disk is for the disk actor.
struct stored_file {
  std::string path;
  uint64_t size = 0;  ///< bytes
  std::vector<file_hash> hashes;
};
using stored_file_ptr = std::shared_ptr<const stored_file>;

/// Removes it from the disk; who reads it goes on. Blocks.
void remove(const stored_file& file) noexcept;

/// Reads one file, at any place. It stays readable while this lives. Used on a disk actor's thread.
class file_reader {
 public:
  /// `not_found`: it is not there any more. Blocks.
  static result<std::shared_ptr<const file_reader>> open(const stored_file& file);
  /// At most `count` bytes from `offset` into `bytes`, whose memory is used again; fewer only at the end.
  /// Blocks.
  result<void> read(uint64_t offset, size_t count, std::string& bytes) const;

 private:
  io::descriptor file_;
};
using file_reader_ptr = std::shared_ptr<const file_reader>;

}  // namespace confab::files
