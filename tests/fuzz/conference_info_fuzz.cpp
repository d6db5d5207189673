#include <cstdlib>
#include <string_view>

#include "signaling/conference/conference_document.hpp"

/// Any bytes as a document; what can be read is folded, and written so that it can be read again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace confab::conference;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = parse_conference_info(text);
  if (!read) return 0;
  conference_watcher watcher;
  watcher.on_document(*read);
  const auto& picture = watcher.picture();
  const auto again = parse_conference_info(with_version(write_full(picture, audience::participant), 1));
  if (!again || again->users.size() != picture.users.size()) std::abort();
  for (size_t i = 0; i < picture.users.size(); ++i) {
    if (again->users[i].user.entity != picture.users[i].entity) std::abort();
    if (again->users[i].user.endpoints.size() != picture.users[i].endpoints.size()) std::abort();
    if (again->users[i].user.display_text != picture.users[i].display_text) std::abort();
  }
  return 0;
}
