#include <cstdint>
#include <cstdlib>
#include <string>

#include "signaling/sip/admission.hpp"
#include "signaling/sip/asserted_identity.hpp"
#include "signaling/sip/dialog.hpp"
#include "signaling/sip/dtmf_info.hpp"
#include "signaling/sip/pin_text.hpp"
#include "signaling/sip/reliable_provisional.hpp"
#include "signaling/sip/replaces.hpp"
#include "signaling/sip/screening.hpp"
#include "signaling/sip/session_timer.hpp"
#include "signaling/sip/tcp_reach.hpp"
#include "signaling/sip/text.hpp"
#include "signaling/sip/uri.hpp"

using namespace confab::sip;

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

/// What was read and written is read again as the same.
void values(std::string_view text) {
  if (const auto one = parse_replaces(text)) {
    const auto again = parse_replaces(write_replaces(*one));
    expect(again.ok() && again->call_id == one->call_id && again->to_tag == one->to_tag);
  }
  if (const auto one = parse_rack(text)) {
    const auto again = parse_rack(write_rack(*one));
    expect(again.ok() && *again == *one);
  }
  if (const auto one = parse_session_expires(text)) {
    const auto again = parse_session_expires(write_session_expires(*one));
    expect(again.ok() && *again == *one);
  }
  if (const auto one = parse_uri(text)) {
    expect(parse_uri(write_uri(*one)).ok());
    (void)room_of(*one);
    if (const auto hop = over_tcp(std::string(text))) expect(!over_tcp(*hop));
  }
  if (const auto one = parse_name_addr(text)) expect(parse_uri(one->uri).ok());
  (void)parse_dtmf_info("application/dtmf-relay", text);
  (void)parse_dtmf_info("application/dtmf", text);
  (void)pin_of(text);
  expect(without_pin(text).size() <= text.size());
  expect(masked(masked(text)) == masked(text));
  expect(header_safe(text).find('\n') == std::string::npos);
}

void messages(std::string_view text) {
  const auto message = wire_message::split(text);
  if (!message) return;
  const auto refused = screen(*message, true);
  const auto response = stateless_response(*message, refused.value_or(rejection{400, "Bad Request", {}}),
                                           "192.0.2.1", 5060, "t", "");
  if (!response.empty()) expect(wire_message::split(response).ok());
  const auto source = *confab::socket_address::parse("192.0.2.1", 5060);
  auto made = dialog::accept(*message, "local", source, "udp");
  made.adopt(*message, source, "tcp");
  (void)made.next_hop();
  // Nothing a peer writes may begin a header line of ours.
  expect(made.headers("BYE", 1).find("\r\n\r\n") == std::string::npos);
  (void)check_body(*message, body_place::initial);
  (void)check_require(*message);
  (void)read_replaces(*message);
  (void)negotiate_as_uas(*message, {std::chrono::seconds(1800), std::chrono::seconds(90)});
  (void)sdp_of(*message);
  if (const auto who = asserted_identity(*message)) expect(parse_uri(*who).ok());
  (void)wants_privacy(*message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  values(text);
  messages(text);
  return 0;
}
