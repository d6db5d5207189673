#include "bench/load/call_group.hpp"
#include "bench/load/runs.hpp"

namespace confab::load {

result<run_report> run_setup(const options& o) {
  run_report report;
  report.asked = o;
  // One pair takes, unread, what the server sends to any of the calls.
  auto host = local_address_towards(o.target, o.local_host);
  if (!host) return host.error();
  uint16_t port = o.first_port;
  auto sink = bind_pair(*host, port);
  if (!sink) return sink.error();
  std::vector<uint8_t> key;
  if (o.srtp) key = secure::random_key(media::srtp_suite::aes_cm_128_hmac_sha1_80);
  const local_media media{sink->rtp.local(), o.codec, key};

  const auto ignore = [](size_t, const sip_call&) {};
  auto calls = call_group::open(o, {ignore, ignore, [](size_t) {}});
  if (!calls) return calls.error();
  auto& group = **calls;
  group.end_after(o.hold);

  server_usage usage;
  const auto meter = [&](process_usage& out) -> result<void> {
    if (!o.pid) return {};
    auto read = read_process(*o.pid);
    if (!read) return read.error();
    out = *read;
    return {};
  };
  if (auto read = meter(usage.before); !read) return read.error();
  const auto start = std::chrono::steady_clock::now();
  group.set_up(
      o.calls, [&](size_t) { return media; }, [&](size_t i) { return static_cast<uint32_t>(i % o.rooms); });
  group.tear_down();
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  // Clearing away is part of a call's price, also where the server puts it off.
  group.run_for(o.warmup);
  if (auto read = meter(usage.window_end); !read) return read.error();
  report.setup_cpu_ms =
      std::chrono::duration<double, std::milli>(usage.window_end.cpu - usage.before.cpu).count();
  if (o.pid) report.server = usage;
  group.fill(report);
  return report;
}

}  // namespace confab::load
