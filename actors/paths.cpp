#include "actors/paths.hpp"

#include <array>
#include <filesystem>
#include <system_error>

#include <unistd.h>

#include "config/log.hpp"

namespace confab::actors {

namespace fs = std::filesystem;

namespace {

bool make_writable(const std::string& path) {
  std::error_code failed;
  fs::create_directories(path, failed);
  return ::access(path.c_str(), W_OK | X_OK) == 0;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

}  // namespace

result<std::string> state_directory(const std::string& configured) {
  if (!configured.empty()) {
    if (make_writable(configured)) return configured;
    return {errc::bad_setting,
            "state.directory " + configured + " cannot be written: create it for this user, or name another"};
  }
  for (const char* candidate : {"/var/lib/confab", "./var"}) {
    if (make_writable(candidate)) return std::string(candidate);
  }
  return {errc::bad_setting, "neither /var/lib/confab nor ./var can be written: set state.directory"};
}

std::string sounds_directory(const std::string& configured) {
  if (!configured.empty()) return configured;
  std::error_code failed;
  const auto program = fs::read_symlink("/proc/self/exe", failed);
  const auto beside = program.parent_path() / "sounds";
  if (!failed && fs::is_directory(beside, failed)) return beside.string();
  return "/usr/share/confab/sounds";
}

result<io::certificate_files> usable_certificate(const settings& s, const std::string& state_directory) {
  if (!s.tls.certificate.empty()) {
    const std::string& key = s.tls.private_key.empty() ? s.tls.certificate : s.tls.private_key;
    const auto checked = io::check_certificate(s.tls.certificate, key);
    if (!checked) return checked.error();
    return io::certificate_files{s.tls.certificate, key, false};
  }
  auto files = io::ensure_certificate(state_directory, host_name());
  if (files && files->made) {
    log::warning(
        "no certificate is configured: made a self-signed one; clients will not trust it, set "
        "tls.certificate and "
        "tls.private-key for a real one",
        {{"certificate", files->certificate}});
  }
  return files;
}

}  // namespace confab::actors
