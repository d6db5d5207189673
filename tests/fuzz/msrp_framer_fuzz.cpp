#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "media/msrp/framer.hpp"
#include "media/msrp/identifiers.hpp"
#include "media/msrp/receipts.hpp"
#include "media/msrp/requests.hpp"

/// The first byte says how the rest is cut. Any cut gives the same events, and what was read is written so
/// that it is read again.
namespace {

using namespace confab;
using namespace confab::msrp;

void expect(bool holds) {
  if (!holds) std::abort();
}

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
  bool refused = false;
  bool operator==(const sight&) const = default;
};

sight read(std::string_view stream, size_t piece) {
  framer f;
  sight s;
  while (!s.refused && !stream.empty()) {
    std::string_view bytes = stream.substr(0, piece);
    stream.remove_prefix(bytes.size());
    while (true) {
      auto event = f.next(bytes);
      s.refused = !event.ok();
      if (!event || !*event) break;
      if (auto* start = std::get_if<frame_head>(&**event)) {
        s.messages.push_back({std::move(start->head), start->has_body, {}});
      } else if (const auto* body = std::get_if<frame_body>(&**event)) {
        s.messages.back().body += body->bytes;
      } else {
        s.messages.back().ended = true;
        s.messages.back().flag = std::get<frame_end>(**event).flag;
      }
    }
  }
  return s;
}

void check_meaning(const head& h) {
  if (const auto send = read_send(h)) {
    const auto again = read_send(make_send(*send, h.transaction_id, h.to_path, h.from_path));
    expect(again.ok() && *again == *send);
  }
  if (const auto report = read_report(h)) {
    const auto again = read_report(make_report(*report, h.transaction_id, h.to_path, h.from_path));
    expect(again.ok() && *again == *report);
  }
  if (const auto name = read_nickname(h)) {
    const auto again = read_nickname(make_nickname(*name, h.transaction_id, h.to_path, h.from_path));
    expect(again.ok() && *again == *name);
  }
  if (const auto response = make_response(h, 400)) {
    const sight s = read(write(*response), 1'000'000);
    expect(s.messages.size() == 1 && s.messages[0].start == *response);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view stream(reinterpret_cast<const char*>(data) + 1, size - 1);
  const sight whole = read(stream, stream.size());
  expect(read(stream, 1 + data[0]) == whole);
  for (const seen& m : whole.messages) {
    check_meaning(m.start);
    if (!m.ended || holds_end_line(m.body, m.start.transaction_id)) continue;
    const std::string bytes = m.has_body ? write(m.start, m.body, m.flag) : write(m.start);
    const sight again = read(bytes, bytes.size());
    expect(again.messages.size() == 1 && again.messages[0].start == m.start &&
           again.messages[0].body == m.body);
  }
  return 0;
}
