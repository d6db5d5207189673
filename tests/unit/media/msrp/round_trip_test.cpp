#include <random>

#include <gtest/gtest.h>

#include "media/msrp/chunk_assembler.hpp"
#include "media/msrp/chunk_writer.hpp"
#include "media/msrp/framer.hpp"
#include "tests/unit/media/msrp/fixture.hpp"

/// Writer, framer and assembler together: what one end says, the other hears, whatever the network does to
/// the bytes.
namespace confab::msrp::testing {
namespace {

class receiver {
 public:
  void take(std::string_view bytes) {
    while (true) {
      auto event = framer_.next(bytes);
      ASSERT_TRUE(event.ok());
      if (!*event) return;
      if (auto* start = std::get_if<frame_head>(&**event)) {
        const auto send = read_send(start->head);
        ASSERT_TRUE(send.ok());
        ASSERT_EQ(assembler_.on_head(*send, {}), 200);
      } else if (const auto* body = std::get_if<frame_body>(&**event)) {
        assembler_.on_body(body->bytes);
      } else {
        auto end = assembler_.on_end(std::get<frame_end>(**event).flag, {});
        ASSERT_EQ(end.code, 200);
        if (end.whole) messages[end.whole->send.message_id] = *end.whole->body;
      }
    }
  }
  [[nodiscard]] uint64_t kept() const { return assembler_.kept_bytes(); }

  std::unordered_map<std::string, std::string> messages;

 private:
  framer framer_;
  chunk_assembler assembler_{{.mode = assembly::whole, .message_bytes = 1'000'000, .open_bytes = 10'000'000}};
};

TEST(msrp_stream, carries_messages_of_all_sizes_in_any_pieces) {
  std::mt19937_64 random(11);
  const auto up_to = [&](size_t n) { return std::uniform_int_distribution<size_t>(0, n)(random); };
  for (int round = 0; round < 20; ++round) {
    chunk_writer writer({.to = path_of(alice), .from = path_of(room), .queued_bytes = 10'000'000});
    receiver peer;
    std::unordered_map<std::string, std::string> said;
    while (!writer.idle() || said.size() < 12) {
      if (said.size() < 12 && up_to(1) == 0) {
        std::string body(up_to(3) == 0 ? up_to(100'000) : up_to(100), '\r');
        for (char& c : body) c = "\r\n-$+#0123x"[up_to(10)];
        const std::string id = "message" + std::to_string(said.size());
        ASSERT_TRUE(writer.push({.message_id = id, .range = {}, .type = content_type{"text", "plain"}},
                                std::make_shared<const std::string>(body)));
        said[id] = std::move(body);
      }
      std::string out;
      writer.write(out, 1 + up_to(5'000), [&] { return random(); });
      const size_t cut = up_to(out.size());
      peer.take(std::string_view(out).substr(0, cut));
      peer.take(std::string_view(out).substr(cut));
      if (HasFatalFailure()) return;
    }
    EXPECT_EQ(peer.messages, said);
    EXPECT_EQ(peer.kept(), 0u);
  }
}

}  // namespace
}  // namespace confab::msrp::testing
