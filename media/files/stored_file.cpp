#include "media/files/stored_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace confab::files {

void remove(const stored_file& file) noexcept {
  (void)::unlink(file.path.c_str());
}

result<std::shared_ptr<const file_reader>> file_reader::open(const stored_file& file) {
  auto made = std::make_shared<file_reader>();
  made->file_ = io::descriptor(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!made->file_)
    return {errno == ENOENT ? errc::not_found : errc::unavailable,
            "a stored file cannot be opened: " + std::string(std::strerror(errno))};
  return std::shared_ptr<const file_reader>(std::move(made));
}

result<void> file_reader::read(uint64_t offset, size_t count, std::string& bytes) const {
  bytes.resize(count);
  size_t have = 0;
  while (have < count) {
    const ssize_t got =
        ::pread(file_.get(), bytes.data() + have, count - have, static_cast<off_t>(offset + have));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return {errc::unavailable, "a stored file cannot be read: " + std::string(std::strerror(errno))};
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  bytes.resize(have);
  return {};
}

}  // namespace confab::files
