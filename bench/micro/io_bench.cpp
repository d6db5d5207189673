// A tick's datagrams for 100 legs, over loopback sockets: io_uring, epoll, and plain system calls. The
// phones' own sends and receives are not timed; a send includes what the kernel does at the receiver.

#include <array>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include "media/io/ring.hpp"
#include "media/io/udp_socket.hpp"

namespace confab::io {
namespace {

constexpr size_t legs = 100;
constexpr size_t datagram_bytes = 172;  // PCMU, 20 ms
using datagram = std::array<uint8_t, datagram_bytes>;

enum class work : uint8_t { receive, receive_nothing, send };

struct endpoint {
  descriptor socket;
  socket_address address;

  endpoint() {
    socket = std::move(bind_udp(*socket_address::parse("127.0.0.1", 0)).value());
    address = local_address(socket).value();
  }
  void send(const socket_address& to) const {
    const datagram bytes{};
    (void)!::sendto(socket.get(), bytes.data(), bytes.size(), 0, to.raw(), to.raw_length());
  }
  void drain() const {
    std::array<uint8_t, 2048> bytes;
    while (::recv(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {
    }
  }
};

/// A ring with 100 legs and their phones.
struct exchange {
  exchange(io_backend backend, bool tied)
      : ring(std::move(udp_ring::make(4096, backend).value())), phones(legs) {
    for (const endpoint& phone : phones) {
      const socket_address local = endpoint().address;  // free a moment ago
      indices.push_back(ring->add_socket(local).value());
      locals.push_back(local);
      if (tied) (void)ring->set_peer(indices.back(), phone.address);
    }
    ring->receive();  // settles the ties
  }

  std::unique_ptr<udp_ring> ring;
  std::vector<endpoint> phones;
  std::vector<uint32_t> indices;
  std::vector<socket_address> locals;
};

void by_ring(benchmark::State& state, io_backend backend, bool tied, work what) {
  exchange e(backend, tied);
  for (auto _ : state) {
    state.PauseTiming();
    if (what == work::receive) {
      for (size_t i = 0; i < legs; ++i) e.phones[i].send(e.locals[i]);
    }
    state.ResumeTiming();
    if (what == work::send) {
      for (size_t i = 0; i < legs; ++i) {
        benchmark::DoNotOptimize(e.ring->send_buffer());
        e.ring->send(e.indices[i], e.phones[i].address, datagram_bytes);
      }
      benchmark::DoNotOptimize(e.ring->flush());
    } else {
      benchmark::DoNotOptimize(e.ring->receive());
    }
    state.PauseTiming();
    for (const endpoint& phone : e.phones) phone.drain();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(legs));
}

void by_system_calls(benchmark::State& state, work what) {
  const std::vector<endpoint> ours(legs);
  const std::vector<endpoint> phones(legs);
  std::array<uint8_t, datagram_capacity> buffer{};
  for (auto _ : state) {
    state.PauseTiming();
    if (what == work::receive) {
      for (size_t i = 0; i < legs; ++i) phones[i].send(ours[i].address);
    }
    state.ResumeTiming();
    for (size_t i = 0; i < legs; ++i) {
      if (what == work::send) {
        ours[i].send(phones[i].address);
        continue;
      }
      socket_address from;
      socklen_t length = socket_address::raw_capacity;
      benchmark::DoNotOptimize(
          ::recvfrom(ours[i].socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT, from.raw(), &length));
    }
    state.PauseTiming();
    for (const endpoint& phone : phones) phone.drain();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<int64_t>(legs));
}

#define CONFAB_IO_BENCH(name, what)                                             \
  BENCHMARK_CAPTURE(by_system_calls, name, what);                               \
  BENCHMARK_CAPTURE(by_ring, uring_##name, io_backend::uring, false, what);     \
  BENCHMARK_CAPTURE(by_ring, uring_tied_##name, io_backend::uring, true, what); \
  BENCHMARK_CAPTURE(by_ring, epoll_##name, io_backend::epoll, false, what);     \
  BENCHMARK_CAPTURE(by_ring, epoll_tied_##name, io_backend::epoll, true, what)

CONFAB_IO_BENCH(receive, work::receive);
CONFAB_IO_BENCH(receive_nothing, work::receive_nothing);
CONFAB_IO_BENCH(send, work::send);

}  // namespace
}  // namespace confab::io
