#include "actors/room_shelf.hpp"

#include <utility>

#include "config/log.hpp"
#include "config/size_text.hpp"
#include "signaling/sip/uri.hpp"

/// What becomes of the files on a shelf; what people ask of it: room_shelf_asks.cpp.
namespace confab::actors {

namespace {

std::vector<sdp::file_hash> in_words(const std::vector<files::file_hash>& hashes) {
  std::vector<sdp::file_hash> out;
  out.reserve(hashes.size());
  for (const auto& hash : hashes) out.push_back({std::string(files::to_string(hash.kind)), hash.digest});
  return out;
}

}  // namespace

room_shelf::room_shelf(room_actor::pointer self, room_id room, file_services_ptr shared, hooks tell)
    : self_(self),
      room_(std::move(room)),
      shared_(std::move(shared)),
      tell_(std::move(tell)),
      shelf_(shared_->rules) {}

/// News of who had a file before another took it over mean nothing.
bool room_shelf::is_current(const file_job& job) const {
  const auto found = copies_.find(job.number);
  return job.push && found != copies_.end() && found->second.holder == job.holder;
}

void room_shelf::moved(const file_moved& m) {
  if (!is_current(*m.job)) return;
  shelf_.progress(m.job->number, m.bytes);
  tell_.changed();
}

void room_shelf::over(const file_over& m) {
  alone_.erase(m.job->leg);
  const auto* file = shelf_.find(m.job->number);
  const std::string name = file == nullptr ? std::string() : file->name;
  log::info(m.done ? "file transferred" : "file not transferred", {{"room", room_.value},
                                                                   {"leg", to_string(m.job->leg)},
                                                                   {"file", std::to_string(m.job->number)},
                                                                   {"name", name},
                                                                   {"way", m.job->push ? "in" : "out"},
                                                                   {"bytes", std::to_string(m.job->size)},
                                                                   {"why", m.why}});
  if (!is_current(*m.job)) {
    // It came too late: whatever it has brought is nobody's.
    if (m.file) self_->send(m.job->disk, drop_stored{m.file});
    return;
  }
  shelf_.progress(m.job->number, m.bytes);
  if (!m.done) return fail(*m.job, m.why, m.may_go_on);
  auto& one = copies_.at(m.job->number);
  one.part.reset();
  one.file = m.file;
  one.holder = 0;
  shelf_.complete(m.job->number, in_words(m.file->hashes), self_->clock().now());
  one.token = tell_.new_token();
  tell_.changed();
  tell_.publish();
  const auto url = one.token.empty() ? std::string() : ": " + tell_.url_of(one.token, name);
  tell_.say(one.person + " has uploaded file " + name + " (" + size_text(m.job->size) + ")" + url);
  tell_.arrived(*shelf_.find(m.job->number));
}

void room_shelf::forget(const forget_file& m) {
  alone_.erase(m.job->leg);
  const auto* const file = shelf_.find(m.job->number);
  // As `file_stream::over`: what came before, by another connection, is worth keeping.
  if (is_current(*m.job)) fail(*m.job, "no connection came for it", file != nullptr && file->here > 0);
}

void room_shelf::fail(const file_job& job, const std::string& why, bool may_go_on) {
  auto& one = copies_.at(job.number);
  const auto now = self_->clock().now();
  one.holder = 0;
  if (may_go_on) {
    shelf_.interrupt(job.number, now);
    self_->send(one.disk, park_part{one.part, job.holder});
  } else {
    drop(one);
    shelf_.fail(job.number, now);
  }
  tell_.say("File transfer for " + shelf_.find(job.number)->name + " failed: " + why);
  tell_.changed();
}

// ---- all

void room_shelf::drop(copy& one) {
  if (one.part) self_->send(one.disk, drop_part{std::exchange(one.part, nullptr)});
  if (one.file) self_->send(one.disk, drop_stored{std::exchange(one.file, nullptr)});
}

void room_shelf::poll(clock_time now) {
  const auto gone = shelf_.expire(now);
  for (const uint64_t number : gone) {
    const auto found = copies_.find(number);
    if (found == copies_.end()) continue;
    drop(found->second);
    copies_.erase(found);
  }
  if (!gone.empty()) tell_.changed();
}

void room_shelf::renew_tokens() {
  for (auto& [number, one] : copies_) {
    if (!one.token.empty()) one.token = tell_.new_token();
  }
  tell_.changed();
}

void room_shelf::put_out(const std::string& owner, bool verified, const std::string& why) {
  for (const auto& [leg, call] : alone_) {
    if (call.verified == verified && sip::same_person(call.owner, owner))
      self_->send(caf::actor_cast<leg_actor>(call.leg), remove_leg{why});
  }
}

void room_shelf::end(const std::string& why) {
  for (const auto& [leg, call] : alone_) self_->send(caf::actor_cast<leg_actor>(call.leg), remove_leg{why});
  alone_.clear();
  for (auto& [number, one] : copies_) drop(one);
  copies_.clear();
}

std::vector<conference::file_info> room_shelf::listing() const {
  auto out = shelf_.listing();
  const auto files = shelf_.all();
  for (size_t i = 0; i < out.size(); ++i) {
    const auto found = copies_.find(files[i]->number);
    if (found == copies_.end() || found->second.token.empty()) continue;
    out[i].url = tell_.url_of(found->second.token, out[i].name);
  }
  return out;
}

std::vector<web::page_file> room_shelf::on_page() const {
  std::vector<web::page_file> out;
  const auto shown = shelf_.listing();
  const auto files = shelf_.all();
  for (size_t i = 0; i < shown.size(); ++i) {
    web::page_file one;
    one.name = shown[i].name;
    one.type = files[i]->type;
    one.size_bytes = shown[i].size_bytes;
    one.hash = shown[i].hash;
    one.sender = shown[i].sender;
    one.status = shown[i].status;
    const auto found = copies_.find(files[i]->number);
    if (found != copies_.end() && found->second.file) {
      one.token = found->second.token;
      one.path = found->second.file->path;
    }
    out.push_back(std::move(one));
  }
  return out;
}

std::optional<sip::file_icon> room_shelf::icon_of(uint64_t number) const {
  const auto found = copies_.find(number);
  return found == copies_.end() ? std::nullopt : found->second.icon;
}

files::stored_file_ptr room_shelf::stored(uint64_t number) const {
  const auto found = copies_.find(number);
  return found == copies_.end() ? nullptr : found->second.file;
}

}  // namespace confab::actors
