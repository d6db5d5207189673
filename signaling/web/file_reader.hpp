#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "config/result.hpp"
#include "signaling/web/http_words.hpp"

namespace confab::web {

/// A stretch of a file, read piece by piece. Reads block, for what the page cache does not have yet; the
/// kernel is told to read ahead. Owned by one session.
class file_reader {
 public:
  /// `not_found`: no such regular file, or one of another size.
  static result<file_reader> open(const file_piece& piece);
  ~file_reader();
  file_reader(file_reader&& other) noexcept;
  file_reader& operator=(file_reader&&) = delete;

  /// At most `most` bytes; `unavailable` when the file is shorter now.
  result<std::string> read(size_t most);
  [[nodiscard]] bool is_done() const noexcept { return left_ == 0; }

 private:
  file_reader(int descriptor, const file_piece& piece);

  int descriptor_;
  uint64_t at_;
  uint64_t left_;
};

}  // namespace confab::web
