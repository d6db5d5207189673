#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace confab::load {

/// What a process has used so far, and holds now.
struct process_usage {
  std::chrono::microseconds cpu{0};  ///< user and system, of all threads, those that ended included
  uint64_t rss_kb = 0;
  uint64_t pss_kb = 0;  ///< shared pages divided among those who share them; 0 when the kernel does not tell
  uint32_t threads = 0;
};

/// Reads `/proc/PID/stat` and `/proc/PID/smaps_rollup`. CPU time comes from the process's own
/// clock (clock_getcpuclockid(3)), to the microsecond; where that is refused, in clock ticks of 10 ms.
result<process_usage> read_process(int pid);
/// Our own CPU time, to the microsecond.
[[nodiscard]] std::chrono::microseconds own_cpu();

/// proc(5): utime, stime and num_threads of a `stat` line; the command name may hold spaces and brackets.
result<process_usage> parse_stat(std::string_view line, long ticks_per_second);
/// The `Name:  123 kB` line of a `smaps_rollup` or `status` text; 0 when it is not there.
[[nodiscard]] uint64_t parse_kb(std::string_view text, std::string_view name);

}  // namespace confab::load
