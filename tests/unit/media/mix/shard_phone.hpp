#pragma once

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "media/codec/codec.hpp"
#include "media/io/udp_socket.hpp"
#include "media/mix/shard.hpp"
#include "media/rtp/packet.hpp"
#include "media/rtp/rtcp.hpp"
#include "media/rtp/sender.hpp"
#include "media/secure/srtp.hpp"

namespace confab::mix::testing_support {

using namespace std::chrono_literals;

inline socket_address loopback(uint16_t port = 0, const char* host = "127.0.0.1") {
  return *socket_address::parse(host, port);
}

/// How much of a frequency is in the samples: the amplitude of that sine.
inline double amplitude_of(std::span<const int16_t> samples, double frequency, double rate) {
  const double w = 2 * M_PI * frequency / rate;
  double real = 0, imaginary = 0;
  for (size_t i = 0; i < samples.size(); ++i) {
    real += samples[i] * std::cos(w * static_cast<double>(i));
    imaginary += samples[i] * std::sin(w * static_cast<double>(i));
  }
  return samples.empty() ? 0 : 2 * std::hypot(real, imaginary) / static_cast<double>(samples.size());
}

/// A telephone on loopback: plays a tone in its codec, keeps what it hears. Real sockets, the test's time.
class phone {
 public:
  struct heard_packet {
    uint8_t payload_type;
    bool marker;
    uint16_t sequence;
    uint32_t timestamp, ssrc;
    size_t payload_bytes;
  };

  explicit phone(media::codec_kind codec, double tone = 0, const char* host = "127.0.0.1")
      : tone_hz(tone), rtp_socket(bound(host)), rtcp_socket(bound(host)) {
    settings.remote_rtp = io::local_address(rtp_socket).value();
    settings.remote_rtcp = io::local_address(rtcp_socket).value();
    settings.signaling_source = loopback(5060, host);
    settings.telephone_event = 101;
    use(codec);
  }

  void use(media::codec_kind codec) {
    settings.codec = codec;
    settings.payload_type = static_cast<uint8_t>(110 + static_cast<int>(codec));
    traits = &codec::traits_of(codec);
    encoder = codec::make_encoder(codec);
    decoder = codec::make_decoder(codec);
    sender.change_clock(traits->rtp_clock_rate);
    heard.clear();
  }

  /// Both ends get fresh keys.
  void use_srtp(media::srtp_suite suite) {
    settings.srtp = media::srtp_settings{suite, secure::random_key(suite), secure::random_key(suite)};
    srtp = std::move(
        secure::make_srtp_session({suite, settings.srtp->remote_key, settings.srtp->local_key}).value());
  }

  /// One packet of `ptime` to the leg.
  void speak(std::chrono::milliseconds ptime = 20ms) {
    std::vector<int16_t> samples(traits->sample_rate * static_cast<size_t>(ptime.count()) / 1000);
    for (int16_t& s : samples) {
      s = static_cast<int16_t>(amplitude * std::sin(phase));
      phase += 2 * M_PI * tone_hz / traits->sample_rate;
    }
    std::array<uint8_t, 1280> payload;
    const size_t length = encoder->encode(samples, payload);
    send_rtp(settings.payload_type, std::span(payload).first(length));
    sender.advance(ptime);
  }

  void send_rtp(uint8_t payload_type, std::span<const uint8_t> payload) {
    std::array<uint8_t, 1536> datagram;
    size_t length = rtp::write_packet(sender.make(payload_type, payload, {}), datagram);
    if (srtp) length = srtp->protect_rtp(datagram, length).value();
    send_raw(std::span(datagram).first(length), rtp_socket, leg_rtp);
  }

  void press(uint8_t event, bool end) {
    const std::array<uint8_t, 4> payload{event, static_cast<uint8_t>(end ? 0x8a : 0x0a), 0, 160};
    send_rtp(*settings.telephone_event, payload);
  }

