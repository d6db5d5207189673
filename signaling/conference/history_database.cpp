#include "signaling/conference/history_database.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace confab::conference {

namespace {

constexpr uint32_t application = 0x436f6e66;  // "Conf", in the file's header
constexpr uint32_t schema_version = 1;
constexpr int patience_ms = 1'000;  // for a process that is about to end and has the file
constexpr size_t row_bytes = 64;    // of a row and its index, besides the text
constexpr std::string_view another = "; move it away, or name another file in rooms.history-db";

constexpr const char* schema =
    "CREATE TABLE rooms (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, messages INTEGER NOT NULL, "
    "bytes INTEGER NOT NULL, last INTEGER NOT NULL);"
    "CREATE INDEX rooms_by_last ON rooms (last);"
    "CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, room INTEGER NOT NULL, bytes INTEGER NOT "
    "NULL, "
    "message BLOB NOT NULL);"
    "CREATE INDEX messages_by_room ON messages (room, id, bytes);";

struct close_database {
  void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
};
using database = std::unique_ptr<sqlite3, close_database>;
struct end_statement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using statement = std::unique_ptr<sqlite3_stmt, end_statement>;

std::string about(const std::string& path) {
  return "the history database " + path;
}

error failure(const std::string& path, sqlite3* handle) {
  const int code = sqlite3_extended_errcode(handle) & 0xff;
  const std::string why = sqlite3_errmsg(handle);
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
    return {errc::malformed, about(path) + " is damaged (" + why + ")" + std::string(another)};
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED)
    return {errc::unavailable, about(path) + " is in use by another process: each server needs its own"};
  return {errc::unavailable,
          about(path) + " cannot be used (" + why + "): look for free space and at who may write there"};
}

/// One run of a prepared statement; ready for the next when this is gone.
class run {
 public:
  explicit run(const statement& what) : what_(what.get()) {}
  ~run() {
    sqlite3_reset(what_);
    sqlite3_clear_bindings(what_);
  }
  run(const run&) = delete;
  run& operator=(const run&) = delete;

  run& with(int64_t number) {
    sqlite3_bind_int64(what_, ++bound_, number);
    return *this;
  }
  /// Borrowed until this is gone.
  run& with_text(std::string_view text) {
    sqlite3_bind_text64(what_, ++bound_, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    return *this;
  }
  run& with_blob(std::string_view bytes) {
    sqlite3_bind_blob64(what_, ++bound_, bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
  }
  /// `SQLITE_ROW`, `SQLITE_DONE`, or an error.
  [[nodiscard]] int step() { return sqlite3_step(what_); }
  [[nodiscard]] int64_t number(int column) const { return sqlite3_column_int64(what_, column); }
  [[nodiscard]] size_t size(int column) const {
    return static_cast<size_t>(std::max<int64_t>(number(column), 0));
  }
  [[nodiscard]] std::string bytes(int column) const {
    const void* data = sqlite3_column_blob(what_, column);
    const auto length = static_cast<size_t>(sqlite3_column_bytes(what_, column));
    return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), length);
  }

 private:
  sqlite3_stmt* what_;
  int bound_ = 0;
};

uint32_t big_endian(const char* at) {
  uint32_t out = 0;
  for (int i = 0; i < 4; ++i) out = out << 8 | static_cast<unsigned char>(at[i]);
  return out;
}

/// The first 100 bytes of an SQLite file (https://www.sqlite.org/fileformat.html §1.3).
result<void> inspect_header(const std::string& path, const std::array<char, 100>& head) {
  constexpr std::string_view magic("SQLite format 3\0", 16);
  constexpr size_t version_at = 60;
  constexpr size_t application_at = 68;
  if (std::string_view(head.data(), magic.size()) != magic)
    return {errc::bad_setting, about(path) + " is no SQLite database" + std::string(another)};
  if (big_endian(head.data() + application_at) != application)
    return {errc::bad_setting, about(path) + " is one of another program" + std::string(another)};
  const auto version = big_endian(head.data() + version_at);
  if (version > schema_version)
    return {errc::bad_setting, about(path) + " was written by a newer confabd (version " +
                                   std::to_string(version) + ", this one knows " +
                                   std::to_string(schema_version) + "): run that one" + std::string(another)};
  return {};
}

