#include "media/mix/leg_media_playout.hpp"

#include <algorithm>

namespace confab::mix {
namespace {

// A frame of 20 ms takes at most eight packets of 2.5 ms, the shortest that Opus has; the rest is garbage
// that decodes to nothing.
constexpr int most_packets_a_frame = 16;

}  // namespace

void leg_media_playout::configure(media::codec_kind kind, std::chrono::milliseconds max_jitter) {
  const bool same_codec = traits_ != nullptr && traits_->kind == kind;
  if (same_codec && max_jitter == max_jitter_) return;
  if (!same_codec) {
    traits_ = &codec::traits_of(kind);
    decoder_ = codec::make_decoder(kind);
    packet_samples_ = traits_->sample_rate / 50;
  }
  max_jitter_ = max_jitter;
  rtp::jitter_settings settings;
  settings.clock_rate = traits_->rtp_clock_rate;
  settings.max_delay = max_jitter;
  buffer_.emplace(settings);
  reset();
}

void leg_media_playout::reset() noexcept {
  if (buffer_) buffer_->reset();
  held_ = 0;
  sparing_ = false;
  silent_ = true;
  past_bytes_ = 0;
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

// Until a frame is held or nothing more is due now. With `jobs`, the packet that completes the frame goes
// there.
void leg_media_playout::refill(std::vector<codec::decode_job>* jobs, rtp::clock_time now) {
  for (int packets = 0; held_ < frame_samples() && packets < most_packets_a_frame; ++packets) {
    const rtp::playout_result due = buffer_->pop(now);
    switch (due.kind) {
      case rtp::playout::packet:
        if (spares(due)) {
          const size_t samples = decoder_->samples_in(due.payload);
          hold_silence(samples != 0 ? samples : packet_samples_);
        } else if (jobs != nullptr && held_ + decoder_->samples_in(due.payload) >= frame_samples()) {
          job_ = jobs->size();
          jobs->push_back({.codec = decoder_.get(), .payload = due.payload, .out = room()});
          return;
        } else {
          const auto samples = decoder_->decode(due.payload, room());
          decoded(samples ? *samples : 0);
        }
        break;
      case rtp::playout::lost:
        conceal();
        break;
      case rtp::playout::waiting:
        return;
    }
  }
}

void leg_media_playout::begin_frame(std::vector<codec::decode_job>& jobs, rtp::clock_time now,
                                    spare_levels spare) {
  spare_ = spare;
  spared_level_.reset();
  if (buffer_) refill(&jobs, now);
}

bool leg_media_playout::finish_frame(std::span<const codec::decode_job> jobs, frame& out,
                                     rtp::clock_time now) noexcept {
  if (!buffer_) return false;
  if (job_) {
    decoded(jobs[*job_].samples);
    job_.reset();
    refill(nullptr, now);  // it may have held less than it said
  }
  const size_t wanted = frame_samples();
  const bool narrow = wanted != samples_per_frame;
  const bool nothing = held_ == 0 || silent_;
  if (nothing && (drained_ || !narrow)) {
    held_ -= std::min(held_, wanted);  // of silence: the rest is the same
    return false;
  }
  drained_ = nothing;
  if (held_ < wanted) {  // the spurt ends inside this frame
    std::fill_n(samples_.begin() + static_cast<std::ptrdiff_t>(held_), wanted - held_, int16_t{0});
    held_ = wanted;
  }
  const std::span<const int16_t> now_playing = std::span(samples_).first(wanted);
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

}  // namespace confab::mix
