#include "media/io/ring.hpp"

#include <algorithm>
#include <array>
#include <cerrno>

#include <liburing.h>
#include <sys/uio.h>

#include "config/limits.hpp"
#include "media/io/udp_socket.hpp"

namespace confab::io {
namespace {

constexpr unsigned setup_flags =
    IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE;
constexpr unsigned min_entries = 8;
constexpr unsigned max_entries = 32'768;  // the kernel's own bound
constexpr unsigned max_tries = 1'000;
constexpr size_t first_table_size = 256;
constexpr size_t send_pool_buffers =
    512;  // small enough to stay in the cache; a tick with more submits more than once

/// Where one socket's next datagram lands. Its address is handed to the kernel, so it never moves.
struct landing {
  msghdr header{};
  iovec vector{};
  socket_address source;
  std::array<uint8_t, datagram_capacity> bytes;

  landing() noexcept { vector = {.iov_base = bytes.data(), .iov_len = bytes.size()}; }

  msghdr* arm() noexcept {
    header = {};
    header.msg_name = source.raw();
    header.msg_namelen = socket_address::raw_capacity;
    header.msg_iov = &vector;
    header.msg_iovlen = 1;
    return &header;
  }
};

/// One datagram on its way out.
struct departure {
  msghdr header{};
  iovec vector{};
  socket_address to;
  uint32_t socket = 0;
  std::array<uint8_t, datagram_capacity> bytes;
};

struct socket_entry {
  descriptor file;  ///< invalid: the index is free
  std::unique_ptr<landing> landing_place;
  size_t place_in_receiving = npos;  ///< npos: not asked
  static constexpr size_t npos = ~size_t{0};
};

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

/// Every operation is non-blocking, so the kernel completes it while it is submitted; each public call reaps
/// what it submitted. So nothing is in flight between calls, a batch never exceeds the submission queue, the
/// completion queue cannot overflow, and a socket can be removed at any time.
class uring final : public udp_ring {
 public:
  result<void> start(unsigned entries);

  result<uint32_t> add_socket(const socket_address& local) override;
  void remove_socket(uint32_t index) override;
  void set_receiving(uint32_t index, bool on) override;
  std::span<const received_datagram> receive() override;
  std::span<const received_datagram> receive_more() override;
  uint8_t* send_buffer() override;
  void send(uint32_t index, const socket_address& to, size_t length) override;
  size_t flush() override;
  [[nodiscard]] bool healthy() const noexcept override { return !broken_; }

 private:
  [[nodiscard]] bool valid(uint32_t index) const noexcept {
    return index < sockets_.size() && static_cast<bool>(sockets_[index].file);
  }
  result<uint32_t> free_index();
  result<void> grow_table();
  std::span<const received_datagram> receive_from(std::span<const uint32_t> indices);
  void submit_sends();
  /// Submits what was prepared and calls `done(user_data, result)` for each completion. False: the ring is
  /// broken.
  template <class Done>
  bool run(unsigned prepared, Done done);

