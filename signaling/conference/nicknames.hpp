#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "config/ids.hpp"

namespace confab::conference {

/// RFC 7701 §7: which leg goes by which nickname. A name belongs to one person, whose devices may share it;
/// names of the same `nickname_key` are one name. Owned by one room.
class nicknames {
 public:
  /// 200; 424 for what cannot be a nickname (`nickname_key`); 425 when another person holds it or goes by it
  /// (`taken`). An empty name clears.
  uint16_t set(leg_id leg, const std::string& person, std::string_view wanted,
               std::span<const std::string_view> taken);
  /// What `set` would say, but of an empty name 424.
  [[nodiscard]] uint16_t may_be(const std::string& person, std::string_view wanted,
                                std::span<const std::string_view> taken) const;
  /// Whether people take the name for a nickname that another person holds.
  [[nodiscard]] bool looks_held(const std::string& person, std::string_view name) const;
  void clear(leg_id leg);
  /// As it was set; empty: none.
  [[nodiscard]] std::string of(leg_id leg) const;

 private:
  struct held {
    std::string name;
    std::string key;  ///< its normal form
    std::string person;
  };
  std::unordered_map<leg_id, held> by_leg_;
};

}  // namespace confab::conference
