#include "media/mix/sound.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace confab::mix {
namespace {

struct wav {
  uint16_t format = 1;
  uint16_t channels = 1;
  uint32_t rate = 16'000;
  uint16_t bits = 16;
  std::vector<int16_t> samples{1, -2, 300, -32'768};
  std::optional<uint32_t> stated_bytes;
  std::string before_data;  // whole chunks
};

void put(std::vector<uint8_t>& to, uint32_t value, size_t bytes) {
  for (size_t i = 0; i < bytes; ++i) to.push_back(static_cast<uint8_t>(value >> (8 * i)));
}

void put(std::vector<uint8_t>& to, const std::string& text) {
  to.insert(to.end(), text.begin(), text.end());
}

std::vector<uint8_t> write(const wav& w) {
  std::vector<uint8_t> out;
  const auto data_bytes = static_cast<uint32_t>(w.samples.size() * 2);
  put(out, "RIFF");
  put(out, 36 + data_bytes, 4);
  put(out, "WAVEfmt ");
  put(out, 16, 4);
  put(out, w.format, 2);
  put(out, w.channels, 2);
  put(out, w.rate, 4);
  put(out, w.rate * 2, 4);
  put(out, 2, 2);
  put(out, w.bits, 2);
  put(out, w.before_data);
  put(out, "data");
  put(out, w.stated_bytes.value_or(data_bytes), 4);
  for (const int16_t s : w.samples) put(out, static_cast<uint16_t>(s), 2);
  return out;
}

TEST(wav, gives_back_the_samples_of_a_16_khz_file) {
  const auto parsed = parse_wav(write({}), "hello");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->name, "hello");
  EXPECT_EQ(parsed->samples, (std::vector<int16_t>{1, -2, 300, -32'768}));
}

TEST(wav, converts_8_khz) {
  wav w;
  w.rate = 8'000;
  w.samples.assign(800, 1'000);
  const auto parsed = parse_wav(write(w), "narrow");
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->samples.size(), 1'600u);
  EXPECT_NEAR(parsed->samples[800], 1'000, 2);
}

TEST(wav, skips_chunks_it_does_not_know_also_those_of_odd_length) {
  wav w;
  w.before_data = std::string("LIST\x03\0\0\0abc\0", 12);
  const auto parsed = parse_wav(write(w), "tagged");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->samples.size(), 4u);
}

TEST(wav, takes_all_there_is_when_the_writer_could_not_know_the_size) {
  for (const uint32_t stated : {0xffff'ffffu, 0x7fff'f000u}) {
    wav w;
    w.stated_bytes = stated;
    const auto parsed = parse_wav(write(w), "piped");
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ(parsed->samples.size(), 4u);
  }
}

TEST(wav, refuses_other_formats_and_says_what_it_found) {
  struct row {
    wav w;
    const char* found;
  };
  std::vector<row> rows(5);
  rows[0] = {{}, "2 channels"};
  rows[0].w.channels = 2;
  rows[1] = {{}, "44100 Hz"};
  rows[1].w.rate = 44'100;
  rows[2] = {{}, "8 bit"};
  rows[2].w.bits = 8;
  rows[3] = {{}, "format 7"};
  rows[3].w.format = 7;
  rows[4] = {{}, "format 65534"};
  rows[4].w.format = 0xfffe;
  for (const row& r : rows) {
    const auto parsed = parse_wav(write(r.w), "odd");
    ASSERT_FALSE(parsed.ok()) << r.found;
    EXPECT_EQ(parsed.error().code, errc::unsupported);
    EXPECT_NE(parsed.error().text.find(r.found), std::string::npos) << parsed.error().text;
  }
}

TEST(wav, every_cut_of_a_file_is_refused_or_shorter) {
  const auto whole = write({});
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse_wav(std::span(whole).first(size), "cut").ok()) << size;
  }
}

TEST(wav, refuses_samples_before_their_format) {
  std::vector<uint8_t> bytes;
  put(bytes, "RIFF");
  put(bytes, 12, 4);
  put(bytes, "WAVEdata");
  put(bytes, 0, 4);
  EXPECT_EQ(parse_wav(bytes, "x").error().code, errc::malformed);
}

class sounds_folder : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) / (std::string("confab_sounds_") + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void add(const std::string& name, const std::vector<uint8_t>& bytes) {
    std::ofstream file(folder_ / name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  std::filesystem::path folder_;
};

TEST_F(sounds_folder, is_read_by_name_and_other_files_are_left) {
  add("join.wav", write({}));
  add("leave.wav", write({}));
  add("README.md", {});
  const auto library = sound_library::load(folder_.string());
  ASSERT_TRUE(library.ok());
  EXPECT_EQ(library->size(), 2u);
  ASSERT_NE(library->find("join"), nullptr);
  EXPECT_EQ(library->find("join")->samples.size(), 4u);
  EXPECT_EQ(library->find("nobody"), nullptr);
}

TEST_F(sounds_folder, a_bad_file_is_refused_by_name) {
  add("join.wav", write({}));
  add("broken.wav", {1, 2, 3});
  const auto library = sound_library::load(folder_.string());
  ASSERT_FALSE(library.ok());
  EXPECT_NE(library.error().text.find("broken.wav"), std::string::npos) << library.error().text;
}

TEST_F(sounds_folder, that_is_missing_is_unavailable) {
  const auto library = sound_library::load((folder_ / "missing").string());
  ASSERT_FALSE(library.ok());
  EXPECT_EQ(library.error().code, errc::unavailable);
}

}  // namespace
}  // namespace confab::mix
