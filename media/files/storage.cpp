#include "media/files/storage.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "config/log.hpp"

namespace confab::files {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view folder_prefix = "confab-";
constexpr size_t token_digits = 16;
constexpr std::string_view part_ending = ".part", whole_ending = ".file";
constexpr const char* lock_name = "lock";

bool is_token(std::string_view text) {
  return text.size() == token_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_our_folder(std::string_view name) {
  return name.starts_with(folder_prefix) && is_token(name.substr(folder_prefix.size()));
}

bool is_our_file(std::string_view name) {
  for (const auto ending : {part_ending, whole_ending}) {
    if (!name.ends_with(ending)) continue;
    name.remove_suffix(ending.size());
    return !name.empty() && name.find_first_not_of("0123456789") == std::string_view::npos;
  }
  return false;
}

/// The lock of a folder; none: a process that lives has it, or there is none to be had.
io::descriptor locked(const std::string& folder, int flags) {
  const std::string path = folder + "/" + lock_name;
  io::descriptor lock(::open(path.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600));
  if (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) lock.reset();
  return lock;
}

/// Removes what has our names, then the folder if nothing else is in it. How many files went.
size_t empty_out(const std::string& folder) {
  size_t removed = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    if (is_our_file(entry.path().filename().string()) && ::unlink(entry.path().c_str()) == 0) ++removed;
  }
  (void)::unlink((folder + "/" + lock_name).c_str());
  if (::rmdir(folder.c_str()) != 0 && errno == ENOTEMPTY)
    log::warning("a folder of ours holds files that are not ours; they stay", {{"path", folder}});
  return removed;
}

void sweep(const std::string& directory, std::string_view own_token) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) {
    const auto name = entry.path().filename().string();
    struct stat what {};
    const bool is_folder = ::lstat(entry.path().c_str(), &what) == 0 && S_ISDIR(what.st_mode);
    if (!is_folder || !is_our_folder(name) || name.ends_with(own_token)) continue;
    if (const auto lock = locked(entry.path().string(), 0)) {
      const size_t removed = empty_out(entry.path().string());
      log::info("files of a process that is gone are removed",
                {{"path", entry.path().string()}, {"files", std::to_string(removed)}});
    }
  }
}

error unusable(const std::string& directory, const std::string& why) {
  return {errc::bad_setting, "files.directory " + directory + " cannot be used: " + why};
}

}  // namespace

result<std::shared_ptr<const storage>> storage::open(const std::string& directory, std::string_view token) {
  std::error_code failed;
  fs::create_directories(directory, failed);
  if (failed) return unusable(directory, failed.message());
  sweep(directory, token);
  std::shared_ptr<storage> made(new storage);
  const std::string folder = directory + "/" + std::string(folder_prefix) + std::string(token);
  if (!is_token(token)) return unusable(directory, "no such folder name: " + folder);
  if (::mkdir(folder.c_str(), 0700) != 0) return unusable(directory, std::strerror(errno));
  made->folder_ = folder;
  made->lock_ = locked(folder, O_CREAT);
  if (!made->lock_) return unusable(directory, std::strerror(errno));
  return std::shared_ptr<const storage>(std::move(made));
}

storage::~storage() {
  if (!folder_.empty()) (void)empty_out(folder_);
}

result<std::shared_ptr<incoming_file>> storage::create(uint64_t number, uint64_t size,
                                                       const std::vector<hash_kind>& also,
                                                       uint64_t min_free) const {
  auto space = promise(size, min_free);
  if (!space) return space.error();
  const std::string base = folder_ + "/" + std::to_string(number);
  return incoming_file::create(base + std::string(part_ending), base + std::string(whole_ending), size, also,
                               std::move(*space));
}

/// Promised before it is judged, so that of two at once one is refused at least; and before the disk is
/// asked, so that what is written meanwhile counts twice rather than not at all.
result<space_promise> storage::promise(uint64_t bytes, uint64_t min_free) const {
  space_promise made(promised_, bytes);
  const auto free = free_bytes();
  if (!free) return free.error();
  if (*free < min_free || *free - min_free < *promised_) return {errc::exhausted, "the disk is nearly full"};
  return made;
}

result<uint64_t> storage::free_bytes() const {
  struct statvfs disk {};
  if (::statvfs(folder_.c_str(), &disk) != 0)
    return {errc::unavailable,
            "the disk does not say how much is free: " + std::string(std::strerror(errno))};
  return uint64_t{disk.f_bavail} * disk.f_frsize;
}

}  // namespace confab::files