/// The file is there afterwards, and nobody else can read it.
result<void> ensure_private_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return {errc::bad_setting, about(path) + " cannot be opened: " + std::strerror(errno)};
  struct stat status {};
  const bool known = ::fstat(file, &status) == 0;
  const bool open_to_others = known && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0;
  const bool tightened = !open_to_others || ::fchmod(file, S_IRUSR | S_IWUSR) == 0;
  ::close(file);
  if (!tightened)
    return {errc::bad_setting,
            about(path) + " can be read by others and is not ours to change: chmod 600 it"};
  return {};
}

}  // namespace

struct history_database::impl {
  std::string path;
  history_bounds bounds;
  database handle;  // before the statements, which end first
  statement begin, commit, rollback;
  statement find_room, add_room, count_room, stalest_room, drop_room;
  statement add_message, oldest, drop_message, drop_messages, latest;
  size_t rooms = 0;
  size_t bytes = 0;

  struct kept {
    int64_t id = 0;
    size_t messages = 0;
    size_t bytes = 0;
  };

  [[nodiscard]] error failed() const { return failure(path, handle.get()); }

  result<void> execute(const char* sql) {
    if (sqlite3_exec(handle.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failed();
    return {};
  }
  /// The text of a pragma's first row.
  result<std::string> ask(const char* sql) {
    statement made;
    if (auto done = prepare(made, sql); !done) return done.error();
    run row(made);
    if (row.step() != SQLITE_ROW) return failed();
    return row.bytes(0);
  }
  result<void> prepare(statement& out, const char* sql) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(handle.get(), sql, -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    out.reset(made);
    if (code == SQLITE_OK) return {};
    auto why = failed();
    // What should be there is not: somebody has changed it.
    if (code == SQLITE_ERROR)
      why = {errc::malformed, about(path) + " lacks what it should have" + std::string(another)};
    return why;
  }
  result<void> done(run& what) const {
    if (what.step() != SQLITE_DONE) return failed();
    return {};
  }

  result<void> set_up();
  result<void> prepare_all();
  result<void> count_all();
  result<std::optional<kept>> find(const room_id& room);
  result<kept> find_or_make(const room_id& room);
  result<void> insert(const room_id& room, std::string_view message);
  result<void> prune(kept& room);
  result<void> drop(const kept& room);
  result<void> drop_stale_rooms(int64_t spared);
  template <class Change>
  result<void> change(Change what);
};

/// As one transaction; undone where it fails half way.
template <class Change>
result<void> history_database::impl::change(Change what) {
  const auto rooms_before = rooms;
  const auto bytes_before = bytes;
  auto outcome = [&]() -> result<void> {
    run start(begin);
    if (auto ok = done(start); !ok) return ok;
    if (auto ok = what(); !ok) return ok;
    run end(commit);
    return done(end);
  }();
  if (outcome) return outcome;
  rooms = rooms_before;
  bytes = bytes_before;
  run undo(rollback);
  (void)undo.step();  // fails where SQLite has rolled back by itself
  return outcome;
}

result<void> history_database::impl::set_up() {
  sqlite3_busy_timeout(handle.get(), patience_ms);
  // One process at a time: what is counted here would be wrong with two, and no file of shared memory is
  // needed.
  if (auto ok = ask("PRAGMA locking_mode=EXCLUSIVE"); !ok) return ok.error();
  if (auto ok = execute("PRAGMA trusted_schema=OFF; PRAGMA secure_delete=ON; BEGIN EXCLUSIVE"); !ok)
    return ok;
  const auto version = ask("PRAGMA user_version");
  if (!version) return version.error();
  if (*version == "0") {
    const std::string marks = "PRAGMA application_id=" + std::to_string(application) +
                              ";PRAGMA user_version=" + std::to_string(schema_version);
    if (auto ok = execute(schema); !ok) return ok;
    if (auto ok = execute(marks.c_str()); !ok) return ok;
  }
  if (auto ok = execute("COMMIT"); !ok) return ok;
  // Only now: so the file's header, which `inspect` reads, says whose it is.
  if (auto ok = ask("PRAGMA journal_mode=WAL"); !ok) return ok.error();
  if (auto ok = execute("PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=4194304"); !ok) return ok;
  const auto check = ask("PRAGMA quick_check(1)");
  if (!check) return check.error();
  if (*check != "ok")
    return {errc::malformed, about(path) + " is damaged (" + *check + ")" + std::string(another)};
  return {};
}

result<void> history_database::impl::prepare_all() {
  const std::array<std::pair<statement*, const char*>, 13> all{{
      {&begin, "BEGIN IMMEDIATE"},
      {&commit, "COMMIT"},
      {&rollback, "ROLLBACK"},
      {&find_room, "SELECT id, messages, bytes FROM rooms WHERE name = ?"},
      {&add_room, "INSERT INTO rooms (name, messages, bytes, last) VALUES (?, 0, 0, 0)"},
      {&count_room, "UPDATE rooms SET messages = ?, bytes = ?, last = ? WHERE id = ?"},
      {&stalest_room, "SELECT id, messages, bytes FROM rooms WHERE id <> ? ORDER BY last LIMIT 1"},
      {&drop_room, "DELETE FROM rooms WHERE id = ?"},
      {&add_message, "INSERT INTO messages (room, bytes, message) VALUES (?, ?, ?)"},
      {&oldest, "SELECT id, bytes FROM messages WHERE room = ? ORDER BY id LIMIT 1"},
      {&drop_message, "DELETE FROM messages WHERE id = ?"},
      {&drop_messages, "DELETE FROM messages WHERE room = ?"},
      {&latest, "SELECT message FROM messages WHERE room = ? ORDER BY id DESC LIMIT ?"},
  }};
  for (const auto& [where, sql] : all) {
    if (auto ok = prepare(*where, sql); !ok) return ok;
  }
  return {};
}

result<void> history_database::impl::count_all() {
  statement made;
  if (auto ok = prepare(made, "SELECT COUNT(*), TOTAL(bytes) FROM rooms"); !ok) return ok;
  {
    run row(made);
    if (row.step() != SQLITE_ROW) return failed();
    rooms = row.size(0);
    bytes = row.size(1);
  }
  return change([this] { return drop_stale_rooms(0); });
}

result<std::optional<history_database::impl::kept>> history_database::impl::find(const room_id& room) {
  run row(find_room);
  row.with_text(room.value);
  switch (row.step()) {
    case SQLITE_ROW:
      return std::optional(kept{row.number(0), row.size(1), row.size(2)});
    case SQLITE_DONE:
      return std::optional<kept>();
    default:  // any of SQLite's error codes
      return failed();
  }
}

result<history_database::impl::kept> history_database::impl::find_or_make(const room_id& room) {
  const auto found = find(room);
  if (!found) return found.error();
  if (*found) return **found;
  run row(add_room);
  if (auto ok = done(row.with_text(room.value)); !ok) return ok.error();
  ++rooms;
  return kept{sqlite3_last_insert_rowid(handle.get()), 0, 0};
}

result<void> history_database::impl::insert(const room_id& room, std::string_view message) {
  auto at = find_or_make(room);
  if (!at) return at.error();
  const size_t size = message.size() + row_bytes;
  {
    run row(add_message);
    row.with(at->id).with(static_cast<int64_t>(size)).with_blob(message);
    if (auto ok = done(row); !ok) return ok;
  }
  const auto last = sqlite3_last_insert_rowid(handle.get());
  ++at->messages;
  at->bytes += size;
  bytes += size;
  if (auto ok = prune(*at); !ok) return ok;
  {
    run row(count_room);
    row.with(static_cast<int64_t>(at->messages))
        .with(static_cast<int64_t>(at->bytes))
        .with(last)
        .with(at->id);
    if (auto ok = done(row); !ok) return ok;
  }
  return drop_stale_rooms(at->id);
}

result<void> history_database::impl::prune(kept& room) {
  while (room.messages > bounds.messages || room.bytes > bounds.room_bytes) {
    int64_t id = 0;
    size_t size = 0;
    {
      run row(oldest);
      row.with(room.id);
      if (row.step() != SQLITE_ROW) return failed();
      id = row.number(0);
      size = row.size(1);
    }
    run row(drop_message);
    if (auto ok = done(row.with(id)); !ok) return ok;
    --room.messages;
    room.bytes -= std::min(room.bytes, size);
    bytes -= std::min(bytes, size);
  }
  return {};
}

result<void> history_database::impl::drop(const kept& room) {
  run messages(drop_messages);
  if (auto ok = done(messages.with(room.id)); !ok) return ok;
  run itself(drop_room);
  if (auto ok = done(itself.with(room.id)); !ok) return ok;
  rooms -= std::min<size_t>(rooms, 1);
  bytes -= std::min(bytes, room.bytes);
  return {};
}

result<void> history_database::impl::drop_stale_rooms(int64_t spared) {
  while (rooms > bounds.rooms || bytes > bounds.bytes) {
    kept stale;
    {
      run row(stalest_room);
      row.with(spared);
      const int code = row.step();
      if (code == SQLITE_DONE) return {};  // the spared one alone
      if (code != SQLITE_ROW) return failed();
      stale = {row.number(0), row.size(1), row.size(2)};
    }
    if (auto ok = drop(stale); !ok) return ok;
  }
  return {};
}

history_database::history_database(std::unique_ptr<impl> inner) : inner_(std::move(inner)) {}
history_database::history_database(history_database&&) noexcept = default;
history_database& history_database::operator=(history_database&&) noexcept = default;
history_database::~history_database() = default;

result<void> history_database::inspect(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  // Beside it SQLite makes files of its own.
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    return {errc::bad_setting, about(path) + " cannot be: its folder cannot be written (" +
                                   std::strerror(errno) +
                                   "); create it for this user, or name another in rooms.history-db"};
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return {};
    return {errc::bad_setting, about(path) + " cannot be used: " + std::strerror(errno)};
  }
  if (!S_ISREG(status.st_mode))
    return {errc::bad_setting, about(path) + " is not a file" + std::string(another)};
  if (::access(path.c_str(), R_OK | W_OK) != 0)
    return {errc::bad_setting,
            about(path) + " cannot be read and written by this user: " + std::strerror(errno)};
  if (status.st_size == 0) return {};
  std::ifstream file(path, std::ios::binary);
  std::array<char, 100> head{};
  file.read(head.data(), head.size());
  return inspect_header(path, head);
}

result<history_database> history_database::open(const std::string& path, history_bounds bounds) {
  if (auto ok = inspect(path); !ok) return ok.error();
  if (auto ok = ensure_private_file(path); !ok) return ok.error();
  auto made = std::make_unique<impl>();
  made->path = path;
  made->bounds = bounds;
  sqlite3* handle = nullptr;
  constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  made->handle.reset(handle);
  if (code != SQLITE_OK) return failure(path, handle);
  if (auto ok = made->set_up(); !ok) return ok.error();
  if (auto ok = made->prepare_all(); !ok) return ok.error();
  if (auto ok = made->count_all(); !ok) return ok.error();
  return history_database(std::move(made));
}

result<void> history_database::add(const room_id& room, std::string_view message) {
  if (inner_->bounds.messages == 0 || message.size() + row_bytes > inner_->bounds.room_bytes) return {};
  return inner_->change([&] { return inner_->insert(room, message); });
}

result<std::vector<std::string>> history_database::latest(const room_id& room) {
  const auto found = inner_->find(room);
  if (!found) return found.error();
  std::vector<std::string> out;
  if (!*found) return out;
  run row(inner_->latest);
  row.with((*found)->id).with(static_cast<int64_t>(inner_->bounds.messages));
  int code = row.step();
  for (; code == SQLITE_ROW; code = row.step()) out.push_back(row.bytes(0));
  if (code != SQLITE_DONE) return inner_->failed();
  std::reverse(out.begin(), out.end());
  return out;
}

result<void> history_database::forget(const room_id& room) {
  const auto found = inner_->find(room);
  if (!found) return found.error();
  if (!*found) return {};
  return inner_->change([&] { return inner_->drop(**found); });
}

size_t history_database::rooms() const noexcept {
  return inner_->rooms;
}

size_t history_database::bytes() const noexcept {
  return inner_->bytes;
}

}  // namespace confab::conference
