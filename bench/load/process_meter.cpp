#include "bench/load/process_meter.hpp"

#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

namespace confab::load {
namespace {

std::string read_all(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// A process's CPU time without the rounding of `stat`.
std::optional<std::chrono::microseconds> cpu_clock(int pid) {
  clockid_t clock{};
  timespec t{};
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) != 0) return std::nullopt;
  return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_nsec / 1'000);
}

}  // namespace

result<process_usage> parse_stat(std::string_view line, long ticks_per_second) {
  const auto bracket = line.rfind(')');
  if (bracket == std::string_view::npos) return {errc::malformed, "stat line without a command"};
  std::istringstream fields{std::string(line.substr(bracket + 1))};
  std::vector<std::string> words;
  for (std::string word; fields >> word;) words.push_back(word);
  // After the command come state (field 3), ..., utime (14), stime (15), ..., num_threads (20).
  if (words.size() < 18) return {errc::malformed, "stat line too short"};
  const auto number = [&](size_t field) {
    uint64_t value = 0;
    const auto& word = words[field - 3];
    std::from_chars(word.data(), word.data() + word.size(), value);
    return value;
  };
  process_usage usage;
  const uint64_t ticks = number(14) + number(15);
  usage.cpu = std::chrono::microseconds(ticks * 1'000'000 / static_cast<uint64_t>(ticks_per_second));
  usage.threads = static_cast<uint32_t>(number(20));
  return usage;
}

uint64_t parse_kb(std::string_view text, std::string_view name) {
  for (size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if ((at != 0 && text[at - 1] != '\n') || text.substr(at + name.size(), 1) != ":") continue;
    const auto digits = text.find_first_of("0123456789", at + name.size());
    uint64_t value = 0;
    if (digits != std::string_view::npos)
      std::from_chars(text.data() + digits, text.data() + text.size(), value);
    return value;
  }
  return 0;
}

result<process_usage> read_process(int pid) {
  const std::string folder = "/proc/" + std::to_string(pid);
  const auto stat = read_all(folder + "/stat");
  if (stat.empty()) return {errc::not_found, "--pid=" + std::to_string(pid) + ": no such process"};
  auto usage = parse_stat(stat, sysconf(_SC_CLK_TCK));
  if (!usage) return usage;
  if (const auto exact = cpu_clock(pid)) usage->cpu = *exact;
  const auto maps = read_all(folder + "/smaps_rollup");  // empty when the process is somebody else's
  usage->rss_kb = parse_kb(maps, "Rss");
  usage->pss_kb = parse_kb(maps, "Pss");
  if (usage->rss_kb == 0) usage->rss_kb = parse_kb(read_all(folder + "/status"), "VmRSS");
  return usage;
}

std::chrono::microseconds own_cpu() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto total = [](const timeval& t) {
    return std::chrono::seconds(t.tv_sec) + std::chrono::microseconds(t.tv_usec);
  };
  return total(used.ru_utime) + total(used.ru_stime);
}

}  // namespace confab::load
