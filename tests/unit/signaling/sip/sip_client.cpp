#include "sip_client.hpp"

#include <cstdlib>
#include <iostream>
#include <random>
#include <utility>

#include <gtest/gtest.h>
#include <sys/time.h>
#include <unistd.h>

namespace confab::sip::test {

namespace {

constexpr std::chrono::seconds patience{5};

std::string token() {
  thread_local std::mt19937_64 numbers{std::random_device{}()};
  return std::to_string(numbers());
}

}  // namespace

std::string message::to_tag() const {
  return std::string(parameter(wire.first("to"), "tag").value_or(""));
}

phone::phone(const endpoint& server, const std::string& transport) : transport_(transport) {
  for (const auto& one : server.listeners()) {
    if (one.transport != transport || !one.address.same_host(*socket_address::parse("127.0.0.1", 0)))
      continue;
    const bool datagram = transport == "udp";
    fd_ = socket(one.address.family(), datagram ? SOCK_DGRAM : SOCK_STREAM, 0);
    const auto& target = one.address;
    EXPECT_EQ(connect(fd_, target.raw(), target.raw_length()), 0);
    timeval limit{patience.count(), 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    sockaddr_in6 raw{};
    socklen_t length = sizeof(raw);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&raw), &length);
    local_ = socket_address(reinterpret_cast<sockaddr*>(&raw), length);
    break;
  }
  EXPECT_GE(fd_, 0) << "no listener for " << transport;
  new_call();
}

phone::phone() : connected_(false), transport_("udp") {
  fd_ = socket(AF_INET, SOCK_DGRAM, 0);
  local_ = *socket_address::parse("127.0.0.1", 0);
  EXPECT_EQ(bind(fd_, local_.raw(), local_.raw_length()), 0);
  timeval limit{patience.count(), 0};
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
  sockaddr_in raw{};
  socklen_t length = sizeof(raw);
  getsockname(fd_, reinterpret_cast<sockaddr*>(&raw), &length);
  local_ = socket_address(reinterpret_cast<sockaddr*>(&raw), length);
  new_call();
}

phone::~phone() {
  close(fd_);
}

void phone::new_call() {
  call_id = token() + "@test";
  tag = token();
  cseq = 0;
}

std::string phone::uri() const {
  return "sip:phone@" + address() + (transport_ == "udp" ? "" : ";transport=" + transport_);
}

void phone::send(const std::string& bytes) {
  EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
}

std::string phone::read_one() {
  for (;;) {
    if (transport_ != "udp") {
      const auto head = buffer_.find("\r\n\r\n");
      if (head != std::string::npos) {
        const auto wire = wire_message::split(buffer_);
        const auto length = wire ? parse_number(wire->first("content-length"), 100000).value_or(0) : 0;
        if (buffer_.size() >= head + 4 + length) {
          auto one = buffer_.substr(0, head + 4 + length);
          buffer_.erase(0, one.size());
          return one;
        }
      }
    }
    char bytes[65536];
    sockaddr_in from{};
    socklen_t length = sizeof(from);
    const auto got = recvfrom(fd_, bytes, sizeof(bytes), 0, reinterpret_cast<sockaddr*>(&from), &length);
    if (got <= 0) return {};
    if (!std::exchange(connected_, true)) connect(fd_, reinterpret_cast<sockaddr*>(&from), length);
    if (transport_ == "udp") return {bytes, static_cast<size_t>(got)};
    buffer_.append(bytes, static_cast<size_t>(got));
  }
}

std::shared_ptr<message> phone::receive() {
  std::string text = read_one();
  while (!text.empty() && text == last_) text = read_one();
  if (text.empty()) return nullptr;
  last_ = text;
  auto out = std::make_shared<message>(message{text, {}});
  out->wire = *wire_message::split(out->text);
  return out;
}

