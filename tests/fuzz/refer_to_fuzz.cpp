#include <cstdlib>
#include <string>
#include <string_view>

#include "signaling/sip/refer_request.hpp"
#include "signaling/sip/uri.hpp"
#include "signaling/sip/wire_message.hpp"

namespace {

/// A target is a SIP URI that asks for nothing in our INVITE, and reading it again changes nothing.
void judge(const confab::sip::wire_message& message) {
  using namespace confab::sip;
  const auto read = read_refer(message);
  const auto* asked = std::get_if<refer_request>(&read);
  if (asked == nullptr) return;
  const auto target = parse_uri(asked->target);
  if (!target || !target->is_sip() || !target->headers.empty() || target->param("method")) std::abort();
  if (write_uri(*target) != asked->target) std::abort();
}

}  // namespace

/// Any bytes as a Refer-To, and as a REFER.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using confab::sip::wire_message;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto message = wire_message::split(bytes)) judge(*message);
  if (bytes.find_first_of("\r\n") != std::string_view::npos) return 0;
  const std::string text =
      "REFER sip:lunch@example.com SIP/2.0\r\nRefer-To: " + std::string(bytes) + "\r\n\r\n";
  if (const auto message = wire_message::split(text)) judge(*message);
  return 0;
}
