#include "signaling/conference/history_database.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace confab::conference {
namespace {

namespace fs = std::filesystem;
using texts = std::vector<std::string>;

const room_id lunch{"lunch@host"};
const room_id dinner{"dinner@host"};

class history_database_test : public ::testing::Test {
 protected:
  history_database_test() {
    std::string made = (fs::temp_directory_path() / "confab-history-XXXXXX").string();
    folder_ = mkdtemp(made.data());
    path_ = (folder_ / "history.db").string();
  }
  ~history_database_test() override { fs::remove_all(folder_); }

  [[nodiscard]] history_database opened(history_bounds bounds = {}) const {
    auto made = history_database::open(path_, bounds);
    if (!made) throw std::runtime_error(made.error().text);
    return std::move(*made);
  }
  [[nodiscard]] std::string refusal() const {
    const auto inspected = history_database::inspect(path_);
    const auto made = history_database::open(path_, {});
    if (made) return "no refusal";
    if (!inspected) {
      EXPECT_EQ(inspected.error().text, made.error().text);
    }
    return made.error().text;
  }
  static texts read(history_database& from, const room_id& room) {
    auto found = from.latest(room);
    EXPECT_TRUE(found.ok());
    return found ? std::move(*found) : texts{};
  }
  void write_file(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }
  /// Overwrites bytes of the file where it is.
  void spoil(std::streamoff at, const std::string& bytes) const {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(at);
    file << bytes;
  }

