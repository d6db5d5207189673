#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "signaling/conference/conference_document.hpp"

/// What parses makes a picture, alone and on top of another; the picture is written so that it reads back the
/// same, whole and, but for the files, as counts.
namespace {

using namespace confab::conference;

void expect(bool holds) {
  if (!holds) std::abort();
}

received_document again(const conference_document& document, uint32_t version) {
  auto parsed = parse_conference_info(with_version(document, version));
  expect(parsed.ok() && parsed->version == version);
  return std::move(parsed).value();
}

void round_trip(const conference_info& picture) {
  conference_watcher other;
  expect(other.on_document(again(write_full(picture, audience::participant), 7)) == fold_result::applied);
  expect(other.picture() == picture);
  // Counts leave the list of files out, which the next document with a description brings back.
  expect(other.on_document(again(write_counts(picture.room, audience::participant), 8)) ==
         fold_result::applied);
  conference_info counted = picture;
  counted.room.files.clear();
  expect(other.picture() == counted);
  conference_changes all{true, {}, {}};
  for (const user_info& u : picture.users) all.changed.push_back(&u);
  expect(other.on_document(again(write_partial(picture.room, all, audience::participant), 9)) ==
         fold_result::applied);
  expect(other.picture() == picture);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  auto parsed = parse_conference_info(text);
  if (!parsed) return 0;
  conference_watcher watcher;
  watcher.on_document(*parsed);
  round_trip(watcher.picture());
  // Once more as the version after it: a partial document then meets its own picture.
  if (parsed->version == UINT32_MAX) return 0;
  ++parsed->version;
  watcher.on_document(*parsed);
  round_trip(watcher.picture());
  return 0;
}
