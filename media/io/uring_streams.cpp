#include <cerrno>
#include <utility>

#include <liburing.h>
#include <poll.h>
#include <sys/mman.h>

#include "media/io/stream_connections.hpp"
#include "media/io/udp_socket.hpp"

namespace confab::io {
namespace {

constexpr unsigned setup_flags =
    IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE;
constexpr unsigned ring_entries = 1'024;
constexpr unsigned completion_entries = 8'192;
constexpr unsigned buffer_count = 512;  // a power of two, as the kernel wants it
constexpr size_t buffer_bytes = 8'192;
constexpr int buffer_group = 0;

enum class operation : uint8_t { accept, connect, receive, send, alarm, cancel };

uint64_t tag(operation what, uint32_t place) noexcept {
  return uint64_t{static_cast<uint8_t>(what)} << 32 | place;
}

/// The buffers that multishot receives land in, lent to the kernel through a ring of their own.
class landing_buffers {
 public:
  landing_buffers() = default;
  landing_buffers(const landing_buffers&) = delete;
  landing_buffers& operator=(const landing_buffers&) = delete;
  ~landing_buffers() {
    if (memory_ != MAP_FAILED) ::munmap(memory_, total_bytes);
  }

  result<void> lend(io_uring& ring) {
    memory_ = ::mmap(nullptr, total_bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    if (memory_ == MAP_FAILED) return {errc::unavailable, describe_errno("memory for receiving", errno)};
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<uint64_t>(memory_);
    registration.ring_entries = buffer_count;
    registration.bgid = buffer_group;
    const int failed = io_uring_register_buf_ring(&ring, &registration, 0);
    if (failed != 0) return {errc::unavailable, describe_errno("io_uring buffers", -failed)};
    io_uring_buf_ring_init(shared());
    for (unsigned i = 0; i < buffer_count; ++i) used_.push_back(static_cast<uint16_t>(i));
    give_back();
    return {};
  }

  [[nodiscard]] std::span<const uint8_t> take(uint16_t buffer, size_t length) {
    used_.push_back(buffer);
    return {at(buffer), length};
  }

  void give_back() noexcept {
    int offset = 0;
    for (const uint16_t buffer : used_) {
      io_uring_buf_ring_add(shared(), at(buffer), buffer_bytes, buffer, io_uring_buf_ring_mask(buffer_count),
                            offset++);
    }
    io_uring_buf_ring_advance(shared(), offset);
    used_.clear();
  }

 private:
  static constexpr size_t table_bytes = buffer_count * sizeof(io_uring_buf);
  static constexpr size_t total_bytes = table_bytes + buffer_count * buffer_bytes;

  [[nodiscard]] io_uring_buf_ring* shared() const noexcept {
    return static_cast<io_uring_buf_ring*>(memory_);
  }
  [[nodiscard]] uint8_t* at(uint16_t buffer) const noexcept {
    return static_cast<uint8_t*>(memory_) + table_bytes + buffer * buffer_bytes;
  }

  void* memory_ = MAP_FAILED;
  std::vector<uint16_t> used_;  ///< not with the kernel
};

/// Each listener and each connection has one multishot operation that reads it, and at most one send.
class uring_streams final : public stream_connections {
 public:
  explicit uring_streams(std::shared_ptr<const wake_up> alarm) : alarm_(std::move(alarm)) {}
  ~uring_streams() override;
  result<void> start();
  [[nodiscard]] io_backend backend() const noexcept override { return io_backend::uring; }
  std::span<const stream_event> wait(std::optional<std::chrono::milliseconds> limit) override;

 private:
  void arm_accept(uint32_t listener) override;
  void start_connect(uint32_t place) override;
  void start_reading(uint32_t place) override;
  void stop_reading(uint32_t place) override;
  void start_writing(uint32_t place) override;
  void abandon(uint32_t place) override;

  io_uring_sqe* entry() noexcept;
  void arm_alarm() noexcept;
  void done(const io_uring_cqe& completion);
  void done_accepting(uint32_t listener, const io_uring_cqe& completion);
  void done_receiving(uint32_t place, const io_uring_cqe& completion);
  void done_sending(uint32_t place, int outcome);

