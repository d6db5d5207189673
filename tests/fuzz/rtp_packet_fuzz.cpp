#include <cstdlib>
#include <vector>

#include "media/rtp/packet.hpp"

/// What parses can be written and read again, without CSRCs, extension and padding.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace confab::rtp;
  const std::span<const uint8_t> in{data, size};
  (void)looks_like_rtcp(in);
  const auto p = parse_packet(in);
  if (!p) return 0;
  std::vector<uint8_t> out(header_bytes + p->payload.size());
  const size_t length = write_packet(*p, out);
  const auto again = parse_packet(std::span{out}.first(length));
  if (!again || again->ssrc != p->ssrc || again->sequence != p->sequence ||
      again->timestamp != p->timestamp || again->marker != p->marker ||
      again->payload_type != p->payload_type || again->payload.size() != p->payload.size()) {
    std::abort();
  }
  return 0;
}
