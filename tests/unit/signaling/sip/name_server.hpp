#pragma once

#include <atomic>
#include <string>
#include <thread>

#include "config/socket_address.hpp"

namespace confab::sip::test {

/// A DNS server (RFC 1035) that knows one SIP domain: `_sip._udp.<domain>` is `phone.<domain>` at a port (RFC
/// 2782), and that is 127.0.0.1. It answers everything else with nothing.
class name_server {
 public:
  name_server(std::string domain, uint16_t sip_port);
  ~name_server();
  name_server(const name_server&) = delete;
  name_server& operator=(const name_server&) = delete;

  [[nodiscard]] const socket_address& address() const noexcept { return address_; }

 private:
  void serve();
  [[nodiscard]] std::string answer(const std::string& query) const;

  std::string domain_;
  uint16_t sip_port_;
  int fd_ = -1;
  socket_address address_;
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace confab::sip::test
