#pragma once

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "tests/support/source_dir.hpp"

/// The ITU-T test vectors, where they are: `CONFAB_VECTORS`, else beside the project.
namespace confab::vectors {

inline std::string directory() {
  const char* set = std::getenv("CONFAB_VECTORS");
  if (set != nullptr && *set != '\0') return set;
  return test::source_dir() + "/../shared/vectors";
}

/// 16-bit little-endian words; empty when the file is not there.
inline std::vector<uint16_t> read_words(const std::string& file) {
  std::ifstream in(directory() + "/" + file, std::ios::binary);
  const std::vector<char> bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::vector<uint16_t> words(bytes.size() / 2);
  for (size_t i = 0; i < words.size(); ++i) {
    words[i] = static_cast<uint16_t>(static_cast<uint8_t>(bytes[2 * i]) |
                                     (static_cast<uint8_t>(bytes[2 * i + 1]) << 8));
  }
  return words;
}

inline std::string missing(const std::string& file) {
  return "the vector " + file + " is not in " + directory() +
         " (set CONFAB_VECTORS); only its checksum is proven";
}

/// FNV-1a over 16-bit words, low byte first.
template <class Word>
uint64_t checksum(const std::vector<Word>& words) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const Word word : words) {
    const unsigned value = static_cast<uint16_t>(word);
    for (const unsigned byte : {value & 0xff, value >> 8}) {
      hash = (hash ^ byte) * 0x100000001b3;
    }
  }
  return hash;
}

}  // namespace confab::vectors
