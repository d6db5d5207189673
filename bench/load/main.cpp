#include <cstdio>
#include <cstring>
#include <span>

#include "bench/load/runs.hpp"

namespace {

confab::result<confab::load::run_report> run(const confab::load::options& o) {
  using namespace confab::load;
  switch (o.mode) {
    case run_mode::setup:
      return run_setup(o);
    case run_mode::watch:
      return run_watch(o);
    case run_mode::media:
    case run_mode::impulse:
    case run_mode::echo:
      return run_media(o);
  }
  return {confab::errc::bad_setting, "unknown mode"};
}

}  // namespace

/// Status 0: the figures may be used; 1: the run could not be made, or its JSON says why not; 2: wrong
/// options.
int main(int argc, char** argv) {
  using namespace confab::load;
  const std::span<const char* const> arguments(argv + 1, static_cast<size_t>(argc > 0 ? argc - 1 : 0));
  for (const auto* argument : arguments) {
    if (std::strcmp(argument, "--help") != 0) continue;
    std::fputs(usage().c_str(), stdout);
    return 0;
  }
  const auto asked = parse_options(arguments);
  if (!asked) {
    std::fprintf(stderr, "confab_load: %s\n", asked.error().text.c_str());
    return 2;
  }
  auto report = run(*asked);
  if (!report) {
    std::fprintf(stderr, "confab_load: %s\n", report.error().text.c_str());
    return 1;
  }
  std::puts(to_json(*report).c_str());
  return doubts(*report).empty() ? 0 : 1;
}
