#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <gtest/gtest.h>

#include "actors/directory.hpp"
#include "actors/media_words.hpp"
#include "actors/words.hpp"
#include "tests/support/source_dir.hpp"

namespace confab::actors::scenario {

/// Stands in for the SIP endpoint: notes what legs ask of it.
class recorded_control final : public sip::call_control {
 public:
  struct asked {
    std::string what;
    leg_id leg;
    std::string text;  ///< SDP, status, reason or target
  };
  void ring(leg_id leg) override { log.push_back({"ring", leg, {}}); }
  void accept(leg_id leg, std::string sdp) override { log.push_back({"accept", leg, std::move(sdp)}); }
  void refuse(leg_id leg, sip::refusal why) override {
    log.push_back({"refuse", leg, std::to_string(why.status)});
  }
  void offer(leg_id leg, std::string sdp) override { log.push_back({"offer", leg, std::move(sdp)}); }
  void dial(sip::dial_request request) override {
    log.push_back({"dial", request.leg, request.target});
    dialed.push_back(std::move(request));
  }
  void hang_up(leg_id leg, std::string reason) override {
    log.push_back({"hang_up", leg, std::move(reason)});
  }

  [[nodiscard]] size_t count(const std::string& what, leg_id leg) const {
    return static_cast<size_t>(std::count_if(log.begin(), log.end(),
                                             [&](const asked& a) { return a.what == what && a.leg == leg; }));
  }
  [[nodiscard]] std::string text_of(const std::string& what, leg_id leg) const {
    for (const auto& a : log) {
      if (a.what == what && a.leg == leg) return a.text;
    }
    return {};
  }
  std::vector<asked> log;
  std::vector<sip::dial_request> dialed;
};

/// The endpoint as watchers' notifier: notes what rooms tell them.
class recorded_watchers final : public sip::subscription_control {
 public:
  struct sent {
    std::string what;  ///< "accept", "refuse", "notify" or "end"
    subscription_id id;
    std::string text;  ///< status or body
  };
  void accept_subscription(subscription_id id, std::chrono::seconds) override {
    log.push_back({"accept", id, {}});
  }
  void refuse_subscription(subscription_id id, sip::refusal why) override {
    log.push_back({"refuse", id, std::to_string(why.status)});
  }
  void notify(subscription_id id, sip::document what) override { log.push_back({"notify", id, *what.body}); }
  void end_subscription(subscription_id id, sip::termination why, std::optional<sip::document>) override {
    log.push_back({"end", id, sip::to_string(why)});
  }
  [[nodiscard]] std::vector<std::string> said_to(subscription_id id) const {
    std::vector<std::string> out;
    for (const auto& one : log)
      if (one.id == id) out.push_back(one.what == "notify" ? one.text : one.what + one.text);
    return out;
  }
  std::vector<sent> log;
};

/// The endpoint as what referrers hear of: "accept", "refuse" and "" with a status.
class recorded_refers final : public sip::refer_control {
 public:
  void accept_refer(subscription_id) override { log.emplace_back("accept"); }
  void refuse_refer(subscription_id, sip::refusal why) override {
    log.push_back("refuse" + std::to_string(why.status));
  }
  void refer_progress(subscription_id, uint16_t status, std::string) override {
    log.push_back(std::to_string(status));
  }
  std::vector<std::string> log;
};

/// The endpoint as what messages pass: what senders hear, and what phones get.
class recorded_messages final : public sip::message_control {
 public:
  void accept_message(message_id, bool passed_on) override { log.emplace_back(passed_on ? "202" : "200"); }
  void refuse_message(message_id, sip::refusal why) override {
    log.push_back(std::to_string(why.status));
    last_refusal = std::move(why);
  }
  void send_message(std::vector<leg_id> legs, sip::outgoing_message_ptr message) override {
    for (const leg_id leg : legs) got[leg].push_back(message);
  }
  std::vector<std::string> log;
  sip::refusal last_refusal;
  std::map<leg_id, std::vector<sip::outgoing_message_ptr>> got;
};

/// What a pretended shard was told, shared with the test: with the deterministic scheduler all run on one
/// thread.
struct shard_record {
  std::map<leg_id, leg_actor> owners;
  std::map<leg_id, media::stream_settings> streams;
  std::map<leg_id, bool> muted, deaf, music, echo;
  std::map<leg_id, room_id> rooms;                   ///< where its media is
  std::map<leg_id, std::vector<std::string>> heard;  ///< prompts played to one leg
  std::vector<std::pair<std::string, std::optional<leg_id>>> room_heard;
  std::map<leg_id, mix::room_section> sections;
  std::vector<mix::room_section> attached;
  std::vector<uint16_t> taken;  ///< ports somebody else holds
  size_t closed = 0;
};

inline shard_actor::behavior_type pretended_shard(shard_actor::pointer, std::shared_ptr<shard_record> r) {
  return {
      [r](const open_media& m) -> outcome {
        if (std::count(r->taken.begin(), r->taken.end(), m.local.port()) > 0) return {false, "port taken"};
        r->owners.insert_or_assign(m.leg, m.owner);
        r->rooms.insert_or_assign(m.leg, m.room);
        if (m.apart || m.moved) r->muted[m.leg] = r->deaf[m.leg] = m.apart;
        r->sections.insert_or_assign(m.leg, m.section);
        r->echo[m.leg] = m.echo;
        return {};
      },
      [r](const attach_section& m) -> outcome {
        r->attached.push_back(m.section);
        return {};
      },
      [r](const configure_media& m) { r->streams[m.leg] = m.stream; },
      [r](const close_media& m) -> outcome {
        r->owners.erase(m.leg);
        ++r->closed;
        return {};
      },
      [r](const set_muted& m) { r->muted[m.leg] = m.on; },
      [r](const set_deaf& m) { r->deaf[m.leg] = m.on; },
      [r](const set_music& m) { r->music[m.leg] = m.on; },
      [r](const play_to_leg& m) { r->heard[m.leg].push_back(m.sound->name); },
      [r](const stop_prompts&) {},
      [r](const play_to_room& m) { r->room_heard.emplace_back(m.sound->name, m.except); },
  };
}

/// One line per phone, read aloud in the tests: "alice calls, alice acknowledges, bob calls …". Virtual time,
/// no sockets.
class scenario_test : public ::testing::Test {
 protected:
  scenario_test() {
    config_.set("scheduler.policy", caf::atom("testing"));
    system_ = std::make_unique<caf::actor_system>(config_);
  }

