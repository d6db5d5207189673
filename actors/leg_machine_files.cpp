#include <algorithm>
#include <utility>

#include "actors/leg_machine.hpp"
#include "config/limits.hpp"

/// The file streams of a call (RFC 5547 §8): the room is asked about new ones before their offer is answered.
namespace confab::actors {

namespace {

sdp::message_capability without_chat(sdp::message_capability ours) {
  ours.accept_types = {"*"};
  ours.accept_wrapped_types = {"*"};
  ours.chatroom.reset();
  ours.max_size = 0;
  return ours;
}

std::string_view reason_of(uint16_t code) noexcept {
  switch (code) {
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 413:
      return "Request Entity Too Large";
    case 480:
      return "Temporarily Unavailable";
    case 503:
      return "Service Unavailable";
    default:
      return "Not Acceptable Here";
  }
}

sip::refusal refusal_with(uint16_t code, std::string why) {
  sip::refusal out{code, std::string(reason_of(code)), std::move(why), std::nullopt};
  if (code == 503) out.retry_after = std::chrono::seconds{60};
  return out;
}

}  // namespace

/// Nothing: the offer has no new files that could be had, or the room was asked already. How a stream would
/// be had is found out first, so that the room makes nothing ready in vain.
std::optional<act::ask_for_files> leg_machine::ask_for_files(const std::string& offer_text,
                                                             std::vector<sip::file_icon> icons) {
  if (!setup_.files || !setup_.chat || files_judged_ || !sdp::mentions_files(offer_text)) return std::nullopt;
  const auto offer = sdp::parse(offer_text);
  if (!offer) return std::nullopt;
  wanted_files_.clear();
  no_file_.reset();
  const auto note = [this](const error& why) {
    if (!no_file_) no_file_ = refusal_with(why.code == errc::forbidden ? 403 : 488, why.text);
  };
  act::ask_for_files ask;
  for (auto& one : sdp::new_file_streams(*offer, sent_ ? &*sent_ : nullptr, setup_.chat->ours)) {
    if (!one.stream) {
      note(one.stream.error());
      continue;
    }
    if (files_.size() + wanted_files_.size() >= limits::files_per_call) {
      note({errc::exhausted, "too many files in one call"});
      break;
    }
    wanted_file wanted{
        *one.stream, offer->media[one.media_index], with_new_path(without_chat(setup_.chat->ours)), {}};
    auto& transport = wanted.stream.transport;
    transport.local_path = transport.tls ? wanted.ours.tls_path : wanted.ours.tcp_path;
    auto way = plan_chat(transport);
    if (!way) {
      note(way.error());
      continue;
    }
    wanted.way = std::move(*way);
    ask.streams.push_back(wanted.stream);
    wanted_files_.push_back(std::move(wanted));
  }
  if (ask.streams.empty()) return std::nullopt;
  if (phase_ == phase::fresh) phase_ = phase::waiting;
  ask.icons = std::move(icons);
  return ask;
}

leg_actions leg_machine::on_files(const std::vector<file_verdict>& verdicts) {
  files_judged_ = true;
  const auto wanted = std::exchange(wanted_files_, {});
  for (size_t i = 0; i < wanted.size() && i < verdicts.size(); ++i) {
    const auto& verdict = verdicts[i];
    const auto& [stream, offered, ours, way] = wanted[i];
    if (verdict.code != 200 || !verdict.job) {
      if (!no_file_) no_file_ = refusal_with(verdict.code, verdict.why);
      continue;
    }
    setup_.ours.files.insert_or_assign(stream.media_index,
                                       sdp::file_answer_line(offered, stream, verdict.says, ours));
    new_files_.insert_or_assign(stream.media_index, file_plan{way, verdict.job});
  }
  if (phase_ == phase::ending) {
    leg_actions actions;
    drop_new_files(actions);
    actions.emplace_back(act::close_media{});  // it waited for this
    return actions;
  }
  if (files_reoffer_) return on(*std::exchange(files_reoffer_, std::nullopt));
  return open_or_refuse();
}

/// A call for files alone is refused with the room's own words; one that has something else gets port 0 for
/// them.
sip::refusal leg_machine::refusal_of(const error& why) const {
  return no_file_ ? *no_file_ : refusal_with(488, why.text);
}

/// `local` is what we say now: files that it does not have any more are over.
void leg_machine::adopt_files(const sdp::description& local, leg_actions& actions) {
  for (auto at = files_.begin(); at != files_.end();) {
    const size_t line = *at;
    const bool there = line < local.media.size() && sdp::is_active_file(local.media[line]);
    if (there && !new_files_.contains(line)) {
      ++at;
      continue;
    }
    actions.emplace_back(act::set_file{line, std::nullopt});
    at = files_.erase(at);
  }
  for (auto& [line, plan] : std::exchange(new_files_, {})) {
    files_.insert(line);
    actions.emplace_back(act::set_file{line, std::move(plan)});
  }
  setup_.ours.files.clear();
  files_judged_ = false;
  no_file_.reset();
}

/// A call of ours to hand a file over.
leg_actions leg_machine::offer_file() {
  setup_.ours.address = media_host();
  setup_.ours.audio_port = 0;
  setup_.ours.message = with_new_path(without_chat(setup_.chat->ours));
  sent_ = sdp::file_offer(setup_.delivery->says, setup_.ours);
  phase_ = phase::waiting;
  return {act::dial{sdp::write(*sent_)}};
}

/// A peer that repeats its answer (a refresh) has the file already.
leg_actions leg_machine::on_file_answer(const sdp::description& theirs) {
  if (files_.contains(0)) return {};
  const auto agreed = sdp::accept_file(*sent_, theirs, *setup_.ours.message);
  if (!agreed) return {act::hang_up{agreed.error().text}};
  auto way = plan_chat(agreed->transport);
  if (!way) return {act::hang_up{way.error().text}};
  auto job = std::make_shared<file_job>(*setup_.delivery->job);
  job->asks_offset = agreed->words.tells_offset;
  files_.insert(0);
  return {act::set_file{0, file_plan{std::move(*way), std::move(job)}}};
}

void leg_machine::drop_new_files(leg_actions& actions) {
  for (auto& [line, plan] : std::exchange(new_files_, {})) actions.emplace_back(act::drop_file{plan.job});
  setup_.ours.files.clear();
  files_judged_ = false;
  no_file_.reset();
}

}  // namespace confab::actors
