#include "media/io/ring.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <thread>

#include <dirent.h>

#include "media/io/udp_socket.hpp"

namespace confab::io {
namespace {

socket_address loopback(const char* host = "127.0.0.1", uint16_t port = 0) {
  return *socket_address::parse(host, port);
}

/// A plain socket at the other end.
struct phone {
  explicit phone(const char* host = "127.0.0.1")
      : socket(std::move(bind_udp(loopback(host)).value())), address(local_address(socket).value()) {}

  void send(const socket_address& to, const std::string& text) const {
    ASSERT_EQ(::sendto(socket.get(), text.data(), text.size(), 0, to.raw(), to.raw_length()),
              static_cast<ssize_t>(text.size()));
  }
  [[nodiscard]] std::string receive() const {
    std::array<char, 4096> bytes;
    const ssize_t n = ::recv(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    return n < 0 ? "nothing" : std::string(bytes.data(), static_cast<size_t>(n));
  }

  descriptor socket;
  socket_address address;
};

/// A port that was free a moment ago.
socket_address free_address(const char* host = "127.0.0.1") {
  return phone(host).address;
}

std::string text_of(const received_datagram& d) {
  return {d.bytes.begin(), d.bytes.end()};
}

void send_text(udp_ring& ring, uint32_t socket, const socket_address& to, const std::string& text) {
  uint8_t* buffer = ring.send_buffer();
  ASSERT_NE(buffer, nullptr);
  std::memcpy(buffer, text.data(), text.size());
  ring.send(socket, to, text.size());
}

size_t open_descriptors() {
  DIR* directory = ::opendir("/proc/self/fd");
  size_t count = 0;
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count;
}

TEST(udp_ring, is_allowed_on_this_machine) {
  const auto probed = probe_ring();
  EXPECT_TRUE(probed.ok()) << probed.error().text;
}

class udp_ring_on : public testing::TestWithParam<const char*> {};

TEST_P(udp_ring_on, carries_datagrams_both_ways) {
  auto ring = std::move(udp_ring::make(64).value());
  const phone peer(GetParam());
  const socket_address local = free_address(GetParam());
  const auto index = ring->add_socket(local);
  ASSERT_TRUE(index.ok()) << index.error().text;
  EXPECT_TRUE(ring->receive().empty());

  peer.send(local, "hello");
  const auto got = ring->receive();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].socket, *index);
  EXPECT_EQ(got[0].source, peer.address);
  EXPECT_EQ(text_of(got[0]), "hello");

  send_text(*ring, *index, peer.address, "and back");
  EXPECT_EQ(peer.receive(), "nothing");
  EXPECT_EQ(ring->flush(), 0U);
  EXPECT_EQ(peer.receive(), "and back");
}

INSTANTIATE_TEST_SUITE_P(families, udp_ring_on, testing::Values("127.0.0.1", "::1"),
                         [](const auto& row) { return std::string(row.param) == "::1" ? "ipv6" : "ipv4"; });

TEST(udp_ring, takes_one_datagram_a_round_and_asks_again_only_where_something_was) {
  auto ring = std::move(udp_ring::make(64).value());
  const phone peer;
  const socket_address busy = free_address();
  const auto index = ring->add_socket(busy);
  const socket_address quiet = free_address();
  ASSERT_TRUE(index.ok() && ring->add_socket(quiet).ok());
  for (const char* text : {"1", "2", "3"}) peer.send(busy, text);

  EXPECT_EQ(text_of(ring->receive()[0]), "1");
  peer.send(quiet, "late");
  ASSERT_EQ(ring->receive_more().size(), 1U);
  const auto third = ring->receive_more();
  ASSERT_EQ(third.size(), 1U);
  EXPECT_EQ(text_of(third[0]), "3");
  EXPECT_TRUE(ring->receive_more().empty());
  EXPECT_TRUE(ring->receive_more().empty());
  EXPECT_EQ(ring->receive().size(), 1U);
}

TEST(udp_ring, serves_more_sockets_and_datagrams_than_it_has_entries) {
  auto ring = std::move(udp_ring::make(8).value());
  const phone peer;
  std::map<uint32_t, socket_address> sockets;
  while (sockets.size() < 300) {  // past the first table of files also
    const socket_address local = free_address();
    if (const auto index = ring->add_socket(local)) sockets[*index] = local;
  }
  for (const auto& [index, address] : sockets) peer.send(address, "to " + std::to_string(index));
  const auto got = ring->receive();
  EXPECT_EQ(got.size(), 300U);
  for (const auto& d : got) EXPECT_EQ(text_of(d), "to " + std::to_string(d.socket));

  std::vector<phone> phones(12);  // spread, so that no receive buffer overflows
  for (int round = 0; round < 50; ++round) {
    for (const phone& p : phones) send_text(*ring, sockets.begin()->first, p.address, std::to_string(round));
  }
  EXPECT_EQ(ring->flush(), 0U);
  for (const phone& p : phones) {
    for (int round = 0; round < 50; ++round) EXPECT_EQ(p.receive(), std::to_string(round));
    EXPECT_EQ(p.receive(), "nothing");
  }
}

TEST(udp_ring, leaves_sockets_alone_when_told_so) {
  auto ring = std::move(udp_ring::make(8).value());
  const phone peer;
  const socket_address local = free_address();
  const auto index = ring->add_socket(local);
  ASSERT_TRUE(index.ok());
  ring->set_receiving(*index, false);
  ring->set_receiving(*index, false);
  peer.send(local, "kept by the kernel");
  EXPECT_TRUE(ring->receive().empty());
  ring->set_receiving(*index, true);
  EXPECT_EQ(ring->receive().size(), 1U);
  ring->set_receiving(99, true);
}

TEST(udp_ring, refuses_a_taken_port_as_exhausted) {
  auto ring = std::move(udp_ring::make(8).value());
  const phone holder;
  const auto refused = ring->add_socket(holder.address);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::exhausted);
  EXPECT_NE(refused.error().text.find(holder.address.to_string()), std::string::npos);
  const auto elsewhere = ring->add_socket(loopback("192.0.2.1"));
  ASSERT_FALSE(elsewhere.ok());
  EXPECT_EQ(elsewhere.error().code, errc::unavailable);
}

