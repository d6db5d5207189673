#include "tcp_side.hpp"

#include <utility>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/time.h>
#include <unistd.h>

#include "signaling/sip/text.hpp"
#include "signaling/sip/wire_message.hpp"

namespace confab::sip::test {

namespace {

constexpr timeval patience{5, 0};

}  // namespace

bool tcp_side::take(uint16_t port) {
  listener_ = socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  setsockopt(listener_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  const auto local = *socket_address::parse("127.0.0.1", port);
  if (bind(listener_, local.raw(), local.raw_length()) == 0) return true;
  close(std::exchange(listener_, -1));
  return false;
}

void tcp_side::open() {
  EXPECT_EQ(listen(listener_, 1), 0);
}

tcp_side::~tcp_side() {
  if (fd_ >= 0) close(fd_);
  if (listener_ >= 0) close(listener_);
}

bool tcp_side::unused() {
  pollfd one{listener_, POLLIN, 0};
  return fd_ < 0 && poll(&one, 1, 0) == 0;
}

std::string tcp_side::receive() {
  if (fd_ < 0) {
    fd_ = accept(listener_, nullptr, nullptr);
    if (fd_ < 0) return {};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  }
  for (;;) {
    const auto head = buffer_.find("\r\n\r\n");
    const auto wire = wire_message::split(buffer_);
    if (head != std::string::npos && wire) {
      const auto length = parse_number(wire->first("content-length"), 1'000'000).value_or(0);
      if (buffer_.size() >= head + 4 + length) {
        auto one = buffer_.substr(0, head + 4 + length);
        buffer_.erase(0, one.size());
        return one;
      }
    }
    char bytes[65536];
    const auto got = recv(fd_, bytes, sizeof(bytes), 0);
    if (got <= 0) return {};
    buffer_.append(bytes, static_cast<size_t>(got));
  }
}

void tcp_side::answer(const std::string& request) {
  const auto wire = wire_message::split(request);
  ASSERT_TRUE(wire.ok());
  std::string out = "SIP/2.0 200 OK\r\n";
  for (const char* name : {"via", "from", "to", "call-id", "cseq"})
    out += std::string(name) + ": " + std::string(wire->first(name)) + "\r\n";
  out += "Content-Length: 0\r\n\r\n";
  EXPECT_EQ(::send(fd_, out.data(), out.size(), MSG_NOSIGNAL), static_cast<ssize_t>(out.size()));
}

}  // namespace confab::sip::test
