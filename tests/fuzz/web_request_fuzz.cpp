#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "config/limits.hpp"
#include "signaling/web/conditions.hpp"
#include "signaling/web/http_session.hpp"
#include "signaling/web/target.hpp"
#include "signaling/web/token.hpp"

namespace {

using namespace confab::web;

const std::string token(token_characters, 'a');

/// A room with a screen and a file that cannot be opened, all under tokens a mutator finds.
site some_site() {
  site pages;
  room_page page;
  page.token = token;
  page.room = "lunch@example.com";
  page.screens = std::make_shared<const std::vector<page_screen>>(1, page_screen{token, "Alice"});
  page.files = std::make_shared<const std::vector<page_file>>(
      1, page_file{token, "a", "text/plain", 100, "", "Alice", "OK", "/nonexistent/file"});
  pages.publish(std::make_shared<const room_page>(std::move(page)));
  auto frame = std::make_shared<screen_frame>();
  frame->jpeg = "JPEG";
  frame->number = 1;
  pages.publish_frame(token, std::move(frame));
  return pages;
}

void expect(bool holds) {
  if (!holds) std::abort();
}

/// All that comes out for these bytes, cut into pieces of `cut`.
std::string say(site& pages, std::string_view bytes, size_t cut) {
  visitors guests(0);
  const times now{};
  http_session session(pages, guests, "192.0.2.1", false, now.steady);
  std::string all;
  for (size_t at = 0; at < bytes.size() && session.wants_bytes(); at += cut) {
    session.on_bytes(bytes.substr(at, cut), now);
    while (true) {
      const auto piece = session.take_output(now);
      if (piece.empty()) break;
      all += piece;
      session.on_written(now);
    }
  }
  return all;
}

}  // namespace

/// Whatever a client says is answered by HTTP or not at all, and not otherwise when its bytes are cut. A
/// range is within what there is; a place that has a token has one of the right form.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static site pages = some_site();
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto t = parse_target(bytes);
  expect(t.token.empty() || is_token(t.token));
  const auto range = read_range(bytes, "", "\"e\"", 1'000);
  if (const auto* part = std::get_if<byte_range>(&range))
    expect(part->count > 0 && part->first < 1'000 && part->count <= 1'000 - part->first);
  (void)has_etag(bytes, "\"e\"");
  const auto whole = say(pages, bytes, std::max<size_t>(bytes.size(), 1));
  expect(whole.empty() || whole.starts_with("HTTP/1.1 "));
  // Past the bound of a head it depends on the cut where that is noticed; and of a line that ends wrongly
  // Beast waits for the end, or refuses it at once.
  const auto in_pieces = say(pages, bytes, 7);
  if (bytes.size() < confab::limits::web_head_bytes)
    expect(whole.starts_with(in_pieces) || in_pieces.starts_with(whole));
  return 0;
}
