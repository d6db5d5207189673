#include <algorithm>

#include "actors/room.hpp"
#include "config/log.hpp"

/// The room's sections on the mixing shards, and what is played there.
namespace confab::actors {

/// The shard answers the leg itself. Where a section is added, the first shard hears of it before the new one
/// does, so that the new one ticks in the slot the room has.
caf::result<outcome> room_state::open(const open_media& wish) {
  open_media placed = wish;
  placed.apart = comes_apart();  // from the first packet on: it may never come further
  const unsigned section = section_on(wish.shard);
  placed.section = {exchange_, section};
  if (section == 0 || first_knows_) return self_->delegate(shards_[wish.shard], std::move(placed));
  auto promise = self_->make_response_promise<outcome>();
  auto go_on = [this, promise, placed]() mutable {
    self_->request(shards_[placed.shard], caf::infinite, placed)
        .then([promise](const outcome& o) mutable { promise.deliver(o); },
              [promise](const caf::error& e) mutable { promise.deliver(e); });
  };
  self_->request(shards_[sections_.front()], caf::infinite, attach_section{id_, {exchange_, 0}})
      .then(
          [this, go_on](const outcome&) mutable {
            first_knows_ = true;
            go_on();
          },
          [go_on](const caf::error&) mutable { go_on(); });
  return promise;
}

/// Which section of the room a shard has; a new one when it had none. The second makes the exchange.
unsigned room_state::section_on(size_t shard) {
  const auto found = std::find(sections_.begin(), sections_.end(), shard);
  const auto section = static_cast<unsigned>(found - sections_.begin());
  if (found != sections_.end()) return section;
  sections_.push_back(shard);
  if (section == 0) return section;
  if (!exchange_) {
    exchange_ = std::make_shared<mix::section_exchange>(shards_.size());
    exchange_->open(0);
  }
  exchange_->open(section);
  log::info("room outgrows a shard",
            {{"room", id_.value}, {"section", std::to_string(section)}, {"shard", std::to_string(shard)}});
  return section;
}

const shard_actor* room_state::shard_of(leg_id leg) const {
  const auto found = seats_.find(leg);
  if (found != seats_.end()) return &shards_[found->second.shard];
  const auto guest = guests_.find(leg);
  return guest == guests_.end() ? nullptr : &shards_[guest->second.news.shard];
}

void room_state::perform(const conference::room_actions& actions) {
  for (const auto& action : actions) {
    std::visit([this](const auto& a) { run(a); }, action);
  }
}

void room_state::run(const conference::play_to_leg& a) {
  const shard_actor* const shard = shard_of(a.leg);
  if (shard == nullptr) return;
  if (auto sound = find_sound(a.prompt)) self_->send(*shard, play_to_leg{a.leg, std::move(sound)});
}

void room_state::run(const conference::play_to_room& a) {
  const auto sound = find_sound(a.prompt);
  if (!sound) return;
  for (const size_t shard : sections_) self_->send(shards_[shard], play_to_room{id_, a.except, sound});
}

void room_state::run(const conference::set_music& a) {
  if (const auto* shard = shard_of(a.leg)) self_->send(*shard, set_music{a.leg, a.on});
}

void room_state::run(const conference::set_muted& a) {
  if (const auto* shard = shard_of(a.leg)) self_->send(*shard, set_muted{a.leg, a.muted});
}

void room_state::run(const conference::set_deaf& a) {
  if (const auto* shard = shard_of(a.leg)) self_->send(*shard, set_deaf{a.leg, a.deaf});
}

mix::sound_ptr room_state::find_sound(const std::string& prompt) const {
  auto sound = shared_->sounds->find(prompt);
  if (!sound) {
    log::warning("a prompt is missing; callers do not hear it",
                 {{"prompt", prompt}, {"do", "add it to rooms.sounds-directory"}});
  }
  return sound;
}

}  // namespace confab::actors
