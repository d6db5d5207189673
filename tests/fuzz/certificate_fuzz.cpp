// Certificates of any bytes: whatever names stand in one, who it makes of a caller is a SIP address of
// record, and nobody's where it names nobody.

#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "config/limits.hpp"
#include "signaling/sip/tls_peers.hpp"
#include "signaling/sip/uri.hpp"

using namespace confab::sip;

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

void judge(const certificate_names& names) {
  static const std::string text =
      "INVITE sip:room@example.com SIP/2.0\r\nFrom: <sip:bob@example.com>;tag=1\r\n\r\n";
  const auto request = wire_message::split(text);
  for (const auto trust : {certificate_trust::none, certificate_trust::users, certificate_trust::domains}) {
    const auto who = certified_identity(names, *request, trust);
    if (!who) continue;
    expect(trust != certificate_trust::none);
    const auto read = parse_uri(*who);
    expect(read.ok() && read->scheme == "sip" && !read->user.empty());
    expect(*who == "sip:" + room_of(*read)->value);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (const auto names = names_in_certificate({data, size})) {
    expect(names->uris.size() <= confab::limits::certificate_names);
    expect(names->hosts.size() <= confab::limits::certificate_names);
    judge(*names);
  }
  // Also as names alone: few mutations of DER survive.
  const std::string text(reinterpret_cast<const char*>(data), size);
  judge({{text}, {}});
  judge({{}, {text}});
  return 0;
}