  unsigned entries_ = 0;
  bool broken_ = false;  ///< see `healthy`
  size_t table_size_ = 0;
  std::vector<socket_entry> sockets_;
  std::vector<uint32_t> free_;
  std::vector<uint32_t> receiving_;  ///< indices, in no order
  std::vector<uint32_t> again_;      ///< sockets of the last round that had something
  std::vector<received_datagram> received_;
  std::vector<departure> departures_;
  size_t queued_ = 0;
  size_t failed_sends_ = 0;
  ring_handle ring_;  ///< last: it goes before the memory that it lent to the kernel
};

result<void> uring::start(unsigned entries) {
  entries_ = std::clamp(entries, min_entries, max_entries);
  if (auto made = ring_.make(entries_); !made) return made;
  (void)io_uring_register_ring_fd(&ring_.raw);  // saves a lookup a submit; fine without
  departures_.resize(send_pool_buffers);
  return grow_table();
}

template <class Done>
bool uring::run(unsigned prepared, Done done) {
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
result<void> uring::grow_table() {
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

result<uint32_t> uring::free_index() {
  if (!free_.empty()) {
    const uint32_t index = free_.back();
    free_.pop_back();
    return index;
  }
  if (sockets_.size() == table_size_) {
    if (auto grown = grow_table(); !grown) return grown.error();
  }
  sockets_.emplace_back();
  // Room for the worst round now, so that no round allocates.
  receiving_.reserve(sockets_.capacity());
  again_.reserve(sockets_.capacity());
  received_.reserve(sockets_.capacity());
  free_.reserve(sockets_.capacity());
  return static_cast<uint32_t>(sockets_.size() - 1);
}

result<uint32_t> uring::add_socket(const socket_address& local) {
  if (broken_) return {errc::unavailable, "io_uring has failed for good; no media until a restart"};
  auto file = bind_udp(local);
  if (!file) return file.error();
  submit_sends();  // the table may be made anew
  auto index = free_index();
  if (!index) return index.error();
  int fd = file->get();
  if (const int updated = io_uring_register_files_update(&ring_.raw, *index, &fd, 1); updated < 0) {
    free_.push_back(*index);
    return {errc::unavailable, describe_errno("registering the socket " + local.to_string(), -updated)};
  }
  socket_entry& entry = sockets_[*index];
  entry.file = std::move(*file);
  entry.landing_place = std::make_unique<landing>();
  set_receiving(*index, true);
  return index;
}

void uring::remove_socket(uint32_t index) {
  if (!valid(index)) return;
  submit_sends();  // a BYE may still be queued
  set_receiving(index, false);
  std::erase(again_, index);
  received_.clear();  // its bytes go away
  int none = -1;
  io_uring_register_files_update(&ring_.raw, index, &none, 1);
  sockets_[index] = {};
  free_.push_back(index);
}

void uring::set_receiving(uint32_t index, bool on) {
  if (!valid(index)) return;
  size_t& place = sockets_[index].place_in_receiving;
  if (on == (place != socket_entry::npos)) return;
  if (on) {
    place = receiving_.size();
    receiving_.push_back(index);
    return;
  }
  const uint32_t last = receiving_.back();
  receiving_[place] = last;
  sockets_[last].place_in_receiving = place;
  receiving_.pop_back();
  place = socket_entry::npos;
}

std::span<const received_datagram> uring::receive() {
  return receive_from(receiving_);
}

std::span<const received_datagram> uring::receive_more() {
  again_.clear();
  for (const received_datagram& last : received_) again_.push_back(last.socket);
  return receive_from(again_);
}

std::span<const received_datagram> uring::receive_from(std::span<const uint32_t> indices) {
  received_.clear();
  if (queued_ > 0) submit_sends();
  const auto landed = [this](uint64_t data, int length) {
    // EAGAIN: nothing there. ECONNREFUSED and the like tell of an earlier send of ours; the sender's counters
    // know.
    if (length < 0) return;
    const auto index = static_cast<uint32_t>(data);
    landing& place = *sockets_[index].landing_place;
    received_.push_back({index, place.source, std::span(place.bytes).first(static_cast<size_t>(length))});
  };
  while (!indices.empty() && !broken_) {
    const std::span<const uint32_t> batch = indices.first(std::min<size_t>(indices.size(), entries_));
    for (const uint32_t index : batch) {
      io_uring_sqe* entry = io_uring_get_sqe(&ring_.raw);
      io_uring_prep_recvmsg(entry, static_cast<int>(index), sockets_[index].landing_place->arm(),
                            MSG_DONTWAIT);
      io_uring_sqe_set_flags(entry, IOSQE_FIXED_FILE);
      io_uring_sqe_set_data64(entry, index);
    }
    run(static_cast<unsigned>(batch.size()), landed);
    indices = indices.subspan(batch.size());
  }
  return received_;
}

uint8_t* uring::send_buffer() {
  if (queued_ == departures_.size()) submit_sends();
  if (broken_) return nullptr;
  return departures_[queued_].bytes.data();
}

void uring::send(uint32_t index, const socket_address& to, size_t length) {
  if (queued_ == departures_.size() || !valid(index) || length > datagram_capacity) {
    ++failed_sends_;
    return;
  }
  departure& leaving = departures_[queued_++];
  leaving.to = to;
  leaving.socket = index;
  leaving.vector = {.iov_base = leaving.bytes.data(), .iov_len = length};
  leaving.header = {};
  leaving.header.msg_name = leaving.to.raw();
  leaving.header.msg_namelen = leaving.to.raw_length();
  leaving.header.msg_iov = &leaving.vector;
  leaving.header.msg_iovlen = 1;
}

void uring::submit_sends() {
  const auto left = [this](uint64_t, int sent) {
    if (sent < 0) ++failed_sends_;
  };
  size_t first = 0;
  while (first < queued_ && !broken_) {
    const size_t batch = std::min<size_t>(queued_ - first, entries_);
    for (size_t i = first; i < first + batch; ++i) {
      io_uring_sqe* entry = io_uring_get_sqe(&ring_.raw);
      io_uring_prep_sendmsg(entry, static_cast<int>(departures_[i].socket), &departures_[i].header,
                            MSG_DONTWAIT);
      io_uring_sqe_set_flags(entry, IOSQE_FIXED_FILE);
      io_uring_sqe_set_data64(entry, i);
    }
    if (run(static_cast<unsigned>(batch), left)) first += batch;
  }
  failed_sends_ += queued_ - first;
  queued_ = 0;
}

size_t uring::flush() {
  submit_sends();
  return std::exchange(failed_sends_, 0);
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

result<std::unique_ptr<udp_ring>> udp_ring::make(unsigned entries) {
  auto ring = std::make_unique<uring>();
  if (auto started = ring->start(entries); !started) return started.error();
  return std::unique_ptr<udp_ring>(std::move(ring));
}

}  // namespace confab::io
