#pragma once

#include <cstdint>

namespace confab::mix {

/// The switches of what decides who is heard (`media.*`).
struct voice_settings {
  uint32_t speakers = 0;  ///< of a room at once; 0: all
  bool voice_activity = true;
  bool noise_gate = false;
  bool gain_control = false;
};

}  // namespace confab::mix
