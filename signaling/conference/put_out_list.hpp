#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace confab::conference {

/// Who someone is by a URI (RFC 3261 §19.1.4: user by case, host not), in one form for equal URIs; `sip:` may
/// be missing. Nothing for what is no SIP URI with a user, and for callers who hide who they are (RFC 3323).
[[nodiscard]] std::optional<std::string> user_name(std::string_view uri);

/// Who was put out of a room and may not call again for a while. A verified user and a name that nobody
/// verified are two: an impostor who is put out must not keep the real one out. Whoever hides its name is not
/// remembered, as all who do would be kept out with it. Holds the newest `limits::put_out_per_room`. No clock
/// of its own; owned by one room's entry in the directory.
class put_out_list {
 public:
  using clock_time = std::chrono::steady_clock::time_point;

  /// 0: nobody is kept out.
  explicit put_out_list(std::chrono::milliseconds how_long) : how_long_(how_long) {}

  void add(std::string_view uri, bool verified, clock_time now);
  [[nodiscard]] bool bars(std::string_view uri, bool verified, clock_time now) const;

 private:
  struct entry {
    std::string name;
    bool verified;
    clock_time until;
  };

  std::chrono::milliseconds how_long_;
  std::vector<entry> entries_;  ///< the oldest first
};

}  // namespace confab::conference
