#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>

#include "config/limits.hpp"
#include "config/socket_address.hpp"

namespace confab::sip {

/// How many wrong passwords are borne.
struct guess_policy {
  size_t per_user = 10;  ///< of one user from one source within `window`; 0: no limit at all
  std::chrono::milliseconds window = std::chrono::minutes{10};
  static constexpr size_t users_per_source = 10;  ///< all users of a source together: as many times more
};

/// Wrong passwords, counted for each source and for each user of a source, never for a user alone: who
/// guesses somewhere else locks nobody out. A count begins with a wrong password and is forgotten a window
/// later. Pure; owned by one thread; time comes in.
class guess_limit {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  /// Numbers that stand for who it is, hard to find two alike for.
  struct guesser {
    uint64_t source;
    uint64_t user;
  };

  explicit guess_limit(guess_policy policy = {}, size_t most = limits::guesses_counted)
      : policy_(policy), most_(most) {}

  /// How long no password of `who` may be looked at; zero: now.
  [[nodiscard]] std::chrono::milliseconds wait(const guesser& who, clock_time now) const;
  /// True when that was the last one borne.
  [[nodiscard]] bool wrong(const guesser& who, clock_time now);
  /// Those of the user are forgiven, those of the source are not: else a guesser with one password of its own
  /// could go on for ever.
  void right(const guesser& who);

  [[nodiscard]] size_t counted() const noexcept { return counts_.size(); }

 private:
  using key = std::pair<uint64_t, uint64_t>;  ///< source, user; all users of a source: 0
  struct count {
    clock_time since;
    size_t wrong = 0;
  };

  [[nodiscard]] size_t most_of(const key& of) const noexcept;
  [[nodiscard]] std::chrono::milliseconds wait_of(const key& of, clock_time now) const;
  [[nodiscard]] bool add(const key& to, clock_time now);
  void forget_old(clock_time now);

  guess_policy policy_;
  size_t most_;
  std::map<key, count> counts_;
  std::deque<key> in_order_;  ///< of `since`
};

/// Whom an address stands for: an IPv4 host, or the /64 of an IPv6 one, as one subscriber has all of it.
[[nodiscard]] std::string guess_source(const socket_address& address);

}  // namespace confab::sip
