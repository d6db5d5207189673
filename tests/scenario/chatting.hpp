#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/msrp_register.hpp"
#include "media/msrp/cpim.hpp"
#include "tests/scenario/fixture.hpp"

namespace confab::actors::scenario {

inline constexpr leg_id alice{1}, bob{2}, carol{3};
inline constexpr subscription_id wanda{1};

/// What a pretended MSRP stream was told, shared with the test.
struct stream_record {
  struct verdict {
    uint64_t ticket;
    uint16_t code;
  };
  std::vector<verdict> verdicts;
  std::vector<std::string> got;  ///< `name <uri> → uri: text`, with what marks it before that
  std::vector<chat_parcel_ptr> parcels;
  bool admitted = false;
  std::optional<room_actor> room{};  ///< where what it brings goes
  std::string closed{};              ///< why; empty: it is open
};
using stream_record_ptr = std::shared_ptr<stream_record>;

/// A message as its reader sees it: `[status] Conference Room → all: …`.
inline std::string shown(const chat_parcel& parcel) {
  const auto read = msrp::parse_cpim(*parcel.body);
  EXPECT_TRUE(read.ok());
  if (!read || !read->head.from || read->head.to.size() != 1) return "no message";
  const auto& head = read->head;
  EXPECT_TRUE(head.sent) << "a DateTime is always there";
  std::string marks;
  constexpr std::string_view agp = "urn:ag-projects:xml:ns:cpim";
  if (const auto* type = msrp::find_extension(head, agp, "Message-Type")) marks += "[" + type->value + "] ";
  if (msrp::find_extension(head, agp, "History") != nullptr) marks += "[history] ";
  const auto& from = *head.from;
  return marks + (from.name.empty() ? from.uri : from.name) + " > " + head.to[0].uri + ": " +
         std::string(read->body);
}

inline msrp_stream_actor::behavior_type pretended_stream(msrp_stream_actor::pointer self,
                                                         stream_record_ptr r) {
  return {
      [](const stream_opened&) {},
      [](const stream_bytes&) {},
      [](const stream_drained&) {},
      [](const stream_over&) {},
      [r](const judge_chat& m) {
        r->verdicts.push_back({m.ticket, m.code});
      },
      [r](const deliver_chat& m) {
        r->got.push_back(shown(*m.parcel));
        r->parcels.push_back(m.parcel);
      },
      [self, r](const close_chat& m) {
        r->closed = m.why;
        self->quit();
      },
      [r](const chat_entered& m) {
        r->admitted = m.room != nullptr;
        r->room.reset();
        if (m.room) r->room = caf::actor_cast<room_actor>(m.room);
      },
      [](const chat_pause&) {},
      [](const send_bytes&) {},
      [](const ask_drained&) {},
      [](const grant_bytes&) {},
      [](const end_stream&) {},
  };
}

/// A room whose participants chat: legs and room are the server's, their MSRP streams are pretended.
class a_chat : public scenario_test {
 protected:
  a_chat() {
    rules_.moderators = {"phone1@example.com"};
    auto streams = std::make_shared<msrp_services>();
    sessions_ = system_->spawn(msrp_register, size_t{100});
    streams->sessions = sessions_;
    streams->random = [n = uint64_t{0}]() mutable { return ++n; };
    auto made = std::make_shared<chat_services>();
    made->streams = streams;
    made->ours.tls_port = 2855;
    made->new_session_id = [this] { return "session" + std::to_string(++sessions_made_); };
    made->rooms.history = history_;
    chat_ = made;
    chat_settings_ = made;
  }
  ~a_chat() override {
    for (const auto& [leg, stream] : streams_) caf::anon_send_exit(stream, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(sessions_, caf::exit_reason::user_shutdown);
  }

  static std::string chat_offer(bool audio, const std::string& more = {}) {
    return std::string("v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n") +
           (audio ? "m=audio 40000 RTP/AVP 0\r\n" : "") +
           "m=message 9 TCP/TLS/MSRP *\r\na=path:msrps://192.0.2.9:9/phone;tcp\r\na=accept-types:*\r\n"
           "a=chatroom:private-messages nickname\r\n" +
           more;
  }

  /// Calls with chat; its stream is not there yet.
  void call_with_chat(leg_id leg, bool audio = false, std::optional<std::string> pin = std::nullopt) {
    sip::incoming_call c;
    c.pin = std::move(pin);
    c.leg = leg;
    c.room = room_id{"lunch@host"};
    c.peer = peer_of(leg);
    c.local = socket_address::parse("127.0.0.1", 5060).value();
    c.sdp = chat_offer(audio);
    tell(c);
    tell(sip::established{leg, c.peer});
  }
  /// Its stream claims the session that its SDP agreed on last, as an `msrp stream` does. `meanwhile` happens
  /// before the claim is answered where it has to wait.
  session_claim connect(
      leg_id leg, const std::function<void()>& meanwhile = [] {}) {
    std::string sdp;
    for (const auto& one : control_.log)
      if (one.leg == leg && (one.what == "accept" || one.what == "offer")) sdp = one.text;
    const auto at = sdp.find("/session");
    if (at == std::string::npos) return {};
    session_claim claimed;
    caf::scoped_actor self(*system_);
    self->send(sessions_, claim_session{sdp.substr(at + 1, sdp.find(';', at) - at - 1),
                                        msrp::parse_path("msrps://192.0.2.9:9/phone;tcp").value()});
    settle();
    meanwhile();
    self->receive([&](const session_claim& m) { claimed = m; });
    if (claimed.code != 200) return claimed;
    session_of_.insert_or_assign(leg, claimed.session);
    record_of_[leg] = std::make_shared<stream_record>();
    const auto stream = system_->spawn(pretended_stream, record_of_[leg]);
    streams_.insert_or_assign(leg, stream);
    caf::anon_send(claimed.session.owner, chat_bound{claimed.session.ours.session_id, stream});
    settle();
    return claimed;
  }
  void chat(leg_id leg, bool audio = false) {
    call_with_chat(leg, audio);
    ASSERT_EQ(connect(leg).code, 200);
  }
  /// The verdict on what `leg` says; 0: none.
  uint16_t say(leg_id leg, const std::string& text, const std::string& to = "lunch@host",
               const std::string& type = "text/plain", std::string from = {}) {
    if (from.empty()) from = "sip:phone" + to_string(leg) + "@example.com";
    const auto body =
        "From: <" + from + ">\r\nTo: <sip:" + to + ">\r\n\r\nContent-Type: " + type + "\r\n\r\n" + text;
    const uint64_t ticket = ++tickets_;
    bring(leg, chat_came{leg, ticket, std::make_shared<const std::string>(body)});
    settle();
    return verdict_on(leg, ticket);
  }
  uint16_t call_oneself(leg_id leg, const std::string& name) {
    const uint64_t ticket = ++tickets_;
    bring(leg, nickname_came{leg, ticket, name});
    settle();
    return verdict_on(leg, ticket);
  }
  /// To the room, which must know the stream of `leg`.
  template <class News>
  void bring(leg_id leg, News news) {
    const auto& to = stream(leg).room;
    ASSERT_TRUE(to);
    caf::send_as(streams_.at(leg), *to, std::move(news));
  }
  void lose(leg_id leg) {
    const auto& session = session_of_.at(leg);
    caf::anon_send(session.owner, chat_lost{session.ours.session_id, "reset by peer"});
    settle();
  }

  /// What came since the last look.
  std::vector<std::string> read(leg_id leg) { return std::exchange(record_of_.at(leg)->got, {}); }
  [[nodiscard]] stream_record& stream(leg_id leg) { return *record_of_.at(leg); }
  [[nodiscard]] std::string document() {
    pass(std::chrono::seconds(1));
    const auto all = watchers_.said_to(wanda);
    return all.empty() ? std::string() : all.back();
  }
  [[nodiscard]] bool shows(const std::string& text) { return document().find(text) != std::string::npos; }

  /// The first one is verified, and so moderates.
  static sip::peer peer_of(leg_id leg) {
    sip::peer who;
    who.uri = "sip:phone" + to_string(leg) + "@example.com";
    if (leg == alice) who.identity = who.uri;
    who.source = socket_address::parse("192.0.2.9", 5060).value();
    return who;
  }

  std::shared_ptr<chat_services> chat_settings_;
  msrp_register_actor sessions_;
  std::map<leg_id, chat_session> session_of_;
  std::map<leg_id, stream_record_ptr> record_of_;
  std::map<leg_id, msrp_stream_actor> streams_;
  uint64_t tickets_ = 0;
  int sessions_made_ = 0;

 private:
  uint16_t verdict_on(leg_id leg, uint64_t ticket) {
    for (const auto& one : record_of_.at(leg)->verdicts)
      if (one.ticket == ticket) return one.code;
    return 0;
  }
  static constexpr size_t history_ = 3;
};

}  // namespace confab::actors::scenario
