#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace confab::sip {

/// The next hop with `;transport=tcp`; nothing where the URI says itself which transport it wants, or is not
/// `sip:`.
[[nodiscard]] std::optional<std::string> over_tcp(const std::string& hop);

/// Which peers take large requests over TCP (RFC 3261 §18.1.1), as experience has shown. Whoever did not is
/// left alone for `limits::tcp_shunned`, so that not every request waits for a connection that does not come.
/// Time is an argument; signaling thread only.
class tcp_reach {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  explicit tcp_reach(size_t most) : most_(most) {}

  /// `hop` is a URI, as in `over_tcp`.
  [[nodiscard]] bool worth_trying(const std::string& hop, clock_time now) const;
  /// A large request got an answer there before.
  [[nodiscard]] bool proven(const std::string& hop) const;
  void failed(const std::string& hop, clock_time now);
  void worked(const std::string& hop);
  [[nodiscard]] size_t size() const noexcept { return known_.size(); }

 private:
  struct experience {
    std::optional<clock_time> shunned_until;  ///< none: it works
  };
  experience& entry_of(const std::string& hop);

  size_t most_;
  std::map<std::string, experience> known_;  ///< by `host:port`
};

}  // namespace confab::sip
