#include <cstdlib>
#include <string>
#include <string_view>

#include "signaling/sip/subscribe_request.hpp"
#include "signaling/sip/wire_message.hpp"

/// Any bytes as an Event header and as a SUBSCRIBE; an Event that can be read can be written and read again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace confab::sip;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto event = parse_event(text)) {
    const auto again = parse_event(write_event(*event));
    if (!again || !(*again == *event)) std::abort();
  }
  if (const auto message = wire_message::split(text)) {
    (void)read_subscribe(*message);
    (void)admit_subscribe(*message, {"example.com"});
  }
  return 0;
}
