#include <algorithm>
#include <utility>

#include "actors/room_shelf.hpp"
#include "config/size_text.hpp"

/// What people ask a room's shelf: to be given a file, and to put one in.
namespace confab::actors {

namespace {

std::vector<files::hash_kind> kinds_of(const sdp::file_selector& selector) {
  std::vector<files::hash_kind> out;
  for (const auto& hash : selector.hashes) {
    if (const auto kind = files::hash_kind_of(hash.algorithm)) out.push_back(*kind);
  }
  return out;
}

std::vector<files::file_hash> hashes_of(const sdp::file_selector& selector) {
  std::vector<files::file_hash> out;
  for (const auto& hash : selector.hashes) {
    if (const auto kind = files::hash_kind_of(hash.algorithm)) out.push_back({*kind, hash.digest});
  }
  return out;
}

file_verdict refused(uint16_t code, std::string why) {
  file_verdict out;
  out.code = code;
  out.why = std::move(why);
  return out;
}

/// A part alone is no file of the room: what comes must go on to the end.
std::optional<file_verdict> refused_end(const sdp::file_words& words) {
  if (!words.range || !words.range->end || *words.range->end == words.selector.size) return std::nullopt;
  return refused(488, "a part of a file is no file of a room");
}

/// How much must be here already for what comes.
uint64_t wants_here(const sdp::file_words& words) {
  return words.range ? words.range->start - 1 : 0;
}

/// SIP's word for why a disk does not go on with a file.
uint16_t code_of(errc why) noexcept {
  if (why == errc::malformed) return 488;
  return why == errc::not_found ? 480 : 503;
}

std::optional<sip::file_icon> icon_named(const std::string& id, const std::vector<sip::file_icon>& icons) {
  const auto found =
      std::find_if(icons.begin(), icons.end(), [&](const sip::file_icon& one) { return one.id == id; });
  return id.empty() || found == icons.end() ? std::nullopt : std::optional(*found);
}

constexpr const char* nothing_before = "what stands before a=file-range is not here";

}  // namespace

caf::result<file_verdicts> room_shelf::ask(const ask_for_files& m, const asker& who) {
  const auto pending = std::make_shared<inquiry>();
  pending->out.each.resize(m.streams.size());
  pending->left = m.streams.size();
  pending->leg = m.leg;
  if (m.alone) pending->alone = file_call{m.actor, who.owner, who.verified};
  pending->promise = self_->make_response_promise<file_verdicts>();
  for (size_t i = 0; i < m.streams.size(); ++i) {
    if (m.streams[i].push) {
      take(pending, i, m, who);
    } else {
      settle(pending, i, give(m.streams[i], m.leg));
    }
  }
  return pending->promise;
}

void room_shelf::settle(const inquiry_ptr& open, size_t place, file_verdict verdict) {
  if (verdict.code == 200 && open->alone) alone_.insert_or_assign(open->leg, *open->alone);
  open->out.each[place] = std::move(verdict);
  if (--open->left == 0) open->promise.deliver(open->out);
}

// ---- pulls

file_verdict room_shelf::give(const sdp::file_stream& stream, leg_id leg) const {
  const auto found = shelf_.find(stream.words.selector);
  if (!found) return refused(found.error().code == errc::not_found ? 404 : 488, found.error().text);
  const auto& file = **found;
  const auto& range = stream.words.range;
  if (range && range->start > std::max<uint64_t>(file.size, 1))
    return refused(488, "the file ends before a=file-range");
  auto job = std::make_shared<file_job>(*job_to_send(file.number, leg));
  if (range) {
    job->first = range->start - 1;
    job->end = std::min(range->end.value_or(file.size), file.size);
    job->own_message = true;
  }
  job->asks_offset = stream.words.tells_offset && !range;
  file_verdict out;
  out.says = words_of(file);
  out.says.transfer_id = stream.words.transfer_id;
  out.says.range = range;
  out.says.tells_offset = stream.words.tells_offset;
  out.job = std::move(job);
  return out;
}

sdp::file_words room_shelf::words_of(const conference::shelved_file& file) {
  sdp::file_words says;
  says.selector = {file.name, file.type.empty() ? std::nullopt : std::optional(file.type), file.size,
                   file.hashes};
  says.transfer_id = "file" + std::to_string(file.number);
  says.disposition = file.disposition;
  says.dates = file.dates;
  says.tells_offset = true;
  return says;
}

file_job_ptr room_shelf::job_to_send(uint64_t number, leg_id leg) const {
  const auto* file = shelf_.find(number);
  const auto& one = copies_.at(number);
  auto job = std::make_shared<file_job>();
  job->leg = leg;
  job->number = number;
  job->disk = one.disk;
  job->room = caf::actor_cast<caf::strong_actor_ptr>(room_actor{self_});
  job->size = file->size;
  job->from = one.file;
  job->type = file->type;
  job->end = file->size;
  return job;
}

// ---- pushes

void room_shelf::take(const inquiry_ptr& open, size_t place, const ask_for_files& m, const asker& who) {
  const auto& words = m.streams[place].words;
  const conference::offered_file offer{.selector = words.selector,
                                       .sender = who.sender,
                                       .owner = who.owner,
                                       .verified = who.verified,
                                       .host = who.host,
                                       .disposition = words.disposition,
                                       .dates = words.dates};
  if (auto no = refused_end(words)) return settle(open, place, std::move(*no));
  if (const auto* known = shelf_.resumable(offer)) return go_on(open, place, m, who, known->number);
  if (const auto no = shelf_.judge(offer)) return settle(open, place, refused(no->status, no->why));
  if (wants_here(words) > 0) return settle(open, place, refused(488, nothing_before));
  const uint64_t number = ++*shared_->numbers;
  shelf_.add(number, offer);
  const auto& disk = shared_->disks[number % shared_->disks.size()];
  copies_.emplace(number, copy{disk, {}, 0, {}, who.person, {}, icon_named(words.icon, m.icons)});
  const create_part wish{number, *words.selector.size, kinds_of(words.selector), shared_->min_free};
  const auto failed = [this, open, place, number](uint16_t code, const std::string& why) {
    shelf_.remove(number);
    copies_.erase(number);
    tell_.changed();
    settle(open, place, refused(code, why));
  };
  self_->request(disk, caf::infinite, wish)
      .then(
          [this, open, place, m, number, failed](const part_opened& opened) {
            if (!opened.done.ok) return failed(503, opened.done.why.text);
            if (!copies_.contains(number)) {  // the conference has been ended meanwhile
              self_->send(shared_->disks[number % shared_->disks.size()], drop_part{opened.file});
              return settle(open, place, refused(480, "the conference has ended"));
            }
            settle(open, place, admitted(m, place, number, opened));
            const auto& file = *shelf_.find(number);
            tell_.say(copies_.at(number).person + " is uploading file " + file.name + " (" +
                      size_text(file.size) + ")");
            tell_.changed();
          },
          [failed](const caf::error&) { failed(503, "the server stops"); });
}

/// What was interrupted goes on; what still seems to come is taken over, because its connection may be dead.
/// Only the disk knows what is here by now, so it judges the range; until it has, nothing changes.
void room_shelf::go_on(const inquiry_ptr& open, size_t place, const ask_for_files& m, const asker& who,
                       uint64_t number) {
  const auto& one = copies_.at(number);
  if (!one.part) return settle(open, place, refused(480, "the file is just being begun by another call"));
  if (const auto no = shelf_.judge_again(number)) return settle(open, place, refused(no->status, no->why));
  const resume_part wish{one.part, wants_here(m.streams[place].words), shared_->min_free};
  self_->request(one.disk, caf::infinite, wish)
      .then(
          [this, open, place, m, host = who.host, number](const part_opened& opened) {
            if (!opened.done.ok) {
              return settle(open, place, refused(code_of(opened.done.why.code), opened.done.why.text));
            }
            const auto found = copies_.find(number);
            if (found == copies_.end() || !found->second.part)
              return settle(open, place, refused(480, "the file has just ended"));
            // Others may have taken its place while the disk was asked.
            if (const auto no = shelf_.judge_again(number)) {
              self_->send(found->second.disk, park_part{found->second.part, opened.holder});
              return settle(open, place, refused(no->status, no->why));
            }
            shelf_.go_on(number, host);
            settle(open, place, admitted(m, place, number, opened));
            tell_.changed();
          },
          [this, open, place](const caf::error&) { settle(open, place, refused(503, "the server stops")); });
}

file_verdict room_shelf::admitted(const ask_for_files& m, size_t place, uint64_t number,
                                  const part_opened& opened) {
  auto& one = copies_.at(number);
  one.part = opened.file;
  one.holder = opened.holder;
  shelf_.progress(number, opened.written);
  const auto& words = m.streams[place].words;
  auto job = std::make_shared<file_job>();
  job->leg = m.leg;
  job->number = number;
  job->disk = one.disk;
  job->room = caf::actor_cast<caf::strong_actor_ptr>(room_actor{self_});
  job->push = true;
  job->size = *words.selector.size;
  job->into = opened.file;
  job->holder = opened.holder;
  job->expected = hashes_of(words.selector);
  job->plan = {job->size, opened.written, words.range ? words.range->start - 1 : 0};
  file_verdict out;
  out.says.selector = words.selector;
  out.says.selector_text = words.selector_text;
  out.says.transfer_id = words.transfer_id;
  out.says.range = words.range;
  out.says.tells_offset = words.tells_offset;
  out.job = std::move(job);
  return out;
}

}  // namespace confab::actors
