#include "media/files/incoming_file.hpp"

#include <filesystem>

#include <gtest/gtest.h>

#include "tests/unit/media/files/temporary_folder.hpp"

namespace confab::files {
namespace {

const std::string abc_sha1 = "A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D";

std::string read(const file_reader& from, uint64_t offset, size_t count) {
  std::string bytes;
  EXPECT_TRUE(from.read(offset, count, bytes).ok());
  return bytes;
}

class incoming_file_test : public ::testing::Test {
 protected:
  std::shared_ptr<incoming_file> begin(uint64_t size, const std::vector<hash_kind>& also = {}) {
    return incoming_file::create(part, whole, size, also).value();
  }
  [[nodiscard]] bool nothing_is_left() const { return testing::entries_in(folder.path()) == 0; }

  testing::temporary_folder folder;
  std::string part = folder / "1.part", whole = folder / "1.file";
};

TEST_F(incoming_file_test, becomes_a_stored_file_when_size_and_hash_agree) {
  const auto file = begin(3, {hash_kind::sha256});
  const auto holder = file->take_over();
  ASSERT_TRUE(file->write(holder, "ab").ok());
  EXPECT_EQ(testing::content_of(part), "ab");
  ASSERT_TRUE(file->write(holder, "c").ok());
  const auto done = file->finish(holder, {{hash_kind::sha1, abc_sha1}});
  ASSERT_TRUE(done.ok()) << done.error().text;
  EXPECT_EQ(done->path, whole);
  EXPECT_EQ(done->size, 3U);
  ASSERT_EQ(done->hashes.size(), 2U);
  EXPECT_EQ(done->hashes.front().digest, abc_sha1);
  EXPECT_FALSE(std::filesystem::exists(part));
  const auto reader = file_reader::open(*done).value();
  EXPECT_EQ(read(*reader, 1, 100), "bc");
  remove(*done);
  EXPECT_TRUE(nothing_is_left());
  EXPECT_EQ(read(*reader, 0, 2), "ab") << "who reads it goes on";
  EXPECT_EQ(file_reader::open(*done).error().code, errc::not_found);
}

TEST_F(incoming_file_test, is_removed_when_a_hash_does_not_agree) {
  const auto file = begin(3);
  const auto holder = file->take_over();
  ASSERT_TRUE(file->write(holder, "abd").ok());
  const auto done = file->finish(holder, {{hash_kind::sha1, abc_sha1}});
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().code, errc::unauthentic);
  EXPECT_EQ(done.error().text, "file hash mismatch");
  EXPECT_TRUE(nothing_is_left());
}

TEST_F(incoming_file_test, takes_no_more_than_its_size_and_is_not_finished_before) {
  const auto file = begin(3);
  const auto holder = file->take_over();
  EXPECT_EQ(file->write(holder, "abcd").error().code, errc::too_large);
  ASSERT_TRUE(file->write(holder, "ab").ok());
  EXPECT_EQ(file->finish(holder, {}).error().text, "incomplete file");
  EXPECT_EQ(file->write(holder, "cd").error().code, errc::too_large);
  ASSERT_TRUE(file->write(holder, "c").ok());
  EXPECT_TRUE(file->finish(holder, {}).ok());
}

TEST_F(incoming_file_test, may_be_empty) {
  const auto file = begin(0);
  const auto done = file->finish(file->take_over(), {});
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(testing::content_of(whole), "");
  EXPECT_EQ(read(**file_reader::open(*done), 0, 10), "");
}

TEST_F(incoming_file_test, is_gone_on_with_by_who_takes_it_over_and_refused_to_who_had_it) {
  const auto file = begin(3);
  const auto first = file->take_over();
  ASSERT_TRUE(file->write(first, "a").ok());
  const auto second = file->take_over();
  EXPECT_EQ(file->written(), 1U);
  EXPECT_EQ(file->write(first, "x").error().code, errc::forbidden);
  EXPECT_EQ(file->finish(first, {}).error().code, errc::forbidden);
  ASSERT_TRUE(file->write(second, "bc").ok());
  EXPECT_TRUE(file->finish(second, {{hash_kind::sha1, abc_sha1}}).ok());
}

TEST_F(incoming_file_test, leaves_nothing_when_it_is_given_up) {
  begin(3);
  EXPECT_TRUE(nothing_is_left());
  const auto file = begin(3);
  const auto holder = file->take_over();
  file->discard();
  EXPECT_TRUE(nothing_is_left());
  EXPECT_FALSE(file->write(holder, "a").ok());
  EXPECT_FALSE(file->finish(holder, {}).ok());
}

TEST_F(incoming_file_test, overwrites_nothing_and_follows_no_link) {
  testing::write_file(part, "somebody's");
  EXPECT_FALSE(incoming_file::create(part, whole, 3, {}).ok());
  EXPECT_EQ(testing::content_of(part), "somebody's");
  std::filesystem::remove(part);
  std::filesystem::create_symlink(folder / "target", part);
  EXPECT_FALSE(incoming_file::create(part, whole, 3, {}).ok());
  EXPECT_FALSE(std::filesystem::exists(folder / "target"));
}

}  // namespace
}  // namespace confab::files