  ~scenario_test() override {
    for (const auto& s : shards_) caf::anon_send_exit(s, caf::exit_reason::user_shutdown);
    if (directory_) caf::anon_send_exit(directory_, caf::exit_reason::user_shutdown);
    shards_.clear();
    directory_ = nullptr;
    for (auto& r : records_) r->owners.clear();
    settle();
  }

  void start(size_t shards = 1, uint16_t first_port = 50'000, uint16_t last_port = 50'099) {
    auto s = std::make_shared<settings>();
    s->media.section_legs = section_legs_;
    s->media.codecs = {"G722", "PCMU"};
    s->media.srtp = "optional";
    s->media.first_port = first_port;
    s->msrp.max_message = 100'000;
    s->media.last_port = last_port;
    s->rooms.announcements = true;
    s->rooms.music_on_hold = true;
    s->rooms.notify = "full";
    s->rooms.refer = refer_by_;
    s->rooms.max_invitations = max_invitations_;
    s->rooms.calls_per_hour = 240;
    s->rooms.max_list = max_list_;
    s->sip.dial_to = dial_to_;
    s->rooms.dtmf = {{"*1", "lock"},      {"*2", "mute-all"},    {"*3", "count"},   {"*4", "unmute-all"},
                     {"*5", "kick-last"}, {"*6", "toggle-mute"}, {"*8", "end-room"}};
    s->rooms.kick_ban = kick_ban_;
    s->rooms.dialed_duration = dialed_duration_;
    s->rooms.echo = echo_;
    s->rooms.rules = rules_;
    s->sip.authenticate = authenticate_;
    s->rooms.own = own_;
    s->rooms.lobby = lobby_;
    s->screens.max_frame = 100'000;
    auto shared = std::make_shared<services>();
    shared->rules =
        std::make_shared<const conference::rules_book>(conference::rules_book::make(s->rooms).value());
    shared->configured = s;
    shared->sounds = std::make_shared<const mix::sound_library>(
        mix::sound_library::load(confab::test::source_dir() + "/tests/scenario/sounds").value());
    shared->capabilities = base_capabilities(*s);
    shared->media_address = socket_address::parse("127.0.0.1", 0).value();
    shared->deny = std::make_shared<const net_deny>(net_deny::parse(deny_).value());
    shared->control = &control_;
    shared->watch_control = &watchers_;
    shared->refer_control = &refers_;
    shared->message_control = &messages_;
    shared->chat = chat_;
    shared->files = files_;
    shared->web = web_;
    shared->next_leg_id = [this] { return leg_id{next_dialed_++}; };
    for (size_t i = 0; i < shards; ++i) {
      records_.push_back(std::make_shared<shard_record>());
      shards_.push_back(system_->spawn(pretended_shard, records_.back()));
    }
    directory_ = system_->spawn(directory, services_ptr{std::move(shared)}, shards_);
    settle();
  }

