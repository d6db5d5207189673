#include <cstdlib>
#include <vector>

#include "media/secure/srtp.hpp"

/// Nothing that was not sealed with the key may open, and nothing may crash. The first byte chooses suite and
/// kind.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace confab;
  if (size == 0) return 0;
  const auto suite = static_cast<media::srtp_suite>(data[0] & 3);
  // A session of its own for each input: libsrtp2 keeps a stream for every SSRC it has sealed for.
  const std::vector<uint8_t> key(media::key_and_salt_bytes(suite), 0x42);
  const auto made = secure::make_srtp_session({.suite = suite, .local_key = key, .remote_key = key});
  if (!made) std::abort();
  const auto& session = *made;
  std::vector<uint8_t> packet(data + 1, data + size);
  const auto opened = (data[0] & 4) != 0 ? session->unprotect_rtcp(packet) : session->unprotect_rtp(packet);
  if (opened && *opened > packet.size()) std::abort();
  // Sealing takes any well-formed packet or refuses it.
  std::vector<uint8_t> clear(data + 1, data + size);
  clear.resize(clear.size() + secure::max_trailer_bytes);
  (void)((data[0] & 4) != 0 ? session->protect_rtcp(clear, size - 1) : session->protect_rtp(clear, size - 1));
  return 0;
}
