#include <cstdlib>

#include "media/rtp/header_extension.hpp"

/// The first two octets are the profile, the third the id, the rest the extension: what is found lies inside.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace confab::rtp;
  if (size < 3) return 0;
  packet p;
  p.extension_profile = static_cast<uint16_t>(data[0] << 8 | data[1]);
  p.extension = {data + 3, size - 3};
  const auto found = find_extension(p, data[2]);
  if (found && (found->data() < p.extension.data() || found->data() + found->size() > data + size))
    std::abort();
  const uint8_t level = audio_level_of(p, data[2], true);
  if ((!found || found->empty()) && level != no_audio_level) std::abort();
  return 0;
}
