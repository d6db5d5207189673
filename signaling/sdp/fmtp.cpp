#include "signaling/sdp/fmtp.hpp"

#include "signaling/sdp/rtpmap.hpp"
#include "signaling/sdp/text.hpp"

namespace confab::sdp {

result<fmtp> parse_fmtp(std::string_view value) {
  std::string_view rest = value;
  const auto payload_type = parse_payload_type(text::next_word(rest));
  const std::string_view parameters = text::trimmed(rest);
  if (!payload_type || parameters.empty()) return {errc::malformed, "not an a=fmtp: " + std::string(value)};
  return fmtp{*payload_type, std::string(parameters)};
}

std::string write(const fmtp& f) {
  return std::to_string(f.payload_type) + " " + f.parameters;
}

std::string fmtp_of(const media_description& m, uint8_t payload_type) {
  for (const attribute& a : m.attributes) {
    if (a.name != "fmtp") continue;
    if (auto f = parse_fmtp(a.value); f && f->payload_type == payload_type) return f->parameters;
  }
  return {};
}

}  // namespace confab::sdp
