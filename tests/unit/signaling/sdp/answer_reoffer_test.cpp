#include <gtest/gtest.h>

#include "tests/unit/signaling/sdp/fixture.hpp"

/// Second and later offers of a session (RFC 3264 §8).
namespace confab::sdp::testing {
namespace {

const std::string pcmu = "m=audio 4000 RTP/AVP 0\n";
const std::string closed = "m=audio 0 RTP/AVP 0\n";
const std::string video = "m=video 5000 RTP/AVP 96\n";

struct reoffer {
  const char* name;
  std::string first;
  std::string second;
  const char* expected;
  const char* version;  ///< of the second answer
};

TEST(answer_reoffer, keeps_every_line_in_its_place) {
  const std::vector<reoffer> rows{
      {"nothing changed", pcmu, pcmu, "slot 0: PCMU 0, sendrecv", "1"},
      {"new port of the peer", pcmu, "m=audio 4002 RTP/AVP 0\n",
       "slot 0: PCMU 0, sendrecv, to 192.0.2.7 4002", "1"},
      {"hold", pcmu, pcmu + "a=sendonly\n", "slot 0: PCMU 0, recvonly", "2"},
      {"old-style hold", pcmu, pcmu + "c=IN IP4 0.0.0.0\n", "slot 0: PCMU 0, recvonly, to 0.0.0.0 4000", "2"},
      {"resume", pcmu + "a=inactive\n", pcmu, "slot 0: PCMU 0, sendrecv", "2"},
      {"another codec", pcmu, "m=audio 4000 RTP/AVP 8\n", "slot 0: PCMA 8, sendrecv", "2"},
      {"video is added", pcmu, pcmu + video, "slot 0: PCMU 0, sendrecv", "2"},
      {"audio is removed", pcmu, closed, "no audio", "2"},
      {"audio is removed and video added", pcmu, closed + video, "no audio", "2"},
      {"audio moves to another slot", pcmu, closed + pcmu, "slot 1: PCMU 0, sendrecv", "2"},
      {"a closed slot opens again", closed + pcmu, pcmu + closed, "slot 0: PCMU 0, sendrecv", "2"},
      {"video's closed slot becomes audio", "m=video 0 RTP/AVP 96\n" + pcmu, pcmu + closed,
       "slot 0: PCMU 0, sendrecv", "2"},
      {"a second audio does not move the first", closed + pcmu, pcmu + pcmu, "slot 1: PCMU 0, sendrecv", "1"},
      {"it moves when the first is gone", closed + pcmu, pcmu + closed, "slot 0: PCMU 0, sendrecv", "2"},
      {"removed and added in one offer", pcmu + video, closed + "m=video 0 RTP/AVP 96\n" + pcmu,
       "slot 2: PCMU 0, sendrecv", "2"},
      {"fewer lines", pcmu + video, pcmu, "refused: fewer m-lines than before", ""},
      {"none at all", pcmu, "", "refused: fewer m-lines than before", ""},
      {"no common codec leaves the session as it was", pcmu, "m=audio 4000 RTP/AVP 3\n",
       "refused: no common codec: offered GSM, this server has G722, speex, opus, PCMA, PCMU", ""},
  };
  for (const reoffer& r : rows) {
    SCOPED_TRACE(r.name);
    const auto first = answer(peer(r.first), nullptr, server());
    ASSERT_TRUE(first.ok()) << first.error().text;
    const description offered = peer(r.second);
    const auto second = answer(offered, &first->local, server());
    EXPECT_EQ(summary(second), r.expected);
    if (!second) continue;
    expect_well_formed_answer(offered, *second);
    EXPECT_EQ(second->local.origin.version, r.version);
    EXPECT_EQ(second->local.origin.session_id, first->local.origin.session_id);
  }
}

TEST(answer_reoffer, counts_the_version_up_once_a_change) {
  auto last = answer(peer(pcmu), nullptr, server());
  ASSERT_TRUE(last.ok());
  const std::vector<std::pair<std::string, std::string>> steps{
      {"a=sendonly\n", "2"}, {"a=sendonly\n", "2"}, {"", "3"}, {"", "3"}, {"a=inactive\n", "4"}};
  for (const auto& [attribute, version] : steps) {
    auto next = answer(peer(pcmu + attribute), &last->local, server());
    ASSERT_TRUE(next.ok());
    EXPECT_EQ(next->local.origin.version, version);
    last = std::move(next);
  }
}

TEST(answer_reoffer, follows_our_own_change_of_mind) {
  const auto first = answer(peer(pcmu), nullptr, server());
  ASSERT_TRUE(first.ok());
  capabilities moved = server();
  moved.audio_port = 50'010;
  const auto second = answer(peer(pcmu), &first->local, moved);
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->local.media[0].port, 50'010);
  EXPECT_EQ(second->local.origin.version, "2");
}

TEST(answer_reoffer, keeps_our_key_while_the_capabilities_keep_it) {
  const std::string secure = pcmu + "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" + peer_key_30 + "\n";
  const auto first = answer(peer(secure), nullptr, server());
  ASSERT_TRUE(first.ok());
  const auto second = answer(peer(secure), &first->local, server());
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second->audio->crypto, first->audio->crypto);
  EXPECT_EQ(second->local, first->local);
}

}  // namespace
}  // namespace confab::sdp::testing
