#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/ids.hpp"
#include "signaling/conference/conference_document.hpp"
#include "signaling/conference/room_picture.hpp"

namespace confab::conference {

struct watch_options {
  bool partial = false;                     ///< rooms.notify
  std::vector<std::string> partial_agents;  ///< rooms.notify-partial: words in a User-Agent
};

/// One subscription to a room.
struct watch {
  subscription_id id;
  std::string user_agent;
  audience eyes = audience::outsider;
  size_t max_body_bytes = 0;  ///< a longer document never reaches it
};

/// `document` goes to `to`; its version is the notifier's.
struct send_document {
  subscription_id to;
  std::shared_ptr<const conference_document> document;
  bool must_send = false;  ///< those after it build on it
};
using send_documents = std::vector<send_document>;

/// A document that was too long for its watcher, and what made it long.
struct short_measure {
  size_t bytes = 0;
  size_t most = 0;  ///< that reach the watcher
  size_t users = 0;
  size_t files = 0;
  bool operator==(const short_measure&) const = default;
};

/// Who watches a room, and which document each gets when (RFC 4575 §4). Changes gather for `gathering`;
/// full documents come the more seldom the more bytes they add up to. Documents are written once and shared.
/// No clock, no I/O; owned by one room.
class room_watchers {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::milliseconds gathering{200};

  explicit room_watchers(watch_options options) : options_(std::move(options)) {}

  /// Answers with its first document, which is full.
  send_document admit(const watch& who, const room_picture& picture);
  /// The document of a fetch: no watcher stays.
  send_document fetch(const watch& who, const room_picture& picture);
  /// The whole state once more, as far as it reaches the watcher now; nothing for one that is unknown.
  std::optional<send_document> refresh(subscription_id id, size_t max_body_bytes,
                                       const room_picture& picture);
  void forget(subscription_id id);
  void set_eyes(subscription_id id, audience eyes);

  /// The picture changed: `poll` is called at `deadline` at the latest.
  void changed(clock_time now);
  [[nodiscard]] std::optional<clock_time> deadline() const;
  /// Sends what is due, and lets those who departed leave the picture.
  send_documents poll(clock_time now, room_picture& picture);
  /// What is left to say before the room ends: full documents for everybody.
  send_documents farewell(const room_picture& picture);

  /// Of the first watcher of the room that got the counts alone; once.
  [[nodiscard]] std::optional<short_measure> take_short_measure();

  [[nodiscard]] size_t size() const noexcept { return watchers_.size(); }
  [[nodiscard]] std::vector<subscription_id> ids() const;

 private:
  using shared_document = std::shared_ptr<const conference_document>;
  struct watcher {
    watch who;
    bool partial = false;
  };
  [[nodiscard]] bool wants_partial(const watch& who) const;
  shared_document full_for(const watch& who, const room_picture& picture);
  void send_full(send_documents& out, clock_time now, const room_picture& picture);
  void send_partial(send_documents& out, room_picture& picture);

  watch_options options_;
  std::unordered_map<subscription_id, watcher> watchers_;
  shared_document full_[2], counts_[2];  ///< by audience; null: to be written
  std::optional<clock_time> partial_due_, full_due_;
  clock_time full_not_before_{};
  std::optional<short_measure> short_measure_;
  bool short_measure_told_ = false;
};

}  // namespace confab::conference
