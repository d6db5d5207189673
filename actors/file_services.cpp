#include "actors/file_services.hpp"

#include <array>
#include <random>

#include <caf/send.hpp>

#include "actors/disk.hpp"
#include "config/log.hpp"

namespace confab::actors {

namespace {

/// Two processes that start at once must not take one folder.
std::string new_token() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device numbers;
  std::string token;
  for (int i = 0; i < 16; ++i) token += digits[numbers() % digits.size()];
  return token;
}

}  // namespace

result<file_services_ptr> open_files(caf::actor_system& system, const settings& s,
                                     const std::string& state_directory) {
  const auto& wanted = s.files;
  if (wanted.max_size == 0) return file_services_ptr{};
  const auto directory = wanted.directory.empty() ? state_directory + "/files" : wanted.directory;
  auto storage = files::storage::open(directory, new_token());
  if (!storage) return storage.error();
  log::info("files", {{"path", (*storage)->folder()}, {"threads", std::to_string(wanted.threads)}});
  auto out = std::make_shared<file_services>();
  for (uint32_t i = 0; i < wanted.threads; ++i)
    out->disks.push_back(system.spawn<caf::detached>(disk, *storage));
  out->rules.max_size = wanted.max_size;
  out->rules.quota = wanted.room_quota;
  out->rules.most = wanted.room_files;
  out->rules.types = wanted.types;
  out->rules.keep = wanted.keep;
  out->min_free = wanted.min_free;
  out->push = wanted.push;
  return file_services_ptr{std::move(out)};
}

void close_file_services(const file_services_ptr& files) {
  if (!files) return;
  for (const auto& one : files->disks) caf::anon_send_exit(one, caf::exit_reason::user_shutdown);
}

}  // namespace confab::actors
