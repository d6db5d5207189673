#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>

#include "signaling/conference/conference_document.hpp"
#include "signaling/xml/element.hpp"

/// Any bytes, split at the first zero, as names and URIs of a room: what is written is well formed, and is
/// read back as the same text.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace confab;
  using namespace confab::conference;
  const std::string all(reinterpret_cast<const char*>(data), size);
  const auto cut = std::min(all.find('\0'), all.size());
  const std::string name = all.substr(0, cut);
  const std::string uri = cut < all.size() ? all.substr(cut + 1) : all;
  conference_info info;
  info.room.entity = uri;
  info.room.display_text = name;
  info.room.files = {{name, uri, size, name, uri}};
  auto& user = info.users.emplace_back();
  user.entity = uri;
  user.display_text = name;
  user.screen_image_url = uri;
  auto& endpoint = user.endpoints.emplace_back();
  endpoint.entity = name;
  endpoint.disconnection_info = execution_info{name, uri, name};
  const auto text = with_version(write_full(info, audience::participant), 4'000'000'000U);
  const auto read = parse_conference_info(text);
  if (!read) std::abort();
  const auto expect = [](const std::string& got, const std::string& sent) {
    if (got != xml::clean(sent)) std::abort();
  };
  if (read->version != 4'000'000'000U || read->users.size() != 1) std::abort();
  expect(read->room->display_text, name);
  expect(read->room->files.at(0).name, name);
  expect(read->room->files.at(0).hash, uri);
  expect(read->users[0].user.entity, uri);
  expect(read->users[0].user.display_text, name);
  expect(read->users[0].user.screen_image_url, uri);
  expect(read->users[0].user.endpoints.at(0).entity, name);
  expect(read->users[0].user.endpoints.at(0).disconnection_info->reason, uri);
  return 0;
}
