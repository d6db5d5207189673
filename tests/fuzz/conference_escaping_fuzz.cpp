#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "signaling/conference/conference_document.hpp"
#include "signaling/xml/text.hpp"

/// Any bytes in names, URIs and texts make a document that parses, and come back cleaned.
namespace {

using namespace confab;
using namespace confab::conference;

using change = std::string (*)(std::string_view);

std::string as_is(std::string_view bytes) {
  return std::string(bytes);
}
std::string text(std::string_view bytes) {
  return xml::is_blank(bytes) ? std::string() : xml::cleaned(bytes, xml::place::text);
}
std::string attribute(std::string_view bytes) {
  return xml::cleaned(bytes, xml::place::attribute);
}

/// Four parts of the input in all places; `of_text` and `of_attribute` say what becomes of each.
conference_info filled(const std::array<std::string_view, 4>& parts, change of_text, change of_attribute) {
  const auto t = [&](size_t i) { return of_text(parts[i % 4]); };
  const auto a = [&](size_t i) { return of_attribute(parts[i % 4]); };
  conference_info info;
  info.room.entity = a(0);
  info.room.display_text = t(1);
  info.room.subject = t(2);
  info.room.free_text = t(3);
  info.room.web_page = t(0);
  if (!xml::is_blank(parts[1])) info.room.uris = info.room.service_uris = {{t(1), t(2), t(3)}};
  info.room.files = {{a(0), a(1), parts[0].size(), a(2), a(3)}};
  endpoint_info e;
  e.entity = a(1);
  e.display_text = t(0);
  e.referred = execution_info{t(1), t(2), t(3)};
  e.disconnection_info = execution_info{t(3), t(2), t(1)};
  e.media = {{a(2), t(2), t(3), {}, {}}};
  user_info user{"sip:" + a(3), t(2), {}, {e}, t(1)};
  if (!xml::is_blank(parts[3])) user.roles = {t(3)};
  info.users = {user};
  return info;
}

conference_info seen(const conference_document& document) {
  const auto parsed = parse_conference_info(with_version(document, 1));
  if (!parsed) std::abort();
  conference_watcher watcher;
  watcher.on_document(*parsed);
  return watcher.picture();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 65'536) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const size_t part = size / 4;
  const std::array<std::string_view, 4> parts{bytes.substr(0, part), bytes.substr(part, part),
                                              bytes.substr(2 * part, part), bytes.substr(3 * part)};
  const conference_info raw = filled(parts, as_is, as_is);
  if (seen(write_full(raw, audience::participant)) != filled(parts, text, attribute)) std::abort();
  const conference_info outside = seen(write_full(raw, audience::outsider));
  if (!outside.room.service_uris.empty()) std::abort();
  if (!outside.room.files.empty() || !outside.users.at(0).screen_image_url.empty()) std::abort();
  return 0;
}
