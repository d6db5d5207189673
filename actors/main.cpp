#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include "actors/history_keeper.hpp"
#include "actors/server.hpp"
#include "config/log.hpp"
#include "config/settings.hpp"

namespace {

using namespace confab;

constexpr int exit_bad_setting = 2;
constexpr std::chrono::milliseconds shutdown_patience{4'000};  // of the 5 s an operator waits at most

int complain(int status, const std::string& text) {
  std::cerr << "confabd: " << text << '\n';
  return status;
}

result<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return {errc::bad_setting, "cannot open the config file " + path + ": " + std::strerror(errno)};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

/// Two sockets a leg: the soft limit of most systems ends at some hundred calls.
void raise_file_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    log::warning("the limit of open files cannot be raised; each leg needs two",
                 {{"limit", std::to_string(before)}, {"do", "raise LimitNOFILE or ulimit -n"}});
    return;
  }
  log::info("open files", {{"limit", std::to_string(limit.rlim_cur)}, {"was", std::to_string(before)}});
}

/// Blocks of files are made by one thread and freed by another. By its defaults malloc gives such memory back
/// to the kernel and takes it again for each: clearing those pages cost as much as the transfer (decision
/// 028).
void keep_freed_memory() {
  constexpr int kept_bytes = 33'554'432, mapped_from_bytes = 1'048'576;
  mallopt(M_TRIM_THRESHOLD, kept_bytes);
  mallopt(M_MMAP_THRESHOLD, mapped_from_bytes);
}

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

/// A second signal while calls are being ended: leave at once.
void leave_on_next_signal(const sigset_t& set) {
  std::thread([set] {
    int signal = 0;
    sigwait(&set, &signal);
    log::warning("second signal: leaving at once, calls are dropped");
    log::stop();
    _exit(0);
  }).detach();
}

int serve(std::shared_ptr<const settings> configured) {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);  // before any thread is made, so that all inherit it
  std::signal(SIGPIPE, SIG_IGN);
  raise_file_limit();
  keep_freed_memory();
  auto running = actors::server::start(std::move(configured));
  if (!running) {
    log::stop();
    return complain(running.error().code == errc::bad_setting ? exit_bad_setting : 1, running.error().text);
  }
  std::puts("ready");
  std::fflush(stdout);
  int signal = 0;
  sigwait(&set, &signal);
  log::info("stopping: ending every call", {{"signal", strsignal(signal)}});
  leave_on_next_signal(set);
  (*running)->shut_down(shutdown_patience);
  running->reset();
  log::info("stopped");
  log::stop();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const auto line = parse_command_line(argc, argv);
  if (!line) return complain(exit_bad_setting, line.error().text);
  if (line->help) return std::cout << help_text(), 0;
  if (line->version) return std::cout << "confabd " CONFAB_VERSION "\n", 0;
  std::string text;
  if (!line->config_file.empty()) {
    auto read = read_file(line->config_file);
    if (!read) return complain(exit_bad_setting, read.error().text);
    text = std::move(*read);
  }
  auto loaded =
      load_settings(line->config_file.empty() ? "defaults" : line->config_file, text, line->overrides);
  if (!loaded) return complain(exit_bad_setting, loaded.error().text);
  if (line->check_config) {
    if (const auto history = actors::check_history(*loaded); !history)
      return complain(exit_bad_setting, history.error().text);
    std::cout << "the configuration is good\n";
    return 0;
  }
  const auto logging = log::start({loaded->log.level, loaded->log.format, loaded->log.trace});
  if (!logging) return complain(exit_bad_setting, logging.error().text);
  return serve(std::make_shared<const settings>(std::move(*loaded)));
}
