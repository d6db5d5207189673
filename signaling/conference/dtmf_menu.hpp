#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

/// What a caller's digits ask for.
namespace confab::conference {

/// Turns the digits of one leg into the actions of `rooms.dtmf`. `*` begins a sequence; what comes outside of
/// one is ignored. Where one sequence begins another ("*6", "*66"), the longest that was dialled wins once
/// `digit_gap` passes without a digit. No clock of its own; owned by one leg.
class dtmf_menu {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds digit_gap{2};

  /// Sequences → actions. Those that do not begin with `*`, or are longer than `limits::dtmf_digits_queued`,
  /// never match.
  explicit dtmf_menu(const std::map<std::string, std::string>& actions);

  /// One digit (0-9 * # A-D). Gives the action that is certain now.
  std::optional<std::string> feed(char digit, clock_time now);

  /// Gives the action that waited for more digits, once the gap has passed.
  std::optional<std::string> poll(clock_time now);

  /// When `poll` will have something to do; nothing: no sequence has begun.
  [[nodiscard]] std::optional<clock_time> deadline() const;

 private:
  std::optional<std::string> finish();
  void extend(char digit);
  [[nodiscard]] bool may_continue() const;

  std::map<std::string, std::string> actions_;
  std::string pending_;                 ///< the sequence so far, always the beginning of some key
  std::optional<std::string> longest_;  ///< action of the longest key dialled so far
  clock_time last_digit_{};
};

}  // namespace confab::conference
