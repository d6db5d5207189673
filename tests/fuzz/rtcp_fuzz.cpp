#include <array>
#include <cstdlib>

#include "media/rtp/rtcp.hpp"
#include "media/rtp/rtcp_session.hpp"

/// What parses is used by a session, and written again says the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace confab::rtp;
  const auto c = parse_rtcp({data, size});
  if (!c) return 0;
  rtcp_session session("a@b", 8000, 1, {});
  session.reception().on_packet(c->sender_ssrc, 1, 1, {});
  session.on_rtcp(*c, c->block_count > 0 ? c->blocks[0].ssrc : 0, {}, {});
  rtcp_report r;
  r.ssrc = c->sender_ssrc;
  r.sending = c->has_sender_info;
  r.sender = c->sender;
  r.has_block = c->block_count > 0;
  r.block = c->blocks[0];
  r.cname = c->cname;
  r.bye = c->bye;
  std::array<uint8_t, 512> out{};
  const auto again = parse_rtcp(std::span{out}.first(write_rtcp(r, out)));
  if (!again || again->cname != c->cname || again->bye != c->bye || again->sender != c->sender ||
      (r.has_block && again->blocks[0] != r.block)) {
    std::abort();
  }
  return 0;
}
