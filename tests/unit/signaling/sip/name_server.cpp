#include "name_server.hpp"

#include <algorithm>
#include <utility>

#include <gtest/gtest.h>
#include <sys/time.h>
#include <unistd.h>

namespace confab::sip::test {

namespace {

constexpr size_t header_bytes = 12;
constexpr uint16_t type_a = 1;
constexpr uint16_t type_srv = 33;

std::string two_bytes(uint16_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}

/// `a.b` as labels.
std::string labels(const std::string& name) {
  std::string out;
  for (size_t from = 0; from <= name.size();) {
    const auto end = std::min(name.find('.', from), name.size());
    out += static_cast<char>(end - from) + name.substr(from, end - from);
    from = end + 1;
  }
  return out + '\0';
}

}  // namespace

name_server::name_server(std::string domain, uint16_t sip_port)
    : domain_(std::move(domain)), sip_port_(sip_port) {
  fd_ = socket(AF_INET, SOCK_DGRAM, 0);
  address_ = *socket_address::parse("127.0.0.1", 0);
  EXPECT_EQ(bind(fd_, address_.raw(), address_.raw_length()), 0);
  const timeval limit{0, 50'000};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  sockaddr_in raw{};
  socklen_t length = sizeof(raw);
  getsockname(fd_, reinterpret_cast<sockaddr*>(&raw), &length);
  address_ = socket_address(reinterpret_cast<sockaddr*>(&raw), length);
  thread_ = std::thread([this] { serve(); });
}

name_server::~name_server() {
  over_ = true;
  thread_.join();
  close(fd_);
}

void name_server::serve() {
  while (!over_) {
    char bytes[512];
    sockaddr_in from{};
    socklen_t length = sizeof(from);
    const auto got = recvfrom(fd_, bytes, sizeof(bytes), 0, reinterpret_cast<sockaddr*>(&from), &length);
    if (got < static_cast<ssize_t>(header_bytes)) continue;
    const auto out = answer({bytes, static_cast<size_t>(got)});
    (void)sendto(fd_, out.data(), out.size(), 0, reinterpret_cast<sockaddr*>(&from), length);
  }
}

std::string name_server::answer(const std::string& query) const {
  const auto name_end = query.find('\0', header_bytes);
  if (name_end == std::string::npos || query.size() < name_end + 5) return {};
  const auto name = query.substr(header_bytes, name_end + 1 - header_bytes);
  const auto question = query.substr(header_bytes, name.size() + 4);
  const auto type = static_cast<uint16_t>(static_cast<uint8_t>(question[name.size() + 1]));
  std::string data;
  if (type == type_srv && name == labels("_sip._udp." + domain_))
    data = two_bytes(1) + two_bytes(1) + two_bytes(sip_port_) + labels("phone." + domain_);
  if (type == type_a && name == labels("phone." + domain_)) data = {127, 0, 0, 1};
  // Response, authoritative, recursion both ways; the question again; a record that points at its name.
  std::string out = query.substr(0, 2) + "\x85\x80" + two_bytes(1) + two_bytes(data.empty() ? 0 : 1);
  out += two_bytes(0) + two_bytes(0) + question;
  if (data.empty()) return out;
  out += two_bytes(0xc000 | header_bytes) + two_bytes(type) + two_bytes(1) + two_bytes(0) + two_bytes(60);
  return out + two_bytes(static_cast<uint16_t>(data.size())) + data;
}

}  // namespace confab::sip::test
