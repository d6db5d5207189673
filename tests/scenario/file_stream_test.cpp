#include "tests/scenario/filing.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;

/// A file on the stream that is not pretended: bytes of MSRP against those of the disk, in virtual time.
class a_file_stream : public a_room_with_files {
 protected:
  /// Alice is in the room; a call for a file of `who` has bound the stream.
  void bind(leg_id who, std::string offer) {
    chat(alice);
    const auto at = offer.find("TCP/TLS/MSRP");
    offer.replace(at, 12, "TCP/MSRP").replace(offer.find("msrps:"), 6, "msrp:");
    ASSERT_EQ(call_for_file(first, who, offer), "accept");
    session_ = "session" + std::to_string(sessions_made_);
    keep_alive();
  }
  void keep_alive() {
    take(send("alive" + std::to_string(++sends_), session_, true));
    answer_keep_alives();
    drain();
  }
  /// Those of the server.
  void answer_keep_alives() {
    for (size_t at = 0; (at = line_->sent.find(" SEND\r\n", at)) != std::string::npos; ++at) {
      const auto start = line_->sent.rfind("MSRP ", at) + 5;
      if (start > answered_) answer(line_->sent.substr(start, at - start), {});
      answered_ = std::max(answered_, start);
    }
  }
  void answer(const std::string& id, const std::string& header) {
    take("MSRP " + id + " 200 OK\r\nTo-Path: msrp://192.0.2.1:2856/" + session_ +
         ";tcp\r\nFrom-Path: msrp://192.0.2.9:9/phone;tcp\r\n" + header + "-------" + id + "$\r\n");
  }
  /// Bytes of `hello`, from the 1st on.
  void bytes(size_t from, const std::string& some, const std::string& flag = "+") {
    const auto id = "bytes" + std::to_string(++sends_);
    take("MSRP " + id + " SEND\r\nTo-Path: msrp://192.0.2.1:2856/" + session_ +
         ";tcp\r\nFrom-Path: msrp://192.0.2.9:9/phone;tcp\r\nMessage-ID: file\r\nByte-Range: " +
         std::to_string(from) + "-" + std::to_string(from + some.size() - 1) +
         "/5\r\nContent-Type: text/plain\r\n\r\n" + some + "\r\n-------" + id + flag + "\r\n");
  }
  /// The peer is there all the time, but nothing of the file comes.
  void stand_still(std::chrono::seconds time) {
    for (auto passed = 0s; passed < time && !line_->ended; passed += 10s) {
      keep_alive();
      pass(10s);
    }
  }

  std::string session_;
  size_t sends_ = 0;
  size_t answered_ = 0;
};

TEST_F(a_file_stream, ends_a_push_on_which_only_keep_alives_come) {
  start();
  bind(alice, push_of("a.txt", 5));
  bytes(1, "hel");
  stand_still(limits::file_idle - 10s);
  EXPECT_FALSE(line_->ended);
  stand_still(10s);
  EXPECT_TRUE(line_->ended);
  EXPECT_TRUE(was_told(alice, "File transfer for a.txt failed: no byte of it moved for 60 s"));
  EXPECT_EQ(kept(), 1U) << "its sender may go on";
  pass(10s);
  EXPECT_EQ(control_.count("hang_up", first), 1U) << "a call for it alone is over";
}

TEST_F(a_file_stream, ends_a_push_that_never_begins) {
  start();
  bind(alice, push_of("a.txt", 5));
  stand_still(limits::file_idle);
  EXPECT_TRUE(line_->ended);
  EXPECT_EQ(kept(), 0U);
}

TEST_F(a_file_stream, waits_for_a_push_that_is_slow_and_gets_on) {
  start();
  bind(alice, push_of("a.txt", 5));
  for (size_t i = 0; i < 5; ++i) {
    bytes(i + 1, std::string(1, "hello"[i]), i == 4 ? "$" : "+");
    EXPECT_FALSE(line_->ended) << i;
    if (i < 4) stand_still(limits::file_idle - 10s);
  }
  EXPECT_TRUE(was_told(alice, "has uploaded file a.txt (5 bytes)"));
}

TEST_F(a_file_stream, counts_what_is_brought_again_once) {
  start();
  bind(alice, push_of("a.txt", 5));
  bytes(1, "hel");
  for (int i = 0; i < 6 && !line_->ended; ++i) {
    bytes(1, "hel");
    pass(10s);
    keep_alive();
  }
  EXPECT_TRUE(line_->ended) << "nothing of it is new";
}

TEST_F(a_file_stream, sends_all_to_a_peer_that_does_not_say_how_much_it_has) {
  start();
  chat(alice);
  share(second, alice);
  bind(bob, file_offer("recvonly", "name:\"a.txt\"", "a=x-file-offset\r\n"));
  const auto at = line_->sent.find(" FILE_OFFSET\r\n");
  ASSERT_NE(at, std::string::npos) << line_->sent;
  const auto begin = line_->sent.rfind("MSRP ", at) + 5;
  const auto id = line_->sent.substr(begin, at - begin);
  stand_still(limits::file_offset_wait - 10s);
  EXPECT_FALSE(sent("hello"));
  stand_still(10s);
  EXPECT_TRUE(sent("Byte-Range: 1-5/5\r\n")) << line_->sent;
  EXPECT_TRUE(sent("hello"));
  answer(id, "Offset: 3\r\n");
  EXPECT_FALSE(sent("Byte-Range: 4-5/5")) << "that comes too late";
  EXPECT_FALSE(line_->ended);
}

}  // namespace
}  // namespace confab::actors::scenario
