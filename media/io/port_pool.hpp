#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace confab::io {

/// RFC 3550 §11: RTP takes an even port, RTCP the odd one after it. Hands out the even port of pairs that lie
/// wholly within [first, last], least recently used first, so that late packets of an ended call seldom meet
/// the next one. No sockets; owned by one actor. Allocates only when made.
class port_pool {
 public:
  port_pool(uint16_t first, uint16_t last);

  /// The even port of a pair; nothing when all are taken.
  [[nodiscard]] std::optional<uint16_t> take();
  /// Back to the end of the queue. False: not a port of this pool, or not taken.
  bool give_back(uint16_t port);

  [[nodiscard]] size_t size() const noexcept { return taken_.size(); }    ///< pairs there are
  [[nodiscard]] size_t available() const noexcept { return available_; }  ///< pairs that are free

 private:
  uint32_t first_even_;
  std::vector<uint16_t> queue_;  ///< circular; free pairs start at `head_`
  std::vector<bool> taken_;      ///< by pair
  size_t head_ = 0;
  size_t available_ = 0;
};

}  // namespace confab::io