  /// A receiver report from one of our sockets.
  void report(const io::descriptor& from, const socket_address& to) const {
    rtp::rtcp_report said;
    said.ssrc = sender.ssrc();
    said.cname = "phone";
    std::array<uint8_t, 512> bytes;
    send_raw(std::span(bytes).first(rtp::write_rtcp(said, bytes)), from, to);
  }

  static void send_raw(std::span<const uint8_t> bytes, const io::descriptor& from, const socket_address& to) {
    ASSERT_EQ(::sendto(from.get(), bytes.data(), bytes.size(), 0, to.raw(), to.raw_length()),
              static_cast<ssize_t>(bytes.size()));
  }

  /// Everything that has come; what can be decoded is appended to `heard`. How many RTP packets.
  size_t listen() {
    size_t count = 0;
    std::array<uint8_t, 2048> bytes;
    for (ssize_t n; (n = receive(rtp_socket, bytes)) >= 0;) {
      std::span<uint8_t> datagram = std::span(bytes).first(static_cast<size_t>(n));
      if (rtp::looks_like_rtcp(datagram)) {
        take_report(datagram);
        continue;
      }
      ++count;
      take_packet(datagram);
    }
    for (ssize_t n; (n = receive(rtcp_socket, bytes)) >= 0;) {
      take_report(std::span(bytes).first(static_cast<size_t>(n)));
    }
    return count;
  }

  /// Amplitude of a tone in the last `length` of what was heard.
  [[nodiscard]] double hears(double frequency, std::chrono::milliseconds length = 500ms) const {
    const size_t wanted = traits->sample_rate * static_cast<size_t>(length.count()) / 1000;
    if (heard.size() < wanted) return -1;
    return amplitude_of(std::span(heard).last(wanted), frequency, traits->sample_rate);
  }
  [[nodiscard]] int loudest(std::chrono::milliseconds length = 500ms) const {
    const size_t wanted = traits->sample_rate * static_cast<size_t>(length.count()) / 1000;
    if (heard.size() < wanted) return -1;
    int most = 0;
    for (const int16_t s : std::span(heard).last(wanted)) most = std::max(most, std::abs(int{s}));
    return most;
  }

  static constexpr double amplitude = 6000;

