#include <gtest/gtest.h>

#include "signaling/sdp/answer.hpp"
#include "tests/unit/signaling/sdp/fixture.hpp"

namespace confab::sdp::testing {
namespace {

const std::string our_tls = "msrps://198.51.100.1:2855/c0fa;tcp";
const std::string our_tcp = "msrp://198.51.100.1:2856/c0fa;tcp";
const std::string pcmu = "m=audio 4000 RTP/AVP 0\n";
const std::string digest = "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB";

capabilities chatting() {
  capabilities c = server();
  c.message = message_capability{.tls_path = our_tls,
                                 .tls_port = 2855,
                                 .tcp_path = our_tcp,
                                 .tcp_port = 2856,
                                 .chatroom = {{"nickname", "private-messages"}},
                                 .certificate = fingerprint{"sha-1", digest}};
  return c;
}

std::string chat(const std::string& more = "", const std::string& types = "message/cpim") {
  return "m=message 2855 TCP/TLS/MSRP *\na=path:msrps://192.0.2.7:2855/abcd;tcp\na=accept-types:" + types +
         "\n" + more;
}

/// `slot 1: tls passive, sendrecv`, then what is not as usual.
std::string chat_summary(const result<answer_outcome>& outcome) {
  if (!outcome) return "refused: " + outcome.error().text;
  if (!outcome->message) return "no chat";
  const message_agreement& m = *outcome->message;
  EXPECT_EQ(m.local_path, m.tls ? our_tls : our_tcp);
  std::string out = "slot " + std::to_string(m.media_index) + (m.tls ? ": tls" : ": tcp");
  out += m.active ? " active" : " passive";
  if (m.cema) out += ", cema to " + m.remote_address + " " + std::to_string(m.remote_port);
  if (m.max_size != 0) out += ", max " + std::to_string(m.max_size);
  if (m.chatroom) out += ", chatroom " + write_words(*m.chatroom);
  if (m.certificate) out += ", " + m.certificate->hash;
  if (!m.send) out += ", receives only";
  if (!m.receive) out += ", sends only";
  return out;
}

void check_chat(const std::vector<row>& rows, const capabilities& ours) {
  for (const row& r : rows) {
    SCOPED_TRACE(r.name);
    const description offered = peer(r.offer);
    const auto outcome = answer(offered, nullptr, ours);
    EXPECT_EQ(chat_summary(outcome), r.expected);
    if (!outcome) continue;
    ASSERT_EQ(outcome->local.media.size(), offered.media.size());
    const auto again = parse(write(outcome->local));
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(*again, outcome->local);
    for (size_t i = 0; i < offered.media.size(); ++i) {
      const media_description& line = outcome->local.media[i];
      EXPECT_EQ(line.type, offered.media[i].type);
      EXPECT_EQ(line.protocol, offered.media[i].protocol);
      const bool taken = (outcome->audio && outcome->audio->media_index == i) ||
                         (outcome->message && outcome->message->media_index == i);
      EXPECT_EQ(line.port != 0, taken);
    }
  }
}

TEST(answer_chat, takes_the_first_stream_that_can_be_had) {
  check_chat(
      {
          {"plain", chat(), "slot 0: tls passive"},
          {"any type", chat("", "*"), "slot 0: tls passive"},
          {"all messages", chat("", "text/plain message/*"), "slot 0: tls passive"},
          {"over TCP", "m=message 9 TCP/MSRP *\na=path:msrp://192.0.2.7:9/x;tcp\na=accept-types:*\n",
           "slot 0: tcp passive"},
          {"active", chat("a=setup:active\n"), "slot 0: tls passive"},
          {"passive", chat("a=setup:passive\n"), "slot 0: tls active"},
          {"either", chat("a=setup:actpass\n"), "slot 0: tls passive"},
          {"a setup that is none", chat("a=setup:x\n"), "slot 0: tls passive"},
          {"anchored", chat("a=msrp-cema\n"), "slot 0: tls passive, cema to 192.0.2.7 2855"},
          {"all that a room says",
           chat("a=max-size:8000\na=chatroom:nickname\na=fingerprint:sha-1 " + digest + "\n"),
           "slot 0: tls passive, max 8000, chatroom nickname, sha-1"},
          {"an empty chatroom", chat("a=chatroom\n"), "slot 0: tls passive, chatroom "},
          {"send only", chat("a=sendonly\n"), "slot 0: tls passive, receives only"},
          {"receive only", chat("a=recvonly\n"), "slot 0: tls passive, sends only"},
          {"through a relay",
           "m=message 2855 TCP/TLS/MSRP *\na=path:msrps://relay.example.com:2855/r;tcp "
           "msrps://10.0.0.1:9/abcd;tcp\n"
           "a=accept-types:*\n",
           "slot 0: tls passive"},
          {"the second of two", chat("", "text/plain") + chat(), "slot 1: tls passive"},
          {"beside audio", pcmu + chat(), "slot 1: tls passive"},
          {"beside a file", chat("a=file-selector:size:5\n") + chat(), "slot 1: tls passive"},
      },
      chatting());
}

TEST(answer_chat, says_why_none_can_be_had) {
  check_chat(
      {
          {"no path", "m=message 2855 TCP/TLS/MSRP *\na=accept-types:*\n",
           "refused: m=message without a=path"},
          {"no types", "m=message 2855 TCP/TLS/MSRP *\na=path:msrps://192.0.2.7:2855/abcd;tcp\n",
           "refused: m=message without a=accept-types"},
          {"no CPIM", chat("", "text/plain"), "refused: a=accept-types of m=message lacks message/cpim"},
          {"a path of TCP",
           "m=message 2855 TCP/TLS/MSRP *\na=path:msrp://192.0.2.7:2855/abcd;tcp\na=accept-types:*\n",
           "refused: a=path of m=message does not go with its transport"},
          {"another transport", "m=message 2855 UDP/DTLS/SCTP *\na=path:msrps://h/a;tcp\na=accept-types:*\n",
           "refused: chat over this transport is not supported"},
          {"holdconn", chat("a=setup:holdconn\n"), "refused: a=setup:holdconn is not supported for chat"},
          {"a file alone", chat("a=file-selector:size:5\n"), "refused: no audio or chat stream"},
          {"port 0", "m=message 0 TCP/TLS/MSRP *\n", "refused: no audio or chat stream"},
          {"neither", "m=audio 4000 RTP/AVP 18\n" + chat("", "text/plain"),
           "refused: no common codec: offered G729, this server has G722, speex, opus, PCMA, PCMU; "
           "a=accept-types of m=message lacks message/cpim"},
      },
      chatting());
  capabilities waiting = chatting();
  waiting.message->may_connect = false;
  waiting.message->tcp_path.clear();
  check_chat({{"passive", chat("a=setup:passive\n"), "refused: the peer of the chat must connect, not wait"},
              {"either", chat("a=setup:actpass\n"), "slot 0: tls passive"},
              {"TCP", "m=message 9 TCP/MSRP *\na=path:msrp://192.0.2.7:9/x;tcp\na=accept-types:*\n",
               "refused: chat over TCP/MSRP cannot be had here"}},
             waiting);
  check_chat({{"chat is off", chat(), "refused: no audio stream"}, {"audio alone", pcmu + chat(), "no chat"}},
             server());
}

TEST(answer_chat, takes_one_stream_where_the_other_cannot_be_had) {
  const auto only_chat = answer(peer("m=audio 4000 RTP/AVP 18\n" + chat()), nullptr, chatting());
  EXPECT_EQ(chat_summary(only_chat), "slot 1: tls passive");
  EXPECT_EQ(summary(only_chat), "no audio");
  EXPECT_EQ(only_chat->local.media[0].port, 0);
  const auto only_audio = answer(peer(pcmu + chat("", "text/plain")), nullptr, chatting());
  EXPECT_EQ(chat_summary(only_audio), "no chat");
  EXPECT_EQ(summary(only_audio), "slot 0: PCMU 0, sendrecv");
  EXPECT_EQ(only_audio->local.media[1].port, 0);
}

TEST(answer_chat, writes_the_line_that_clients_know) {
  const auto outcome = answer(peer(chat("a=msrp-cema\n")), nullptr, chatting());
  ASSERT_TRUE(outcome.ok());
  const std::string text = write(outcome->local);
  EXPECT_NE(text.find("m=message 2855 TCP/TLS/MSRP *\r\n"
                      "a=path:" +
                      our_tls +
                      "\r\n"
                      "a=accept-types:message/cpim\r\n"
                      "a=accept-wrapped-types:*\r\n"
                      "a=setup:passive\r\n"
                      "a=fingerprint:sha-1 " +
                      digest +
                      "\r\n"
                      "a=msrp-cema\r\n"
                      "a=chatroom:nickname private-messages\r\n"),
            std::string::npos)
      << text;
}

/// A peer that knows CEMA would connect to a c= that says otherwise than the path.
TEST(answer_chat, says_in_c_where_its_path_leads) {
  struct {
    std::string address, line;
  } const rows[] = {{"203.0.113.9", "c=IN IP4 203.0.113.9\r\n"},
                    {"chat.example.com", "c=IN IP4 chat.example.com\r\n"},
                    {"2001:db8::9", "c=IN IP6 2001:db8::9\r\n"}};
  for (const auto& [address, line] : rows) {
    auto ours = chatting();
    ours.message->address = address;
    const auto outcome = answer(peer(chat("a=msrp-cema\n")), nullptr, ours);
    ASSERT_TRUE(outcome.ok());
    for (const auto& text : {write(outcome->local), write(offer(nullptr, ours))}) {
      const auto at = text.find("m=message");
      ASSERT_NE(at, std::string::npos);
      EXPECT_NE(text.find(line, at), std::string::npos) << text;
    }
  }
}

TEST(answer_chat, understands_blink) {
  const auto outcome = answer(
      parsed("v=0\no=- 3830849812 3830849812 IN IP4 192.0.2.7\ns=Blink 5.9.1 (Linux)\nt=0 0\n"
             "m=audio 50014 RTP/AVP 113 9 0 8 101\nc=IN IP4 203.0.113.4\na=rtpmap:113 opus/48000/2\n"
             "a=rtpmap:101 telephone-event/8000\na=sendrecv\n"
             "m=message 2855 TCP/TLS/MSRP *\nc=IN IP4 203.0.113.4\n"
             "a=path:msrps://203.0.113.4:2855/5d1be4a6b1e0a3a1a3d2;tcp\n"
             "a=accept-types:message/cpim text/* application/im-iscomposing+xml\na=accept-wrapped-types:*\n"
             "a=setup:active\n"),
      nullptr, chatting());
  EXPECT_EQ(chat_summary(outcome), "slot 1: tls passive");
  EXPECT_EQ(outcome->message->peer_path,
            std::vector<std::string>{"msrps://203.0.113.4:2855/5d1be4a6b1e0a3a1a3d2;tcp"});
  EXPECT_EQ(outcome->message->remote_address, "203.0.113.4");
  EXPECT_EQ(outcome->message->accept_types.size(), 3u);
  EXPECT_TRUE(outcome->audio);
}

TEST(reoffer_chat, adds_keeps_and_removes_streams) {
  const capabilities ours = chatting();
  const auto first = answer(peer(pcmu), nullptr, ours);
  ASSERT_TRUE(first.ok());
  const auto added = answer(peer(pcmu + chat("a=setup:passive\n")), &first->local, ours);
  EXPECT_EQ(chat_summary(added), "slot 1: tls active");
  EXPECT_TRUE(added->audio);
  const auto same = answer(peer(pcmu + chat("a=setup:actpass\n")), &added->local, ours);
  EXPECT_EQ(chat_summary(same), "slot 1: tls active");  // the role in use is kept
  EXPECT_EQ(same->local, added->local);
  const auto alone = answer(peer("m=audio 0 RTP/AVP 0\n" + chat()), &same->local, ours);
  EXPECT_EQ(chat_summary(alone), "slot 1: tls passive");
  EXPECT_FALSE(alone->audio);
  const auto none = answer(peer("m=audio 0 RTP/AVP 0\nm=message 0 TCP/TLS/MSRP *\n"), &alone->local, ours);
  EXPECT_EQ(chat_summary(none), "no chat");
  EXPECT_EQ(summary(none), "no audio");
}

TEST(reoffer_chat, that_would_break_a_stream_in_use_is_refused) {
  const capabilities ours = chatting();
  const auto both = answer(peer(pcmu + chat()), nullptr, ours);
  ASSERT_TRUE(both.ok());
  EXPECT_EQ(chat_summary(answer(peer(pcmu + chat("", "text/plain")), &both->local, ours)),
            "refused: a=accept-types of m=message lacks message/cpim");
  EXPECT_FALSE(answer(peer("m=audio 4000 RTP/AVP 18\n" + chat()), &both->local, ours).ok());
}

TEST(offer_chat, goes_behind_audio_and_stays_there) {
  const capabilities ours = chatting();
  const description first = offer(nullptr, ours);
  ASSERT_EQ(first.media.size(), 2u);
  EXPECT_EQ(first.media[0].type, "audio");
  EXPECT_EQ(first.media[1].type, "message");
  EXPECT_EQ(first.media[1].protocol, "TCP/TLS/MSRP");
  EXPECT_EQ(values(first.media[1], "setup"), std::vector<std::string>{"actpass"});
  EXPECT_EQ(offer(&first, ours), first);
  capabilities only_chat = ours;
  only_chat.audio_port = 0;
  const description alone = offer(nullptr, only_chat);
  ASSERT_EQ(alone.media.size(), 1u);
  EXPECT_EQ(alone.media[0].type, "message");
  const description added = offer(&alone, ours);
  ASSERT_EQ(added.media.size(), 2u);
  EXPECT_EQ(added.media[0].type, "message");
  EXPECT_EQ(added.media[1].type, "audio");
  capabilities only_tcp = only_chat;
  only_tcp.message->tls_path.clear();
  EXPECT_EQ(offer(nullptr, only_tcp).media[0].protocol, "TCP/MSRP");
  only_tcp.message->tcp_port = 0;
  EXPECT_EQ(offer(nullptr, only_tcp).media[0].port, 0);
}

TEST(accept_answer_chat, reads_the_peers_role) {
  capabilities ours = chatting();
  ours.audio_port = 0;
  const description own = offer(nullptr, ours);
  const auto agreed = [&](const std::string& lines) {
    return chat_summary(accept_answer(own, peer(lines), ours));
  };
  EXPECT_EQ(agreed(chat("a=setup:active\n")), "slot 0: tls passive");
  EXPECT_EQ(agreed(chat("a=setup:passive\n")), "slot 0: tls active");
  EXPECT_EQ(agreed(chat()), "slot 0: tls active");
  EXPECT_EQ(agreed(chat("a=setup:active\na=msrp-cema\n")), "slot 0: tls passive, cema to 192.0.2.7 2855");
  EXPECT_EQ(agreed("m=message 0 TCP/TLS/MSRP *\n"), "no chat");
  EXPECT_EQ(agreed(chat("", "text/plain")), "refused: a=accept-types of m=message lacks message/cpim");
  EXPECT_EQ(agreed("m=message 9 TCP/MSRP *\na=path:msrp://h/x;tcp\na=accept-types:*\n"),
            "refused: the answer changes the transport of chat");
  EXPECT_EQ(agreed(pcmu), "refused: the answer changes the type of a stream");
}

}  // namespace
}  // namespace confab::sdp::testing