std::shared_ptr<message> phone::response() {
  auto got = receive();
  while (got && (!got->wire.is_response() || got->status() == 100)) got = receive();
  if (!got) {
    ADD_FAILURE() << "no response";
    return std::make_shared<message>();
  }
  return got;
}

std::shared_ptr<message> phone::request() {
  auto got = receive();
  while (got && got->wire.is_response()) got = receive();
  if (!got) {
    ADD_FAILURE() << "no request";
    return std::make_shared<message>();
  }
  return got;
}

std::string phone::make(const std::string& method, const parts& p) {
  const std::string target = p.uri.empty() ? "sip:lunch@example.com" : p.uri;
  std::string out = method + " " + target + " SIP/2.0\r\nVia: SIP/2.0/" +
                    (transport_ == "udp" ? "UDP " : "TCP ") + address() + ";rport;branch=" + branch + "\r\n";
  out += "Max-Forwards: 70\r\nFrom: \"Ann\" <sip:ann@example.com>;tag=" + tag + "\r\n";
  out += "To: <sip:lunch@example.com>" + (p.to_tag.empty() ? "" : ";tag=" + p.to_tag) + "\r\n";
  out += "Call-ID: " + call_id + "\r\nCSeq: " + std::to_string(p.cseq.value_or(cseq)) + " " + method + "\r\n";
  if (p.contact) out += "Contact: <" + uri() + ">\r\n";
  out += p.headers;
  if (!p.body.empty()) out += "Content-Type: " + p.type + "\r\n";
  return out + "Content-Length: " + std::to_string(p.body.size()) + "\r\n\r\n" + p.body;
}

void phone::ask(const std::string& method, const parts& p) {
  branch = p.branch.empty() ? "z9hG4bK" + token() : p.branch;
  if (method != "ACK") cseq = p.cseq.value_or(cseq + 1);
  send(make(method, p));
}

void phone::cancel() {
  send(make("CANCEL", {}));
}

void phone::ack(const message& response, const std::string& body) {
  if (response.status() < 300) branch = "z9hG4bK" + token();
  parts p;
  p.to_tag = response.to_tag();
  p.body = body;
  p.cseq = static_cast<uint32_t>(std::stoul(response.header("cseq")));
  send(make("ACK", p));
}

void phone::answer(const message& request, int status, const std::string& reason, const std::string& headers,
                   const std::string& body, const std::string& to_tag) {
  std::string out =
      "SIP/2.0 " + std::to_string(status) + " " + reason + "\r\nVia: " + request.header("via") + "\r\n";
  out += "From: " + request.header("from") + "\r\nTo: " + request.header("to");
  if (request.to_tag().empty() && !to_tag.empty()) out += ";tag=" + to_tag;
  out += "\r\nCall-ID: " + request.header("call-id") + "\r\nCSeq: " + request.header("cseq") + "\r\n";
  out += "Contact: <" + uri() + ">\r\n" + headers;
  if (!body.empty()) out += "Content-Type: application/sdp\r\n";
  send(out + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

endpoint_settings local_settings() {
  endpoint_settings out;
  out.listen = {"udp://127.0.0.1:0", "tcp://127.0.0.1:0"};
  out.trusted_peers = {"0.0.0.0/0", "::/0"};
  out.user_agent = "confab-test";
  if (std::getenv("CONFAB_TEST_TRACE") != nullptr)
    out.trace = [](bool sent, std::string_view transport, const socket_address& local,
                   const socket_address& remote, std::string_view bytes) {
      std::cerr << (sent ? "--> " : "<-- ") << transport << ' ' << local.to_string() << ' '
                << remote.to_string() << '\n'
                << bytes << '\n';
    };
  return out;
}

std::unique_ptr<endpoint> start(event_box& events, endpoint_settings settings, tuning tuned) {
  auto made = endpoint_tuner::start(std::move(settings), std::move(tuned), events);
  EXPECT_TRUE(made.ok()) << made.error().text;
  return made.ok() ? std::move(*made) : nullptr;
}

}  // namespace confab::sip::test
