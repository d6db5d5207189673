#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "bench/load/packet_loss.hpp"
#include "bench/load/recording.hpp"
#include "bench/load/sdp.hpp"
#include "bench/load/statistics.hpp"
#include "bench/load/udp_socket.hpp"
#include "media/codec/codec.hpp"
#include "media/secure/srtp.hpp"

namespace confab::load {

/// One phone's media. Made by the main thread; from `live` on it belongs to its pump thread, all but the
/// sockets' peer.
struct media_leg {
  // What it is.
  uint32_t room = 0;
  uint32_t seat = 0;  ///< within the room; 0 bursts in impulse mode
  bool talks = false;
  bool sends = true;
  uint32_t slot = 0;         ///< millisecond within the 20 in which it sends
  uint32_t talk_offset = 0;  ///< where in the speech it starts
  rtp_socket_pair sockets;
  std::vector<uint8_t> srtp_key;  ///< ours; empty: no SRTP
  packet_loss loss;               ///< on its way out

  // What the call brought.
  uint8_t payload_type = 0;
  uint32_t timestamp_step = 160;
  std::unique_ptr<secure::srtp_session> srtp;
  std::atomic<bool> live{false};

  // Sending.
  uint32_t ssrc = 0;
  uint32_t timestamp = 0;
  uint32_t packets_made = 0;  ///< counts the turns of silent legs too
  uint16_t sequence = 0;

  // Receiving, in the measuring window.
  stream_checker checker;
  stream_counts counts;
  uint64_t other_packets = 0;  ///< not RTP, or of another payload type
  uint64_t unauthentic = 0;    ///< SRTP that did not open
  uint64_t rtcp_packets = 0;
  std::unique_ptr<codec::decoder> ears;  ///< of legs that listen to what they get
  uint64_t decoded = 0;
  uint64_t decoded_audible = 0;
  std::unique_ptr<recording> tape;  ///< of the leg that is recorded
};

}  // namespace confab::load
