#include "media/mix/room_mix.hpp"

#include <algorithm>
#include <cassert>

namespace confab::mix {
namespace {

constexpr size_t places_step = 32;  // scratch grows by so many, and is not copied

}  // namespace

void mix_scratch::expect(size_t places) {
  if (places <= legs.size()) return;
  const size_t roomy = (places + places_step - 1) / places_step * places_step;
  spoken = std::make_unique_for_overwrite<frame[]>(roomy);
  heard = std::make_unique_for_overwrite<frame[]>(roomy);
  overlays = std::make_unique_for_overwrite<frame[]>(roomy);
  payloads = std::make_unique_for_overwrite<payload[]>(roomy);
  legs.resize(roomy);
  turns.resize(roomy);
  claims.resize(roomy);
  decodes.reserve(roomy);
  encodes.reserve(roomy);
}

void mix_scratch::begin_tick() noexcept {
  taken_ = 0;
  decodes.clear();
  encodes.clear();
}

size_t mix_scratch::take(size_t count) noexcept {
  assert(taken_ + count <= legs.size());
  return std::exchange(taken_, taken_ + count);
}

void room_mix::attach(const room_section& section) {
  part_ = section;
  const size_t others = section.exchange ? section.exchange->most_sections() - 1 : 0;
  foreign_ranks_.resize(others * limits::speakers_per_room);
  expect_claims();
}

void room_mix::expect_claims() {
  selection_.expect_legs(legs_.size() + foreign_ranks_.size());
}

leg_media& room_mix::add(std::unique_ptr<leg_media> leg) {
  leg_media& added = *legs_.emplace_back(std::move(leg));
  expect_claims();
  return added;
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

void room_mix::expect_listener(leg_media& leg) {
  if (leg.packetizer().codec() == nullptr || common_for(leg) != nullptr) return;
  streams_.push_back(
      std::make_unique<listener_stream>(leg.packetizer().codec()->kind, leg.packetizer().ptime()));
}

listener_stream* room_mix::common_for(leg_media& leg) noexcept {
  for (const auto& stream : streams_) {
    if (stream->fits(leg.packetizer())) return stream.get();
  }
  return nullptr;
}

void room_mix::begin(mix_scratch& scratch, const leg_tick& tick) {
  first_ = scratch.take(legs_.size() + 1);
  for (const auto& leg : legs_) leg->begin_speaking(scratch.decodes, tick);
}

void room_mix::mix(mix_scratch& scratch, const leg_tick& tick) {
  wide_frame others;
  section_exchange::collected got;
  if (part_.exchange) got = part_.exchange->collect(part_.index, tick.number, others, foreign_ranks_);
  tick.counters.late_sums += got.late;
  speak(scratch, std::span(foreign_ranks_).first(got.ranks), tick);
  const bool common = settle_listeners(scratch);
  scratch.legs[common_place()] = {.out = common ? &scratch.heard[common_place()] : nullptr};
  section_.sum(std::span(scratch.legs).subspan(first_, legs_.size()));
  // Early in the tick: what is published late is not heard.
  if (part_.exchange) publish(scratch, tick);
  section_.mix(std::span(scratch.legs).subspan(first_, legs_.size() + 1), got.sound ? &others : nullptr,
               nullptr);
  listen(scratch, tick);
}

void room_mix::publish(mix_scratch& scratch, const leg_tick& tick) {
  const auto legs = std::span(scratch.legs).subspan(first_, legs_.size());
  const bool sound = std::ranges::any_of(legs, [](const mix_leg& leg) { return leg.in != nullptr; });
  std::array<speaker_rank, limits::speakers_per_room> ranks;
  const auto most = std::min<size_t>(tick.speakers, ranks.size());
  const auto claims = std::span(scratch.claims).subspan(first_, legs_.size());
  const size_t count = selection_.highest(claims, std::span(ranks).first(most));
  part_.exchange->publish(part_.index, tick.number, sound ? &section_.partial_sum() : nullptr,
                          std::span(ranks).first(count));
}

void room_mix::speak(mix_scratch& scratch, std::span<const speaker_rank> foreign, const leg_tick& tick) {
  const auto claims = std::span(scratch.claims).subspan(first_, legs_.size());
  for (size_t i = 0; i < legs_.size(); ++i) {
    claims[i] = legs_[i]->speak(scratch.decodes, scratch.spoken[first_ + i], tick);
    if (legs_[i]->echo()) claims[i] = 0;  // it takes nobody's turn
  }
  const speaker_rank least = selection_.least_heard(claims, foreign, tick.speakers);
  for (size_t i = 0; i < legs_.size(); ++i) {
    leg_media& leg = *legs_[i];
    const size_t place = first_ + i;
    mix_leg& mixed = scratch.legs[place];
    const bool chosen = leg.echo() || (claims[i] != 0 && claims[i] >= least);
    const bool speaks = leg.contribute(scratch.spoken[place], chosen);
    mixed.echo = leg.echo();
    mixed.in = speaks ? &scratch.spoken[place] : nullptr;
    // Prompts run on while a leg is on hold: "you are the only participant" would be stale when it comes
    // back.
    mixed.overlay = leg.overlay(scratch.overlays[place]) ? &scratch.overlays[place] : nullptr;
    leg_turn& turn = scratch.turns[place];
    turn.may_send = leg.may_send(tick.now);
    const bool plain =
        turn.may_send && !leg.deaf() && !leg.echo() && mixed.in == nullptr && mixed.overlay == nullptr;
    turn.common = plain ? common_for(leg) : nullptr;
  }
}

/// Who goes, who stays, who is the first on each listener stream; whether anybody is on one.
bool room_mix::settle_listeners(mix_scratch& scratch) {
  for (const auto& stream : streams_) stream->begin_tick();
  for (size_t i = 0; i < legs_.size(); ++i) {
    listening& state = legs_[i]->listening();
    if (scratch.turns[first_ + i].common != nullptr) {
      if (state.on != nullptr) state.on->add_listener();
      continue;
    }
    if (state.on != nullptr) state.on->leave(legs_[i]->packetizer());
    state.leave();
  }
  bool anybody = false;
  for (size_t i = 0; i < legs_.size(); ++i) {
    listening& state = legs_[i]->listening();
    const leg_turn& turn = scratch.turns[first_ + i];
    if (turn.common != nullptr && state.on == nullptr && turn.common->listeners() == 0) {
      turn.common->begin_with(legs_[i]->packetizer());
      turn.common->add_listener();
      state.on = turn.common;
    }
    const bool own = turn.may_send && !legs_[i]->deaf() && state.on == nullptr;
    scratch.legs[first_ + i].out = own ? &scratch.heard[first_ + i] : nullptr;
    anybody = anybody || state.on != nullptr;
  }
  return anybody;
}

void room_mix::listen(mix_scratch& scratch, const leg_tick& tick) {
  static constexpr frame silence{};
  for (const auto& stream : streams_) {
    if (stream->listeners() > 0) stream->push(scratch.heard[common_place()], scratch.encodes);
  }
  for (size_t i = 0; i < legs_.size(); ++i) {
    leg_media& leg = *legs_[i];
    const mix_leg& mixed = scratch.legs[first_ + i];
    if (!scratch.turns[first_ + i].may_send) {
      leg.stay_silent();
    } else if (leg.listening().on == nullptr) {
      // Deaf to the room is not deaf to its own prompts.
      const frame* own = mixed.out != nullptr ? mixed.out : mixed.overlay;
      leg.listen(own != nullptr ? *own : silence, scratch.payloads[first_ + i], scratch.encodes, tick);
    }
  }
}

void room_mix::send(mix_scratch& scratch, const leg_tick& tick) {
  for (const auto& stream : streams_) stream->finish(scratch.encodes);
  const bool quiet = somebody_waits_ && level_of(scratch.heard[common_place()]) >= listening::quiet_level;
  somebody_waits_ = false;
  for (size_t i = 0; i < legs_.size(); ++i) {
    leg_media& leg = *legs_[i];
    const leg_turn& turn = scratch.turns[first_ + i];
    if (leg.listening().on != nullptr) {
      leg.send(*leg.listening().on, tick);
    } else if (turn.may_send) {
      const auto sent = leg.send(scratch.encodes, tick);
      if (turn.common != nullptr) compare(leg, *turn.common, sent, quiet);
    }
    leg.run_timers(tick);
  }
}

/// A leg that hears what its stream's listeners hear comes back to them once both encoders say the same.
void room_mix::compare(leg_media& leg, listener_stream& common, std::span<const uint8_t> sent, bool quiet) {
  listening& state = leg.listening();
  std::optional<bool> same;  // a tick without a packet says nothing
  if (common.packets() > 0) same = std::ranges::equal(sent, common.packet(common.packets() - 1));
  if (state.may_join(same) || (quiet && state.waits_for_quiet())) {
    state.leave();
    state.on = &common;
    return;
  }
  somebody_waits_ = somebody_waits_ || state.waits_for_quiet();
}

}  // namespace confab::mix