  std::shared_ptr<const wake_up> alarm_;
  landing_buffers buffers_;
  std::vector<uint32_t> thirsty_;  ///< places that found no buffer
  /// Where the entries of a broken ring go.
  std::unique_ptr<io_uring_sqe> nowhere_ = std::make_unique<io_uring_sqe>();
  io_uring ring_{};
  bool made_ = false;
};

uring_streams::~uring_streams() {
  if (made_) io_uring_queue_exit(&ring_);  // before the memory that was lent to the kernel
}

result<void> uring_streams::start() {
  if (auto possible = probe_ring(); !possible) return possible;
  io_uring_params parameters{};
  parameters.flags = setup_flags;
  parameters.cq_entries = completion_entries;
  if (const int failed = io_uring_queue_init_params(ring_entries, &ring_, &parameters); failed != 0)
    return {errc::unavailable, describe_errno("io_uring", -failed)};
  made_ = true;
  if (auto lent = buffers_.lend(ring_); !lent) return lent;
  arm_alarm();
  return {};
}

/// A full queue is submitted first; only a broken ring has no entry after that.
io_uring_sqe* uring_streams::entry() noexcept {
  io_uring_sqe* free = io_uring_get_sqe(&ring_);
  while (free == nullptr && !broken_) {
    const int submitted = io_uring_submit(&ring_);
    broken_ = submitted < 0 && submitted != -EINTR && submitted != -EAGAIN && submitted != -EBUSY;
    free = io_uring_get_sqe(&ring_);
  }
  return free == nullptr ? nowhere_.get() : free;
}

void uring_streams::arm_alarm() noexcept {
  io_uring_sqe* const e = entry();
  io_uring_prep_poll_multishot(e, alarm_->fd(), POLLIN);
  e->user_data = tag(operation::alarm, 0);
}

void uring_streams::arm_accept(uint32_t listener) {
  io_uring_sqe* const e = entry();
  io_uring_prep_multishot_accept(e, listeners_[listener].file.get(), nullptr, nullptr,
                                 SOCK_NONBLOCK | SOCK_CLOEXEC);
  e->user_data = tag(operation::accept, listener);
  listeners_[listener].armed = true;
}

void uring_streams::start_connect(uint32_t place) {
  connection& c = *table_[place];
  io_uring_sqe* const e = entry();
  io_uring_prep_connect(e, c.file.get(), c.to.raw(), c.to.raw_length());
  e->user_data = tag(operation::connect, place);
  ++c.in_flight;
}

void uring_streams::start_reading(uint32_t place) {
  connection& c = *table_[place];
  io_uring_sqe* const e = entry();
  io_uring_prep_recv_multishot(e, c.file.get(), nullptr, 0, 0);
  e->user_data = tag(operation::receive, place);
  e->flags |= IOSQE_BUFFER_SELECT;
  e->buf_group = buffer_group;
  c.read = true;
  ++c.in_flight;
}

void uring_streams::stop_reading(uint32_t place) {
  if (!table_[place]->read) return;
  io_uring_sqe* const e = entry();
  io_uring_prep_cancel64(e, tag(operation::receive, place), 0);
  e->user_data = tag(operation::cancel, place);
}

void uring_streams::start_writing(uint32_t place) {
  connection& c = *table_[place];
  io_uring_sqe* const e = entry();
  io_uring_prep_sendmsg(e, c.file.get(), gather(c), MSG_NOSIGNAL);
  e->user_data = tag(operation::send, place);
  c.writing = true;
  ++c.in_flight;
}

void uring_streams::abandon(uint32_t place) {
  connection& c = *table_[place];
  if (c.in_flight == 0) return;
  io_uring_sqe* const e = entry();
  io_uring_prep_cancel_fd(e, c.file.get(), IORING_ASYNC_CANCEL_ALL);
  e->user_data = tag(operation::cancel, place);
}

std::span<const stream_event> uring_streams::wait(std::optional<std::chrono::milliseconds> limit) {
  buffers_.give_back();
  for (const uint32_t place : std::exchange(thirsty_, {})) {
    const connection& c = *table_[place];
    if (!c.read && should_read(c)) start_reading(place);
  }
  const auto most = rouse(limit);
  __kernel_timespec patience{};
  if (most) {
    patience.tv_sec = most->count() / 1'000;
    patience.tv_nsec = most->count() % 1'000 * 1'000'000;
  }
  io_uring_cqe* first = nullptr;
  const int waited = io_uring_submit_and_wait_timeout(&ring_, &first, 1, most ? &patience : nullptr, nullptr);
  broken_ |= waited < 0 && waited != -ETIME && waited != -EINTR && waited != -EAGAIN && waited != -EBUSY;
  unsigned head = 0;
  unsigned seen = 0;
  io_uring_for_each_cqe(&ring_, head, first) {
    const io_uring_cqe completion = *first;  // what is done with it may submit, and the queue moves on
    done(completion);
    ++seen;
  }
  io_uring_cq_advance(&ring_, seen);
  return hand_out();
}

void uring_streams::done(const io_uring_cqe& completion) {
  const auto place = static_cast<uint32_t>(completion.user_data);
  switch (static_cast<operation>(completion.user_data >> 32)) {
    case operation::accept:
      done_accepting(place, completion);
      break;
    case operation::connect:
      --table_[place]->in_flight;
      if (completion.res == 0) {
        connected(place);
      } else {
        ended(place, -completion.res);
      }
      settle(place);
      break;
    case operation::receive:
      done_receiving(place, completion);
      break;
    case operation::send:
      done_sending(place, completion.res);
      break;
    case operation::alarm:
      alarm_->silence();
      if ((completion.flags & IORING_CQE_F_MORE) == 0) arm_alarm();
      break;
    case operation::cancel:
      break;
  }
}

void uring_streams::done_accepting(uint32_t listener, const io_uring_cqe& completion) {
  const bool goes_on = (completion.flags & IORING_CQE_F_MORE) != 0;
  if (completion.res >= 0) {
    accepted(listener, completion.res);
    if (!goes_on) arm_accept(listener);
  } else if (!goes_on) {
    rest_accepting(listener);
  }
}

void uring_streams::done_receiving(uint32_t place, const io_uring_cqe& completion) {
  connection& c = *table_[place];
  const bool over = (completion.flags & IORING_CQE_F_MORE) == 0;
  if (over) {
    --c.in_flight;
    c.read = false;
  }
  const int got = completion.res;
  if ((completion.flags & IORING_CQE_F_BUFFER) != 0) {
    const auto buffer = static_cast<uint16_t>(completion.flags >> IORING_CQE_BUFFER_SHIFT);
    const auto bytes = buffers_.take(buffer, got > 0 ? static_cast<size_t>(got) : 0);
    if (!bytes.empty()) came_in(place, bytes);
  }
  const bool without_buffer = got == -ENOBUFS;
  if (got == 0) {
    ended(place, 0);
  } else if (got < 0 && !without_buffer && got != -ECANCELED && got != -EINTR) {
    ended(place, -got);
  } else if (over && without_buffer) {
    thirsty_.push_back(place);
  } else if (over && should_read(c)) {
    start_reading(place);
  }
  settle(place);
}

void uring_streams::done_sending(uint32_t place, int outcome) {
  connection& c = *table_[place];
  --c.in_flight;
  c.writing = false;
  if (outcome > 0) {
    was_sent(place, static_cast<size_t>(outcome));
  } else if (outcome != -EINTR && outcome != -EAGAIN) {
    ended(place, outcome == 0 ? EPIPE : -outcome);
  }
  if (is_live(place) && !c.queue.empty()) start_writing(place);
  settle(place);
}

}  // namespace

result<std::unique_ptr<stream_ring>> make_uring_streams(std::shared_ptr<const wake_up> alarm) {
  auto made = std::make_unique<uring_streams>(std::move(alarm));
  if (auto started = made->start(); !started) return started.error();
  return std::unique_ptr<stream_ring>(std::move(made));
}

}  // namespace confab::io
