#pragma once

#include <memory>
#include <optional>
#include <string>

#include "actors/msrp_stream.hpp"
#include "tests/scenario/chatting.hpp"

namespace confab::actors::scenario {

/// What a pretended stream shard was told.
struct line_record {
  std::string sent;
  size_t granted = 0;
  size_t asked = 0;  ///< how much the kernel has taken
  bool ended = false;
};

inline stream_shard_actor::behavior_type pretended_line(stream_shard_actor::pointer,
                                                        std::shared_ptr<line_record> r) {
  return {
      [](const connect_stream&) {},
      [r](const send_bytes& m) { r->sent.append(m.bytes->begin(), m.bytes->end()); },
      [r](const ask_drained&) { ++r->asked; },
      [r](const grant_bytes& m) { r->granted += m.bytes; },
      [r](const end_stream&) { r->ended = true; },
  };
}

/// One MSRP stream of the server's, over TCP without TLS, with its leg and room; the socket is pretended.
class an_msrp_stream : public a_chat {
 protected:
  an_msrp_stream() {
    chat_settings_->ours.tcp_port = 2856;
    auto streams = std::make_shared<msrp_services>(*chat_settings_->streams);
    streams->settings.message_bytes = 10'000;
    streams->settings.queued_bytes = 200'000;
    services_ = streams;
    line_ = std::make_shared<line_record>();
    shard_ = system_->spawn(pretended_line, line_);
    stream_.emplace(system_->spawn(msrp_stream, services_, msrp_stream_start{shard_, false}));
    streams_.insert_or_assign(leg_id{99}, *stream_);
    caf::anon_send(*stream_, stream_opened{io::stream_id{1}, socket_address::parse("192.0.2.9", 9).value(),
                                           socket_address::parse("192.0.2.1", 2856).value()});
  }
  ~an_msrp_stream() override { caf::anon_send_exit(shard_, caf::exit_reason::user_shutdown); }

  sip::incoming_call ringing(leg_id leg) {
    sip::incoming_call c;
    c.leg = leg;
    c.room = room_id{"lunch@host"};
    c.peer.uri = "sip:phone" + to_string(leg) + "@example.com";
    c.peer.source = socket_address::parse("192.0.2.9", 5060).value();
    c.local = socket_address::parse("127.0.0.1", 5060).value();
    c.sdp =
        "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
        "m=message 9 TCP/MSRP *\r\na=path:msrp://192.0.2.9:9/phone;tcp\r\na=accept-types:*\r\n"
        "a=chatroom:private-messages nickname\r\n";
    return c;
  }
  void take(const std::string& bytes) {
    caf::anon_send(*stream_, stream_bytes{io::stream_id{1}, std::make_shared<const std::vector<uint8_t>>(
                                                                bytes.begin(), bytes.end())});
    settle();
  }
  /// The kernel took all, as often as there is more.
  void drain() {
    while (drained_ < line_->sent.size()) drain(line_->sent.size() - drained_);
  }
  void drain(size_t bytes) {
    drained_ += bytes;
    caf::anon_send(*stream_, stream_drained{io::stream_id{1}, bytes});
    settle();
  }
  /// In the room with `bob`, who can talk.
  void enter() {
    start();
    const auto call = ringing(alice);
    tell(call);
    tell(sip::established{alice, call.peer});
    take(send("tran1", "session1", true));
    chat(bob);
  }
  [[nodiscard]] bool sent(const std::string& what) const {
    return line_->sent.find(what) != std::string::npos;
  }

  static std::string send(const std::string& id, const std::string& to = "session1", bool empty = false) {
    return "MSRP " + id + " SEND\r\nTo-Path: msrp://192.0.2.1:2856/" + to +
           ";tcp\r\nFrom-Path: msrp://192.0.2.9:9/phone;tcp\r\nMessage-ID: m" + id + "\r\n" +
           (empty ? ""
                  : "Content-Type: message/cpim\r\n\r\nFrom: <sip:phone1@example.com>\r\n"
                    "To: <sip:lunch@host>\r\n\r\nContent-Type: text/plain\r\n\r\nhello\r\n") +
           "-------" + id + "$\r\n";
  }

  msrp_services_ptr services_;
  std::shared_ptr<line_record> line_;
  stream_shard_actor shard_;
  std::optional<msrp_stream_actor> stream_;
  size_t drained_ = 0;
};

}  // namespace confab::actors::scenario
