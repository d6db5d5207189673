#include "bench/load/media_pump.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "bench/load/rtp_bytes.hpp"

namespace confab::load {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds tick{1};
constexpr std::chrono::milliseconds packet_time{20};
constexpr uint32_t rtcp_every_packets = 250;  // 5 s, RFC 3550 §6.2
constexpr uint32_t srtp_check_every = 16;  // opening all of it would cost the generator more than the server
constexpr double audible = 300;            // root mean square: −41 dBFS
constexpr size_t max_packet = 2'048;

wall_time now_wall() {
  timespec t{};
  clock_gettime(CLOCK_REALTIME, &t);
  return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
}

void sleep_until(steady::time_point when) {
  const auto since = when.time_since_epoch();
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(since);
  const timespec t{.tv_sec = whole.count(), .tv_nsec = std::chrono::nanoseconds(since - whole).count()};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) == EINTR) {
  }
}

wall_time stamp_of(msghdr& message) {
  for (auto* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
    timespec t{};
    std::memcpy(&t, CMSG_DATA(c), sizeof(t));
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
  }
  return now_wall();
}

}  // namespace

media_pump::media_pump(const settings& s, std::vector<std::unique_ptr<media_leg>>& legs,
                       const payload_library& payloads)
    : settings_(s), legs_(legs), payloads_(payloads), workers_(s.threads) {
  uint32_t rooms = 0;
  uint32_t seats = 0;
  for (const auto& leg : legs_) {
    rooms = std::max(rooms, leg->room + 1);
    seats = std::max(seats, leg->seat + 1);
  }
  for (uint32_t room = 0; settings_.impulses && room < rooms; ++room) rooms_.emplace_back(seats);
}

media_pump::~media_pump() {
  stop();
}

result<void> media_pump::start() {
  for (auto& w : workers_) {
    w.epoll = epoll_create1(EPOLL_CLOEXEC);
    if (w.epoll < 0) return {errc::unavailable, std::string("epoll: ") + std::strerror(errno)};
    w.by_slot.resize(slots);
  }
  for (auto& leg : legs_) workers_[leg->room % workers_.size()].by_slot[leg->slot].push_back(leg.get());
  for (auto& w : workers_) {
    w.thread = std::thread([this, &w] { run(w); });
    const sched_param priority{.sched_priority = 1};
    if (!settings_.realtime) continue;
    if (const int code = pthread_setschedparam(w.thread.native_handle(), SCHED_RR, &priority); code != 0) {
      return {errc::unavailable, std::string("--realtime: ") + std::strerror(code)};
    }
  }
  return {};
}

result<void> media_pump::go_live(media_leg& leg) {
  leg.live.store(true, std::memory_order_release);
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = &leg;
  if (epoll_ctl(workers_[leg.room % workers_.size()].epoll, EPOLL_CTL_ADD, leg.sockets.rtp.fd(), &event) !=
      0) {
    return {errc::unavailable, std::string("epoll_ctl: ") + std::strerror(errno)};
  }
  return {};
}

void media_pump::stop() {
  stopping_.store(true, std::memory_order_release);
  for (auto& w : workers_) {
    if (w.thread.joinable()) w.thread.join();
    if (w.epoll >= 0) ::close(std::exchange(w.epoll, -1));
  }
}

pump_counts media_pump::counts() const {
  pump_counts sum;
  for (const auto& w : workers_) {
    sum.sent += w.counts.sent;
    sum.send_errors += w.counts.send_errors;
    sum.withheld += w.counts.withheld;
    sum.late += w.counts.late;
    sum.latest = std::max(sum.latest, w.counts.latest);
  }
  return sum;
}

void media_pump::run(worker& w) {
  auto due = steady::now() + tick;
  for (uint32_t slot = 0; !stopping_.load(std::memory_order_acquire);
       slot = (slot + 1) % slots, due += tick) {
    sleep_until(due);
    follow_window(w);
    receive(w);
    send_slot(w, slot, due);
  }
  follow_window(w);
}

void media_pump::follow_window(worker& w) {
  const auto now = window_.load(std::memory_order_acquire);
  if (now == w.seen) return;
  const bool opens = now == window::open;
  w.seen = now;
  const auto time = now_wall();
  if (opens) w.counts = {};
  for (auto& slot : w.by_slot) {
    for (auto* leg : slot) {
      if (!opens) {
        leg->counts = leg->checker.finish(time);
        continue;
      }
      leg->checker.start();
      if (settings_.speech_from_window) leg->talk_offset = 0U - leg->packets_made;
      leg->other_packets = leg->unauthentic = leg->rtcp_packets = leg->decoded = leg->decoded_audible = 0;
    }
  }
}

void media_pump::send_slot(worker& w, uint32_t slot, steady::time_point due) {
  for (auto* leg : w.by_slot[slot]) {
    if (!leg->live.load(std::memory_order_acquire)) continue;
    send_packet(w, *leg);
  }
  if (w.seen != window::open || w.by_slot[slot].empty()) return;
  // Judged after the slot's last packet: the clock is read once a slot, and the error is on the safe side.
  const auto behind = steady::now() - due;
  w.counts.latest = std::max<std::chrono::nanoseconds>(w.counts.latest, behind);
  if (behind > late_limit) w.counts.late += w.by_slot[slot].size();
}

