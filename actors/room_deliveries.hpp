#pragma once

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "actors/words.hpp"

namespace confab::actors {

/// The calls by which a room hands its files over (`files.push`), and who cannot take any. Plain data, owned
/// by one `room` actor.
class room_deliveries {
 public:
  /// `call` hands a file over to whoever has that seat, which is its call in the room.
  void begin(leg_id call, leg_id seat) { under_way_.insert_or_assign(call, delivery{seat}); }
  /// It was not made after all.
  void cancel(leg_id call) { under_way_.erase(call); }
  /// News of one of these calls; of any other nothing happens. True: it is to be hung up.
  [[nodiscard]] bool on(const dial_report& m);
  /// Whoever has not said that it cannot.
  [[nodiscard]] bool takes_files(leg_id seat) const { return !unable_.contains(seat); }
  /// What is brought to it goes on.
  void left(leg_id seat);
  /// The calls to that one, which are to be hung up, now and when `on` says so.
  [[nodiscard]] std::vector<leg_id> put_out(leg_id seat);
  /// The same of all.
  [[nodiscard]] std::vector<leg_id> end();

 private:
  struct delivery {
    std::optional<leg_id> seat;  ///< absent: it has left
    bool over = false;           ///< nobody wants it any more
  };
  std::unordered_map<leg_id, delivery> under_way_;
  std::unordered_set<leg_id> unable_;
};

}  // namespace confab::actors
