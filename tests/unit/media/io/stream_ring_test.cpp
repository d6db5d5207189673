#include "media/io/stream_ring.hpp"

#include <array>
#include <functional>
#include <map>
#include <numeric>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include "media/io/tcp_socket.hpp"

namespace confab::io {
namespace {

using std::chrono::milliseconds;

socket_address loopback(uint16_t port = 0, const char* host = "127.0.0.1") {
  return *socket_address::parse(host, port);
}

std::vector<uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

/// A blocking socket at the other end.
struct client {
  explicit client(const socket_address& to) : socket(::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    EXPECT_EQ(::connect(socket.get(), to.raw(), to.raw_length()), 0);
  }
  void write(const std::string& text) const {
    ASSERT_EQ(::send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }
  [[nodiscard]] std::string read(size_t wanted) const {
    std::string got(wanted, '\0');
    const ssize_t n = ::recv(socket.get(), got.data(), wanted, MSG_WAITALL);
    got.resize(n > 0 ? static_cast<size_t>(n) : 0);
    return got;
  }
  descriptor socket;
};

/// A ring with a listener, and what happened on it.
struct station {
  explicit station(io_backend backend) : alarm(*wake_up::make()) {
    ring = std::move(stream_ring::make(backend, alarm).value());
    auto socket = std::move(listen_tcp(loopback()).value());
    address = local_of(socket.get());
    listener = ring->listen(std::move(socket));
  }

  void take(const stream_event& event) {
    if (const auto* a = std::get_if<stream_accepted>(&event)) accepted.push_back(*a);
    if (const auto* c = std::get_if<stream_connected>(&event)) connected.push_back(*c);
    if (const auto* r = std::get_if<stream_received>(&event))
      got[r->id].append(r->bytes.begin(), r->bytes.end());
    if (const auto* s = std::get_if<stream_sent>(&event)) sent[s->id] += s->bytes;
    if (const auto* c = std::get_if<stream_closed>(&event)) closed.emplace(c->id, c->why);
  }

  /// Until `done`, or a second after nothing more comes.
  void run_until(const std::function<bool()>& done) {
    for (int idle = 0; !done() && idle < 100;) {
      const auto events = ring->wait(milliseconds{50});
      for (const auto& event : events) take(event);
      idle = events.empty() ? idle + 1 : 0;
    }
    EXPECT_TRUE(done());
  }
  void settle() {
    while (true) {
      const auto events = ring->wait(milliseconds{50});
      if (events.empty()) return;
      for (const auto& event : events) take(event);
    }
  }
  stream_id next_accepted() {
    const size_t before = accepted.size();
    run_until([&] { return accepted.size() > before; });
    return accepted.back().id;
  }

