#pragma once

#include <string>

#include "config/socket_address.hpp"

namespace confab::sip::test {

/// The TCP port of a phone that listens on UDP under the same number; takes one connection.
class tcp_side {
 public:
  tcp_side() = default;
  ~tcp_side();
  tcp_side(const tcp_side&) = delete;
  tcp_side& operator=(const tcp_side&) = delete;

  /// Keeps the port from others without listening there; false when somebody has it.
  [[nodiscard]] bool take(uint16_t port);
  void open();

  /// The next message of the server; empty when none comes in time.
  std::string receive();
  /// 200 to a request.
  void answer(const std::string& request);
  /// Nobody has connected.
  bool unused();

 private:
  int listener_ = -1;
  int fd_ = -1;
  std::string buffer_;
};

}  // namespace confab::sip::test