const payload* media_pump::next_payload(media_leg& leg, bool window_open) {
  const uint32_t turn = leg.packets_made;
  if (settings_.impulses && leg.seat == 0 && window_open) {
    const auto cycle = static_cast<uint32_t>(settings_.burst_interval / packet_time);
    // Rooms burst at different times, so that one impulse's load does not delay the next.
    const uint32_t place = (turn + leg.room * 7) % cycle;
    if (place < payloads_.burst.size()) {
      if (place == 0) rooms_[leg.room].on_burst(now_wall());
      return &payloads_.burst[place];
    }
  }
  if (!leg.sends) return nullptr;
  const bool talks = leg.talks && (window_open || !settings_.speech_from_window);
  const auto& loop = talks ? payloads_.talk : payloads_.quiet;
  return &loop[(turn + leg.talk_offset) % loop.size()];
}

void media_pump::send_packet(worker& w, media_leg& leg) {
  const auto* body = next_payload(leg, w.seen == window::open);
  const uint32_t turn = leg.packets_made++;
  leg.timestamp += leg.timestamp_step;
  if ((turn + leg.ssrc) % rtcp_every_packets == 0) exchange_rtcp(leg);
  if (body == nullptr) return;
  std::array<uint8_t, max_packet> buffer;
  if (leg.loss.drops()) {
    ++leg.sequence;
    ++w.counts.withheld;
    return;
  }
  const rtp_fields header{leg.payload_type, turn == 0, leg.sequence++, leg.timestamp, leg.ssrc};
  write_rtp_header(header, std::span<uint8_t, rtp_header_bytes>(buffer.data(), rtp_header_bytes));
  std::ranges::copy(*body, buffer.begin() + rtp_header_bytes);
  size_t length = rtp_header_bytes + body->size();
  if (leg.srtp) {
    auto sealed = leg.srtp->protect_rtp(buffer, length);
    if (!sealed) {
      ++w.counts.send_errors;
      return;
    }
    length = *sealed;
  }
  ++w.counts.sent;
  if (::send(leg.sockets.rtp.fd(), buffer.data(), length, MSG_DONTWAIT) < 0) ++w.counts.send_errors;
}

void media_pump::exchange_rtcp(media_leg& leg) {
  std::array<uint8_t, max_packet> buffer;
  while (::recv(leg.sockets.rtcp.fd(), buffer.data(), buffer.size(), MSG_DONTWAIT) > 0) ++leg.rtcp_packets;
  size_t length = write_rtcp(leg.ssrc, buffer);
  if (leg.srtp) {
    auto sealed = leg.srtp->protect_rtcp(buffer, length);
    if (!sealed) return;
    length = *sealed;
  }
  (void)::send(leg.sockets.rtcp.fd(), buffer.data(), length, MSG_DONTWAIT);
}

void media_pump::receive(worker& w) {
  std::array<epoll_event, 512> ready;
  // Level-triggered, one packet a socket and round: no read is spent on finding a socket empty.
  for (int round = 0; round < 16; ++round) {
    const int count = epoll_wait(w.epoll, ready.data(), static_cast<int>(ready.size()), 0);
    if (count <= 0) return;
    for (int i = 0; i < count; ++i)
      receive_one(w, *static_cast<media_leg*>(ready[static_cast<size_t>(i)].data.ptr));
  }
}

void media_pump::receive_one(worker& w, media_leg& leg) {
  std::array<uint8_t, max_packet> buffer;
  alignas(cmsghdr) std::array<char, 64> control;
  iovec part{.iov_base = buffer.data(), .iov_len = buffer.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const auto length = ::recvmsg(leg.sockets.rtp.fd(), &message, MSG_DONTWAIT);
  if (length <= 0) return;
  const std::span<uint8_t> packet(buffer.data(), static_cast<size_t>(length));
  const auto header = read_rtp_header(packet);
  if (w.seen != window::open) {
    // Before the window only codec state is kept: decoders with memory must have settled when it opens.
    if (header && leg.ears && header->payload_type == leg.payload_type) listen(leg, packet, {});
    return;
  }
  if (!header) {
    ++leg.other_packets;
    return;
  }
  const auto arrival = stamp_of(message);
  leg.checker.on_packet(header->ssrc, header->sequence, arrival);
  if (header->payload_type != leg.payload_type) {
    ++leg.other_packets;
    return;
  }
  if (leg.ears) return listen(leg, packet, arrival);
  if (!leg.srtp || header->sequence % srtp_check_every != 0) return;
  if (!leg.srtp->unprotect_rtp(packet)) ++leg.unauthentic;
}

void media_pump::listen(media_leg& leg, std::span<uint8_t> packet, wall_time arrival) {
  if (leg.srtp) {
    auto opened = leg.srtp->unprotect_rtp(packet);
    if (!opened) {
      ++leg.unauthentic;
      return;
    }
    packet = packet.first(*opened);
  }
  std::array<int16_t, 5'760> sound;
  const auto made = leg.ears->decode(rtp_payload(packet), sound);
  if (!made || arrival == wall_time{}) return;
  if (leg.tape) leg.tape->add(read_rtp_header(packet)->timestamp, std::span(sound).first(*made));
  // 5 ms pieces at 16 kHz are 10 ms at 8 kHz: either is well inside a packet.
  const double level = loudness(std::span(sound).first(*made), 16'000);
  ++leg.decoded;
  if (level > audible) ++leg.decoded_audible;
  if (settings_.impulses && leg.seat != 0 && level > impulse_room::loud)
    rooms_[leg.room].on_loud(leg.seat, arrival);
}

}  // namespace confab::load
