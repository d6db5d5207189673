#include "signaling/conference/dtmf_menu.hpp"

#include <utility>

#include "config/limits.hpp"

namespace confab::conference {

dtmf_menu::dtmf_menu(const std::map<std::string, std::string>& actions) {
  for (const auto& [sequence, action] : actions) {
    if (sequence.starts_with('*') && sequence.size() <= limits::dtmf_digits_queued)
      actions_.emplace(sequence, action);
  }
}

std::optional<std::string> dtmf_menu::feed(char digit, clock_time now) {
  if (digit >= 'a' && digit <= 'd') digit = static_cast<char>(digit - 'a' + 'A');
  std::optional<std::string> action = poll(now);
  last_digit_ = now;
  if (action) {
    // What was waiting is longer than "*", so one more digit cannot complete a second action.
    extend(digit);
    return action;
  }
  const bool was_pending = !pending_.empty();
  extend(digit);
  if (pending_.empty() && was_pending) {
    action = finish();  // the digit led nowhere: what was dialled before it stands
    extend(digit);      // and the digit may begin anew
    if (action) return action;
  }
  if (!pending_.empty() && !may_continue()) return finish();
  return std::nullopt;
}

std::optional<std::string> dtmf_menu::poll(clock_time now) {
  if (pending_.empty() || now - last_digit_ < digit_gap) return std::nullopt;
  return finish();
}

std::optional<dtmf_menu::clock_time> dtmf_menu::deadline() const {
  if (pending_.empty()) return std::nullopt;
  return last_digit_ + digit_gap;
}

std::optional<std::string> dtmf_menu::finish() {
  pending_.clear();
  return std::exchange(longest_, std::nullopt);
}

/// Adds the digit, or drops the sequence (but not its `longest_`) when no key begins that way.
void dtmf_menu::extend(char digit) {
  pending_ += digit;
  const auto key = actions_.lower_bound(pending_);
  if (key == actions_.end() || !key->first.starts_with(pending_)) {
    pending_.clear();
  } else if (key->first == pending_) {
    longest_ = key->second;
  }
}

/// Whether a longer key begins with what is pending.
bool dtmf_menu::may_continue() const {
  const auto key = actions_.upper_bound(pending_);
  return key != actions_.end() && key->first.starts_with(pending_);
}

}  // namespace confab::conference
