#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "actors/chat_words.hpp"

namespace confab::actors {

/// A room's latest public messages, and who comes before those of earlier conferences are there: chat is held
/// back from it for a moment, so that it reads everything in order. No clock, no I/O; owned by one
/// `room_chat`.
///
/// Bounded twice, by messages and by `limits::chat_history_bytes`, because a newcomer's queue must take all
/// of it beside the welcome.
class chat_history {
 public:
  using parcels = std::vector<chat_parcel_ptr>;
  struct delivery {
    leg_id leg;
    parcels what;
  };

  explicit chat_history(size_t messages_most) : most_(messages_most) {}

  /// Whether a message of that size is kept at all.
  [[nodiscard]] bool takes(size_t bytes) const noexcept;
  void keep(chat_parcel_ptr parcel);

  /// What is stored has been asked for; `arrive` follows.
  void await() noexcept { awaited_ = true; }
  /// A newcomer, who is to read this now. Nothing yet while more is awaited.
  [[nodiscard]] parcels come(leg_id leg);
  void go(leg_id leg) { waiting_.erase(leg); }
  /// For `since`, when its stream goes and may come back. Nothing: it waited, and has read nothing.
  [[nodiscard]] std::optional<size_t> leave_off(leg_id leg);
  /// What has been kept since, as far as it is still here.
  [[nodiscard]] parcels since(size_t left_off) const;
  /// True: held back for that leg, who gets it by `arrive` or `give_up`.
  [[nodiscard]] bool hold(leg_id leg, const chat_parcel_ptr& parcel);
  /// Some leg can wait no longer: `give_up` is due.
  [[nodiscard]] bool is_overdue() const noexcept { return overdue_; }
  /// What was stored, the oldest first, comes before all that was kept here. Returns what those who wait are
  /// to read; after `give_up`, nobody.
  [[nodiscard]] std::vector<delivery> arrive(parcels stored);
  /// It has not come in time: those who wait are to read this.
  [[nodiscard]] std::vector<delivery> give_up();

 private:
  struct newcomer {
    size_t kept_before = 0;  ///< of `kept_`, when it came
    parcels held;
    size_t bytes = 0;
  };
  void prune();
  [[nodiscard]] std::vector<delivery> release();

  size_t most_;
  std::deque<chat_parcel_ptr> latest_;
  size_t bytes_ = 0;
  size_t kept_ = 0;  ///< how many were kept here, in all
  bool awaited_ = false;
  bool overdue_ = false;
  std::unordered_map<leg_id, newcomer> waiting_;
};

}  // namespace confab::actors
