#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "config/limits.hpp"
#include "signaling/sip/resource_lists.hpp"
#include "signaling/sip/uri.hpp"

namespace {

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

/// Whoever a list names can be called, is named once and shapes nothing of our INVITE.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace confab::sip;
  const auto listed = read_recipients({reinterpret_cast<const char*>(data), size});
  if (!listed) {
    expect(listed.error().text.find_first_of("\r\n") == std::string::npos);
    return 0;
  }
  expect(listed->size() <= confab::limits::recipients_per_list);
  std::set<std::string> seen;
  for (const auto& one : *listed) {
    const auto target = parse_uri(one);
    expect(target.ok() && target->is_sip() && target->headers.empty() && !target->param("method"));
    expect(write_uri(*target) == one && one.find_first_of("\r\n<> ") == std::string::npos);
    expect(seen.insert(comparable(*target)).second);
  }
  return 0;
}
