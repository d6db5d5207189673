#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/limits.hpp"
#include "media/msrp/connection.hpp"

/// The first 16 bytes say how the rest is cut, which claims are believed, how messages are judged and when,
/// which sessions share the connection and when they end, and how time goes on; the rest is what a peer
/// sends. No byte is granted twice or forgotten, and each guest is handed whole frames of its own session
/// alone.
namespace {

using namespace confab;
using namespace confab::msrp;

void expect(bool holds) {
  if (!holds) std::abort();
}

/// Takes the decisions of the stream and of the room, one after the other, round and round.
class decisions {
 public:
  explicit decisions(std::string_view bytes) : bytes_(bytes) {}
  uint8_t next() { return bytes_.empty() ? uint8_t{0} : static_cast<uint8_t>(bytes_[at_++ % bytes_.size()]); }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
};

/// Another session on the connection: what is of it can be followed, and is of nobody else.
struct guest {
  std::string session;
  framer frames{};
  void hear(std::string_view bytes) {
    while (true) {
      auto next = frames.next(bytes);
      if (!next) {
        // A head may have grown past its bound when it was written anew.
        expect(next.error().code == errc::too_large);
        return;
      }
      if (!*next) return;
      if (const auto* one = std::get_if<frame_head>(&**next))
        expect(one->head.to_path.size() == 1 && one->head.to_path.front().session_id == session);
    }
  }
};

struct play {
  explicit play(std::string_view choices)
      : choose(choices), peer({65'536, 131'072, {"message/cpim"}}, [this] { return ++numbers; }) {}

  void hear(const std::vector<connection_event>& events) {
    for (const auto& event : events) {
      if (const auto* wish = std::get_if<binding_wanted>(&event)) {
        expect(!asked.has_value());
        expect(!peer.is_bound() || !wish->session_id.empty());
        asked = wish->session_id;
      } else if (const auto* passed = std::get_if<guest_bytes>(&event)) {
        expect(peer.is_bound() && passed->guest <= last_guest);
        if (guests.contains(passed->guest)) guests.at(passed->guest).hear(passed->bytes);
      } else if (const auto* message = std::get_if<message_came>(&event)) {
        expect(peer.is_bound() && !retired && message->body != nullptr && message->body->size() <= 65'536);
        tickets.push_back(message->ticket);
      } else if (const auto* name = std::get_if<nickname_wanted>(&event)) {
        expect(peer.is_bound() && !retired);
        tickets.push_back(name->ticket);
      } else if (std::holds_alternative<peer_lost>(event)) {
        expect(!lost);
        lost = true;
      }
    }
    expect(tickets.size() <= limits::msrp_unjudged);
    credit += peer.take_credit();
    expect(credit <= given);
    if (!peer.is_waiting()) expect(credit == given);
  }

  void decide() {
    if (asked && !lost) {
      const auto session = *std::exchange(asked, std::nullopt);
      if (choose.next() % 4 != 0) {
        if (peer.is_bound()) {
          guests.emplace(++last_guest, guest{session});
          peer.admit(last_guest);
        } else {
          peer.bind(ours, theirs, now);
        }
      } else {
        peer.refuse(choose.next() % 2 == 0 ? 481 : 506);
      }
    }
    for (size_t left = choose.next() % 4; left > 0 && !tickets.empty(); --left) {
      static constexpr uint16_t codes[] = {200, 400, 403, 404, 415, 425, 428};
      peer.judge(tickets.front(), codes[choose.next() % std::size(codes)]);
      tickets.erase(tickets.begin());
    }
    if (choose.next() % 8 == 0) {
      send_request send;
      send.message_id = "out" + std::to_string(choose.next());
      send.type = content_type{"message", "cpim", {}};
      expect(!peer.push(std::move(send), std::make_shared<const std::string>("news")) ||
             (peer.is_bound() && !lost));
    }
    if (choose.next() % 8 == 0) (void)peer.push_keep_alive();
    if (!guests.empty() && choose.next() % 16 == 0) {
      peer.dismiss(guests.begin()->first);
      guests.erase(guests.begin());
    }
    std::string out;
    if (last_guest == 0) {
      peer.write(out, 200, now);
      expect(out.size() <= 200);
    } else {
      peer.write_chunks(out, 200, now);
      expect(peer.is_between_chunks());
      if (choose.next() % 32 == 0) {
        peer.retire();
        retired = true;
        tickets.clear();
      }
    }
    now += std::chrono::seconds(choose.next() % 16);
    hear(peer.on_time(now));
    hear(peer.resume(now));
  }

  const uri ours = *parse_uri("msrps://192.0.2.1:2855/roomside;tcp");
  const path theirs = *parse_path("msrps://198.51.100.7:9/phoneside;tcp");
  decisions choose;
  uint64_t numbers = 0;
  connection peer;
  clock_time now{};
  std::vector<uint64_t> tickets;
  std::optional<std::string> asked;
  std::map<uint64_t, guest> guests;
  uint64_t last_guest = 0;
  bool lost = false, retired = false;
  size_t given = 0, credit = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size > 200'000) return 0;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view choices = bytes.substr(0, std::min<size_t>(16, size));
  bytes.remove_prefix(choices.size());
  play game(choices);
  while (!bytes.empty()) {
    const size_t piece = std::min<size_t>(bytes.size(), 1 + game.choose.next() * size_t{4});
    game.given += piece;
    game.hear(game.peer.take(bytes.substr(0, piece), game.now));
    bytes.remove_prefix(piece);
    game.decide();
  }
  return 0;
}
