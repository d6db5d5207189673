#include "actors/screen_files.hpp"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

#include <caf/send.hpp>
#include <caf/spawn_options.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <unistd.h>

#include "config/limits.hpp"
#include "config/log.hpp"
#include "media/files/digest.hpp"
#include "signaling/web/text.hpp"

namespace confab::actors {

namespace fs = std::filesystem;

namespace {

constexpr size_t most_waiting = 64;
constexpr std::string_view unfinished = ".jpg.tmp", finished = ".jpg";

/// The `@` of a room or a person, as it is written here.
constexpr std::string_view at_sign = "%40";

/// What stands for the rest of a long name, so that no two have one file.
std::string mark_of(const std::string& text) {
  files::digest digest(files::hash_kind::sha256);
  digest.update(text);
  auto words = digest.finish().digest;
  std::erase(words, ':');
  return "~" + words.substr(0, 32);
}

/// No slash, no name that means a folder, and none that is too long for one.
std::string as_name(const std::string& text) {
  auto name = web::percent_encode(text);
  if (name.starts_with('.')) name.replace(0, 1, "%2E");
  if (name.size() <= limits::screen_name_bytes) return name;
  const auto mark = std::string(at_sign) + mark_of(text);
  size_t end = limits::screen_name_bytes - mark.size();
  const size_t percent = name.find('%', end - 2);
  if (percent < end) end = percent;  // no half an escape
  return name.substr(0, end) + mark;
}

void write(const std::string& path, const web::screen_frame& frame) {
  std::error_code failed;
  if (fs::create_directories(fs::path(path).parent_path(), failed))
    fs::permissions(fs::path(path).parent_path(), fs::perms::owner_all, failed);
  const auto beside = path + ".tmp";
  std::ofstream file(beside, std::ios::binary | std::ios::trunc);
  fs::permissions(beside, fs::perms::owner_read | fs::perms::owner_write, failed);
  file.write(frame.jpeg.data(), static_cast<std::streamsize>(frame.jpeg.size()));
  file.close();
  if (file) {
    fs::rename(beside, path, failed);
    if (!failed) return;
  }
  log::warning("a screen's picture cannot be written", {{"path", path}, {"do", "see to screens.directory"}});
  fs::remove(beside, failed);
}

/// The room's folder goes with its last picture.
void remove(const std::string& path) {
  std::error_code failed;
  fs::remove(path, failed);
  fs::remove(fs::path(path).parent_path(), failed);
}

bool names_somebody(const std::string& name) {
  return name.find(at_sign) != std::string::npos;
}

/// `lunch%40example.com/alice%40example.com_17.jpg`: nobody else's files have such names in folders like
/// ours.
bool is_ours(const std::string& name) {
  const bool whole = name.ends_with(finished);
  if (!whole && !name.ends_with(unfinished)) return false;
  const auto stem = name.substr(0, name.size() - (whole ? finished : unfinished).size());
  const size_t mark = stem.rfind('_');
  return mark != std::string::npos && mark + 1 < stem.size() && names_somebody(stem.substr(0, mark)) &&
         stem.find_first_not_of("0123456789", mark + 1) == std::string::npos;
}

void sweep(const std::string& directory) {
  std::error_code failed;
  size_t removed = 0;
  for (const auto& room : fs::directory_iterator(directory, failed)) {
    if (!room.is_directory(failed) || room.is_symlink(failed)) continue;
    if (!names_somebody(room.path().filename().string())) continue;
    const size_t before = removed;
    for (const auto& file : fs::directory_iterator(room.path(), failed)) {
      if (file.is_regular_file(failed) && is_ours(file.path().filename().string()) &&
          fs::remove(file.path(), failed))
        ++removed;
    }
    if (removed > before) fs::remove(room.path(), failed);  // stays unless it is empty
  }
  if (removed > 0)
    log::info("removed pictures of screens that a server before left",
              {{"path", directory}, {"count", std::to_string(removed)}});
}

screen_files::writer_actor::behavior_type writer(screen_files::writer_actor::pointer self,
                                                 std::shared_ptr<std::atomic<size_t>> waiting) {
  return {[self, waiting = std::move(waiting)](const screen_files::write_picture& m) {
    if (m.path.empty()) {
      self->quit();
    } else if (m.frame) {
      --*waiting;
      write(m.path, *m.frame);
    } else {
      remove(m.path);
    }
  }};
}

}  // namespace

std::string screen_path(const std::string& directory, const screen_place& where) {
  return directory + "/" + as_name(where.room) + "/" + as_name(web::bare_uri(where.sender)) + "_" +
         to_string(where.leg) + std::string(finished);
}

screen_files::screen_files(std::string directory, std::shared_ptr<std::atomic<size_t>> waiting,
                           writer_actor writer)
    : directory_(std::move(directory)), waiting_(std::move(waiting)), writer_(std::move(writer)) {}

screen_files::~screen_files() {
  caf::anon_send(writer_, write_picture{});  // behind what waits, as an exit would not be
}

result<std::shared_ptr<screen_files>> screen_files::open(caf::actor_system& system, std::string directory) {
  std::error_code failed;
  fs::create_directories(directory, failed);
  if (::access(directory.c_str(), W_OK | X_OK) != 0)
    return {errc::bad_setting, "screens.directory " + directory +
                                   " cannot be written: create it for this user, or name another"};
  sweep(directory);
  auto waiting = std::make_shared<std::atomic<size_t>>(0);
  auto made = system.spawn<caf::detached>(writer, waiting);
  return std::shared_ptr<screen_files>(
      new screen_files(std::move(directory), std::move(waiting), std::move(made)));
}

void screen_files::keep(const screen_place& where, web::frame_ptr frame) {
  if (*waiting_ >= most_waiting) return;  // the next one may do
  ++*waiting_;
  caf::anon_send(writer_, write_picture{screen_path(directory_, where), std::move(frame)});
}

void screen_files::drop(const screen_place& where) {
  caf::anon_send(writer_, write_picture{screen_path(directory_, where), nullptr});
}

}  // namespace confab::actors
