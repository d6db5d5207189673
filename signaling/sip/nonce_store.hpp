#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "config/limits.hpp"
#include "signaling/sip/digest_hash.hpp"

namespace confab::sip {

/// What became of a nonce that came back.
enum class nonce_verdict : uint8_t {
  fresh,     ///< ours, young, and its count has grown
  stale,     ///< too old, given up for want of room, or from before a restart
  replayed,  ///< this count was used already (RFC 7616 §5.5)
};

/// The nonces of Digest challenges (RFC 7616 §3.3): number, time and to whom it went with a keyed hash, so
/// that a challenge nobody answers costs no memory. Only nonces that were answered rightly are remembered,
/// with the highest count. Owned by one thread.
class nonce_store {
 public:
  using clock_time = std::chrono::steady_clock::time_point;
  static constexpr std::chrono::minutes default_lifetime{5};

  /// `key` is secret, random, and another for each process.
  explicit nonce_store(const hash_key& key, std::chrono::milliseconds lifetime = default_lifetime,
                       size_t most = limits::digest_nonces);

  /// Never the same twice. `holder`: whom the challenge goes to, any text.
  [[nodiscard]] std::string issue(clock_time now, std::string_view holder = {});

  /// Stands for the holder it was issued to, the same for all nonces of one; nothing for a nonce that is
  /// stale. Who answers from wherever has read what was sent there: a source in a datagram may be forged,
  /// this may not.
  [[nodiscard]] std::optional<uint64_t> holder_of(std::string_view nonce, clock_time now) const;
  /// The same kind of number for any text.
  [[nodiscard]] uint64_t number_of(std::string_view text) const;

  /// To be called only once the response has been found right: otherwise strangers could use up the counts of
  /// others. When the table is full, the oldest nonce leaves it, and it and all older ones are stale.
  [[nodiscard]] nonce_verdict spend(std::string_view nonce, uint32_t count, clock_time now);

  [[nodiscard]] size_t remembered() const noexcept { return spent_.size(); }

 private:
  struct ticket {
    uint64_t number;
    clock_time issued;
    uint64_t holder;
  };
  struct spent_nonce {
    clock_time issued;
    uint32_t highest_count;
  };

  [[nodiscard]] std::string write(const ticket& t) const;
  [[nodiscard]] std::optional<ticket> read(std::string_view nonce) const;
  [[nodiscard]] bool is_stale(const ticket& t, clock_time now) const noexcept;
  [[nodiscard]] bool too_old(clock_time issued, clock_time now) const noexcept;
  void remember(const ticket& t, uint32_t count);

  hash_key key_;
  std::chrono::milliseconds lifetime_;
  size_t most_;
  uint64_t last_number_ = 0;
  uint64_t given_up_ = 0;                  ///< nonces up to this number are stale
  std::map<uint64_t, spent_nonce> spent_;  ///< by number, so the oldest first
};

}  // namespace confab::sip
