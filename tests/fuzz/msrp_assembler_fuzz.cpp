#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "media/msrp/chunk_assembler.hpp"
#include "media/msrp/framer.hpp"

/// A stream of MSRP through the framer into an assembler that keeps and one that hands on: bounds hold, both
/// judge alike where memory is no matter, and what is kept is given back.
namespace {

using namespace confab;
using namespace confab::msrp;

constexpr uint64_t most_bytes = 3'000;
constexpr uint64_t most_open_bytes = 5'000;

void expect(bool holds) {
  if (!holds) std::abort();
}

void check_end(const chunk_end& end) {
  expect(end.code == 200 || end.code == 400 || end.code == 408 || end.code == 413);
  expect(!(end.whole && end.lost));
  if (!end.whole) return;
  expect(end.code == 200 && end.whole->send.range.start == 1);
  if (end.whole->body)
    expect(end.whole->body->size() == end.whole->send.range.total && end.whole->body->size() <= most_bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view stream(reinterpret_cast<const char*>(data), size);
  framer f;
  chunk_assembler keeps(
      {.mode = assembly::whole, .message_bytes = most_bytes, .open_bytes = most_open_bytes});
  chunk_assembler hands_on({.mode = assembly::pieces, .message_bytes = most_bytes});
  clock_time now{};
  bool in_send = false;
  while (true) {
    auto event = f.next(stream);
    if (!event || !*event) break;
    now += std::chrono::seconds{7};
    if (auto* start = std::get_if<frame_head>(&**event)) {
      const auto send = read_send(start->head);
      in_send = send.ok();
      if (!in_send) continue;
      expect(keeps.on_head(*send, now) == keeps.code());
      static_cast<void>(hands_on.on_head(*send, now));
    } else if (!in_send) {
      continue;
    } else if (const auto* body = std::get_if<frame_body>(&**event)) {
      keeps.on_body(body->bytes);
      if (const auto piece = hands_on.on_body(body->bytes)) {
        expect(piece->offset + piece->bytes.size() <= most_bytes && piece->bytes == body->bytes);
      }
    } else {
      const continuation flag = std::get<frame_end>(**event).flag;
      check_end(keeps.on_end(flag, now));
      check_end(hands_on.on_end(flag, now));
      in_send = false;
    }
    expect(keeps.kept_bytes() <= most_open_bytes && hands_on.kept_bytes() == 0);
    if (const auto due = keeps.next_deadline(); due && *due <= now) expect(!keeps.on_time(now).empty());
    static_cast<void>(hands_on.on_time(now));
  }
  while (const auto due = keeps.next_deadline()) expect(!keeps.on_time(*due).empty());
  expect(keeps.open_messages() <= 1);  // the chunk that broke off
  return 0;
}
