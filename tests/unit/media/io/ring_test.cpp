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

struct ring_case {
  io_backend backend;
  const char* host = "127.0.0.1";
};

std::unique_ptr<udp_ring> make_ring(unsigned entries, io_backend backend) {
  return std::move(udp_ring::make(entries, backend).value());
}

class udp_ring_on : public testing::TestWithParam<ring_case> {};
class udp_ring_by : public testing::TestWithParam<io_backend> {};

TEST_P(udp_ring_on, carries_datagrams_both_ways) {
  auto ring = make_ring(64, GetParam().backend);
  const phone peer(GetParam().host);
  const socket_address local = free_address(GetParam().host);
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

INSTANTIATE_TEST_SUITE_P(families, udp_ring_on,
                         testing::Values(ring_case{io_backend::uring}, ring_case{io_backend::uring, "::1"},
                                         ring_case{io_backend::epoll}, ring_case{io_backend::epoll, "::1"}),
                         [](const auto& row) {
                           return std::string(to_string(row.param.backend)) +
                                  (std::string(row.param.host) == "::1" ? "_ipv6" : "_ipv4");
                         });
INSTANTIATE_TEST_SUITE_P(backends, udp_ring_by, testing::Values(io_backend::uring, io_backend::epoll),
                         [](const auto& row) { return std::string(to_string(row.param)); });

TEST_P(udp_ring_by, takes_one_datagram_a_round_and_asks_again_only_where_something_was) {
  auto ring = make_ring(64, GetParam());
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

TEST_P(udp_ring_by, serves_more_sockets_and_datagrams_than_it_has_entries) {
  auto ring = make_ring(8, GetParam());
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

TEST_P(udp_ring_by, leaves_sockets_alone_when_told_so) {
  auto ring = make_ring(8, GetParam());
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
  EXPECT_EQ(ring->backend(), GetParam());
}

TEST_P(udp_ring_by, refuses_a_taken_port_as_exhausted) {
  auto ring = make_ring(8, GetParam());
  const phone holder;
  const auto refused = ring->add_socket(holder.address);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, errc::exhausted);
  EXPECT_NE(refused.error().text.find(holder.address.to_string()), std::string::npos);
  const auto elsewhere = ring->add_socket(loopback("192.0.2.1"));
  ASSERT_FALSE(elsewhere.ok());
  EXPECT_EQ(elsewhere.error().code, errc::unavailable);
}

TEST_P(udp_ring_by, counts_sends_that_fail_and_goes_on) {
  auto ring = make_ring(8, GetParam());
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

TEST_P(udp_ring_by, survives_peers_that_are_gone) {
  auto ring = make_ring(8, GetParam());
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

TEST_P(udp_ring_by, sends_what_is_queued_before_a_socket_goes) {
  auto ring = make_ring(8, GetParam());
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

TEST_P(udp_ring_by, closes_everything_it_opened) {
  const size_t before = open_descriptors();
  {
    auto ring = make_ring(8, GetParam());
    for (int round = 0; round < 3; ++round) {
      std::vector<uint32_t> indices;
      for (int i = 0; i < 10; ++i) indices.push_back(ring->add_socket(loopback()).value());
      ring->receive();
      for (const uint32_t index : indices) ring->remove_socket(index);
      EXPECT_EQ(open_descriptors(), before + 2);  // the ring or set itself, the set of the rare ones
    }
    (void)ring->add_socket(loopback());
  }
  EXPECT_EQ(open_descriptors(), before);
}

TEST_P(udp_ring_by, cuts_a_datagram_that_is_longer_than_a_buffer) {
  auto ring = make_ring(8, GetParam());
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

TEST_P(udp_ring_by, asks_only_the_sockets_of_a_slot) {
  auto ring = make_ring(8, GetParam());
  const phone peer;
  std::map<unsigned, std::pair<uint32_t, socket_address>> sockets;
  for (unsigned slot = 0; slot < ring_slots; ++slot) {
    const socket_address local = free_address();
    sockets[slot] = {ring->add_socket(local, slot).value(), local};
    peer.send(local, std::to_string(slot));
  }
  EXPECT_FALSE(ring->add_socket(free_address(), ring_slots).ok());
  EXPECT_TRUE(ring->receive(ring_slots).empty());
  for (const unsigned slot : {3U, 0U, 7U}) {
    const auto got = ring->receive(slot);
    ASSERT_EQ(got.size(), 1U);
    EXPECT_EQ(got[0].socket, sockets[slot].first);
    EXPECT_EQ(text_of(got[0]), std::to_string(slot));
    EXPECT_TRUE(ring->receive(slot).empty());
  }
  ring->set_slot(sockets[1].first, 2);
  EXPECT_TRUE(ring->receive(1).empty());
  EXPECT_EQ(ring->receive(2).size(), 2U);
}

TEST_P(udp_ring_by, brings_what_is_rare_with_the_next_round_of_any_slot) {
  auto ring = make_ring(8, GetParam());
  const phone peer;
  const socket_address rare = free_address();
  const uint32_t index = ring->add_socket(rare, 1).value();
  ring->set_receiving(index, receiving::rarely);
  EXPECT_TRUE(ring->receive(5).empty());
  peer.send(rare, "report 1");
  peer.send(rare, "report 2");
  EXPECT_EQ(text_of(ring->receive(5)[0]), "report 1");
  EXPECT_EQ(text_of(ring->receive_more()[0]), "report 2");
  EXPECT_TRUE(ring->receive(1).empty());
  for (int i = 0; i < 3; ++i) {  // each way of reading follows each other
    peer.send(rare, "again");
    ring->set_receiving(index, i == 1 ? receiving::rarely : receiving::always);
    EXPECT_EQ(ring->receive(1).size(), 1U);
  }
  ring->set_receiving(index, receiving::rarely);
  ring->remove_socket(index);
  EXPECT_TRUE(ring->receive(1).empty());
}

TEST_P(udp_ring_by, looks_for_a_second_datagram_where_one_is_likely_and_leaves_none_behind) {
  auto ring = make_ring(8, GetParam());
  const phone peer;
  const socket_address local = free_address();
  ASSERT_TRUE(ring->add_socket(local).ok());
  int asked_in_vain = 0;
  peer.send(local, "backlog");
  for (int tick = 0; tick < 5; ++tick) {  // a backlog of one, at any tick, lasts four ticks at most
    peer.send(local, "tick");
    ASSERT_EQ(ring->receive().size(), 1U);
    while (!ring->receive_likely().empty()) ++asked_in_vain;
  }
  EXPECT_EQ(asked_in_vain, 1);
  EXPECT_TRUE(ring->receive().empty());  // nothing was left
  for (int i = 0; i < 2; ++i) peer.send(local, "late, and the one on time");
  EXPECT_EQ(ring->receive().size(), 1U);
  EXPECT_EQ(ring->receive_likely().size(), 1U);
}

TEST_P(udp_ring_by, hears_nobody_but_the_peer_a_socket_is_tied_to) {
  auto ring = make_ring(8, GetParam());
  const phone peer;
  const phone stranger;
  const socket_address local = free_address();
  const uint32_t index = ring->add_socket(local).value();
  stranger.send(local, "queued before");
  peer.send(local, "1");
  ASSERT_TRUE(ring->set_peer(index, peer.address).ok());
  stranger.send(local, "after");
  EXPECT_TRUE(ring->receive().empty());
  EXPECT_EQ(text_of(ring->receive()[0]), "1");
  EXPECT_TRUE(ring->receive().empty());
  stranger.send(local, "and when settled");
  peer.send(local, "2");
  const auto got = ring->receive();
  ASSERT_EQ(got.size(), 1U);
  EXPECT_EQ(text_of(got[0]), "2");
  EXPECT_EQ(got[0].source, peer.address);
  EXPECT_TRUE(ring->receive().empty());

  send_text(*ring, index, peer.address, "to the peer");
  send_text(*ring, index, stranger.address, "elsewhere");
  EXPECT_EQ(ring->flush(), 0U);
  EXPECT_EQ(peer.receive(), "to the peer");
  EXPECT_EQ(stranger.receive(), "elsewhere");

  ASSERT_TRUE(ring->set_peer(index, {}).ok());
  stranger.send(local, "open again");
  const auto open = ring->receive();
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].source, stranger.address);
  EXPECT_FALSE(ring->set_peer(99, peer.address).ok());
}

TEST(udp_ring, takes_io_uring_where_it_may_and_knows_the_words_of_the_setting) {
  EXPECT_EQ(std::move(udp_ring::make(8).value())->backend(), io_backend::uring);
  EXPECT_EQ(backend_of("auto"), io_backend::automatic);
  EXPECT_EQ(backend_of("uring"), io_backend::uring);
  EXPECT_EQ(backend_of("epoll"), io_backend::epoll);
}

// SINGLE_ISSUER: the kernel refuses every other thread, which stands here for any refusal for good.
TEST(udp_ring, says_when_the_kernel_has_refused_and_takes_no_more_sockets) {
  auto ring = make_ring(8, io_backend::uring);
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
