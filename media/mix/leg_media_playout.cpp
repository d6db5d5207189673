#include "media/mix/leg_media_playout.hpp"

#include <algorithm>

#include "media/rtp/packet.hpp"

namespace confab::mix {
namespace {

// A frame of 20 ms takes at most eight packets of 2.5 ms, the shortest that Opus has; the rest is garbage
// that decodes to nothing.
constexpr int most_packets_a_frame = 16;
constexpr unsigned patience_ticks = 25;  // half a second of sound that does not shorten unheard: then heard
constexpr uint32_t usual_bytes_per_second = 8'000;
constexpr uint32_t fat_bytes_per_second = 16'000;  // Opus at 128 kbit/s

}  // namespace

void leg_media_playout::configure(media::codec_kind kind, std::chrono::milliseconds max_jitter) {
  const bool same_codec = traits_ != nullptr && traits_->kind == kind;
  if (same_codec && max_jitter == max_jitter_) return;
  if (!same_codec) {
    traits_ = &codec::traits_of(kind);
    decoder_ = codec::make_decoder(kind);
    packet_samples_ = traits_->sample_rate / 50;
    scaler_.emplace(traits_->sample_rate);
    std::vector<int16_t>(capacity_ms * traits_->sample_rate / 1000).swap(samples_);
  }
  max_jitter_ = max_jitter;
  rtp::jitter_settings settings;
  settings.clock_rate = traits_->rtp_clock_rate;
  settings.max_delay = max_jitter;
  settings.caller_drains = true;
  settings.bytes_per_second = kind == media::codec_kind::opus ? fat_bytes_per_second : usual_bytes_per_second;
  buffer_.emplace(settings);
  reset();
}

void leg_media_playout::reset() noexcept {
  if (buffer_) buffer_->reset();
  held_ = surplus_ = 0;
  surplus_ticks_ = 0;
  noise_from_.reset();
  noise_.reset();
  silence_begun_ = false;
  sparing_ = false;
  silent_ = true;
  past_bytes_ = 0;
}

void leg_media_playout::on_comfort_noise(const rtp::comfort_noise& noise, uint16_t sequence) noexcept {
  if (noise_from_ && rtp::newer(*noise_from_, sequence)) return;
  noise_from_ = sequence;
  noise_.play(noise);
}

bool leg_media_playout::spares(const rtp::playout_result& due) noexcept {
  const int level = due.audio_level & 0x7f;
  const bool voice = (due.audio_level & 0x80) != 0;
  sparing_ = level >= spare_.any || (!voice && level >= spare_.unvoiced);
  if (!sparing_) {
    catch_up();
    return false;
  }
  ++spared_;
  if (traits_->kind == media::codec_kind::g722) remember(due.payload);
  spared_level_ = std::min(level, spared_level_.value_or(level));
  return true;
}

void leg_media_playout::remember(std::span<const uint8_t> payload) noexcept {
  payload = payload.last(std::min(payload.size(), past_.size()));
  const size_t kept = std::min(past_bytes_, past_.size() - payload.size());
  const auto begin = past_.begin() + static_cast<std::ptrdiff_t>(past_bytes_ - kept);
  const auto end = std::copy_n(begin, kept, past_.begin());
  std::copy(payload.begin(), payload.end(), end);
  past_bytes_ = kept + payload.size();
}

/// The decoder hears the end of what was spared; nobody else does.
void leg_media_playout::catch_up() noexcept {
  if (past_bytes_ == 0) return;
  (void)decoder_->decode(std::span(past_).first(past_bytes_), room());
  past_bytes_ = 0;
}

void leg_media_playout::hold_silence(size_t samples) noexcept {
  const std::span<int16_t> to = room().first(std::min(samples, room().size()));
  std::fill(to.begin(), to.end(), int16_t{0});
  silent_ = silent_ || held_ == 0;
  held_ += to.size();
}

void leg_media_playout::conceal() noexcept {
  // What the decoder would go on with is long past.
  if (sparing_) return hold_silence(packet_samples_);
  silent_ = false;
  const std::span<int16_t> to = room().first(std::min(packet_samples_, room().size()));
  decoder_->conceal(to);
  held_ += to.size();
}

void leg_media_playout::decoded(size_t samples) noexcept {
  silent_ = false;
  if (samples == 0) return conceal();  // it was no payload of this codec
  held_ += samples;
  packet_samples_ = samples;
}

/// A packet after the comfort noise ends it.
void leg_media_playout::note(const rtp::playout_result& due) noexcept {
  silence_begun_ = decoder_->begins_silence(due.payload);
  if (!noise_from_ || !rtp::newer(due.sequence, *noise_from_)) return;
  noise_from_.reset();
  noise_.stop();
}

/// Nothing is due. A codec that announced its silence makes its own noise.
void leg_media_playout::pause() noexcept {
  if (!silence_begun_ || held_ >= frame_samples()) return;
  const auto to = room().first(frame_samples() - held_);
  decoder_->conceal(to);
  held_ += to.size();
}

/// Until `goal_` is held or nothing more is due now. With `jobs`, the packet that completes it goes there.
void leg_media_playout::refill(std::vector<codec::decode_job>* jobs, rtp::clock_time now) {
  for (int packets = 0; held_ < goal_ && packets < most_packets_a_frame; ++packets) {
    const rtp::playout_result due = buffer_->pop(now);
    switch (due.kind) {
      case rtp::playout::packet: {
        note(due);
        const size_t samples = decoder_->samples_in(due.payload);
        if (spares(due)) {
          hold_silence(samples != 0 ? samples : packet_samples_);
          break;
        }
        plan_surplus(now);
        if (jobs != nullptr && held_ + samples >= goal_) {
          job_ = jobs->size();
          jobs->push_back({.codec = decoder_.get(), .payload = due.payload, .out = room()});
          return;
        }
        const auto written = decoder_->decode(due.payload, room());
        decoded(written ? *written : 0);
        break;
      }
      case rtp::playout::lost:
        if (noise_from_ && held_ == 0) return;  // the sender's silence: the noise goes on
        conceal();
        break;
      case rtp::playout::waiting:
        return pause();
    }
  }
}

/// Delay of a packet and more is no longer needed: one more is decoded, so that there is something to
/// shorten.
void leg_media_playout::plan_surplus(rtp::clock_time now) noexcept {
  // Less than the longest pitch period may be left of the last one.
  if (surplus_ > traits_->sample_rate * 15 / 1000 || goal_ > frame_samples() ||
      held_ + 2 * packet_samples_ > samples_.size())
    return;
  const auto packet =
      std::chrono::microseconds{packet_samples_ * 1'000'000 / std::max<size_t>(traits_->sample_rate, 1)};
  if (buffer_->excess(now) < packet * 3 / 4) return;
  goal_ += packet_samples_;
  surplus_ += packet_samples_;
  surplus_ticks_ = 0;
}

void leg_media_playout::give_back_surplus() noexcept {
  const size_t wanted = frame_samples();
  surplus_ = held_ > wanted ? std::min(surplus_, held_ - wanted) : 0;
  if (surplus_ == 0) return;
  // A rest shorter than a period would not join well: it waits for a quiet moment.
  const bool urgent = surplus_ticks_ >= patience_ticks && surplus_ > traits_->sample_rate * 15 / 1000;
  const size_t removed = scaler_->shorten(std::span(samples_).first(held_), surplus_, urgent);
  surplus_ticks_ = removed > 0 ? 0 : surplus_ticks_ + 1;
  surplus_ -= removed;
  held_ -= removed;
  shortened_ += removed;
}

void leg_media_playout::begin_frame(std::vector<codec::decode_job>& jobs, rtp::clock_time now,
                                    spare_levels spare) {
  spare_ = spare;
  spared_level_.reset();
  if (!buffer_) return;
  goal_ = frame_samples();
  refill(&jobs, now);
}

bool leg_media_playout::finish_frame(std::span<const codec::decode_job> jobs, frame& out,
                                     rtp::clock_time now) noexcept {
  only_noise_ = false;
  if (!buffer_) return false;
  if (job_) {
    decoded(jobs[*job_].samples);
    job_.reset();
    refill(nullptr, now);  // it may have held less than it said
  }
  give_back_surplus();
  const size_t wanted = frame_samples();
  const bool narrow = wanted != samples_per_frame;
  const bool sound = held_ > 0 && !silent_;
  const bool nothing = !sound && !noise_.audible();
  if (nothing && (drained_ || !narrow)) {
    held_ -= std::min(held_, wanted);  // of silence: the rest is the same
    return false;
  }
  drained_ = nothing;
  const auto now_playing = std::span(samples_).first(wanted);
  if (held_ < wanted) {  // the spurt ends inside this frame
    const auto rest = now_playing.subspan(held_);
    std::fill(rest.begin(), rest.end(), int16_t{0});
    if (noise_from_ && sounding_) fade_out(rest);
    held_ = wanted;
    surplus_ = 0;
  }
  noise_.add_to(now_playing, traits_->sample_rate);
  sounding_ = sound;
  only_noise_ = !sound || silence_begun_;
  if (narrow) {
    up_.process(now_playing, out);
  } else {
    std::copy(now_playing.begin(), now_playing.end(), out.begin());
  }
  held_ -= wanted;
  silent_ = silent_ || held_ == 0;
  std::copy_n(samples_.begin() + static_cast<std::ptrdiff_t>(wanted), held_, samples_.begin());
  return true;
}

/// The voice's last sound runs out where the noise begins.
void leg_media_playout::fade_out(std::span<int16_t> to) noexcept {
  decoder_->conceal(to);
  for (size_t i = 0; i < to.size(); ++i) {
    to[i] = static_cast<int16_t>(to[i] * static_cast<int>(to.size() - i) / static_cast<int>(to.size()));
  }
}

}  // namespace confab::mix
