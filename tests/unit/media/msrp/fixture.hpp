#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "media/msrp/framer.hpp"
#include "media/msrp/identifiers.hpp"
#include "media/msrp/requests.hpp"

/// What the tests of this folder share: two ends of a session, and what a framer saw as text.
namespace confab::msrp::testing {

inline const std::string alice = "msrps://192.0.2.7:2855/a1ce0000000000000000;tcp";
inline const std::string room = "msrps://198.51.100.1:2855/0000000000000000c0fa;tcp";

path path_of(std::string_view text);

/// Numbers that repeat from run to run.
random_source counted(uint64_t first = 1);

/// One request or response as a whole.
struct seen {
  head start;
  bool has_body = false;
  std::string body;
  bool ended = false;
  continuation flag = continuation::last;
  bool operator==(const seen&) const = default;
};
struct sight {
  std::vector<seen> messages;
  std::string refused;  ///< the error's word, empty while all is well
  bool operator==(const sight&) const = default;
};

/// Feeds `stream` cut behind each of `cuts` (growing positions).
sight frame(std::string_view stream, const std::vector<size_t>& cuts = {});

/// `SEND tid1 "body"$`, `200 OK tid1 $` … joined by `; `, then `refused: malformed` if it was.
std::string summary(const sight& s);

}  // namespace confab::msrp::testing
