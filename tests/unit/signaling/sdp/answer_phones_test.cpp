#include <gtest/gtest.h>

#include "tests/unit/signaling/sdp/fixture.hpp"

/// Offers in the manner of phones and servers of the field.
namespace confab::sdp::testing {
namespace {

struct phone {
  const char* name;
  const char* offer;
  const char* expected;
};

const phone phones[] = {
    {"the customer's sample", R"(v=0
o=- 3526098545 3526098547 IN IP4 81.23.228.139
s=SylkServer-1.2.3
t=0 0
c=IN IP4 81.23.228.139
m=audio 55324 RTP/AVP 9 101
c=IN IP4 85.17.186.7
a=rtcp:55325
a=rtpmap:9 G722/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:1nDEh/WrJ57RBaHwhBG4+RAwzV9k/HxZhg1wClnx
a=sendrecv
)",
     "slot 0: G722 9, event 101, sendrecv, to 85.17.186.7 55324, AES_CM_128_HMAC_SHA1_80 tag 1"},
    {"baresip", R"(v=0
o=- 2876413532 1876342 IN IP4 192.0.2.7
s=-
c=IN IP4 192.0.2.7
t=0 0
a=tool:baresip 1.0.0
m=audio 4000 RTP/AVP 96 9 0 8 101
a=rtpmap:96 opus/48000/2
a=fmtp:96 stereo=1;sprop-stereo=1
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=rtcp:4001
a=rtcp-mux
a=sendrecv
a=label:1
a=rtcp-rsize
a=ssrc:3112415123 cname:sip:alice@example.com
a=ptime:20
)",
     "slot 0: G722 9, event 101, sendrecv, mux"},
    {"baresip with mandatory SDES", R"(v=0
o=- 2876413532 1876342 IN IP4 192.0.2.7
s=-
c=IN IP4 192.0.2.7
t=0 0
m=audio 4000 RTP/SAVP 96 101
a=rtpmap:96 opus/48000/2
a=rtpmap:101 telephone-event/8000
a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz
a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz
a=sendrecv
)",
     "slot 0: opus 96, event 101, sendrecv, AES_CM_128_HMAC_SHA1_80 tag 2"},
    {"linphone 5 with AVPF and ZRTP", R"(v=0
o=alice 3415 1938 IN IP4 192.0.2.7
s=Talk
c=IN IP4 192.0.2.7
b=AS:380
t=0 0
a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics
a=record:off
m=audio 4000 RTP/AVPF 96 97 98 0 8 18 101 99 100
a=rtpmap:96 opus/48000/2
a=fmtp:96 useinbandfec=1
a=rtpmap:97 speex/16000
a=fmtp:97 vbr=on
a=rtpmap:98 speex/8000
a=fmtp:98 vbr=on
a=fmtp:18 annexb=yes
a=rtpmap:101 telephone-event/48000
a=rtpmap:99 telephone-event/16000
a=rtpmap:100 telephone-event/8000
a=zrtp-hash:1.10 4dc2b1e6d8b5c5a2a5a4b2cc7c6cf5ee02b8e53c3ba5ff9a43cb6e42b46de83e
a=rtcp-fb:* trr-int 1000
a=rtcp-fb:* ccm tmmbr
)",
     "slot 0: speex 97, event 100, sendrecv"},
    {"linphone with SDES and video", R"(v=0
o=bob 123 456 IN IP6 2001:db8::7
s=Talk
c=IN IP6 2001:db8::7
t=0 0
m=audio 7078 RTP/SAVPF 0 101
a=rtpmap:101 telephone-event/8000
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz
a=crypto:3 AES_CM_256_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj
m=video 9078 RTP/SAVPF 96
a=rtpmap:96 VP8/90000
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz
)",
     "slot 0: PCMU 0, event 101, sendrecv, to 2001:db8::7 7078, AES_CM_128_HMAC_SHA1_80 tag 1"},
    {"Blink with ICE and a=crypto in RTP/AVP", R"(v=0
o=- 3830849812 3830849812 IN IP4 192.0.2.7
s=Blink 5.9.1 (Linux)
t=0 0
m=audio 50014 RTP/AVP 113 9 0 8 101
c=IN IP4 203.0.113.4
a=rtcp:50015
a=candidate:Sc0a80102 1 UDP 1862270975 203.0.113.4 50014 typ srflx raddr 192.168.1.2 rport 50014
a=candidate:Hc0a80102 1 UDP 1694498815 192.168.1.2 50014 typ host
a=ice-ufrag:6ecba2c3
a=ice-pwd:4f1b1c2d
a=rtpmap:113 opus/48000/2
a=fmtp:113 useinbandfec=1
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:1nDEh/WrJ57RBaHwhBG4+RAwzV9k/HxZhg1wClnx
a=zrtp-hash:1.10 0c4b9d0a8e2c9cf36f6ad4a2db5fae9e2f1c1bb4fd8e3d7f7c1d4cb9de0dbb0a
a=sendrecv
m=message 2855 TCP/TLS/MSRP *
c=IN IP4 203.0.113.4
a=path:msrps://203.0.113.4:2855/5d1be4a6b1e0a3a1a3d2;tcp
a=accept-types:message/cpim text/* application/im-iscomposing+xml
a=accept-wrapped-types:*
a=setup:active
)",
     "slot 0: G722 9, event 101, sendrecv, to 203.0.113.4 50014, AES_CM_128_HMAC_SHA1_80 tag 1"},
    {"sipp's built-in caller",
     "v=0\r\no=user1 53655765 2353687637 IN IP4 192.0.2.7\r\ns=-\r\nc=IN IP4 192.0.2.7\r\n"
     "t=0 0\r\nm=audio 4000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n",
     "slot 0: PCMU 0, sendrecv"},
    {"a Cisco gateway", R"(v=0
o=CiscoSystemsSIP-GW-UserAgent 5211 8146 IN IP4 192.0.2.7
s=SIP Call
c=IN IP4 192.0.2.7
t=0 0
m=audio 16384 RTP/AVP 18 8 0 101 19
c=IN IP4 192.0.2.7
a=rtpmap:18 G729/8000
a=fmtp:18 annexb=no
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=rtpmap:19 CN/8000
a=ptime:20
)",
     "slot 0: PCMA 8, event 101, sendrecv, cn 19, to 192.0.2.7 16384"},
    {"Asterisk", R"(v=0
o=root 1821921217 1821921217 IN IP4 192.0.2.7
s=Asterisk PBX 16.28.0
c=IN IP4 192.0.2.7
t=0 0
m=audio 14032 RTP/AVP 107 9 8 0 3 101
a=rtpmap:107 opus/48000/2
a=fmtp:107 useinbandfec=1
a=rtpmap:9 G722/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:3 GSM/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=maxptime:60
a=sendrecv
)",
     "slot 0: G722 9, event 101, sendrecv, to 192.0.2.7 14032"},
    {"FreeSWITCH with SAVP and AVP", R"(v=0
o=FreeSWITCH 1700000001 1700000002 IN IP4 192.0.2.7
s=FreeSWITCH
c=IN IP4 192.0.2.7
t=0 0
m=audio 4000 RTP/SAVP 0 101 13
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=rtpmap:13 CN/8000
a=crypto:1 AEAD_AES_256_GCM_8 inline:tCBtlBfYXhmvtzNhJTHlBL3SqRBkNvVsvtuWk2bVbbGNv5uFVHvD9uCBUZw
a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz
a=ptime:20
m=audio 4000 RTP/AVP 0 101 13
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
)",
     "slot 0: PCMU 0, event 101, sendrecv, cn 13, AES_CM_128_HMAC_SHA1_32 tag 2"},
    {"a browser", R"(v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS stream
m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:4ZcD
a=ice-pwd:2/1muCWoOi3uLifh0NuRHlVB
a=fingerprint:sha-256 19:E2:1C:3B:4B:9F:81:E6:B8:5C:F4:A5:A8:D8:73:04:BB:05:2F:70:9F:04:A9:0E:05:E9:26:33:E8:70:88:A2
a=setup:actpass
a=mid:0
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtpmap:63 red/48000/2
)",
     "refused: audio over UDP/TLS/RTP/SAVPF is not supported"},
    {"a Polycom on hold", R"(v=0
o=- 1180439034 1180439035 IN IP4 192.0.2.7
s=Polycom IP Phone
c=IN IP4 192.0.2.7
t=0 0
a=sendonly
m=audio 2242 RTP/AVP 9 0 8 18 127
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:127 telephone-event/8000
)",
     "slot 0: G722 9, event 127, recvonly, to 192.0.2.7 2242"},
    {"a phone without s= and t=",
     "v=0\no=x 1 1 IN IP4 192.0.2.7\nc=IN IP4 192.0.2.7\nm=audio 4000 RTP/AVP 8\n",
     "slot 0: PCMA 8, sendrecv"},
    {"a fax machine", R"(v=0
o=- 1 1 IN IP4 192.0.2.7
s=-
c=IN IP4 192.0.2.7
t=0 0
m=image 4000 udptl t38
a=T38FaxVersion:0
)",
     "refused: no audio stream"},
};

TEST(answer_phones, of_the_field_get_what_they_can_use) {
  for (const phone& p : phones) {
    SCOPED_TRACE(p.name);
    const description offered = parsed(p.offer);
    const auto outcome = answer(offered, nullptr, server());
    EXPECT_EQ(summary(outcome), p.expected);
    if (outcome) expect_well_formed_answer(offered, *outcome);
  }
}

}  // namespace
}  // namespace confab::sdp::testing
