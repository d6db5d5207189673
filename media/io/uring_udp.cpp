#include <algorithm>
#include <cerrno>

#include <liburing.h>

#include "media/io/socket_rounds.hpp"
#include "media/io/udp_socket.hpp"

namespace confab::io {
namespace {

constexpr unsigned setup_flags =
    IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE;
constexpr unsigned min_entries = 8;
constexpr unsigned max_entries = 32'768;  // the kernel's own bound
constexpr unsigned max_tries = 1'000;
constexpr size_t first_table_size = 256;

struct ring_handle {
  io_uring raw{};
  bool made = false;
  ring_handle() = default;
  ring_handle(const ring_handle&) = delete;
  ring_handle& operator=(const ring_handle&) = delete;
  ~ring_handle() {
    if (made) io_uring_queue_exit(&raw);
  }

  result<void> make(unsigned entries) {
    io_uring_params parameters{};
    parameters.flags = setup_flags;
    parameters.cq_entries = 2 * entries;
    const int failed = io_uring_queue_init_params(entries, &raw, &parameters);
    if (failed == 0) {
      made = true;
      return {};
    }
    return {errc::unavailable, explain(-failed)};
  }

  static std::string explain(int number) {
    const std::string base = describe_errno("io_uring", number) + ". ";
    switch (number) {
      case ENOSYS:
        return base + "This kernel has no io_uring; Confab needs Linux 6.1 or later.";
      case EPERM:
      case EACCES:
        return base +
               "It is forbidden here: allow the io_uring system calls in the container's seccomp profile, "
               "or set the sysctl kernel.io_uring_disabled to 0.";
      case EINVAL:
        return base + "This kernel is too old (SINGLE_ISSUER and DEFER_TASKRUN need Linux 6.1).";
      case ENOMEM:
        return base + "Not enough locked memory: raise the limit with ulimit -l or LimitMEMLOCK=.";
      case EMFILE:
      case ENFILE:
        return base + "No file descriptor is left: raise the limit with ulimit -n or LimitNOFILE=.";
      default:
        return base + "Confab needs io_uring for its media.";
    }
  }
};

/// Sockets are registered files, reads one-shot with MSG_DONTWAIT, submitted together. Every operation is
/// non-blocking, so the kernel completes it while it is submitted; each public call reaps what it submitted.
/// So nothing is in flight between calls, a batch never exceeds the submission queue, the completion queue
/// cannot overflow, and a socket can be removed at any time.
class uring_udp final : public socket_rounds {
 public:
  result<void> start(unsigned entries);
  [[nodiscard]] io_backend backend() const noexcept override { return io_backend::uring; }

 private:
  result<void> attach(uint32_t index) override;
  void detach(uint32_t index) noexcept override;
  bool enlist(uint32_t, bool) noexcept override { return true; }
  std::span<const uint32_t> ready(unsigned slot) noexcept override { return lists_[slot]; }
  void read(std::span<const uint32_t> indices) noexcept override;
  size_t transmit() noexcept override;

  result<void> grow_table();
  void prepare_read(io_uring_sqe* entry, uint32_t index, size_t place) noexcept;
  void prepare_send(io_uring_sqe* entry, departure& leaving) noexcept;
  /// Submits what was prepared and calls `done(user_data, result)` for each completion. False: the ring is
  /// broken.
  template <class Done>
  bool run(unsigned prepared, Done done) noexcept;

