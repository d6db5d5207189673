#include "bench/load/sip_stream.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace confab::load {
namespace {

const std::string one = "NOTIFY sip:a@b SIP/2.0\r\nContent-Length: 5\r\n\r\nhello";
const std::string two = "SIP/2.0 200 OK\r\nl : 0\r\n\r\n";

std::vector<std::string> all_of(sip_stream& stream) {
  std::vector<std::string> out;
  for (;;) {
    const auto message = stream.next();
    EXPECT_TRUE(message.ok()) << message.error().text;
    if (!message || message->empty()) return out;
    out.emplace_back(*message);
  }
}

TEST(load_sip_stream, gives_the_same_messages_wherever_the_bytes_are_cut) {
  const std::string bytes = "\r\n\r\n" + one + two + "\r\n" + one;
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    sip_stream stream;
    stream.append(std::string_view(bytes).substr(0, cut));
    auto got = all_of(stream);
    stream.append(std::string_view(bytes).substr(cut));
    for (auto& message : all_of(stream)) got.push_back(message);
    EXPECT_EQ(got, (std::vector<std::string>{one, two, one})) << cut;
  }
}

TEST(load_sip_stream, refuses_what_it_cannot_cut) {
  for (const auto& bytes : {std::string("SIP/2.0 200 OK\r\nVia: x\r\n\r\n"),
                            std::string("SIP/2.0 200 OK\r\nContent-Length: many\r\n\r\n"),
                            std::string("SIP/2.0 200 OK\r\nContent-Length: 99999999999\r\n\r\n"),
                            std::string(sip_stream::longest_message + 1, 'x')}) {
    sip_stream stream;
    stream.append(bytes);
    EXPECT_FALSE(stream.next().ok()) << bytes.substr(0, 60);
  }
}

}  // namespace
}  // namespace confab::load
