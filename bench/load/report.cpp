#include "bench/load/report.hpp"

#include <cmath>

#include <nlohmann/json.hpp>

namespace confab::load {
namespace {

using json = nlohmann::ordered_json;

double rounded(double value) {
  return std::round(value * 10'000) / 10'000;
}

double milliseconds(std::chrono::nanoseconds t) {
  return std::chrono::duration<double, std::milli>(t).count();
}

json latency(std::vector<double>& samples) {
  return {{"samples", samples.size()},
          {"p50_ms", rounded(percentile(samples, 0.5))},
          {"p99_ms", rounded(percentile(samples, 0.99))},
          {"max_ms", rounded(percentile(samples, 1))}};
}

bool has_media(run_mode mode) {
  return mode != run_mode::setup && mode != run_mode::watch;
}

json figures(const run_report& r) {
  json out = json::object();
  if (!r.server) return out;
  const auto& s = *r.server;
  if (r.asked.mode == run_mode::setup) {
    out["cpu_ms_per_call"] = r.established == 0 ? json() : json(rounded(r.setup_cpu_ms / r.established));
    return out;
  }
  const double leg_seconds = r.established * r.seconds;
  const double cpu = milliseconds(s.window_end.cpu - s.window_start.cpu);
  const auto held = [](const process_usage& u) {
    return static_cast<double>(u.pss_kb != 0 ? u.pss_kb : u.rss_kb);
  };
  if (leg_seconds > 0) {
    out["cpu_ms_per_leg_second"] = rounded(cpu / leg_seconds);
    out["memory_per_leg_kb"] = rounded((held(s.window_end) - held(s.before)) / r.established);
    out["setup_cpu_ms_per_call"] = rounded(r.setup_cpu_ms / r.established);
    out["server_cpu_percent"] = rounded(cpu / (r.seconds * 10));
  }
  return out;
}

json received(const run_report& r) {
  const double due = r.established * r.seconds * 50;
  const auto total = static_cast<double>(r.received.packets + r.received.lost);
  return {{"packets", r.received.packets},
          {"share_of_50_a_second", due > 0 ? rounded(static_cast<double>(r.received.packets) / due) : 0},
          {"lost", r.received.lost},
          {"loss_share", total > 0 ? rounded(static_cast<double>(r.received.lost) / total) : 0},
          {"gaps_over_40ms", r.received.gaps},
          {"longest_gap_ms", rounded(milliseconds(r.received.longest_gap))},
          {"reordered", r.received.reordered},
          {"duplicates", r.received.duplicates},
          {"source_changes", r.received.restarts},
          {"other_packets", r.other_packets},
          {"unauthentic", r.unauthentic},
          {"rtcp_packets", r.rtcp_packets},
          {"legs_without_packets", r.legs_without_packets},
          {"rooms_listened", r.rooms_listened},
          {"rooms_heard", r.rooms_heard}};
}

json generator(const run_report& r) {
  const double leg_seconds = r.established * r.seconds;
  return {{"sent", r.pump.sent},
          {"withheld", r.pump.withheld},
          {"send_errors", r.pump.send_errors},
          {"late_sends", r.pump.late},
          {"latest_ms", rounded(milliseconds(r.pump.latest))},
          {"cpu_ms_per_leg_second", leg_seconds > 0 ? rounded(r.generator_cpu_ms / leg_seconds) : 0}};
}

}  // namespace

std::vector<std::string> doubts(const run_report& r) {
  std::vector<std::string> out;
  if (r.failed() > 0) out.push_back(std::to_string(r.failed()) + " legs were not established");
  if (r.dropped > 0) out.push_back(std::to_string(r.dropped) + " legs were ended by the server");
  if (r.watch) add_doubts(*r.watch, r.asked.total_changes(), out);
  if (!has_media(r.asked.mode)) return out;
  if (r.pump.late * 1'000 > r.pump.sent)
    out.push_back("the generator fell behind: more than 0.1 % sent late");
  if (r.pump.send_errors * 1'000 > r.pump.sent) out.push_back("more than 0.1 % of the sends failed");
  if (r.legs_without_packets > 0 && we_receive(r.asked.direction))
    out.push_back(std::to_string(r.legs_without_packets) + " legs received nothing");
  if (r.unauthentic > 0) out.push_back(std::to_string(r.unauthentic) + " SRTP packets did not open");
  const bool both_ways = r.asked.direction == stream_direction::sendrecv;
  const bool sound =
      both_ways && r.asked.mode == run_mode::media && r.asked.talkers_of_a_room() > 0 && r.asked.legs > 1;
  if (sound && r.rooms_heard < r.rooms_listened) out.push_back("rooms in which nobody could be heard");
  if (r.asked.mode == run_mode::impulse && r.impulse_ms.empty()) out.push_back("no impulse was heard");
  return out;
}

std::string to_json(run_report& r) {
  const auto& o = r.asked;
  json out{{"mode", to_string(o.mode)}};
  const auto why_not = doubts(r);
  out["valid"] = why_not.empty();
  out["doubts"] = why_not;
  out["codec"] = media::to_string(o.codec);
  out["srtp"] = o.srtp;
  out["rooms"] = o.rooms;
  if (has_media(o.mode)) {
    out["legs_per_room"] = o.legs;
    out["talkers_per_room"] = o.mode == run_mode::impulse ? 0 : o.talkers_of_a_room();
    out["direction"] = to_string(o.direction);
    out["loss_percent"] = o.loss_percent;
    out["silent"] = o.silent == silent_leg::sends ? "send" : "nothing";
  }
  out["legs"] = r.legs;
  out["established"] = r.established;
  out["failed"] = r.failed();
  out["failures"] = r.failures;
  out["ended_by_server"] = r.dropped;
  out["seconds"] = rounded(r.seconds);
  if (has_media(o.mode) && o.mode != run_mode::echo) out["setup_seconds"] = rounded(r.setup_seconds);
  out.update(figures(r));
  if (o.mode == run_mode::impulse) {
    out["impulse"] = latency(r.impulse_ms);
    out["impulse"]["missed"] = r.impulses_missed;
    out["impulse"]["disturbed"] = r.impulses_disturbed;
  }
  if (o.mode != run_mode::echo) {
    out["answer"] = latency(r.answer_ms);
    out["sip_retransmissions"] = r.retransmissions;
  }
  if (r.watch) {
    out["legs_per_room"] = o.legs;
    out["watch"] = to_json(*r.watch, o.watchers, o.pid.has_value());
    out["watch"]["transport"] = to_string(o.watch);
    out["watch"]["change"] = to_string(o.change);
    out["watch"]["change_rate"] = o.change_rate;
  }
  if (has_media(o.mode)) {
    out["received"] = received(r);
    out["generator"] = generator(r);
  }
  if (r.server) {
    out["server"] = {{"rss_before_kb", r.server->before.rss_kb},
                     {"rss_after_kb", r.server->window_end.rss_kb},
                     {"pss_before_kb", r.server->before.pss_kb},
                     {"pss_after_kb", r.server->window_end.pss_kb},
                     {"threads", r.server->window_end.threads}};
  }
  return out.dump(2);
}

}  // namespace confab::load
