#pragma once

#include "config/ids.hpp"

namespace confab::actors {

/// Legs are numbered as their calls come: the order of maps that are walked in that order. (clang-tidy 14
/// takes the comparison that C++20 makes of `<=>` for one with a null pointer.)
struct earlier_call {
  bool operator()(leg_id left, leg_id right) const noexcept { return left.value < right.value; }
};

}  // namespace confab::actors
