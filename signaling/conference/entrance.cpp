#include "signaling/conference/entrance.hpp"

#include <algorithm>
#include <utility>

#include "config/limits.hpp"

namespace confab::conference {

using namespace at_entrance;

entrance_actions entrance::begin(clock_time now) {
  begun_ = now;
  if (rules_.number || rules_.pin) return ask(now);
  return pass();
}

entrance_actions entrance::ask(clock_time now) {
  phase_ = phase::asking;
  digits_.clear();
  since_ = now;
  return {play{rules_.number ? "enter-conference" : "enter-pin"}};
}

size_t entrance::longest() const noexcept {
  return rules_.number ? limits::conference_number_digits : rules_.pin_digits;
}

/// Whoever waits may still show that it is the moderator itself.
entrance_actions entrance::on_key(char key, clock_time now) {
  const bool listens =
      phase_ == phase::asking || (phase_ == phase::waiting && rules_.may_become_one && failed_ < tries);
  if (!listens) return {};
  const bool digit = key >= '0' && key <= '9';
  if (!digit && key != '#' && key != '*') return {};
  // Many press `#` behind an entry that its length has ended already.
  if (key == '#' && digits_.empty()) return {};
  entrance_actions out;
  if (digits_.empty() && phase_ == phase::asking) out.emplace_back(stop_prompts{});
  since_ = now;
  if (key == '*') {
    digits_.clear();
    return out;
  }
  if (digit) digits_ += key;
  if (key == '#' || digits_.size() >= longest()) {
    auto more = submit(now);
    std::move(more.begin(), more.end(), std::back_inserter(out));
  }
  return out;
}

/// The entry is over. A pause without a digit is a try, and nobody's guess.
entrance_actions entrance::submit(clock_time now) {
  auto entry = std::exchange(digits_, {});
  if (phase_ == phase::waiting) {
    if (entry.empty()) return {};
    checking_while_waiting_ = true;
    phase_ = phase::checking;
    return {check_pin{std::move(entry)}};
  }
  if (entry.empty()) return fail({}, now);
  phase_ = phase::checking;
  if (rules_.number) return {find_room{std::move(entry)}};
  return {check_pin{std::move(entry)}};
}

/// One try less. An empty `prompt`: there was no entry, so nothing is wrong with it.
entrance_actions entrance::fail(const std::string& prompt, clock_time now) {
  entrance_actions out;
  if (!prompt.empty()) out.emplace_back(play{prompt});
  if (++failed_ >= tries || now - begun_ >= overall) return dismiss(std::move(out), now);
  auto again = ask(now);
  std::move(again.begin(), again.end(), std::back_inserter(out));
  return out;
}

entrance_actions entrance::dismiss(entrance_actions so_far, clock_time now) {
  phase_ = phase::leaving;
  since_ = now;
  so_far.emplace_back(play{"goodbye"});
  return so_far;
}

entrance_actions entrance::pass() {
  if (!rules_.moderator || rules_.is_moderator) {
    phase_ = phase::done;
    return {let_in{rules_.is_moderator}};
  }
  phase_ = phase::waiting;
  failed_ = 0;
  return {play{"wait-for-moderator"}, music{true}};
}

entrance_actions entrance::on_pin(pin_verdict verdict, clock_time now) {
  if (phase_ != phase::checking) return {};
  const bool waited = std::exchange(checking_while_waiting_, false);
  if (waited) phase_ = phase::waiting;
  switch (verdict) {
    case pin_verdict::moderator:
      rules_.is_moderator = true;
      phase_ = phase::done;
      if (waited) return {music{false}, let_in{true}};
      return {let_in{true}};
    case pin_verdict::right:
      // While it waited a moderator may have come: then it has been let in meanwhile, or is now.
      if (!waited) return pass();
      if (rules_.moderator) return {};
      phase_ = phase::done;
      return {music{false}, let_in{rules_.is_moderator}};
    case pin_verdict::wrong:
      if (!waited) return fail("wrong-pin", now);
      break;
    case pin_verdict::exhausted:
      if (!waited) return dismiss({play{"wrong-pin"}}, now);
      failed_ = tries;
      break;
  }
  // It waits, and its entry was wrong.
  ++failed_;
  if (rules_.moderator) return {play{"wrong-pin"}};
  phase_ = phase::done;
  return {music{false}, let_in{rules_.is_moderator}};
}

entrance_actions entrance::on_no_room(const std::string& prompt, clock_time now) {
  if (phase_ != phase::checking) return {};
  return fail(prompt, now);
}

entrance_actions entrance::on_refused(const std::string& prompt, clock_time now) {
  return dismiss({play{prompt}}, now);
}

entrance_actions entrance::on_moderator() {
  rules_.moderator = false;
  if (phase_ != phase::waiting) return {};
  phase_ = phase::done;
  return {stop_prompts{}, music{false}, let_in{rules_.is_moderator}};
}

entrance_actions entrance::poll(clock_time now) {
  const auto due = deadline();
  if (!due || now < *due) return {};
  if (phase_ == phase::leaving) {
    phase_ = phase::done;
    return {hang_up{"not admitted"}};
  }
  if (phase_ == phase::waiting) {
    digits_.clear();  // keys pressed at random: no guess
    return {};
  }
  if (now - begun_ >= overall) return dismiss({}, now);
  return submit(now);
}

std::optional<entrance::clock_time> entrance::deadline() const {
  switch (phase_) {
    case phase::asking:
      return std::min(begun_ + overall, since_ + (digits_.empty() ? first_digit : digit_gap));
    case phase::waiting:
      if (digits_.empty()) return std::nullopt;
      return since_ + digit_gap;
    case phase::leaving:
      return since_ + farewell;
    case phase::checking:
    case phase::done:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace confab::conference