  fs::path folder_;
  std::string path_;
};

TEST_F(history_database_test, keeps_each_rooms_messages_in_their_order) {
  auto db = opened();
  for (const char* text : {"one", "two"}) EXPECT_TRUE(db.add(lunch, text).ok());
  EXPECT_TRUE(db.add(dinner, "three").ok());
  EXPECT_EQ(read(db, lunch), (texts{"one", "two"}));
  EXPECT_EQ(read(db, dinner), texts{"three"});
  EXPECT_TRUE(read(db, room_id{"nobody@host"}).empty());
  EXPECT_EQ(db.rooms(), 2U);
}

TEST_F(history_database_test, has_them_when_it_is_opened_again) {
  const std::string odd = std::string("\0\xff", 2) + "' -- \r\n;DROP TABLE rooms";
  const room_id quoted{"o'brien;--@host"};
  {
    auto db = opened();
    EXPECT_TRUE(db.add(quoted, odd).ok());
    EXPECT_TRUE(db.add(quoted, "").ok());
  }
  auto db = opened();
  EXPECT_EQ(read(db, quoted), (texts{odd, ""}));
  EXPECT_EQ(db.rooms(), 1U);
  EXPECT_GT(db.bytes(), odd.size());
}

/// The write-ahead log alone has it; a process that is killed leaves it so.
TEST_F(history_database_test, has_what_was_added_when_the_process_is_killed) {
  const pid_t child = fork();
  if (child == 0) {
    auto db = history_database::open(path_, {});
    const bool added = db.ok() && db->add(lunch, "last words").ok();
    _exit(added ? 0 : 1);  // without closing anything
  }
  int status = 1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  auto db = opened();
  EXPECT_EQ(read(db, lunch), texts{"last words"});
}

TEST_F(history_database_test, keeps_no_more_of_a_room_than_it_may) {
  auto few = opened({.messages = 2});
  for (const char* text : {"one", "two", "three"}) EXPECT_TRUE(few.add(lunch, text).ok());
  EXPECT_EQ(read(few, lunch), (texts{"two", "three"}));
}

TEST_F(history_database_test, keeps_no_more_bytes_of_a_room_than_it_may) {
  auto small = opened({.messages = 100, .room_bytes = 1'000});
  EXPECT_TRUE(small.add(lunch, std::string(400, 'a')).ok());
  EXPECT_TRUE(small.add(lunch, std::string(400, 'b')).ok());
  EXPECT_TRUE(small.add(lunch, std::string(5'000, 'x')).ok()) << "not kept, and nothing goes for it";
  EXPECT_EQ(read(small, lunch).size(), 2U);
  EXPECT_TRUE(small.add(lunch, std::string(400, 'c')).ok());
  EXPECT_EQ(read(small, lunch), (texts{std::string(400, 'b'), std::string(400, 'c')}));
  EXPECT_LE(small.bytes(), 1'000U);
}

TEST_F(history_database_test, forgets_the_room_that_was_silent_longest) {
  auto db = opened({.messages = 20, .rooms = 2});
  EXPECT_TRUE(db.add(lunch, "one").ok());
  EXPECT_TRUE(db.add(dinner, "two").ok());
  EXPECT_TRUE(db.add(lunch, "three").ok());
  EXPECT_TRUE(db.add(room_id{"tea@host"}, "four").ok());
  EXPECT_EQ(db.rooms(), 2U);
  EXPECT_TRUE(read(db, dinner).empty());
  EXPECT_EQ(read(db, lunch), (texts{"one", "three"}));
}

TEST_F(history_database_test, has_a_bound_for_all_rooms_together) {
  {
    auto db = opened({.messages = 20, .bytes = 3'000});
    for (int room = 0; room < 20; ++room)
      EXPECT_TRUE(db.add(room_id{std::to_string(room)}, std::string(500, 'x')).ok());
    EXPECT_LE(db.bytes(), 3'000U);
    EXPECT_EQ(db.rooms(), 5U);
    EXPECT_EQ(read(db, room_id{"19"}).size(), 1U);
  }
  auto less = opened({.messages = 20, .bytes = 1'000});
  EXPECT_EQ(less.rooms(), 1U) << "a lower bound holds from the start";
  EXPECT_EQ(read(less, room_id{"19"}).size(), 1U);
}

TEST_F(history_database_test, forgets_a_room_when_told) {
  auto db = opened();
  EXPECT_TRUE(db.add(lunch, "secret").ok());
  EXPECT_TRUE(db.forget(lunch).ok());
  EXPECT_TRUE(db.forget(lunch).ok());
  EXPECT_TRUE(read(db, lunch).empty());
  EXPECT_EQ(db.rooms(), 0U);
  EXPECT_EQ(db.bytes(), 0U);
}

TEST_F(history_database_test, is_read_by_its_owner_alone) {
  write_file("");
  fs::permissions(path_, fs::perms(0644));
  auto db = opened();
  EXPECT_TRUE(db.add(lunch, "one").ok());
  for (const auto& file : fs::directory_iterator(folder_))
    EXPECT_EQ(file.status().permissions() & fs::perms::mask, fs::perms(0600)) << file.path();
}

TEST_F(history_database_test, inspecting_makes_nothing) {
  EXPECT_TRUE(history_database::inspect(path_).ok());
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(history_database_test, refuses_what_it_cannot_use_and_says_what_to_do) {
  const std::string ours = path_;
  path_ = (folder_ / "missing" / "history.db").string();
  EXPECT_NE(refusal().find("its folder cannot be written (No such file or directory)"), std::string::npos)
      << refusal();
  path_ = folder_.string();
  EXPECT_NE(refusal().find("is not a file; move it away, or name another"), std::string::npos) << refusal();
  path_ = ours;
  write_file("Dear diary");
  EXPECT_NE(refusal().find("is no SQLite database; move it away, or name another"), std::string::npos)
      << refusal();
  write_file(std::string("SQLite format 3\0", 16) + std::string(4'080, '\0'));
  EXPECT_NE(refusal().find("is one of another program"), std::string::npos) << refusal();
  fs::remove(path_);
  (void)opened();
  EXPECT_TRUE(history_database::inspect(path_).ok());
  spoil(60, std::string("\0\0\0\2", 4));
  EXPECT_NE(refusal().find("newer confabd (version 2, this one knows 1)"), std::string::npos) << refusal();
}

TEST_F(history_database_test, refuses_what_another_process_has_open) {
  (void)opened();
  int ready[2];
  int over[2];
  ASSERT_EQ(pipe(ready) | pipe(over), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto db = history_database::open(path_, {});
    char byte = db.ok() ? 'y' : 'n';
    (void)!write(ready[1], &byte, 1);
    close(over[1]);
    (void)!::read(over[0], &byte, 1);
    _exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  EXPECT_NE(refusal().find("in use by another process"), std::string::npos);
  for (const int end : {ready[0], ready[1], over[0], over[1]}) close(end);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(history_database::open(path_, {}).ok());
}

TEST_F(history_database_test, refuses_a_damaged_file) {
  {
    auto db = opened();
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(db.add(lunch, std::string(2'000, 'x')).ok());
  }
  const auto size = static_cast<std::streamoff>(fs::file_size(path_));
  ASSERT_GT(size, 20'000);
  for (std::streamoff at = 4'096; at < size; at += 4'096) spoil(at, std::string(64, '\x7f'));
  const auto made = history_database::open(path_, {});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code, errc::malformed);
  EXPECT_NE(made.error().text.find("is damaged"), std::string::npos) << made.error().text;
  EXPECT_NE(made.error().text.find("move it away"), std::string::npos) << made.error().text;
}

/// A disk with no more room, as a limit of the process.
TEST_F(history_database_test, goes_on_when_a_full_disk_has_room_again) {
  auto db = opened();
  EXPECT_TRUE(db.add(lunch, "before").ok());
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &limit), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit full = limit;
  full.rlim_cur = 64 * 1'024;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
  size_t refused = 0;
  for (int i = 0; i < 20; ++i) {
    const auto done = db.add(dinner, std::string(20'000, 'x'));
    if (done) continue;
    ++refused;
    EXPECT_EQ(done.error().code, errc::unavailable);
    EXPECT_NE(done.error().text.find("look for free space"), std::string::npos) << done.error().text;
  }
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::signal(SIGXFSZ, handler);
  EXPECT_GT(refused, 0U);
  EXPECT_EQ(read(db, lunch), texts{"before"});
  EXPECT_TRUE(db.add(lunch, "after").ok());
  EXPECT_EQ(read(db, lunch), (texts{"before", "after"}));
  EXPECT_EQ(read(db, dinner).size(), 20U - refused) << "what was refused is not there in part";
}

}  // namespace
}  // namespace confab::conference
