#include "tests/unit/media/msrp/fixture.hpp"

#include <gtest/gtest.h>

namespace confab::msrp::testing {
namespace {

void take(framer& f, std::string_view bytes, sight& into) {
  while (true) {
    auto event = f.next(bytes);
    if (!event) {
      into.refused = to_string(event.error().code);
      return;
    }
    if (!*event) {
      EXPECT_TRUE(bytes.empty());
      return;
    }
    if (auto* start = std::get_if<frame_head>(&**event)) {
      into.messages.push_back({std::move(start->head), start->has_body, {}});
    } else if (const auto* body = std::get_if<frame_body>(&**event)) {
      EXPECT_FALSE(body->bytes.empty());
      into.messages.back().body += body->bytes;
    } else {
      into.messages.back().ended = true;
      into.messages.back().flag = std::get<frame_end>(**event).flag;
    }
  }
}

}  // namespace

path path_of(std::string_view text) {
  auto p = parse_path(text);
  EXPECT_TRUE(p.ok()) << text;
  return p ? *std::move(p) : path{};
}

random_source counted(uint64_t first) {
  return [next = first]() mutable { return next++; };
}

sight frame(std::string_view stream, const std::vector<size_t>& cuts) {
  framer f;
  sight s;
  size_t begin = 0;
  for (const size_t cut : cuts) {
    take(f, stream.substr(begin, cut - begin), s);
    if (!s.refused.empty()) return s;
    begin = cut;
  }
  take(f, stream.substr(begin), s);
  return s;
}

std::string summary(const sight& s) {
  std::string out;
  for (const seen& m : s.messages) {
    out += out.empty() ? "" : "; ";
    out += m.start.is_response() ? std::to_string(m.start.code) + " " + m.start.comment : m.start.method;
    out += " " + m.start.transaction_id + " ";
    if (m.has_body) out += "\"" + m.body + "\"";
    if (m.ended) out += to_char(m.flag);
  }
  if (!s.refused.empty()) out += (out.empty() ? "refused: " : "; refused: ") + s.refused;
  return out;
}

}  // namespace confab::msrp::testing
