#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bench/load/media_pump.hpp"
#include "bench/load/options.hpp"
#include "bench/load/process_meter.hpp"
#include "bench/load/statistics.hpp"
#include "bench/load/watch_report.hpp"

namespace confab::load {

/// The server process at three moments.
struct server_usage {
  process_usage before;  ///< no leg yet
  process_usage window_start;
  process_usage window_end;  ///< in setup mode: all calls over
};

/// All a run found out; `to_json` turns it into what is printed.
struct run_report {
  options asked;
  uint32_t legs = 0;
  uint32_t established = 0;
  uint32_t dropped = 0;                      ///< ended by the server before we did
  std::map<std::string, uint32_t> failures;  ///< by status or reason
  double seconds = 0;                        ///< of the window as it came out
  std::optional<server_usage> server;

  std::vector<double> answer_ms;  ///< INVITE to 200
  uint64_t retransmissions = 0;
  double setup_seconds = 0;  ///< first INVITE to last answer
  double setup_cpu_ms = 0;   ///< of the server while calls were set up

  stream_counts received;
  uint32_t legs_without_packets = 0;
  uint64_t other_packets = 0;
  uint64_t unauthentic = 0;
  uint64_t rtcp_packets = 0;
  uint32_t rooms_listened = 0;
  uint32_t rooms_heard = 0;  ///< of these, in how many something audible came

  std::vector<double> impulse_ms;
  uint64_t impulses_missed = 0;
  uint64_t impulses_disturbed = 0;

  std::optional<watch_report> watch;

  pump_counts pump;
  double generator_cpu_ms = 0;

  [[nodiscard]] uint32_t failed() const noexcept { return legs - established; }
};

/// Why the figures of this run must not be used; empty: they may.
[[nodiscard]] std::vector<std::string> doubts(const run_report& report);

/// The report as JSON, the figures that are compared first. Sorts the samples.
[[nodiscard]] std::string to_json(run_report& report);

}  // namespace confab::load
