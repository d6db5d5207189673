#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "config/result.hpp"

namespace confab::mix {

/// Prompt, tone or music: mono, 16 kHz, immutable, shared by everything that plays it.
struct sound {
  std::string name;  ///< file name without `.wav`
  std::vector<int16_t> samples;
};
using sound_ptr = std::shared_ptr<const sound>;

/// Reads RIFF WAVE, PCM 16 bit, mono, 16 kHz (8 kHz is converted); anything else is refused with what was
/// found.
result<sound> parse_wav(std::span<const uint8_t> bytes, std::string name);

/// Every `*.wav` of a folder by name, read once at start; an unreadable file is refused by name.
class sound_library {
 public:
  sound_library() = default;
  static result<sound_library> load(const std::string& directory);
  [[nodiscard]] sound_ptr find(const std::string& name) const;  ///< null when there is none
  [[nodiscard]] size_t size() const noexcept { return sounds_.size(); }

 private:
  std::map<std::string, sound_ptr> sounds_;
};

}  // namespace confab::mix
