#include "signaling/web/file_reader.hpp"

#include <algorithm>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace confab::web {

file_reader::file_reader(int descriptor, const file_piece& piece)
    : descriptor_(descriptor), at_(piece.first), left_(piece.count) {}

file_reader::file_reader(file_reader&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), at_(other.at_), left_(other.left_) {}

file_reader::~file_reader() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

/// A link, or a pipe that would block, is no file of ours.
result<file_reader> file_reader::open(const file_piece& piece) {
  const int descriptor = ::open(piece.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return {errc::not_found, piece.path + " cannot be opened"};
  file_reader made(descriptor, piece);
  struct stat about {};
  if (::fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode) ||
      static_cast<uint64_t>(about.st_size) != piece.size_bytes)
    return {errc::not_found, piece.path + " is not the file it was"};
  (void)::posix_fadvise(descriptor, static_cast<off_t>(piece.first), static_cast<off_t>(piece.count),
                        POSIX_FADV_SEQUENTIAL);
  return made;
}

result<std::string> file_reader::read(size_t most) {
  std::string bytes(static_cast<size_t>(std::min<uint64_t>(most, left_)), '\0');
  const ssize_t got = ::pread(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at_));
  if (got <= 0) return {errc::unavailable, "a file became shorter while it was sent"};
  bytes.resize(static_cast<size_t>(got));
  at_ += bytes.size();
  left_ -= bytes.size();
  return bytes;
}

}  // namespace confab::web
