#include "media/files/storage.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/unit/media/files/temporary_folder.hpp"

namespace confab::files {
namespace {

namespace fs = std::filesystem;

constexpr const char* one = "00000000000000a1";
constexpr const char* other = "00000000000000b2";

TEST(storage, keeps_files_under_numbers_in_a_folder_of_its_own_and_removes_it_at_the_end) {
  testing::temporary_folder folder;
  {
    const auto store = storage::open(folder.path(), one).value();
    EXPECT_EQ(store->folder(), folder / "confab-00000000000000a1");
    const auto file = store->create(7, 2, {}).value();
    const auto holder = file->take_over();
    ASSERT_TRUE(file->write(holder, "hi").ok());
    const auto done = file->finish(holder, {}).value();
    EXPECT_EQ(done.path, store->folder() + "/7.file");
    EXPECT_TRUE(fs::exists(done.path));
    EXPECT_GT(store->free_bytes().value(), 0U);
    EXPECT_FALSE(storage::open(folder.path(), one).ok()) << "no folder is had twice";
  }
  EXPECT_EQ(testing::entries_in(folder.path()), 0U);
}

TEST(storage, sweeps_what_a_process_that_is_gone_has_left_and_nothing_else) {
  testing::temporary_folder folder;
  const auto left = folder / "confab-00000000000000b2";
  fs::create_directories(left);
  for (const char* name : {"lock", "1.part", "22.file"}) testing::write_file(left + "/" + name, "old");
  const auto mixed = folder / "confab-00000000000000c3";
  fs::create_directories(mixed);
  for (const char* name : {"lock", "3.part", "thesis.file", "x.part", "notes"})
    testing::write_file(mixed + "/" + name, "mine");
  const auto strange = folder / "confab-backup";
  fs::create_directories(strange);
  testing::write_file(strange + "/1.part", "mine");
  testing::write_file(folder / "1.part", "mine");
  testing::write_file(folder / "confab-00000000000000d4", "a file, no folder");
  fs::create_directories(folder / "elsewhere");
  testing::write_file(folder / "elsewhere/lock", "");
  testing::write_file(folder / "elsewhere/1.part", "mine");
  fs::create_directory_symlink(folder / "elsewhere", folder / "confab-00000000000000e5");

  const auto store = storage::open(folder.path(), one).value();
  EXPECT_FALSE(fs::exists(left));
  EXPECT_FALSE(fs::exists(mixed + "/3.part"));
  for (const char* name : {"thesis.file", "x.part", "notes"})
    EXPECT_TRUE(fs::exists(mixed + "/" + name)) << name;
  EXPECT_TRUE(fs::exists(strange + "/1.part"));
  EXPECT_TRUE(fs::exists(folder / "1.part"));
  EXPECT_TRUE(fs::exists(folder / "confab-00000000000000d4"));
  EXPECT_TRUE(fs::exists(folder / "elsewhere/1.part"));
}

TEST(storage, leaves_the_folder_of_a_process_that_lives) {
  testing::temporary_folder folder;
  const auto living = storage::open(folder.path(), other).value();
  const auto file = living->create(1, 1, {}).value();
  const auto second = storage::open(folder.path(), one).value();
  EXPECT_TRUE(fs::exists(living->folder() + "/1.part"));
}

TEST(storage, promises_no_space_twice) {
  testing::temporary_folder folder;
  const auto store = storage::open(folder.path(), one).value();
  const uint64_t most = store->free_bytes().value() / 3 * 2;  // twice is too much, whatever others write
  auto file = store->create(1, most, {}).value();
  auto holder = file->take_over();
  EXPECT_EQ(store->promised_bytes(), most);
  EXPECT_EQ(store->create(2, most, {}).error().code, errc::exhausted);
  EXPECT_EQ(store->promised_bytes(), most) << "what is refused holds nothing";
  EXPECT_EQ(store->promise(0, most).error().code, errc::exhausted) << "that much should stay free";
  ASSERT_TRUE(file->write(holder, "hello").ok());
  EXPECT_EQ(store->promised_bytes(), most - 5) << "what is written is not promised any more";
  EXPECT_TRUE(file->has_space());

  file->park(holder);
  EXPECT_FALSE(file->has_space());
  EXPECT_EQ(store->promised_bytes(), 0U);
  auto other_file = store->create(2, most, {}).value();
  EXPECT_FALSE(store->promise(file->missing(), 0).ok());
  other_file->discard();
  holder = file->take_over(store->promise(file->missing(), 0).value());
  EXPECT_EQ(store->promised_bytes(), most - 5);
  file->park(holder - 1);
  EXPECT_TRUE(file->has_space()) << "another has it now";
  file.reset();
  EXPECT_EQ(store->promised_bytes(), 0U);
}

TEST(storage, says_which_directory_cannot_be_used) {
  testing::temporary_folder folder;
  testing::write_file(folder / "file", "");
  const auto refused = storage::open(folder / "file/below", one);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::bad_setting);
  EXPECT_NE(refused.error().text.find("files.directory " + folder.path()), std::string::npos);
}

}  // namespace
}  // namespace confab::files
