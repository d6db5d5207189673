#include "actors/users_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>

#include <sys/stat.h>

#include "config/limits.hpp"
#include "config/log.hpp"

namespace confab::actors {

namespace {

result<std::string> read_users(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  struct stat status {};
  if (!file || ::stat(path.c_str(), &status) != 0)
    return {errc::bad_setting, "sip.users-file " + path + " cannot be read: " + std::strerror(errno)};
  if (!S_ISREG(status.st_mode)) return {errc::bad_setting, "sip.users-file " + path + " is not a file"};
  if ((status.st_mode & S_IROTH) != 0)
    log::warning("everybody on this machine can read the users file", {{"path", path}, {"do", "chmod o-r"}});
  // One byte more than may be, so that a larger file is seen to be one.
  std::string text(limits::users_file_bytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

}  // namespace

result<std::shared_ptr<const sip::user_store>> configured_users(const settings::sip_settings& s) {
  if (s.users_file.empty() || s.authenticate == "none") return std::shared_ptr<const sip::user_store>();
  const auto text = read_users(s.users_file);
  if (!text) return text.error();
  auto users = sip::user_store::parse(s.users_file, *text);
  if (!users) return {errc::bad_setting, "sip.users-file " + users.error().text};
  if (users->size() == 0)
    return {errc::bad_setting, "sip.users-file " + s.users_file + " holds no users, so nobody could call"};
  log::info("users", {{"path", s.users_file}, {"count", std::to_string(users->size())}});
  return std::shared_ptr<const sip::user_store>(std::make_shared<const sip::user_store>(std::move(*users)));
}

result<std::vector<sip::digest_algorithm>> configured_algorithms(const settings::sip_settings& s) {
  std::vector<sip::digest_algorithm> out;
  for (const std::string& name : s.digest_algorithms)
    if (const auto known = sip::digest_algorithm_named(name)) out.push_back(*known);
  if (out.empty()) return {errc::bad_setting, "sip.digest-algorithms: expected at least one"};
  return out;
}

}  // namespace confab::actors
