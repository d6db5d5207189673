// Lines of any bytes: all but the last two are what is denied, then come a target and a peer.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "config/net_deny.hpp"

namespace {

void require(bool truth) {
  if (!truth) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<std::string> lines(1);
  for (const char c : std::string_view(reinterpret_cast<const char*>(data), size)) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back().push_back(c);
    }
  }
  if (lines.size() < 2) return 0;
  const auto peer = confab::socket_address::parse(lines.back(), 1);
  lines.pop_back();
  const auto target = confab::socket_address::parse(lines.back(), 1);
  lines.pop_back();
  bool all_right = true;
  for (const std::string& line : lines) all_right = all_right && confab::check_deny_item(line).empty();
  const auto rules = confab::net_deny::parse(lines);
  require(rules.ok() == all_right);
  if (!rules || !target || !peer) return 0;
  const auto nothing = *confab::net_deny::parse({});
  // More rules never allow more, and everyone may name oneself unless nobody may.
  require(!nothing.denied(*target, *peer) || rules->denied(*target, *peer));
  if (target->family() == AF_INET)
    require(rules->denied(*target, *target) == nothing.denied(*target, *target));
  return 0;
}