  unsigned entries_ = 0;
  size_t table_size_ = 0;
  ring_handle ring_;  ///< last: it goes before the memory that it lent to the kernel
};

result<void> uring_udp::start(unsigned entries) {
  entries_ = std::clamp(entries, min_entries, max_entries);
  if (auto made = ring_.make(entries_); !made) return made;
  if (auto opened = open(); !opened) return opened;
  (void)io_uring_register_ring_fd(&ring_.raw);  // saves a lookup a submit; fine without
  return grow_table();
}

template <class Done>
bool uring_udp::run(unsigned prepared, Done done) noexcept {
  for (unsigned tries = 0; prepared > 0 && !broken_; ++tries) {
    const int submitted = io_uring_submit_and_wait(&ring_.raw, prepared);
    const bool passing =
        submitted == -EINTR || submitted == -EAGAIN || submitted == -EBUSY;  // a signal, memory is short
    broken_ = submitted < 0 && (!passing || tries > max_tries);
    unsigned head = 0;
    unsigned seen = 0;
    io_uring_cqe* completion = nullptr;
    io_uring_for_each_cqe(&ring_.raw, head, completion) {
      done(io_uring_cqe_get_data64(completion), completion->res);
      ++seen;
    }
    io_uring_cq_advance(&ring_.raw, seen);
    prepared -= std::min(seen, prepared);
  }
  return !broken_;
}

// The table of registered files cannot grow in place: it is made anew, twice as large. Nothing is in flight
// meanwhile.
result<void> uring_udp::grow_table() {
  const size_t wanted = table_size_ == 0 ? std::max<size_t>(first_table_size, entries_) : 2 * table_size_;
  if (table_size_ > 0) io_uring_unregister_files(&ring_.raw);
  int failed = io_uring_register_files_sparse(&ring_.raw, static_cast<unsigned>(wanted));
  const bool grown = failed == 0;
  if (!grown && table_size_ > 0) {
    const int again = io_uring_register_files_sparse(&ring_.raw, static_cast<unsigned>(table_size_));
    if (again != 0) return {errc::unavailable, describe_errno("io_uring file table", -again)};
  } else if (grown) {
    table_size_ = wanted;
  } else {
    return {errc::unavailable, describe_errno("io_uring file table of " + std::to_string(wanted), -failed)};
  }
  for (uint32_t i = 0; i < sockets_.size(); ++i) {
    int fd = sockets_[i].file.get();
    if (fd >= 0) io_uring_register_files_update(&ring_.raw, i, &fd, 1);
  }
  if (!grown)
    return {errc::exhausted, describe_errno("io_uring file table of " + std::to_string(wanted), -failed)};
  return {};
}

result<void> uring_udp::attach(uint32_t index) {
  if (index >= table_size_) {
    if (auto grown = grow_table(); !grown) return grown;  // which puts the new one in, too
  }
  int fd = sockets_[index].file.get();
  const int updated = io_uring_register_files_update(&ring_.raw, index, &fd, 1);
  if (updated < 0) return {errc::unavailable, describe_errno("registering a socket", -updated)};
  return {};
}

void uring_udp::detach(uint32_t index) noexcept {
  int none = -1;
  io_uring_register_files_update(&ring_.raw, index, &none, 1);
}

// A plain receive is 0.25 µs cheaper than recvmsg, but does not say who sent.
void uring_udp::prepare_read(io_uring_sqe* entry, uint32_t index, size_t place) noexcept {
  landing& at = landings_[place];
  if (sockets_[index].tied == socket_entry::tie::tied) {
    io_uring_prep_recv(entry, static_cast<int>(index), at.bytes.data(), at.bytes.size(), MSG_DONTWAIT);
  } else {
    io_uring_prep_recvmsg(entry, static_cast<int>(index), at.arm(), MSG_DONTWAIT);
  }
  io_uring_sqe_set_flags(entry, IOSQE_FIXED_FILE);
  io_uring_sqe_set_data64(entry, uint64_t{place} << 32 | index);
}

void uring_udp::read(std::span<const uint32_t> indices) noexcept {
  const auto done = [this](uint64_t data, int length) {
    landed(static_cast<uint32_t>(data), landings_[data >> 32], length);
  };
  for (size_t first = 0; first < indices.size() && !broken_;) {
    const size_t batch = std::min<size_t>(indices.size() - first, entries_);
    for (size_t i = first; i < first + batch; ++i) {
      prepare_read(io_uring_get_sqe(&ring_.raw), indices[i], i);
    }
    run(static_cast<unsigned>(batch), done);
    first += batch;
  }
}

// SEND with an address (kernel 6.1, which the ring's flags need anyway) spares sendmsg's copies.
void uring_udp::prepare_send(io_uring_sqe* entry, departure& leaving) noexcept {
  const socket_entry& socket = sockets_[leaving.socket];
  io_uring_prep_send(entry, static_cast<int>(leaving.socket), leaving.bytes.data(), leaving.length,
                     MSG_DONTWAIT);
  if (socket.tied == socket_entry::tie::none || leaving.to != socket.peer) {
    io_uring_prep_send_set_addr(entry, leaving.to.raw(), static_cast<uint16_t>(leaving.to.raw_length()));
  }
  io_uring_sqe_set_flags(entry, IOSQE_FIXED_FILE);
  io_uring_sqe_set_data64(entry, 0);
}

size_t uring_udp::transmit() noexcept {
  size_t failed = 0;
  const auto left = [&failed](uint64_t, int sent) {
    if (sent < 0) ++failed;
  };
  size_t first = 0;
  while (first < queued_ && !broken_) {
    const size_t batch = std::min<size_t>(queued_ - first, entries_);
    for (size_t i = first; i < first + batch; ++i) {
      prepare_send(io_uring_get_sqe(&ring_.raw), departures_[i]);
    }
    if (run(static_cast<unsigned>(batch), left)) first += batch;
  }
  return failed + queued_ - first;
}

}  // namespace

result<void> probe_ring() {
  ring_handle ring;
  if (auto made = ring.make(min_entries); !made) return made;
  io_uring_sqe* entry = io_uring_get_sqe(&ring.raw);
  io_uring_prep_nop(entry);
  if (const int submitted = io_uring_submit_and_wait(&ring.raw, 1); submitted < 0) {
    return {errc::unavailable, ring_handle::explain(-submitted)};
  }
  if (const int sparse = io_uring_register_files_sparse(&ring.raw, min_entries); sparse < 0) {
    return {errc::unavailable, ring_handle::explain(-sparse)};
  }
  return {};
}

result<std::unique_ptr<udp_ring>> make_uring(unsigned entries) {
  auto ring = std::make_unique<uring_udp>();
  if (auto started = ring->start(entries); !started) return started.error();
  return std::unique_ptr<udp_ring>(std::move(ring));
}

}  // namespace confab::io