  std::shared_ptr<const wake_up> alarm;
  std::unique_ptr<stream_ring> ring;
  uint32_t listener = 0;
  socket_address address;
  std::vector<stream_accepted> accepted;
  std::vector<stream_connected> connected;
  std::map<stream_id, std::string> got;
  std::map<stream_id, size_t> sent;
  std::map<stream_id, std::string> closed;
};

class stream_ring_on : public testing::TestWithParam<io_backend> {};

TEST_P(stream_ring_on, accepts_and_carries_bytes_both_ways) {
  station here(GetParam());
  EXPECT_EQ(here.ring->backend(), GetParam());
  const client there(here.address);
  there.write("hello");
  const auto id = here.next_accepted();
  EXPECT_EQ(here.accepted[0].local, here.address);
  EXPECT_EQ(here.accepted[0].peer.host(), "127.0.0.1");
  here.run_until([&] { return here.got[id] == "hello"; });
  ASSERT_TRUE(here.ring->send(id, bytes_of("good ")));
  ASSERT_TRUE(here.ring->send(id, bytes_of("day")));
  here.run_until([&] { return here.sent[id] == 8; });
  EXPECT_EQ(there.read(8), "good day");
}

TEST_P(stream_ring_on, connects_to_a_listener_and_says_where_from) {
  station here(GetParam());
  const auto out = *here.ring->connect(here.address);
  ASSERT_TRUE(here.ring->send(out, bytes_of("early")));  // before it is connected
  here.run_until([&] { return !here.connected.empty() && !here.accepted.empty(); });
  const auto in = here.accepted[0].id;
  EXPECT_EQ(here.connected[0].id, out);
  EXPECT_EQ(here.connected[0].local, here.accepted[0].peer);
  here.run_until([&] { return here.got[in] == "early"; });
}

TEST_P(stream_ring_on, tells_why_a_connection_fails) {
  station here(GetParam());
  socket_address nobody;
  {
    const auto taken = listen_tcp(loopback());
    nobody = local_of(taken->get());
  }
  const auto out = *here.ring->connect(nobody);
  here.run_until([&] { return here.closed.contains(out); });
  EXPECT_NE(here.closed[out].find("refused"), std::string::npos) << here.closed[out];
  EXPECT_EQ(here.ring->connections(), 0U);
}

TEST_P(stream_ring_on, tells_that_the_peer_ended_it_after_all_its_bytes) {
  station here(GetParam());
  stream_id id;
  {
    const client there(here.address);
    there.write("last words");
    id = here.next_accepted();
  }
  here.run_until([&] { return here.closed.contains(id); });
  EXPECT_EQ(here.got[id], "last words");
  EXPECT_EQ(here.closed[id], "");
  EXPECT_EQ(here.ring->connections(), 0U);
  EXPECT_FALSE(here.ring->send(id, bytes_of("too late")));
}

TEST_P(stream_ring_on, does_not_read_while_it_is_told_not_to) {
  station here(GetParam());
  const client there(here.address);
  const auto id = here.next_accepted();
  here.ring->set_receiving(id, false);
  here.settle();
  there.write("held back");
  here.settle();
  EXPECT_EQ(here.got[id], "");
  here.ring->set_receiving(id, true);
  here.run_until([&] { return here.got[id] == "held back"; });
}

TEST_P(stream_ring_on, goes_on_reading_when_told_off_and_on_at_once) {
  station here(GetParam());
  const client there(here.address);
  const auto id = here.next_accepted();
  for (int i = 0; i < 3; ++i) {
    here.ring->set_receiving(id, false);
    here.ring->set_receiving(id, true);
  }
  there.write("heard");
  here.run_until([&] { return here.got[id] == "heard"; });
}

TEST_P(stream_ring_on, carries_more_than_its_buffers_hold_in_order) {
  station here(GetParam());
  const client there(here.address);
  const auto id = here.next_accepted();
  std::string much(12'000'000, '\0');
  for (size_t i = 0; i < much.size(); ++i) much[i] = static_cast<char>(i * 2'654'435'761U >> 24);
  std::thread writer([&] { there.write(much); });
  here.run_until([&] { return here.got[id].size() >= much.size(); });
  writer.join();
  EXPECT_TRUE(here.got[id] == much);
}

TEST_P(stream_ring_on, refuses_what_a_slow_reader_would_pile_up) {
  station here(GetParam());
  const client there(here.address);
  const auto id = here.next_accepted();
  size_t queued = 0;
  while (here.ring->send(id, std::vector<uint8_t>(65'536, 7)) && queued < 100'000'000) {
    queued += 65'536;
    if (queued % 1'048'576 == 0) here.settle();
  }
  EXPECT_LT(queued, 100'000'000U);
  EXPECT_LE(queued - here.sent[id], stream_send_queue_bytes);
  std::thread reader([&] { EXPECT_EQ(there.read(queued).size(), queued); });
  here.run_until([&] { return here.sent[id] == queued; });
  reader.join();
}

TEST_P(stream_ring_on, shuts_after_what_is_queued_and_waits_for_the_peer) {
  station here(GetParam());
  stream_id id;
  {
    const client there(here.address);
    id = here.next_accepted();
    ASSERT_TRUE(here.ring->send(id, bytes_of("bye")));
    here.ring->shut(id);
    here.settle();
    EXPECT_FALSE(here.closed.contains(id));
    EXPECT_EQ(there.read(100), "bye");  // and then the end
    there.write("not heard any more");
    here.settle();
    EXPECT_EQ(here.got[id], "");
  }
  here.run_until([&] { return here.closed.contains(id); });
  EXPECT_EQ(here.closed[id], "");
}

TEST_P(stream_ring_on, drops_a_connection_without_a_word) {
  station here(GetParam());
  const client there(here.address);
  const auto id = here.next_accepted();
  here.ring->drop(id);
  here.settle();
  EXPECT_FALSE(here.closed.contains(id));
  EXPECT_EQ(here.ring->connections(), 0U);
  EXPECT_EQ(there.read(1), "");
  here.ring->drop(id);  // unknown now
}

TEST_P(stream_ring_on, never_gives_an_id_twice) {
  station here(GetParam());
  std::map<stream_id, int> seen;
  for (int i = 0; i < 20; ++i) {
    const client there(here.address);
    const auto id = here.next_accepted();
    EXPECT_EQ(seen[id]++, 0);
    here.ring->drop(id);
    here.settle();
  }
}

TEST_P(stream_ring_on, waits_without_limit_until_the_alarm_is_rung) {
  station here(GetParam());
  std::thread other([alarm = here.alarm] { alarm->ring(); });
  EXPECT_TRUE(here.ring->wait(std::nullopt).empty());
  other.join();
  std::thread again([alarm = here.alarm] { alarm->ring(); });
  EXPECT_TRUE(here.ring->wait(std::nullopt).empty());
  again.join();
}

TEST_P(stream_ring_on, serves_many_connections_at_once) {
  station here(GetParam());
  std::vector<std::unique_ptr<client>> clients;
  for (int i = 0; i < 500; ++i) {
    clients.push_back(std::make_unique<client>(here.address));
    clients.back()->write(std::to_string(i));
  }
  here.run_until([&] { return here.accepted.size() == 500 && here.got.size() == 500; });
  for (const auto& [id, text] : here.got) ASSERT_TRUE(here.ring->send(id, bytes_of(text)));
  here.run_until([&] { return here.sent.size() == 500; });
  for (int i = 0; i < 500; ++i) {
    const auto text = std::to_string(i);
    EXPECT_EQ(clients[static_cast<size_t>(i)]->read(text.size()), text);
  }
}

TEST_P(stream_ring_on, shares_a_listener_with_other_rings) {
  station here(GetParam());
  auto socket = std::move(listen_tcp(loopback()).value());
  const auto address = local_of(socket.get());
  const auto other_alarm = *wake_up::make();
  const auto other = std::move(stream_ring::make(GetParam(), other_alarm).value());
  (void)other->listen(std::move(duplicate(socket).value()));
  (void)here.ring->listen(std::move(socket));
  std::vector<std::unique_ptr<client>> clients;
  size_t elsewhere = 0;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(std::make_unique<client>(address));
    for (const auto& event : other->wait(milliseconds{0}))
      elsewhere += std::holds_alternative<stream_accepted>(event);
    for (const auto& event : here.ring->wait(milliseconds{0})) here.take(event);
  }
  here.run_until([&] {
    for (const auto& event : other->wait(milliseconds{0}))
      elsewhere += std::holds_alternative<stream_accepted>(event);
    return here.accepted.size() + elsewhere == 50;
  });
}

TEST(listen_tcp, refuses_a_port_that_is_taken) {
  const auto first = listen_tcp(loopback());
  const auto again = listen_tcp(local_of(first->get()));
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code, errc::exhausted);
}

TEST_P(stream_ring_on, serves_ipv6) {
  station here(GetParam());
  auto socket = listen_tcp(loopback(0, "::1"));
  if (!socket) GTEST_SKIP() << "this machine has no IPv6: " << socket.error().text;
  const auto address = local_of(socket->get());
  (void)here.ring->listen(std::move(*socket));
  const client there(address);
  here.next_accepted();
  EXPECT_EQ(here.accepted[0].peer.host(), "::1");
}

INSTANTIATE_TEST_SUITE_P(backends, stream_ring_on, testing::Values(io_backend::uring, io_backend::epoll),
                         [](const auto& row) { return row.param == io_backend::uring ? "uring" : "epoll"; });

}  // namespace
}  // namespace confab::io
