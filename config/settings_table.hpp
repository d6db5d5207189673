#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.hpp"

/// The one table of keys: file reader, flags, `--help` and the sample file all go by it. A new key is a row
/// here, a field of `settings` and a line of `confab.conf`.
namespace confab::settings_table {

enum class value_type : uint8_t {
  boolean,
  number,
  duration,
  text,
  choice,
  text_list,
  number_list,
  choice_list,
  text_map
};

/// What a file or flag holds once its type is right; one alternative for each way to write a value.
using value = std::variant<bool, int64_t, std::chrono::milliseconds, std::string, std::vector<std::string>,
                           std::vector<int64_t>, std::map<std::string, std::string>>;

struct key {
  std::string_view name;  ///< "media.threads"
  value_type type;
  std::string_view default_value;   ///< as the file writes it
  std::string_view help;            ///< one sentence, without the default
  void (*set)(settings&, value&&);  ///< `value` holds the alternative that belongs to `type`
  int64_t least = 0;                ///< numbers; durations in milliseconds
  int64_t most = 0;
  std::vector<std::string_view> choices{};
  /// Says what is wrong with one text, one item of a list, or one `name=value` pair of a map; empty when all
  /// is well.
  std::string (*check)(std::string_view name, std::string_view item) = nullptr;
  std::string_view later{};     ///< a choice that comes with a later release, so that the refusal can say so
  std::string_view expected{};  ///< says more than the type does, e.g. "a network such as …"
  bool secret = false;          ///< no message repeats what was found
};

[[nodiscard]] const std::vector<key>& keys();
/// A section `[room."user@domain"]` may have it, without its `rooms.`.
[[nodiscard]] bool of_one_room(const key& k);
[[nodiscard]] const key* find(std::string_view name);
/// The known name that `name` was probably meant to be; empty if none is close.
[[nodiscard]] std::string_view closest(std::string_view name);
/// "a whole number from 0 to 1024": for messages and for `--help`.
[[nodiscard]] std::string expectation(const key& k);

/// Range, choices and meaning of a value whose type is right.
result<void> check(const key& k, const value& v);

}  // namespace confab::settings_table
