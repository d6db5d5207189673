#include "signaling/sdp/rtcp.hpp"

#include "config/socket_address.hpp"
#include "signaling/sdp/text.hpp"

namespace confab::sdp {

result<rtcp_target> parse_rtcp(std::string_view value) {
  std::string_view rest = value;
  const auto port = text::number(text::next_word(rest), 65'535);
  if (!port || *port == 0) return {errc::malformed, "a=rtcp has no valid port: " + std::string(value)};
  rtcp_target target{static_cast<uint16_t>(*port), {}};
  const std::string_view network = text::next_word(rest);
  if (network.empty()) return target;
  text::next_word(rest);  // IP4 or IP6: the address itself says which
  const std::string_view address = text::next_word(rest);
  if (network != "IN" || !socket_address::parse(address, 0)) {
    return {errc::malformed, "a=rtcp has no valid address: " + std::string(value)};
  }
  target.address = address;
  return target;
}

std::string write(const rtcp_target& target) {
  std::string value = std::to_string(target.port);
  if (target.address.empty()) return value;
  const bool six = target.address.find(':') != std::string::npos;
  return value + " IN " + (six ? "IP6 " : "IP4 ") + target.address;
}

}  // namespace confab::sdp