  void call(leg_id leg, const std::string& room, std::optional<leg_id> replaces = std::nullopt,
            const std::string& sdp = plain_offer, std::optional<std::string> pin = std::nullopt) {
    sip::incoming_call c;
    c.pin = std::move(pin);
    c.leg = leg;
    c.room = room_id{room};
    c.peer.uri = "sip:phone" + to_string(leg) + "@example.com";
    c.peer.source = socket_address::parse("192.0.2.9", 5060).value();
    c.local = socket_address::parse("127.0.0.1", 5060).value();
    c.sdp = sdp;
    c.replaces = replaces;
    tell(c);
  }
  void acknowledge(leg_id leg) {
    sip::peer who;
    who.uri = "sip:phone" + to_string(leg) + "@example.com";
    who.source = socket_address::parse("192.0.2.9", 5060).value();
    tell(sip::established{leg, who});
  }
  void join(leg_id leg, const std::string& room) {
    call(leg, room);
    acknowledge(leg);
  }
  void hang_up(leg_id leg, sip::end_cause cause = sip::end_cause::remote_bye) {
    tell(sip::ended{leg, cause, 0, {}});
  }
  void press(leg_id leg, const std::string& keys) {
    for (const char key : keys) tell(sip::info_dtmf{leg, key});
  }

  void tell(sip::call_event event) {
    caf::anon_send(directory_, call_news{std::move(event)});
    settle();
  }
  void tell(sip::subscription_event event) {
    caf::anon_send(directory_, watch_news{std::move(event)});
    settle();
  }
  void subscribe(subscription_id id, const std::string& room, bool fetch = false,
                 const std::string& uri = "sip:watcher@example.com",
                 std::optional<std::string> pin = std::nullopt,
                 std::optional<leg_id> in_call = std::nullopt) {
    sip::incoming_subscription wish;
    wish.pin = std::move(pin);
    wish.id = id;
    wish.room = room_id{room};
    wish.event = "conference";
    wish.peer.uri = uri;
    wish.peer.source = socket_address::parse("192.0.2.9", 5060).value();
    wish.expires = fetch ? std::chrono::seconds(0) : std::chrono::seconds(3'600);
    wish.fetch = fetch;
    wish.in_dialog_of = in_call;
    wish.max_body_bytes = 60'000;
    tell(wish);
  }
  void settle() { dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler()).run(); }
  void pass(std::chrono::milliseconds time) {
    auto& scheduler = dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler());
    scheduler.advance_time(time);
    settle();
  }

  counts count() {
    counts found;
    caf::scoped_actor self(*system_);
    self->send(directory_, count_request{});
    settle();
    self->receive([&](const counts& c) { found = c; });
    return found;
  }

  static constexpr const char* plain_offer =
      "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n";

  recorded_control control_;
  recorded_watchers watchers_;
  recorded_refers refers_;
  recorded_messages messages_;
  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  std::vector<std::shared_ptr<shard_record>> records_;
  std::vector<shard_actor> shards_;
  directory_actor directory_;
  uint64_t next_dialed_ = 1'000;
  // Before `start`:
  uint32_t section_legs_ = 500;
  std::string refer_by_ = "participants";
  settings::room_rules_settings rules_{"allow,deny", {"all"}, {}, {}, 0, false};
  std::map<std::string, settings::room_rules_settings> own_;
  std::vector<std::string> dial_to_;
  std::vector<std::string> deny_{"loopback", "link-local", "private"};
  std::chrono::milliseconds kick_ban_{300'000}, dialed_duration_{0};
  std::string echo_;
  uint32_t max_invitations_ = 64;
  uint32_t max_list_ = 50;
  std::string lobby_;
  std::string authenticate_ = "all";
  chat_services_ptr chat_;         ///< null: no chat
  file_services_ptr files_{};      ///< null: no files
  web::publisher* web_ = nullptr;  ///< null: no web
};

}  // namespace confab::actors::scenario
