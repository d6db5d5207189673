#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "actors/leg_machine.hpp"

/// What all tests of a leg's machine need: leg 7 is alice's call to lunch@example.com.
namespace confab::actors {

inline sip::incoming_call call_with(std::optional<std::string> sdp) {
  sip::incoming_call call;
  call.leg = leg_id{7};
  call.room = room_id{"lunch@example.com"};
  call.peer.uri = "sip:alice@example.com";
  call.peer.source = socket_address::parse("192.0.2.9", 5060).value();
  call.local = socket_address::parse("192.0.2.1", 5060).value();
  call.sdp = std::move(sdp);
  return call;
}

/// Null: none of the actions is of this kind.
template <class Action>
const Action* first(const leg_actions& actions) {
  for (const auto& a : actions) {
    if (const auto* found = std::get_if<Action>(&a)) return found;
  }
  return nullptr;
}

}  // namespace confab::actors
