#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// Where callers stay until they may enter a room: a PIN is asked for, a conference number, or a moderator is
/// waited for. Whoever is here is neither heard nor hears the room, and is no participant of it.
namespace confab::conference {

/// What somebody has shown already: in its Request-URI, or by being called by the room itself, which counts
/// as the PIN.
enum class credential : uint8_t { none, pin, moderator_pin };

/// What became of a PIN. `exhausted`: too many wrong ones, it was not looked at.
enum class pin_verdict : uint8_t { right, moderator, wrong, exhausted };

/// What stands between a caller and the room.
struct entrance_rules {
  bool number = false;          ///< the room itself is asked for: the lobby
  bool pin = false;             ///< and not shown yet
  bool moderator = false;       ///< waits until one is there
  bool may_become_one = false;  ///< there is a moderator PIN
  size_t pin_digits = 0;        ///< of the longest PIN: more are not waited for
  bool is_moderator = false;    ///< as who enters
};

/// What the entrance wants done, in order.
namespace at_entrance {
struct play {
  std::string prompt;
};
struct stop_prompts {};  ///< those that still play, or wait to
struct music {
  bool on;
};
struct check_pin {  ///< answer with `on_pin`
  std::string digits;
};
struct find_room {  ///< answer with `on_no_room`, or move the caller there
  std::string digits;
};
struct let_in {
  bool moderator;
};
struct hang_up {
  std::string reason;
};
}  // namespace at_entrance

using entrance_action =
    std::variant<at_entrance::play, at_entrance::stop_prompts, at_entrance::music, at_entrance::check_pin,
                 at_entrance::find_room, at_entrance::let_in, at_entrance::hang_up>;
using entrance_actions = std::vector<entrance_action>;

/// One caller at the entrance. `#` ends an entry, as does a digit that makes it as long as it can be, and a
/// pause; `*` begins it anew. No clock, no I/O; owned by the room.
class entrance {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::seconds first_digit{10};
  static constexpr std::chrono::seconds digit_gap{5};
  static constexpr std::chrono::seconds overall{60};  ///< until an entry is right
  static constexpr std::chrono::seconds farewell{4};  ///< what the last prompts take
  static constexpr int tries = 3;

  explicit entrance(entrance_rules rules) : rules_(rules) {}

  entrance_actions begin(clock_time now);
  entrance_actions on_key(char key, clock_time now);  ///< 0-9 * # A-D
  entrance_actions on_pin(pin_verdict verdict, clock_time now);
  /// There is no room of that number, or it does not take the caller: `prompt` says which.
  entrance_actions on_no_room(const std::string& prompt, clock_time now);
  /// The PIN was right, but the room takes nobody: `prompt` says why.
  entrance_actions on_refused(const std::string& prompt, clock_time now);
  /// A moderator is there.
  entrance_actions on_moderator();
  entrance_actions poll(clock_time now);
  /// When `poll` has something to do; nothing: it waits for something else.
  [[nodiscard]] std::optional<clock_time> deadline() const;

  /// All that was asked for has been shown: it waits for a moderator, and its place in the room is taken.
  [[nodiscard]] bool waits() const noexcept { return phase_ == phase::waiting || checking_while_waiting_; }

 private:
  enum class phase : uint8_t { asking, checking, waiting, leaving, done };
  entrance_actions ask(clock_time now);
  entrance_actions submit(clock_time now);
  entrance_actions fail(const std::string& prompt, clock_time now);
  entrance_actions dismiss(entrance_actions so_far, clock_time now);
  entrance_actions pass();
  [[nodiscard]] size_t longest() const noexcept;

  entrance_rules rules_;
  phase phase_ = phase::asking;
  std::string digits_;
  int failed_ = 0;
  bool checking_while_waiting_ = false;
  clock_time since_{};  ///< the last digit, the prompt, or the farewell
  clock_time begun_{};
};

}  // namespace confab::conference
