#include <gtest/gtest.h>

#include "signaling/sdp/extmap.hpp"
#include "tests/unit/signaling/sdp/fixture.hpp"

// RFC 6464 levels, negotiated by RFC 8285.

namespace confab::sdp::testing {
namespace {

const std::string pcmu = "m=audio 4000 RTP/AVP 0\n";
const std::string levels = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

capabilities listening_server() {
  capabilities c = server();
  c.audio_levels = true;
  return c;
}

/// The a=extmap lines of an answer, and what was agreed.
std::string answered(const std::string& lines, const capabilities& ours = listening_server()) {
  const auto outcome = answer(peer(lines), nullptr, ours);
  if (!outcome || !outcome->audio) return "refused";
  std::string out;
  for (const std::string& value : values(outcome->local.media[outcome->audio->media_index], "extmap")) {
    out += value + "; ";
  }
  const auto& level = outcome->audio->audio_level;
  return out + (level ? std::to_string(level->id) + (level->voice ? " voice" : " level only") : "none");
}

TEST(extmap, reads_what_it_writes) {
  for (const std::string& value :
       {"1 " + levels, "14/recvonly " + levels + " vad=on", "255/sendonly " + levels,
        std::string("4096/inactive http://example.com/x#y a=1 b=2"), std::string("3/sendrecv urn:x")}) {
    const auto map = parse_extmap(value);
    ASSERT_TRUE(map.ok()) << value;
    EXPECT_EQ(write(*map), value);
  }
}

TEST(extmap, refuses_what_is_none) {
  for (const char* value :
       {"", "1", "1 ", "0 urn:x", "256 urn:x", "4095 urn:x", "4352 urn:x", "-1 urn:x", "x urn:x", "1/ urn:x",
        "1/both urn:x", "/sendonly urn:x", "99999999999999999999 urn:x"}) {
    EXPECT_FALSE(parse_extmap(value).ok()) << value;
  }
}

TEST(audio_level, is_answered_with_the_offered_id) {
  const struct {
    const char* name;
    std::string attributes;
    std::string expected;
  } rows[] = {
      {"as RFC 6464 §4 has it", "a=extmap:1 " + levels + "\n", "1/recvonly " + levels + " vad=on; 1 voice"},
      {"with vad=on", "a=extmap:6 " + levels + " vad=on\n", "6/recvonly " + levels + " vad=on; 6 voice"},
      {"with vad=off", "a=extmap:6 " + levels + " vad=off\n",
       "6/recvonly " + levels + " vad=off; 6 level only"},
      {"sent only", "a=extmap:2/sendonly " + levels + "\n", "2/recvonly " + levels + " vad=on; 2 voice"},
      {"in the two-byte range", "a=extmap:200 " + levels + "\n",
       "200/recvonly " + levels + " vad=on; 200 voice"},
      {"among others", "a=extmap:1 urn:ietf:params:rtp-hdrext:toffset\na=extmap:3 " + levels + "\n",
       "3/recvonly " + levels + " vad=on; 3 voice"},
      {"not sent to us", "a=extmap:1/recvonly " + levels + "\n", "none"},
      {"inactive", "a=extmap:1/inactive " + levels + "\n", "none"},
      {"without a number yet", "a=extmap:4096 " + levels + "\n", "none"},
      {"another extension", "a=extmap:1 urn:ietf:params:rtp-hdrext:csrc-audio-level\n", "none"},
      {"nonsense", "a=extmap:abc " + levels + "\na=extmap\n", "none"},
      {"nothing", "", "none"},
  };
  for (const auto& row : rows) EXPECT_EQ(answered(pcmu + row.attributes), row.expected) << row.name;
}

TEST(audio_level, may_be_offered_for_the_whole_session) {
  EXPECT_EQ(answered("a=extmap:5 " + levels + "\n" + pcmu), "5/recvonly " + levels + " vad=on; 5 voice");
}

TEST(audio_level, is_not_answered_when_switched_off) {
  EXPECT_EQ(answered(pcmu + "a=extmap:1 " + levels + "\n", server()), "none");
}

TEST(audio_level, is_offered_and_agreed_when_the_answer_has_it) {
  const capabilities ours = listening_server();
  const description offered = offer(nullptr, ours);
  EXPECT_EQ(values(offered.media[0], "extmap"),
            (std::vector<std::string>{"1/recvonly " + levels + " vad=on"}));
  EXPECT_TRUE(values(offer(nullptr, server()).media[0], "extmap").empty());
  const struct {
    const char* name;
    std::string attributes;
    std::optional<audio_level_agreement> expected;
  } rows[] = {
      {"sent", "a=extmap:1/sendonly " + levels + " vad=on\n", audio_level_agreement{1, true}},
      {"no direction", "a=extmap:1 " + levels + " vad=off\n", audio_level_agreement{1, false}},
      {"another id", "a=extmap:2/sendonly " + levels + "\n", std::nullopt},
      {"not sent", "a=extmap:1/recvonly " + levels + "\n", std::nullopt},
      {"left out", "", std::nullopt},
  };
  for (const auto& row : rows) {
    const auto outcome = accept_answer(offered, peer(pcmu + row.attributes), ours);
    ASSERT_TRUE(outcome.ok() && outcome->audio) << row.name;
    EXPECT_EQ(outcome->audio->audio_level, row.expected) << row.name;
  }
}

TEST(audio_level, keeps_its_id_in_later_offers) {
  const capabilities ours = listening_server();
  const auto first = answer(peer(pcmu + "a=extmap:9 " + levels + "\n"), nullptr, ours);
  ASSERT_TRUE(first.ok());
  const description again = offer(&first->local, ours);
  EXPECT_EQ(values(again.media[0], "extmap"), (std::vector<std::string>{"9/recvonly " + levels + " vad=on"}));
}

}  // namespace
}  // namespace confab::sdp::testing
