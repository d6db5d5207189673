#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "signaling/sip/request_rate.hpp"

namespace confab::web {

/// Who is connected, and how often who asks, by source (`socket_address::customer`). No source, as behind a
/// Unix socket, is not counted: there a proxy stands. Time is an argument; owned by the web thread.
class visitors {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  enum class welcome : uint8_t {
    in,
    told_off,     ///< its first request gets 429
    turned_away,  ///< closed at once
  };

  /// 0: no limit.
  explicit visitors(uint32_t requests_per_second);

  /// Unless turned away, `leave` follows.
  [[nodiscard]] welcome come(const std::string& source);
  void leave(const std::string& source);
  /// False: 429. What costs more counts as `count` requests.
  [[nodiscard]] bool ask(const std::string& source, clock_time now, size_t count = 1);
  [[nodiscard]] size_t size() const noexcept { return size_; }

 private:
  bool limited_;
  sip::request_rate rate_;
  size_t size_ = 0;
  std::unordered_map<std::string, size_t> connections_;
};

}  // namespace confab::web
