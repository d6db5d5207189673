#pragma once

#include <string>

#include "config/socket_address.hpp"

namespace confab::sip::test {

/// The TCP port of a phone that listens on UDP under the same number; takes one connection.
class tcp_side {
 public:
  explicit tcp_side(uint16_t port);
  ~tcp_side();
  tcp_side(const tcp_side&) = delete;
  tcp_side& operator=(const tcp_side&) = delete;

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
