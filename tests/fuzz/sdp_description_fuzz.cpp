#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "signaling/sdp/crypto.hpp"
#include "signaling/sdp/description.hpp"
#include "signaling/sdp/fmtp.hpp"
#include "signaling/sdp/rtcp.hpp"
#include "signaling/sdp/rtpmap.hpp"

/// What parses is written so that it parses to the same again; so is each attribute with a parser of its own.
namespace {

using namespace confab;

void expect(bool holds) {
  if (!holds) std::abort();
}

template <class T>
void round_trip(result<T> (*parse)(std::string_view), std::string_view text) {
  const auto value = parse(text);
  if (!value) return;
  const auto again = parse(write(*value));
  expect(again.ok() && *again == *value);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  round_trip(sdp::parse, text);
  const auto d = sdp::parse(text);
  if (!d) return 0;
  for (const sdp::media_description& m : d->media) {
    for (const sdp::attribute& a : m.attributes) {
      round_trip(sdp::parse_rtpmap, a.value);
      round_trip(sdp::parse_fmtp, a.value);
      round_trip(sdp::parse_rtcp, a.value);
      round_trip(sdp::parse_crypto, a.value);
    }
    static_cast<void>(sdp::direction_of(*d, m));
  }
  return 0;
}
