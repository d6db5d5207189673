#include "media/mix/room_mix.hpp"

#include <algorithm>
#include <utility>

namespace confab::mix {

void mix_scratch::expect_legs(size_t count) {
  if (count <= legs.size()) return;
  const size_t roomy = std::max<size_t>(2 * legs.size(), count);
  spoken.resize(roomy);
  heard.resize(roomy);
  overlays.resize(roomy);
  legs.resize(roomy);
}

leg_media& room_mix::add(std::unique_ptr<leg_media> leg) {
  return *legs_.emplace_back(std::move(leg));
}

std::unique_ptr<leg_media> room_mix::remove(leg_id leg) {
  const auto found =
      std::find_if(legs_.begin(), legs_.end(), [leg](const auto& l) { return l->id() == leg; });
  if (found == legs_.end()) return nullptr;
  std::unique_ptr<leg_media> removed = std::move(*found);
  *found = std::move(legs_.back());
  legs_.pop_back();
  return removed;
}

void room_mix::tick(mix_scratch& scratch, const leg_tick& tick) {
  gather(scratch, tick);
  const std::span<const mix_leg> mixed = std::span(scratch.legs).first(legs_.size());
  section_.sum(mixed);
  section_.mix(mixed, nullptr, nullptr);
  hand_out(scratch, tick);
}

void room_mix::gather(mix_scratch& scratch, const leg_tick& tick) {
  for (size_t i = 0; i < legs_.size(); ++i) {
    leg_media& leg = *legs_[i];
    mix_leg& mixed = scratch.legs[i];
    mixed.in = leg.speak(scratch.spoken[i], tick) ? &scratch.spoken[i] : nullptr;
    // Prompts run on while a leg is on hold: "you are the only participant" would be stale when it comes
    // back.
    mixed.overlay = leg.overlay(scratch.overlays[i]) ? &scratch.overlays[i] : nullptr;
    mixed.out = leg.may_send(tick.now) && !leg.deaf() ? &scratch.heard[i] : nullptr;
  }
}

void room_mix::hand_out(mix_scratch& scratch, const leg_tick& tick) {
  static constexpr frame silence{};
  for (size_t i = 0; i < legs_.size(); ++i) {
    leg_media& leg = *legs_[i];
    const mix_leg& mixed = scratch.legs[i];
    if (!leg.may_send(tick.now)) {
      leg.stay_silent();
    } else if (mixed.out != nullptr) {
      leg.listen(*mixed.out, tick);
    } else {  // deaf to the room, not to its own prompts
      leg.listen(mixed.overlay != nullptr ? *mixed.overlay : silence, tick);
    }
    leg.run_timers(tick);
  }
}

}  // namespace confab::mix
