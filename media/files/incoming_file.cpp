#include "media/files/incoming_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace confab::files {
namespace {

constexpr mode_t owner_only = 0600;

error disk_error(const char* doing) {
  const int why = errno;
  const bool full = why == ENOSPC || why == EDQUOT || why == EFBIG;
  return {full ? errc::exhausted : errc::unavailable, std::string(doing) + ": " + std::strerror(why)};
}

}  // namespace

result<std::shared_ptr<incoming_file>> incoming_file::create(std::string part_path, std::string final_path,
                                                             uint64_t size,
                                                             const std::vector<hash_kind>& also,
                                                             space_promise space) {
  std::shared_ptr<incoming_file> made(new incoming_file);
  made->file_ = io::descriptor(
      ::open(part_path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, owner_only));
  if (!made->file_) return disk_error("a temporary file cannot be made");
  made->part_path_ = std::move(part_path);
  made->final_path_ = std::move(final_path);
  made->size_ = size;
  made->space_ = std::move(space);
  made->digests_.emplace_back(hash_kind::sha1);
  if (std::find(also.begin(), also.end(), hash_kind::sha256) != also.end())
    made->digests_.emplace_back(hash_kind::sha256);
  return made;
}

result<void> incoming_file::write(uint64_t holder, std::string_view bytes) {
  if (!file_ || holder != holder_) return {errc::forbidden, "the file is taken over by another transfer"};
  if (bytes.size() > size_ - written_) return {errc::too_large, "more bytes than the file should have"};
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t done = ::write(file_.get(), rest.data(), rest.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return disk_error("a file cannot be written");
    rest.remove_prefix(static_cast<size_t>(done));
  }
  for (digest& one : digests_) one.update(bytes);
  written_ += bytes.size();
  space_.keep(bytes.size());
  return {};
}

result<stored_file> incoming_file::finish(uint64_t holder, const std::vector<file_hash>& expected) {
  if (!file_ || holder != holder_) return {errc::forbidden, "the file is taken over by another transfer"};
  if (written_ != size_) return {errc::malformed, "incomplete file"};
  stored_file out{final_path_, size_, {}};
  for (digest& one : digests_) out.hashes.push_back(one.finish());
  for (const file_hash& wanted : expected) {
    const auto same_kind = [&](const file_hash& h) { return h.kind == wanted.kind; };
    const auto found = std::find_if(out.hashes.begin(), out.hashes.end(), same_kind);
    if (found == out.hashes.end() || found->digest == wanted.digest) continue;
    discard();
    return {errc::unauthentic, "file hash mismatch"};
  }
  // Only this process makes names in its folder, and numbers come once: nothing is overwritten.
  if (std::rename(part_path_.c_str(), final_path_.c_str()) != 0) {
    auto why = disk_error("a file cannot be renamed");
    discard();
    return why;
  }
  file_.reset();
  return out;
}

void incoming_file::discard() noexcept {
  if (!file_) return;
  file_.reset();
  space_ = {};
  (void)::unlink(part_path_.c_str());
}

}  // namespace confab::files
