#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace confab::quality {

/// How near a recording is to what was said. Both measures are means over frames in which the original
/// speaks, in dB, each frame limited to [−10, 35] as in the literature: equal signals score 35.
struct score {
  double segmental_snr_db =
      0;  ///< waveform: codecs that keep no waveform (Speex, Opus) score low without sounding so
  double fw_segmental_snr_db = 0;  ///< perceptual, see `frequency_weighted_snr`
  size_t frames = 0;               ///< judged
  double delay_ms = 0;             ///< of the recording against the original, in the middle
  size_t delay_changes = 0;        ///< pieces in which it was another than in the piece before
  double gain = 1;                 ///< of the recording, taken out before comparing
};

/// Aligns `recorded` with `original` and compares them; both at `rate`, 8,000 or 16,000. The delay may change
/// between pieces of half a second, as an adaptive jitter buffer does. No speech in common: zero frames.
[[nodiscard]] score compare(std::span<const int16_t> original, std::span<const int16_t> recorded,
                            uint32_t rate);

/// Frame by frame: 30 ms, every 7.5 ms.
/// Signal to difference in the time domain.
[[nodiscard]] double segmental_snr(std::span<const double> original, std::span<const double> aligned,
                                   uint32_t rate, size_t& frames);
/// Frequency-weighted segmental SNR with the weights |X|^0.2 of the original's band magnitudes (Tribolet et
/// al., ICASSP 1978; in the form of Hu and Loizou, "Evaluation of Objective Quality Measures for Speech
/// Enhancement", IEEE Trans. ASLP 16(1), 2008, eq. 10). Bands are one Bark wide by Traunmüller's formula
/// (1990), so that those above 4 kHz count at 16 kHz.
[[nodiscard]] double frequency_weighted_snr(std::span<const double> original, std::span<const double> aligned,
                                            uint32_t rate);

/// `recorded` laid against `original`: as long as it, zero where nothing was recorded.
struct alignment {
  std::vector<double> recorded;
  double delay_ms = 0;
  size_t delay_changes = 0;
};
[[nodiscard]] alignment align(std::span<const int16_t> original, std::span<const int16_t> recorded,
                              uint32_t rate);

}  // namespace confab::quality
