#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "media/msrp/connection.hpp"

/// The first four bytes say how large the file is, how much of it is there, where its range begins and how
/// the rest is cut; the rest is what its sender says. No byte is taken twice, none past the end, and the file
/// is whole only when all are there.
namespace {

using namespace confab;
using namespace confab::msrp;

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4 || size > 200'000) return 0;
  data_plan plan;
  plan.size = data[0];
  plan.offset = plan.size == 0 ? 0 : data[1] % (plan.size + 1);
  plan.base = plan.offset == 0 ? 0 : data[2] % (plan.offset + 1);
  const size_t piece = 1 + data[3];
  std::string_view bytes(reinterpret_cast<const char*>(data) + 4, size - 4);

  connection peer({65'536, 131'072, {"message/cpim"}}, [n = uint64_t{0}]() mutable { return ++n; });
  peer.carry_file(plan);
  peer.bind(*parse_uri("msrps://192.0.2.1:2855/roomside;tcp"),
            *parse_path("msrps://198.51.100.7:9/phoneside;tcp"), {});
  uint64_t here = plan.offset;
  bool stopped = false;
  while (!bytes.empty()) {
    const auto events = peer.take(bytes.substr(0, piece), {});
    bytes.remove_prefix(std::min(piece, bytes.size()));
    here += peer.take_data().size();
    expect(here <= plan.size);
    for (const auto& event : events) {
      if (const auto* whole = std::get_if<data_came_whole>(&event)) {
        expect(here == plan.size && !stopped);
        peer.judge(whole->ticket, 200);
      }
      if (std::holds_alternative<data_stopped>(event)) {
        expect(!stopped);
        stopped = true;
      }
      expect(!std::holds_alternative<message_came>(event));
    }
    std::string out;
    peer.write(out, 100'000, {});
  }
  return 0;
}
