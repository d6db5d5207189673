#pragma once

#include <memory>
#include <span>
#include <vector>

#include "config/ids.hpp"
#include "media/mix/leg_media.hpp"
#include "media/mix/listener_stream.hpp"
#include "media/mix/section.hpp"
#include "media/mix/section_exchange.hpp"
#include "media/mix/speaker_selection.hpp"

namespace confab::mix {

/// Where one leg's sound of this tick goes.
struct leg_turn {
  bool may_send = false;
  /// The stream of those who hear what all hear; null when it hears something of its own.
  listener_stream* common = nullptr;
};

/// What the rooms of one tick work on: one stretch of places for each room, its legs' and one for its common
/// mix. Lent to one tick after the other, so that it stays in the cache.
class mix_scratch {
 public:
  /// Before a tick: room for so many legs and rooms.
  void expect(size_t places);
  void begin_tick() noexcept;
  /// The first of `count` places.
  [[nodiscard]] size_t take(size_t count) noexcept;

  using payload = std::array<uint8_t, codec::longest_payload>;
  std::unique_ptr<frame[]> spoken, heard, overlays;
  std::unique_ptr<payload[]> payloads;
  std::vector<mix_leg> legs;
  std::vector<leg_turn> turns;
  std::vector<speaker_rank> claims;
  std::vector<codec::decode_job> decodes;
  std::vector<codec::encode_job> encodes;

 private:
  size_t taken_ = 0;
};

/// The part of one room that lives on this shard. Owned by the shard; allocates only when legs come or are
/// configured. A tick has three parts, because coding is done for all rooms of the tick together:
/// `begin` → `codec::decode_all` → `mix` → `codec::encode_all` → `send`.
class room_mix {
 public:
  explicit room_mix(room_id id, unsigned slot = 0) : id_(std::move(id)), slot_(slot) {}

  /// The room has sections elsewhere too, or will have. Outside a tick.
  void attach(const room_section& section);
  leg_media& add(std::unique_ptr<leg_media> leg);
  /// Null when it is not here. The order of the others may change.
  std::unique_ptr<leg_media> remove(leg_id leg);
  /// After each `configure` of a leg: its listeners' stream is there.
  void expect_listener(leg_media& leg);

  void begin(mix_scratch& scratch, const leg_tick& tick);
  void mix(mix_scratch& scratch, const leg_tick& tick);
  void send(mix_scratch& scratch, const leg_tick& tick);

  [[nodiscard]] const room_id& id() const noexcept { return id_; }
  [[nodiscard]] unsigned slot() const noexcept { return slot_; }
  [[nodiscard]] std::span<const std::unique_ptr<leg_media>> legs() const noexcept { return legs_; }

 private:
  void speak(mix_scratch& scratch, std::span<const speaker_rank> foreign, const leg_tick& tick);
  void publish(mix_scratch& scratch, const leg_tick& tick);
  void expect_claims();
  bool settle_listeners(mix_scratch& scratch);
  void listen(mix_scratch& scratch, const leg_tick& tick);
  void compare(leg_media& leg, listener_stream& common, std::span<const uint8_t> sent, bool quiet);
  [[nodiscard]] listener_stream* common_for(leg_media& leg) noexcept;
  [[nodiscard]] size_t common_place() const noexcept { return first_ + legs_.size(); }

  room_id id_;
  unsigned slot_;
  std::vector<std::unique_ptr<leg_media>> legs_;
  std::vector<std::unique_ptr<listener_stream>> streams_;
  section section_;
  speaker_selection selection_;
  room_section part_;
  std::vector<speaker_rank> foreign_ranks_;
  size_t first_ = 0;             ///< of this tick's places in the scratch
  bool somebody_waits_ = false;  ///< for a quiet moment to join its stream
};

}  // namespace confab::mix
