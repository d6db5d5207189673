#pragma once

#include "bench/load/options.hpp"
#include "bench/load/report.hpp"

namespace confab::load {

/// Modes media, impulse and echo: legs come up, settle, are measured for the window, and end.
result<run_report> run_media(const options& o);

/// Mode watch: legs on hold and watchers; a window in which nothing changes, then one with changes.
result<run_report> run_watch(const options& o);

/// Mode setup: INVITE, 200, ACK, BYE at a rate, no RTP.
result<run_report> run_setup(const options& o);

}  // namespace confab::load
