#include "signaling/sdp/file_stream.hpp"

#include <gtest/gtest.h>

#include "tests/unit/signaling/sdp/fixture.hpp"

namespace confab::sdp::testing {
namespace {

const std::string sha = "sha-1:49:AD:49:AD:49:AD:49:AD:49:AD:49:AD:49:AD:49:AD:49:AD:49:AD";
const std::string selector = "name:\"Blink.pdf\" type:application/pdf size:151036 hash:" + sha;
const std::string pcmu = "m=audio 4000 RTP/AVP 0\n";

message_capability our_side() {
  return {.tls_path = "msrps://198.51.100.1:2855/f11e;tcp",
          .tls_port = 2855,
          .tcp_path = "msrp://198.51.100.1:2856/f11e;tcp",
          .tcp_port = 2856,
          .accept_types = {"*"},
          .chatroom = {},
          .certificate = {}};
}

std::string file_line(const std::string& direction = "sendonly",
                      const std::string& more = "a=file-transfer-id:id1\n",
                      const std::string& selects = selector) {
  return "m=message 2855 TCP/TLS/MSRP *\na=path:msrps://192.0.2.7:2855/abcd;tcp\na=accept-types:*\na=" +
         direction + "\na=file-selector:" + selects + "\n" + more;
}

TEST(file_stream, is_read_with_all_that_an_offer_says_of_a_file) {
  const auto offer =
      peer(pcmu +
           file_line(
               "sendonly",
               "a=file-transfer-id:id1\na=file-disposition:render\na=file-date:creation:\"Mon, 15 May 2006 "
               "15:01:31 "
               "+03:00\"\na=file-icon:cid:icon@host\na=file-range:101-*\na=x-file-offset\na=setup:active\n"));
  const auto found = new_file_streams(offer, nullptr, our_side());
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].media_index, 1U);
  ASSERT_TRUE(found[0].stream.ok()) << found[0].stream.error().text;
  const auto& s = *found[0].stream;
  EXPECT_TRUE(s.push);
  EXPECT_EQ(s.words.selector.name, "Blink.pdf");
  EXPECT_EQ(s.words.selector.size, 151'036U);
  EXPECT_EQ(s.words.selector_text, selector);
  EXPECT_EQ(s.words.transfer_id, "id1");
  EXPECT_EQ(s.words.disposition, file_disposition::render);
  EXPECT_EQ(s.words.dates.creation, "Mon, 15 May 2006 15:01:31 +03:00");
  EXPECT_EQ(s.words.icon, "icon@host");
  EXPECT_EQ(s.words.range->start, 101U);
  EXPECT_TRUE(s.words.tells_offset);
  EXPECT_TRUE(s.transport.tls);
  EXPECT_FALSE(s.transport.active);
}

TEST(file_stream, is_refused_where_it_cannot_be_had) {
  struct row {
    const char* name;
    std::string line;
    const char* why;
  };
  auto tcp = file_line();
  tcp.replace(tcp.find("TCP/TLS/MSRP"), 12, "TCP/MSRP");
  auto pathless = file_line();
  pathless.replace(pathless.find("a=path"), 6, "a=road");
  for (const auto& [name, line, why] : std::vector<row>{
           {"both ways", file_line("sendrecv"), "a file is a=sendonly or a=recvonly"},
           {"no way", file_line("inactive"), "a file is a=sendonly or a=recvonly"},
           {"no path", pathless, "m=message without a=path"},
           {"path of another transport", tcp, "a=path of m=message does not go with its transport"},
           {"a selector that is none", file_line("sendonly", "", "name:\"open"),
            "not an a=file-selector: name:\"open"},
           {"a range that is none", file_line("sendonly", "a=file-range:9-3\n"), "not an a=file-range: 9-3"},
           {"held connection", file_line("sendonly", "a=setup:holdconn\n"),
            "a=setup:holdconn is not supported for chat"},
       }) {
    const auto found = new_file_streams(peer(line), nullptr, our_side());
    ASSERT_EQ(found.size(), 1U) << name;
    ASSERT_FALSE(found[0].stream.ok()) << name;
    EXPECT_EQ(found[0].stream.error().text, why) << name;
  }
  auto no_tls = our_side();
  no_tls.tls_port = 0;
  EXPECT_FALSE(new_file_streams(peer(file_line()), nullptr, no_tls).at(0).stream.ok());
}

TEST(file_stream, alone_in_an_offer_is_told_from_one_beside_others) {
  const std::string head = "v=0\r\no=- 1 1 IN IP4 192.0.2.7\r\ns=-\r\nt=0 0\r\n";
  const std::string chat =
      "m=message 9 TCP/MSRP *\r\na=path:msrp://192.0.2.7:9/x;tcp\r\na=accept-types:*\r\n";
  EXPECT_TRUE(offers_only_files(head + file_line()));
  EXPECT_TRUE(offers_only_files(head + file_line() + file_line("recvonly") + "m=audio 0 RTP/AVP 0\n"));
  EXPECT_FALSE(offers_only_files(head + pcmu + file_line()));
  EXPECT_FALSE(offers_only_files(head + chat + file_line()));
  EXPECT_FALSE(offers_only_files(head + chat));
  EXPECT_FALSE(offers_only_files("a=file-selector: no SDP"));
  EXPECT_FALSE(offers_only_files(std::nullopt));
}

/// An answer with the file of slot 1 taken.
answer_outcome answered(const description& offer, const description* previous = nullptr) {
  auto ours = server();
  for (auto& one : new_file_streams(offer, previous, our_side()))
    ours.files.emplace(one.media_index, file_answer_line(offer.media[one.media_index], *one.stream,
                                                         one.stream->words, our_side()));
  return *answer(offer, previous, ours);
}

TEST(file_stream, is_answered_beside_audio_with_its_words_repeated) {
  const auto out = answered(peer(pcmu + file_line()));
  EXPECT_TRUE(out.audio);
  ASSERT_EQ(out.local.media.size(), 2U);
  const auto& line = out.local.media[1];
  EXPECT_EQ(line.port, 2855);
  EXPECT_EQ(line.protocol, "TCP/TLS/MSRP");
  EXPECT_EQ(values(line, "file-selector"), std::vector<std::string>{selector});
  EXPECT_EQ(values(line, "file-transfer-id"), std::vector<std::string>{"id1"});
  EXPECT_EQ(values(line, "setup"), std::vector<std::string>{"passive"});
  EXPECT_EQ(values(line, "path"), std::vector<std::string>{"msrps://198.51.100.1:2855/f11e;tcp"});
  EXPECT_EQ(values(line, "recvonly").size(), 1U);
  EXPECT_TRUE(is_active_file(parse(write(out.local))->media[1]));
}

TEST(file_stream, is_enough_for_a_session) {
  EXPECT_EQ(answered(peer(file_line("recvonly"))).local.media.size(), 1U);
  auto none = server();
  EXPECT_FALSE(answer(peer(file_line()), nullptr, none).ok()) << "nobody has decided for it";
  EXPECT_EQ(answer(peer(pcmu + file_line()), nullptr, none)->local.media[1].port, 0);
}

TEST(file_stream, goes_on_through_offers_that_repeat_it_and_ends_where_they_do_not) {
  const auto first = answered(peer(pcmu + file_line()));
  const auto ours = server();
  const auto again = *answer(peer(pcmu + file_line()), &first.local, ours);
  EXPECT_EQ(again.local.media[1], first.local.media[1]);
  EXPECT_TRUE(new_file_streams(peer(pcmu + file_line()), &first.local, our_side()).empty());
  auto closed = file_line();
  closed.replace(closed.find(" 2855 "), 6, " 0 ");
  EXPECT_EQ(answer(peer(pcmu + closed), &first.local, ours)->local.media[1].port, 0);
  const auto other = peer(pcmu + file_line("sendonly", "a=file-transfer-id:id2\n"));
  EXPECT_EQ(answer(other, &first.local, ours)->local.media[1].port, 0) << "another transfer, not decided for";
  EXPECT_EQ(new_file_streams(other, &first.local, our_side()).size(), 1U);
  const auto of_ours = offer(&first.local, ours);
  EXPECT_EQ(of_ours.media[1], first.local.media[1]) << "an offer of ours leaves it alone";
}

TEST(file_stream, is_offered_by_us_alone_and_taken_or_not) {
  auto ours = server();
  ours.message = our_side();
  file_words says;
  says.selector = {"a.txt", "text/plain", 3, {}};
  says.transfer_id = "id9";
  const auto local = file_offer(says, ours);
  ASSERT_EQ(local.media.size(), 1U);
  EXPECT_EQ(values(local.media[0], "sendonly").size(), 1U);
  EXPECT_EQ(values(local.media[0], "setup"), std::vector<std::string>{"actpass"});
  EXPECT_EQ(values(local.media[0], "file-selector"),
            std::vector<std::string>{"name:\"a.txt\" type:text/plain size:3"});
  const auto taken =
      accept_file(local, peer(file_line("recvonly", "a=setup:passive\na=x-file-offset\n")), *ours.message);
  ASSERT_TRUE(taken.ok()) << taken.error().text;
  EXPECT_TRUE(taken->transport.active);
  EXPECT_TRUE(taken->words.tells_offset);
  EXPECT_EQ(taken->transport.local_path, our_side().tls_path);
  EXPECT_FALSE(
      accept_file(local, peer(file_line("recvonly", "a=setup:active\n")), *ours.message)->transport.active);
  auto refused = file_line();
  refused.replace(refused.find(" 2855 "), 6, " 0 ");
  EXPECT_EQ(accept_file(local, peer(refused), *ours.message).error().text, "the file is not taken");
  EXPECT_FALSE(accept_file(local, peer(pcmu + file_line()), *ours.message).ok());
}

}  // namespace
}  // namespace confab::sdp::testing
