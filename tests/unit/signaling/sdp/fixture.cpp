#include "tests/unit/signaling/sdp/fixture.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "signaling/sdp/rtpmap.hpp"

namespace confab::sdp::testing {

capabilities server(srtp_policy srtp) {
  capabilities c;
  c.address = "198.51.100.1";
  c.audio_port = 50'000;
  c.audio_rtcp_port = 50'001;
  c.codecs = {{"G722", 8000, 1, 9, ""},   {"speex", 16'000, 1, 98, ""},
              {"speex", 8000, 1, 97, ""}, {"opus", 48'000, 2, 111, "useinbandfec=1"},
              {"PCMA", 8000, 1, 8, ""},   {"PCMU", 8000, 1, 0, ""}};
  c.srtp = srtp;
  c.srtp_suites = {"AEAD_AES_128_GCM", "AES_256_CM_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_80",
                   "AES_CM_128_HMAC_SHA1_32"};
  c.srtp_keys = {key_28, key_46, key_30, key_30};
  c.session_id = 77;
  return c;
}

description parsed(std::string_view whole) {
  auto d = parse(whole);
  EXPECT_TRUE(d.ok()) << d.error().text << "\n" << whole;
  return d ? *std::move(d) : description{};
}

description peer(std::string_view media_lines) {
  return parsed("v=0\no=- 1 1 IN IP4 192.0.2.7\ns=-\nc=IN IP4 192.0.2.7\nt=0 0\n" + std::string(media_lines));
}

std::string summary(const result<answer_outcome>& outcome) {
  if (!outcome) return "refused: " + outcome.error().text;
  if (!outcome->audio) return "no audio";
  const audio_agreement& a = *outcome->audio;
  std::string out = "slot " + std::to_string(a.media_index) + ": " + a.codec.name + " " +
                    std::to_string(a.codec.payload_type);
  if (a.telephone_event) out += ", event " + std::to_string(*a.telephone_event);
  out += a.send ? (a.receive ? ", sendrecv" : ", sendonly") : (a.receive ? ", recvonly" : ", inactive");
  if (a.comfort_noise) out += ", cn " + std::to_string(*a.comfort_noise);
  if (a.ptime.count() != 20) out += ", ptime " + std::to_string(a.ptime.count());
  if (a.remote_address != "192.0.2.7" || a.remote_port != 4000) {
    out += ", to " + a.remote_address + " " + std::to_string(a.remote_port);
  }
  if (a.rtcp_mux) {
    out += ", mux";
    EXPECT_EQ(a.remote_rtcp_port, a.remote_port);
  } else if (a.remote_rtcp_address != a.remote_address || a.remote_rtcp_port != a.remote_port + 1) {
    out += ", rtcp " + a.remote_rtcp_address + " " + std::to_string(a.remote_rtcp_port);
  }
  if (a.crypto) out += ", " + a.crypto->suite + " tag " + std::to_string(a.crypto->tag);
  return out;
}

std::vector<std::string> values(const media_description& m, std::string_view name) {
  std::vector<std::string> out;
  for (const attribute& a : m.attributes) {
    if (a.name == name) out.push_back(a.value);
  }
  return out;
}

void expect_well_formed_answer(const description& offer, const answer_outcome& outcome) {
  const description& local = outcome.local;
  ASSERT_EQ(local.media.size(), offer.media.size());
  EXPECT_EQ(local.timing, offer.timing);
  for (size_t i = 0; i < local.media.size(); ++i) {
    const media_description& line = local.media[i];
    EXPECT_EQ(line.type, offer.media[i].type);
    EXPECT_EQ(line.protocol, offer.media[i].protocol);
    EXPECT_FALSE(line.formats.empty());
    if (outcome.audio && outcome.audio->media_index == i) {
      EXPECT_EQ(line.port, 50'000);
      const auto codecs = std::count_if(line.formats.begin(), line.formats.end(), [&](const std::string& f) {
        const auto map = rtpmap_of(line, f);
        return map && map->name != "telephone-event" && map->name != "CN";
      });
      EXPECT_EQ(codecs, 1);
      EXPECT_EQ(values(line, "crypto").size(), outcome.audio->crypto ? 1u : 0u);
      for (const std::string& f : line.formats) {
        EXPECT_NE(std::find(offer.media[i].formats.begin(), offer.media[i].formats.end(), f),
                  offer.media[i].formats.end());
      }
    } else {
      EXPECT_EQ(line.port, 0);
      EXPECT_TRUE(line.attributes.empty());
      EXPECT_FALSE(line.connection);
    }
  }
  const auto again = parse(write(local));
  ASSERT_TRUE(again.ok()) << again.error().text;
  EXPECT_EQ(*again, local);
}

void check_rows(const std::vector<row>& rows, const capabilities& ours) {
  for (const row& r : rows) {
    SCOPED_TRACE(r.name);
    const description offered = peer(r.offer);
    const auto outcome = answer(offered, nullptr, ours);
    EXPECT_EQ(summary(outcome), r.expected);
    if (outcome) expect_well_formed_answer(offered, *outcome);
    if (!outcome) {
      EXPECT_EQ(outcome.error().code, errc::unsupported);
    }
  }
}

}  // namespace confab::sdp::testing