  media::stream_settings settings;  ///< as the answer to this phone's offer would be
  const codec::traits* traits = nullptr;
  double tone_hz;
  double phase = 0;
  io::descriptor rtp_socket, rtcp_socket;
  socket_address leg_rtp, leg_rtcp;
  rtp::sender sender{{.ssrc = 0x1000, .sequence = 65'500, .timestamp = 0xffffff00}, 8000};
  std::unique_ptr<codec::encoder> encoder;
  std::unique_ptr<codec::decoder> decoder;
  std::unique_ptr<secure::srtp_session> srtp;
  std::vector<int16_t> heard;
  std::vector<heard_packet> packets;
  size_t reports = 0, sender_reports = 0, byes = 0, undecodable = 0;
  rtp::sender_info last_sender_info;
  rtp::report_block last_block;

 private:
  static io::descriptor bound(const char* host) { return std::move(io::bind_udp(loopback(0, host)).value()); }
  static ssize_t receive(const io::descriptor& socket, std::span<uint8_t> bytes) {
    return ::recv(socket.get(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  }

  void take_packet(std::span<uint8_t> datagram) {
    if (srtp) {
      const auto opened = srtp->unprotect_rtp(datagram);
      ASSERT_TRUE(opened.ok()) << opened.error().text;
      datagram = datagram.first(*opened);
    }
    const auto packet = rtp::parse_packet(datagram);
    ASSERT_TRUE(packet.ok());
    packets.push_back({packet->payload_type, packet->marker, packet->sequence, packet->timestamp,
                       packet->ssrc, packet->payload.size()});
    std::array<int16_t, 1920> samples;
    const auto decoded = packet->payload_type == settings.payload_type
                             ? decoder->decode(packet->payload, samples)
                             : result<size_t>(errc::malformed, "");
    if (decoded) {
      heard.insert(heard.end(), samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(*decoded));
    } else {
      ++undecodable;
    }
  }

  void take_report(std::span<uint8_t> datagram) {
    if (srtp) {
      const auto opened = srtp->unprotect_rtcp(datagram);
      ASSERT_TRUE(opened.ok()) << opened.error().text;
      datagram = datagram.first(*opened);
    }
    const auto compound = rtp::parse_rtcp(datagram);
    ASSERT_TRUE(compound.ok());
    ++reports;
    if (compound->has_sender_info) {
      ++sender_reports;
      last_sender_info = compound->sender;
    }
    if (compound->block_count > 0) last_block = compound->blocks[0];
    if (compound->bye) ++byes;
  }
};

/// A shard whose time only the test moves.
class studio {
 public:
  explicit studio(shard_settings settings = {}) {
    settings.ring_entries = 64;
    mixer = std::move(shard::make(std::move(settings)).value());
  }

  /// Opens a leg on a free pair of ports and answers it.
  leg_id join(phone& p, const std::string& room = "lunch@example.com", const char* host = "127.0.0.1") {
    const leg_id id = open(p, room, host);
    reconfigure(id, p);
    return id;
  }
  leg_id open(phone& p, const std::string& room = "lunch@example.com", const char* host = "127.0.0.1") {
    const leg_id id{next_leg++};
    // Below the ephemeral ports; another program may have the pair: then the next.
    static uint16_t next_port = static_cast<uint16_t>(20'000 + ::getpid() % 5'000 * 2);
    for (int tries = 0; tries < 5'000; ++tries) {
      next_port = static_cast<uint16_t>(next_port >= 32'000 ? 20'000 : next_port + 2);
      if (!mixer->open_leg(id, room_id{room}, loopback(next_port, host), part)) continue;
      p.leg_rtp = loopback(next_port, host);
      p.leg_rtcp = loopback(static_cast<uint16_t>(next_port + 1), host);
      return id;
    }
    ADD_FAILURE() << "no free pair of ports";
    return id;
  }
  void reconfigure(leg_id id, const phone& p) {
    const auto configured = mixer->configure_leg(id, p.settings, now);
    ASSERT_TRUE(configured.ok()) << configured.error().text;
  }

  /// Everybody speaks a packet, the shard ticks, everybody listens.
  void run(std::chrono::milliseconds length, const std::vector<phone*>& speaking,
           const std::vector<phone*>& listening = {}) {
    for (auto passed = 0ms; passed < length; passed += tick_interval) {
      for (phone* p : speaking) p->speak();
      tick();
      for (phone* p : speaking) p->listen();
      for (phone* p : listening) p->listen();
    }
  }
  void tick() {
    now += tick_interval;
    mixer->tick(now);
    for (shard_event& e : mixer->take_events()) events.push_back(std::move(e));
  }
  template <class Event>
  [[nodiscard]] std::vector<Event> all() const {
    std::vector<Event> found;
    for (const shard_event& e : events) {
      if (const auto* one = std::get_if<Event>(&e)) found.push_back(*one);
    }
    return found;
  }
  leg_statistics close(leg_id id) {
    mixer->close_leg(id);
    for (shard_event& e : mixer->take_events()) events.push_back(std::move(e));
    const auto closed = all<leg_statistics>();
    EXPECT_FALSE(closed.empty());
    return closed.empty() ? leg_statistics{} : closed.back();
  }

  std::unique_ptr<shard> mixer;
  clock_time now = clock_time{} + 1h;
  std::vector<shard_event> events;
  room_section part;      ///< of the rooms of legs that come
  uint64_t next_leg = 1;  ///< its number
};

/// A tone as long as asked for.
inline sound_ptr tone(double frequency, std::chrono::milliseconds length, double amplitude = 6000) {
  auto made = std::make_shared<sound>();
  made->name = "tone";
  made->samples.resize(16 * static_cast<size_t>(length.count()));
  for (size_t i = 0; i < made->samples.size(); ++i) {
    made->samples[i] =
        static_cast<int16_t>(amplitude * std::sin(2 * M_PI * frequency * static_cast<double>(i) / 16'000));
  }
  return made;
}

}  // namespace confab::mix::testing_support
