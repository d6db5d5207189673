#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/history_words.hpp"
#include "actors/msrp_stream.hpp"
#include "actors/room_chat.hpp"
#include "signaling/sdp/answer.hpp"

namespace confab::actors {

/// What legs and rooms need for chat. Immutable after start.
struct chat_services {
  msrp_services_ptr streams;
  std::vector<stream_shard_actor> shards;
  sdp::message_capability ours;    ///< without paths
  std::string advertised_address;  ///< msrp.advertised-address
  std::function<std::string()> new_session_id;
  chat_settings rooms;
  std::optional<history_access> history;  ///< absent: history ends with its room
};
using chat_services_ptr = std::shared_ptr<const chat_services>;

}  // namespace confab::actors
