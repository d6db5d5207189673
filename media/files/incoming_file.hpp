#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/result.hpp"
#include "media/files/space_promise.hpp"
#include "media/files/stored_file.hpp"

namespace confab::files {

/// A file on its way in: its bytes come in order, are written to a temporary file and hashed. It may be taken
/// over by another connection, which goes on where the last one stopped; who had it before is refused from
/// then on. Used on one disk actor's thread; blocks. What is not finished is removed with it.
class incoming_file {
 public:
  /// Makes the temporary file, which must not be there yet. SHA-1 is always computed, `also` besides. `space`
  /// is what the disk has promised to it.
  static result<std::shared_ptr<incoming_file>> create(std::string part_path, std::string final_path,
                                                       uint64_t size, const std::vector<hash_kind>& also,
                                                       space_promise space = {});
  incoming_file(const incoming_file&) = delete;
  incoming_file& operator=(const incoming_file&) = delete;
  ~incoming_file() { discard(); }

  /// Who writes from now on shows the number that this gives.
  uint64_t take_over() noexcept { return ++holder_; }
  /// The same, with space for what is missing.
  uint64_t take_over(space_promise space) noexcept {
    space_ = std::move(space);
    return take_over();
  }
  /// Nobody writes for now: what the disk has promised is free. Nothing where another has taken over.
  void park(uint64_t holder) noexcept {
    if (holder == holder_) space_ = {};
  }
  /// `forbidden`: another has taken it over; `too_large`: past its size; `exhausted`: the disk is full.
  result<void> write(uint64_t holder, std::string_view bytes);
  /// Compares size and hashes; `expected` may hold fewer kinds than were computed. A file that agrees is
  /// renamed, one that does not (`unauthentic`, or `malformed`: too short) is removed.
  result<stored_file> finish(uint64_t holder, const std::vector<file_hash>& expected);
  void discard() noexcept;

  [[nodiscard]] uint64_t written() const noexcept { return written_; }
  [[nodiscard]] uint64_t missing() const noexcept { return size_ - written_; }
  /// The disk has promised what is missing.
  [[nodiscard]] bool has_space() const noexcept { return space_.bytes() == missing(); }
  /// Neither finished nor discarded.
  [[nodiscard]] bool is_open() const noexcept { return bool(file_); }

 private:
  incoming_file() = default;

  std::string part_path_, final_path_;
  uint64_t size_ = 0;
  uint64_t written_ = 0;
  uint64_t holder_ = 0;
  std::vector<digest> digests_;
  space_promise space_;
  io::descriptor file_;  ///< none: finished or discarded
};

}  // namespace confab::files
