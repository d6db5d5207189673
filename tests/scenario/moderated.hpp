#pragma once

#include "tests/scenario/fixture.hpp"

namespace confab::actors::scenario {

inline constexpr leg_id alice{1}, bob{2}, carol{3}, dave{4};
inline constexpr subscription_id wanda{1};

class a_room_that_is_run : public scenario_test {
 protected:
  a_room_that_is_run() { rules_.moderators = {"phone1@example.com"}; }

  /// Alice, who moderates, and those who follow.
  void open(const std::vector<leg_id>& others) {
    start();
    join_as(alice, "sip:phone1@example.com");
    for (const leg_id leg : others) join(leg, "lunch@host");
    subscribe(wanda, "lunch@host");
  }
  void join_as(leg_id leg, const std::string& identity) {
    sip::peer who;
    who.uri = identity;
    who.identity = identity;
    who.source = socket_address::parse("192.0.2.9", 5060).value();
    sip::incoming_call c;
    c.leg = leg;
    c.room = room_id{"lunch@host"};
    c.peer = who;
    c.local = socket_address::parse("127.0.0.1", 5060).value();
    c.sdp = plain_offer;
    tell(c);
    tell(sip::established{leg, who});
  }
  /// Ends the calls that the server hung up, as the endpoint would.
  void obey() {
    const auto asked = std::exchange(control_.log, {});
    for (const auto& a : asked)
      if (a.what == "hang_up") tell(sip::ended{a.leg, sip::end_cause::local, 0, a.text});
  }
  template <class Answer, class Question>
  Answer ask(Question question) {
    Answer out;
    caf::scoped_actor self(*system_);
    self->send(directory_, std::move(question));
    settle();
    self->receive([&](const Answer& a) { out = a; });
    return out;
  }
  std::string order(conference::room_command what, const std::string& by = "operator") {
    const auto done = ask<outcome>(to_room{room_id{"lunch@host"}, {std::move(what), by}});
    return done.ok ? "ok" : done.text;
  }
  [[nodiscard]] std::string document() {
    pass(std::chrono::seconds(1));
    const auto all = watchers_.said_to(wanda);
    return all.empty() ? std::string() : all.back();
  }
  [[nodiscard]] bool shows(const std::string& text) { return document().find(text) != std::string::npos; }
  [[nodiscard]] std::string last_heard(leg_id leg) const {
    const auto found = records_.front()->heard.find(leg);
    return found == records_.front()->heard.end() || found->second.empty() ? std::string()
                                                                           : found->second.back();
  }
  [[nodiscard]] bool muted(leg_id leg) { return records_.front()->muted[leg]; }
  [[nodiscard]] bool deaf(leg_id leg) { return records_.front()->deaf[leg]; }
};

}  // namespace confab::actors::scenario