TEST(udp_ring, counts_sends_that_fail_and_goes_on) {
  auto ring = std::move(udp_ring::make(8).value());
  const phone peer;
  const auto index = ring->add_socket(free_address());
  ASSERT_TRUE(index.ok());
  send_text(*ring, *index, loopback("::1", 9), "wrong family");
  send_text(*ring, 77, peer.address, "no such socket");
  send_text(*ring, *index, peer.address, "arrives");
  EXPECT_EQ(ring->flush(), 2U);
  EXPECT_EQ(ring->flush(), 0U);
  EXPECT_EQ(peer.receive(), "arrives");
}

TEST(udp_ring, survives_peers_that_are_gone) {
  auto ring = std::move(udp_ring::make(8).value());
  const socket_address local = free_address();
  const auto index = ring->add_socket(local);
  ASSERT_TRUE(index.ok());
  const socket_address nobody = free_address();
  for (int i = 0; i < 5; ++i) {
    send_text(*ring, *index, nobody, "anyone?");
    ring->flush();
    EXPECT_TRUE(ring->receive().empty());
  }
  const phone peer;
  peer.send(local, "here");
  EXPECT_EQ(ring->receive().size(), 1U);
}

TEST(udp_ring, sends_what_is_queued_before_a_socket_goes) {
  auto ring = std::move(udp_ring::make(8).value());
  const phone peer;
  const socket_address local = free_address();
  const auto index = ring->add_socket(local);
  ASSERT_TRUE(index.ok());
  send_text(*ring, *index, peer.address, "bye");
  ring->remove_socket(*index);
  EXPECT_EQ(peer.receive(), "bye");
  ring->remove_socket(*index);

  const auto again = ring->add_socket(local);  // the port is free again, the index too
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(*again, *index);
}

TEST(udp_ring, closes_everything_it_opened) {
  const size_t before = open_descriptors();
  {
    auto ring = std::move(udp_ring::make(8).value());
    for (int round = 0; round < 3; ++round) {
      std::vector<uint32_t> indices;
      for (int i = 0; i < 10; ++i) indices.push_back(ring->add_socket(loopback()).value());
      ring->receive();
      for (const uint32_t index : indices) ring->remove_socket(index);
      EXPECT_EQ(open_descriptors(), before + 1);
    }
    (void)ring->add_socket(loopback());
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST(udp_ring, cuts_a_datagram_that_is_longer_than_a_buffer) {
  auto ring = std::move(udp_ring::make(8).value());
  const phone peer;
  const socket_address local = free_address();
  ASSERT_TRUE(ring->add_socket(local).ok());
  peer.send(local, std::string(3000, 'x'));
  peer.send(local, "");
  const auto got = ring->receive();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(got[0].bytes.size(), datagram_capacity);
  const auto empty = ring->receive_more();
  ASSERT_EQ(empty.size(), 1U);
  EXPECT_TRUE(empty[0].bytes.empty());
}

// SINGLE_ISSUER: the kernel refuses every other thread, which stands here for any refusal for good.
TEST(udp_ring, says_when_the_kernel_has_refused_and_takes_no_more_sockets) {
  auto ring = std::move(udp_ring::make(8).value());
  ASSERT_TRUE(ring->add_socket(free_address()).ok());
  EXPECT_TRUE(ring->receive().empty());
  EXPECT_TRUE(ring->healthy());
  std::thread([&] { EXPECT_TRUE(ring->receive().empty()); }).join();
  EXPECT_FALSE(ring->healthy());
  EXPECT_EQ(ring->send_buffer(), nullptr);
  const auto refused = ring->add_socket(free_address());
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::unavailable);
}

}  // namespace
}  // namespace confab::io
