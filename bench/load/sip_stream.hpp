#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "config/result.hpp"

namespace confab::load {

/// RFC 3261 §18.3: cuts what a TCP connection brings into messages by their Content-Length; CRLFs between
/// them are keep-alives. No socket; owned by one connection.
class sip_stream {
 public:
  static constexpr size_t longest_message = 4U << 20;

  void append(std::string_view bytes) { held_.append(bytes); }
  /// The next whole message, valid until the next call of anything here; empty: more bytes are needed.
  /// Refuses a message without a readable Content-Length, and one that is too long.
  result<std::string_view> next();

 private:
  std::string held_;
  size_t taken_ = 0;  ///< bytes of `held_` that were handed out
  size_t head_ = 0;   ///< of the message at `taken_`; 0: its end is not known yet
  size_t body_ = 0;
};

}  // namespace confab::load
