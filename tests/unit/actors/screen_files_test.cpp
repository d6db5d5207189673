#include "actors/screen_files.hpp"

#include <filesystem>
#include <set>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <gtest/gtest.h>

#include "tests/unit/media/files/temporary_folder.hpp"

namespace confab::actors {
namespace {

namespace fs = std::filesystem;

const std::string umlauts = [] {
  std::string out;
  for (int i = 0; i < 100; ++i) out += "ü";
  return out;
}();

TEST(screen_files, name_a_picture_after_its_room_and_person) {
  EXPECT_EQ(screen_path("/d", {"lunch@host", "sip:alice@example.com", leg_id{17}}),
            "/d/lunch%40host/alice%40example.com_17.jpg");
  EXPECT_EQ(screen_path("/d", {"..", "sip:a/b@h", leg_id{1}}), "/d/%2E./a%2Fb%40h_1.jpg");
}

TEST(screen_files, shorten_long_names_so_that_every_file_system_takes_them_and_no_two_are_one) {
  std::set<std::string> paths;
  const std::string x(300, 'x');
  size_t count = 0;
  for (const auto& name :
       {umlauts, umlauts + "a", umlauts + "b", x, x + "a", "a" + umlauts, "ab" + umlauts}) {
    for (const auto& room : {std::string("lunch"), name}) {
      const auto path =
          screen_path("/d", {room + "@host", "sip:" + name + "@example.com", leg_id{UINT64_MAX}});
      paths.insert(path);
      ++count;
      const fs::path below = fs::path(path).lexically_relative("/d");
      EXPECT_EQ(std::distance(below.begin(), below.end()), 2) << path;
      for (const auto& part : below) {
        const auto text = part.string();
        EXPECT_LE(text.size() + 4, 255U) << "with .tmp behind it: " << text;
        EXPECT_NE(text.find("%40"), std::string::npos) << "by which it is known as ours: " << text;
        for (size_t at = 0; (at = text.find('%', at)) != std::string::npos; ++at)
          EXPECT_GE(text.find_first_not_of("0123456789ABCDEF", at + 1) - at, 3U)
              << "half an escape: " << text;
      }
    }
  }
  EXPECT_EQ(paths.size(), count);
}

TEST(screen_files, keep_and_sweep_pictures_of_persons_with_long_names) {
  const files::testing::temporary_folder folder;
  const screen_place where{umlauts + "@host", "sip:" + umlauts + "@example.com", leg_id{1}};
  const auto path = screen_path(folder.path(), where);
  const auto run = [&](const web::frame_ptr& frame) {
    caf::actor_system_config config;
    caf::actor_system system(config);  // its end waits for the writer
    const auto made = screen_files::open(system, folder.path());
    ASSERT_TRUE(made.ok()) << made.error().text;
    if (frame) (*made)->keep(where, frame);
  };
  web::screen_frame frame;
  frame.jpeg = "picture";
  run(std::make_shared<const web::screen_frame>(frame));
  EXPECT_EQ(files::testing::content_of(path), "picture");
  run(nullptr);
  EXPECT_EQ(files::testing::entries_in(folder.path()), 0U) << "the next start removes it";
}

}  // namespace
}  // namespace confab::actors
