#include "media/rtp/jitter_buffer.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "media/rtp/packet.hpp"

namespace confab::rtp {
namespace {

using std::chrono::microseconds;
using namespace std::chrono_literals;

constexpr microseconds longest_packet = 120ms;       // Opus; longer steps of the timestamp are silence
constexpr microseconds longest_concealment = 100ms;  // decoders have faded out by then
constexpr microseconds longest_jump = 1s;            // further from its place: another timeline
constexpr microseconds straggling_time = 500ms;      // without a newer packet: nothing is overtaken any more
constexpr microseconds shortest_straggling = 200ms;  // the same when `many_suspects` came in order
constexpr unsigned many_suspects = 4;
// Bursts: what the pool holds on top of the longest delay.
constexpr std::chrono::milliseconds pool_slack{160};
constexpr microseconds shrink_window = 1s;
constexpr unsigned start_allowance =
    2;  // packets a resumed spurt may hold above the target; shrinking takes them off

size_t pool_bytes(const jitter_settings& settings) noexcept {
  const auto time = settings.max_delay + pool_slack;
  return settings.bytes_per_second * static_cast<size_t>(std::max<int64_t>(time.count(), 0)) / 1000;
}

playout_result lost_one() noexcept {
  playout_result due;
  due.kind = playout::lost;
  return due;
}

}  // namespace

jitter_buffer::jitter_buffer(jitter_settings settings)
    : settings_(settings),
      estimator_(settings.clock_rate, settings.max_delay),
      pool_(pool_bytes(settings)),
      packet_(std::clamp<microseconds>(settings.packet, 1ms, longest_packet)),
      packet_ticks_(
          std::max<uint32_t>(1, static_cast<uint32_t>(packet_.count() * settings.clock_rate / 1'000'000))) {}

void jitter_buffer::reset() {
  taken_ = history_ = 0;
  pool_.clear();
  estimator_.reset();
  started_ = playing_ = false;
  suspect_.reset();
  suspects_ = 0;
  played_timestamp_.reset();
  window_start_.reset();
  concealed_ = 0;
  candidate_ticks_ = 0;
}

void jitter_buffer::restart(uint16_t sequence) {
  if (started_) ++counters_.resets;
  reset();
  started_ = true;
  next_ = newest_ = sequence;
}

bool jitter_buffer::push(uint16_t sequence, uint32_t timestamp, uint8_t payload_type, bool marker,
                         std::span<const uint8_t> payload, clock_time now, uint8_t audio_level) {
  ++counters_.received;
  if (payload.size() > limits::rtp_packet_bytes) {
    ++counters_.overflow;
    return false;
  }
  if (!admit(sequence, timestamp, marker, now)) return false;
  return store(sequence,
               {.timestamp = timestamp,
                .length = static_cast<uint16_t>(payload.size()),
                .payload_type = payload_type,
                .audio_level = audio_level},
               payload);
}

void jitter_buffer::skip(uint16_t sequence, clock_time now) {
  // Before the first audio there is nothing to keep whole.
  if (!started_ || !admit(sequence, std::nullopt, false, now)) return;
  at(sequence) = slot{};
  taken_ |= uint64_t{1} << (sequence % slots);
}

/// Whether the packet belongs to the stream and is still wanted; afterwards its slot is free and in reach.
bool jitter_buffer::admit(uint16_t sequence, std::optional<uint32_t> timestamp, bool marker, clock_time now) {
  if (!in_line(sequence, timestamp, now)) {
    // One stray packet must not silence a running stream; two in a row are a sender that restarted (RFC 3550
    // §A.1).
    if ((playing_ || taken_ != 0) && suspect_ != sequence) {
      suspect_ = static_cast<uint16_t>(sequence + 1);
      ++counters_.suspect;
      return false;
    }
    restart(sequence);
  } else if (began_again(sequence, now)) {
    restart(sequence);
  }
  if (seen(sequence)) {
    ++counters_.duplicate;
    return false;
  }
  const auto ahead = static_cast<int16_t>(sequence - next_);
  const bool before_next = ahead < 0;
  if (timestamp) measure(sequence, *timestamp, marker, now);
  if (before_next) {
    ++counters_.late;
    if (ahead >= -64) history_ |= uint64_t{1} << (-ahead - 1);
    return false;
  }
  advanced_at_ = now;
  if (newer(sequence, newest_)) newest_ = sequence;
  while (static_cast<uint16_t>(sequence - next_) >= slots) {  // full: the oldest leaves
    if (taken_ != 0) {
      ++counters_.overflow;
      drop_oldest();
    } else {
      step(1);
    }
  }
  return true;
}

bool jitter_buffer::seen(uint16_t sequence) const noexcept {
  const auto ahead = static_cast<int16_t>(sequence - next_);
  if (ahead < 0) return ahead >= -64 && (history_ >> (-ahead - 1) & 1) != 0;
  return ahead < static_cast<int>(slots) && (taken_ >> (sequence % slots) & 1) != 0;
}

/// Stragglers have been overtaken by newer packets. When none has come for a while and nothing plays, packets
/// in a row behind next_ are from a sender that began again, also when their numbers were seen before: it
/// would stay silent until it has caught up with its old numbers.
bool jitter_buffer::began_again(uint16_t sequence, clock_time now) noexcept {
  const bool behind = static_cast<int16_t>(sequence - next_) < 0;
  const auto idle = now - advanced_at_;
  if (!behind || playing_ || taken_ != 0 || idle < shortest_straggling) {
    suspect_.reset();
    suspects_ = 0;
    return false;
  }
  suspects_ = suspect_ == sequence ? suspects_ + 1 : 1;
  suspect_ = static_cast<uint16_t>(sequence + 1);
  return suspects_ >= (idle >= straggling_time ? 2U : many_suspects);
}

bool jitter_buffer::in_line(uint16_t sequence, std::optional<uint32_t> timestamp, clock_time now) {
  if (!started_) return false;
  const int jump = static_cast<int16_t>(sequence - newest_);
  const int behind = static_cast<int16_t>(sequence - next_);
  // What lies where its number says is late, however late; while something plays two in a row are no restart.
  if (behind < 0 && timestamp) {
    const auto place = newest_timestamp_ + static_cast<uint32_t>(jump) * packet_ticks_;
    const auto off = std::abs(int64_t{static_cast<int32_t>(*timestamp - place)});
    if (off < settings_.clock_rate) return true;
  }
  if (jump >= static_cast<int>(slots) || behind <= -static_cast<int>(slots)) return false;
  if (!timestamp) return true;
  const auto late = estimator_.lateness(now, *timestamp);
  return late < longest_jump && late > -longest_jump;
}

void jitter_buffer::measure(uint16_t sequence, uint32_t timestamp, bool marker, clock_time now) {
  learn_packet_length(sequence, timestamp);
  const auto late = estimator_.lateness(now, timestamp);
  // After a pause a sender may let its timestamps stand still: a new timeline, not jitter.
  if ((marker || !playing_) && late > settings_.max_delay) {
    estimator_.rebase(now, timestamp);
    return;
  }
  // A packet whose instant has passed was late by what was concealed, however its arrival was rounded.
  const bool missed = playing_ && concealed_ > 0 && sequence == next_;
  estimator_.record(now, timestamp, missed ? packet_ * concealed_ : 0us);
}

void jitter_buffer::learn_packet_length(uint16_t sequence, uint32_t timestamp) noexcept {
  if (static_cast<uint16_t>(sequence - newest_) == 1) {
    const uint32_t ticks = timestamp - newest_timestamp_;
    const auto length =
        microseconds{int64_t{ticks} * 1'000'000 / std::max<uint32_t>(settings_.clock_rate, 1)};
    if (ticks == candidate_ticks_ && length >= 1ms &&
        length <= longest_packet) {  // twice the same: not a silence
      packet_ticks_ = ticks;
      packet_ = length;
    }
    candidate_ticks_ = ticks;
  }
  if (!newer(newest_, sequence)) newest_timestamp_ = timestamp;
}

bool jitter_buffer::store(uint16_t sequence, slot what, std::span<const uint8_t> payload) {
  while ((what.first_block = pool_.take(payload.size())) == block_pool::none) {
    ++counters_.overflow;
    if (taken_ == 0) return false;  // cannot be: an empty pool holds any packet
    drop_oldest();
  }
  if (newer(next_, sequence)) return false;  // making room went past it
  std::copy(payload.begin(), payload.end(), pool_.at(what.first_block, payload.size()).begin());
  at(sequence) = what;
  taken_ |= uint64_t{1} << (sequence % slots);
  return true;
}

uint64_t jitter_buffer::taken_from_next() const noexcept {
  return std::rotr(taken_, static_cast<int>(next_ % slots));
}
unsigned jitter_buffer::gap() const noexcept {
  return static_cast<unsigned>(std::countr_zero(taken_from_next()));
}
unsigned jitter_buffer::span() const noexcept {
  return static_cast<unsigned>(std::bit_width(taken_from_next()));
}

unsigned jitter_buffer::packets_in(microseconds time) const noexcept {
  return static_cast<unsigned>(std::max<int64_t>(time / packet_, 0));
}

/// Packets that should wait behind the one being played. A quarter packet of lateness is a wobbling tick, not
/// jitter.
unsigned jitter_buffer::target_packets() const noexcept {
  const auto wanted = std::max<microseconds>(estimator_.wanted(), settings_.min_delay);
  const unsigned needed = packets_in(wanted - packet_ / 4 + packet_ - 1us);
  return std::min(needed, packets_in(settings_.max_delay));
}

void jitter_buffer::step(unsigned count) noexcept {
  next_ = static_cast<uint16_t>(next_ + count);
  history_ = count < 64 ? history_ << count : 0;
  if (newer(next_, static_cast<uint16_t>(newest_ + 1))) newest_ = static_cast<uint16_t>(next_ - 1);
}

/// Goes past the oldest packet held without playing it.
void jitter_buffer::drop_oldest() noexcept {
  const unsigned missing = gap();
  counters_.lost += missing;
  step(missing);
  const slot& oldest = at(next_);
  if (oldest.first_block != block_pool::none) {
    pool_.give_back(oldest.first_block, oldest.length);
    played_timestamp_ = oldest.timestamp;
  }
  taken_ &= ~(uint64_t{1} << (next_ % slots));
  step(1);
  history_ |= 1;
}

playout_result jitter_buffer::pop(clock_time now) {
  if (taken_ == 0) return underrun();
  const unsigned most = std::max(packets_in(settings_.max_delay), 1U);
  while (span() > most + 1 && behind_oldest() > 0) {
    ++counters_.dropped_to_shrink;
    drop_oldest();
  }
  if (playing_ && (silence_before_oldest() || gap() > packets_in(longest_concealment))) playing_ = false;
  if (!playing_) {
    if (!start_spurt(now)) return {};
    return take_oldest(now);
  }
  const unsigned missing = gap();
  if (concealed_ < missing) {
    ++concealed_;
    return lost_one();
  }
  // Concealed for longer than what is missing: the oldest came late. It plays, later than before, if the
  // path's jitter asks for the delay; else what stood in for it was its turn.
  // A caller that drains shortens it instead.
  unsigned extra = settings_.caller_drains ? 0 : concealed_ - missing;
  for (; extra > 0 && behind_oldest() > target_packets(); --extra) {
    ++counters_.late;
    drop_oldest();
  }
  return take_oldest(now);
}

/// Nothing is here: the packet is late, or the sender pauses. Conceals for a while, then it is silence.
playout_result jitter_buffer::underrun() noexcept {
  if (!playing_) return {};
  if (concealed_ >= std::max(packets_in(longest_concealment), 1U)) {
    playing_ = false;
    return {};
  }
  ++concealed_;
  return lost_one();
}

/// RFC 3551 §4.1: timestamps run on through silence, sequence numbers do not.
bool jitter_buffer::silence_before_oldest() noexcept {
  const slot& oldest = at(static_cast<uint16_t>(next_ + gap()));
  if (!played_timestamp_ || oldest.first_block == block_pool::none) return false;
  const uint32_t expected = *played_timestamp_ + packet_ticks_ * (gap() + 1);
  return newer(oldest.timestamp, expected + packet_ticks_ - 1);
}

/// A spurt begins when its first packet has waited long enough for the slower ones behind it.
bool jitter_buffer::start_spurt(clock_time now) noexcept {
  const slot& oldest = at(static_cast<uint16_t>(next_ + gap()));
  if (oldest.first_block != block_pool::none) {
    const auto due = estimator_.earliest(oldest.timestamp) + target_packets() * packet_;
    if (now + packet_ / 4 < due) return false;
  }
  // What a stall held up comes at once, and a caller that drains shortens it: pop has bounded it already.
  while (!settings_.caller_drains && behind_oldest() > std::max(target_packets(), start_allowance)) {
    ++counters_.dropped_to_shrink;
    drop_oldest();
  }
  playing_ = true;
  window_start_.reset();
  return true;
}

playout_result jitter_buffer::take_oldest(clock_time now) noexcept {
  const unsigned missing = gap();
  counters_.lost += missing;
  step(missing);
  const slot taken = at(next_);
  playout_result due;
  due.sequence = next_;
  drop_oldest();
  concealed_ = 0;
  if (taken.first_block != block_pool::none) {
    due.kind = playout::packet;
    due.payload_type = taken.payload_type;
    due.timestamp = taken.timestamp;
    due.audio_level = taken.audio_level;
    due.payload = pool_.at(taken.first_block, taken.length);  // untouched until the next push
  }
  if (!settings_.caller_drains) shrink(now);
  return due;
}

/// A second in which no pop found the buffer as empty as it may be: one packet too many waits in it.
void jitter_buffer::shrink(clock_time now) noexcept {
  const unsigned behind = span();
  if (!window_start_) {
    window_start_ = now;
    least_behind_ = behind;
    return;
  }
  least_behind_ = std::min(least_behind_, behind);
  const unsigned target = target_packets();
  const unsigned excess = least_behind_ > target ? least_behind_ - target : 0;
  // The further above, the sooner.
  if (now - *window_start_ < shrink_window / std::max(excess, 1U)) return;
  if (excess > 0 && taken_ != 0) {
    ++counters_.dropped_to_shrink;
    drop_oldest();
  }
  window_start_.reset();
}

microseconds jitter_buffer::excess(clock_time now) const noexcept {
  if (!playing_ || taken_ == 0 || !played_timestamp_) return 0us;
  const auto waited = std::chrono::duration_cast<microseconds>(now - estimator_.earliest(*played_timestamp_));
  return std::clamp<microseconds>(waited - target_packets() * packet_, 0us, span() * packet_);
}

std::chrono::milliseconds jitter_buffer::delay() const noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(target_packets() * packet_);
}

size_t jitter_buffer::size() const noexcept {
  return static_cast<size_t>(std::popcount(taken_));
}

const jitter_counters& jitter_buffer::counters() const noexcept {
  return counters_;
}

}  // namespace confab::rtp
