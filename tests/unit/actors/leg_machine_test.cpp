#include "actors/leg_machine.hpp"

#include <gtest/gtest.h>

#include "actors/media_words.hpp"
#include "tests/unit/actors/leg_machine_helpers.hpp"

namespace confab::actors {
namespace {

constexpr const char* offer_pcmu =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n";
constexpr const char* offer_hold =
    "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=sendonly\r\n";
constexpr const char* offer_inactive =
    "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=inactive\r\n";
constexpr const char* offer_ipv6 =
    "v=0\r\no=- 1 2 IN IP6 2001:db8::9\r\ns=-\r\nc=IN IP6 2001:db8::9\r\nt=0 0\r\nm=audio 40000 RTP/AVP "
    "0\r\n";
constexpr const char* offer_video_only =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=video 40000 RTP/AVP 96\r\n"
    "a=rtpmap:96 VP8/90000\r\n";
constexpr const char* offer_gsm_only =
    "v=0\r\no=- 1 2 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 40000 RTP/AVP 3\r\n";
constexpr const char* offer_without_audio =
    "v=0\r\no=- 1 3 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\n";

settings plain_settings() {
  settings s;
  s.media.codecs = {"G722", "PCMA", "PCMU"};
  s.media.srtp = "optional";
  return s;
}

leg_setup setup_with_port(uint16_t port) {
  leg_setup setup;
  setup.leg = leg_id{7};
  setup.room = room_id{"lunch@example.com"};
  setup.ours = base_capabilities(plain_settings());
  renew_keys(setup.ours);
  setup.bind_address = socket_address::parse("0.0.0.0", 0).value();
  setup.port = port;
  return setup;
}

/// A leg whose call with `offer_pcmu` is up.
leg_machine joined_leg() {
  leg_machine leg(setup_with_port(50'000));
  (void)leg.on_incoming(call_with(offer_pcmu));
  (void)leg.on_media_open();
  (void)leg.on_call_event(sip::established{leg_id{7}, call_with({}).peer});
  return leg;
}

TEST(leg_machine, opens_media_and_answers_an_offer_with_one_codec) {
  leg_machine leg(setup_with_port(50'000));
  const auto opening = leg.on_incoming(call_with(offer_pcmu));
  ASSERT_NE(first<act::open_media>(opening), nullptr);
  EXPECT_EQ(first<act::open_media>(opening)->local.port(), 50'000);

  const auto answering = leg.on_media_open();
  const auto* stream = first<act::configure_media>(answering);
  ASSERT_NE(stream, nullptr);
  EXPECT_EQ(stream->stream.codec, media::codec_kind::pcmu);
  EXPECT_EQ(stream->stream.telephone_event, 101);
  EXPECT_EQ(stream->stream.remote_rtp.to_string(), "192.0.2.9:40000");
  const auto* accept = first<act::accept>(answering);
  ASSERT_NE(accept, nullptr);
  EXPECT_NE(accept->sdp.find("m=audio 50000 RTP/AVP 0 101"), std::string::npos) << accept->sdp;
  EXPECT_NE(accept->sdp.find("c=IN IP4 192.0.2.1"), std::string::npos) << "the address the call came in on";
}

TEST(leg_machine, joins_the_room_when_the_ack_has_come_and_not_before) {
  leg_machine leg(setup_with_port(50'000));
  EXPECT_EQ(first<act::join>(leg.on_incoming(call_with(offer_pcmu))), nullptr);
  EXPECT_EQ(first<act::join>(leg.on_media_open()), nullptr);
  const auto joined = leg.on_call_event(sip::established{leg_id{7}, call_with({}).peer});
  ASSERT_NE(first<act::join>(joined), nullptr);
  EXPECT_TRUE(first<act::join>(joined)->has_audio);
  EXPECT_FALSE(first<act::join>(joined)->on_hold);
}

TEST(leg_machine, tells_the_room_what_the_peer_calls_its_audio) {
  const std::string labelled = std::string(offer_pcmu) + "a=label:desk\r\n";
  leg_machine leg(setup_with_port(50'000));
  (void)leg.on_incoming(call_with(labelled));
  (void)leg.on_media_open();
  const auto joined = leg.on_call_event(sip::established{leg_id{7}, call_with({}).peer});
  ASSERT_NE(first<act::join>(joined), nullptr);
  EXPECT_EQ(first<act::join>(joined)->label, "desk");
  const auto changed = leg.on_call_event(sip::remote_offer{leg_id{7}, offer_hold, {}});
  ASSERT_NE(first<act::update>(changed), nullptr);
  EXPECT_EQ(first<act::update>(changed)->label, "");
}

TEST(leg_machine, refuses_a_caller_without_audio_where_something_is_asked_by_voice) {
  for (const char* silent : {offer_video_only, offer_without_audio}) {
    auto setup = setup_with_port(50'000);
    setup.needs_voice = "call its URI with ;pin=";
    leg_machine leg(std::move(setup));
    const auto actions = leg.on_incoming(call_with(silent));
    ASSERT_NE(first<act::refuse>(actions), nullptr);
    EXPECT_EQ(first<act::refuse>(actions)->why.status, 403);
    EXPECT_EQ(first<act::refuse>(actions)->why.warning, "call its URI with ;pin=");
  }
  auto setup = setup_with_port(50'000);
  setup.needs_voice = "call its URI with ;pin=";
  leg_machine leg(std::move(setup));
  EXPECT_NE(first<act::open_media>(leg.on_incoming(call_with(offer_pcmu))), nullptr);
}

TEST(leg_machine, joins_the_room_its_media_was_moved_to_unless_it_is_over) {
  auto leg = joined_leg();
  const auto moved = leg.on_moved();
  ASSERT_NE(first<act::join>(moved), nullptr);
  EXPECT_TRUE(first<act::join>(moved)->has_audio);
  EXPECT_FALSE(first<act::join>(moved)->replaces);
  (void)leg.on_call_event(sip::ended{leg_id{7}, sip::end_cause::remote_bye, 0, {}});
  EXPECT_TRUE(leg.on_moved().empty());
}

TEST(leg_machine, opens_nothing_for_an_offer_it_must_refuse) {
  for (const char* bad : {offer_video_only, offer_ipv6, "this is not SDP"}) {
    leg_machine leg(setup_with_port(50'000));
    const auto actions = leg.on_incoming(call_with(bad));
    ASSERT_NE(first<act::refuse>(actions), nullptr);
    EXPECT_EQ(first<act::refuse>(actions)->why.status, 488);
    EXPECT_FALSE(first<act::refuse>(actions)->why.warning.empty());
    EXPECT_EQ(first<act::open_media>(actions), nullptr);
  }
}

TEST(leg_machine, answers_503_when_no_port_is_left) {
  leg_machine leg(setup_with_port(0));
  const auto actions = leg.on_incoming(call_with(offer_pcmu));
  ASSERT_NE(first<act::refuse>(actions), nullptr);
  EXPECT_EQ(first<act::refuse>(actions)->why.status, 503);
  EXPECT_TRUE(first<act::refuse>(actions)->why.retry_after.has_value());
}

TEST(leg_machine, tries_other_ports_and_gives_up_after_some) {
  leg_machine leg(setup_with_port(50'000));
  (void)leg.on_incoming(call_with(offer_pcmu));
  int tries = 0;
  leg_actions actions = leg.on_media_refused("taken");
  while (first<act::another_port>(actions) != nullptr && tries < 100) {
    ++tries;
    const auto again = leg.on_new_port(static_cast<uint16_t>(50'000 + 2 * tries));
    ASSERT_NE(first<act::open_media>(again), nullptr);
    actions = leg.on_media_refused("taken");
  }
  EXPECT_GT(tries, 1);
  ASSERT_NE(first<act::refuse>(actions), nullptr);
  EXPECT_EQ(first<act::refuse>(actions)->why.status, 503);
}

TEST(leg_machine, offers_where_the_invite_had_no_sdp_and_takes_the_answer_from_the_ack) {
  leg_machine leg(setup_with_port(50'000));
  (void)leg.on_incoming(call_with(std::nullopt));
  const auto offering = leg.on_media_open();
  const auto* accept = first<act::accept>(offering);
  ASSERT_NE(accept, nullptr);
  EXPECT_NE(accept->sdp.find("m=audio 50000"), std::string::npos);
  EXPECT_EQ(first<act::configure_media>(offering), nullptr);
  const auto agreed = leg.on_call_event(sip::remote_answer{leg_id{7}, offer_pcmu, {}});
  ASSERT_NE(first<act::configure_media>(agreed), nullptr);
  EXPECT_EQ(first<act::configure_media>(agreed)->stream.codec, media::codec_kind::pcmu);
}

TEST(leg_machine, hangs_up_on_an_answer_that_is_nonsense) {
  leg_machine leg(setup_with_port(50'000));
  (void)leg.on_incoming(call_with(std::nullopt));
  (void)leg.on_media_open();
  EXPECT_NE(first<act::hang_up>(leg.on_call_event(sip::remote_answer{leg_id{7}, "nonsense", {}})), nullptr);
}

TEST(leg_machine, tells_the_room_of_hold_and_resume) {
  struct row {
    const char* offer;
    bool send, receive;
  };
  auto leg = joined_leg();
  // A phone that puts us on hold says sendonly (music of its own) or inactive (RFC 3264 §8.4).
  for (const auto& r : {row{offer_hold, false, true}, row{offer_pcmu, true, true},
                        row{offer_inactive, false, false}, row{offer_pcmu, true, true}}) {
    const auto actions = leg.on_call_event(sip::remote_offer{leg_id{7}, r.offer, {}});
    ASSERT_NE(first<act::accept>(actions), nullptr);
    ASSERT_NE(first<act::configure_media>(actions), nullptr);
    EXPECT_EQ(first<act::configure_media>(actions)->stream.send, r.send) << r.offer;
    EXPECT_EQ(first<act::configure_media>(actions)->stream.receive, r.receive) << r.offer;
    ASSERT_NE(first<act::update>(actions), nullptr);
    EXPECT_EQ(first<act::update>(actions)->on_hold, !r.send);
  }
}

TEST(leg_machine, follows_a_phone_that_changed_networks) {
  auto leg = joined_leg();
  const auto elsewhere = socket_address::parse("198.51.100.7", 5060).value();
  const auto actions = leg.on_call_event(sip::remote_offer{leg_id{7}, offer_pcmu, elsewhere});
  ASSERT_NE(first<act::configure_media>(actions), nullptr);
  EXPECT_EQ(first<act::configure_media>(actions)->stream.signaling_source, elsewhere);
}

TEST(leg_machine, heeds_news_in_the_answer_to_a_session_refresh) {
  auto leg = joined_leg();
  std::string moved = offer_pcmu;
  moved.replace(moved.find("40000"), 5, "40010");
  const auto actions = leg.on_call_event(sip::remote_answer{leg_id{7}, moved, {}});
  ASSERT_NE(first<act::configure_media>(actions), nullptr);
  EXPECT_EQ(first<act::configure_media>(actions)->stream.remote_rtp.port(), 40'010);
}

TEST(leg_machine, keeps_the_session_when_a_later_offer_is_refused) {
  auto leg = joined_leg();
  for (const char* bad : {"this is not SDP", offer_gsm_only, offer_ipv6}) {
    const auto refused = leg.on_call_event(sip::remote_offer{leg_id{7}, bad, {}});
    ASSERT_NE(first<act::refuse>(refused), nullptr) << bad;
    EXPECT_EQ(first<act::refuse>(refused)->why.status, 488);
    EXPECT_EQ(first<act::hang_up>(refused), nullptr);
  }
  EXPECT_NE(first<act::accept>(leg.on_call_event(sip::remote_offer{leg_id{7}, offer_pcmu, {}})), nullptr);
}

TEST(leg_machine, stops_the_media_when_audio_is_taken_out_of_the_session) {
  auto leg = joined_leg();
  const auto actions = leg.on_call_event(sip::remote_offer{leg_id{7}, offer_without_audio, {}});
  ASSERT_NE(first<act::configure_media>(actions), nullptr);
  EXPECT_FALSE(first<act::configure_media>(actions)->stream.send);
  EXPECT_FALSE(first<act::configure_media>(actions)->stream.receive);
  ASSERT_NE(first<act::update>(actions), nullptr);
  EXPECT_FALSE(first<act::update>(actions)->has_audio);
}

std::string offer_at(const std::string& host, const std::string& more = {}) {
  const std::string family = host.find(':') == std::string::npos ? "IP4 " : "IP6 ";
  return "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN " + family + host +
         "\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n" + more;
}

leg_setup denying_setup() {
  auto setup = setup_with_port(50'000);
  setup.deny = std::make_shared<const net_deny>(*net_deny::parse({"loopback", "link-local", "private"}));
  return setup;
}

struct media_case {
  const char* what;
  const char* source;  ///< of the SIP
  std::string offer;
  const char* rtp;   ///< where RTP goes; "unspecified": only to where it comes from; "" for 488
  const char* rtcp;  ///< the same for RTCP
};

TEST(leg_machine, sends_media_to_no_address_that_net_deny_keeps_from_the_caller) {
  const media_case rows[] = {
      {"public", "192.0.2.9", offer_at("198.51.100.1"), "198.51.100.1", "198.51.100.1"},
      {"behind NAT", "192.0.2.9", offer_at("192.168.1.7"), "unspecified", "unspecified"},
      {"behind a carrier's NAT", "192.0.2.9", offer_at("100.64.3.4"), "unspecified", "unspecified"},
      {"RTCP alone is private", "192.0.2.9", offer_at("198.51.100.1", "a=rtcp:53 IN IP4 10.0.0.53\r\n"),
       "198.51.100.1", "unspecified"},
      {"RTCP at our own machine", "192.0.2.9", offer_at("198.51.100.1", "a=rtcp:53 IN IP4 127.0.0.1\r\n"), "",
       ""},
      {"our own machine", "192.0.2.9", offer_at("127.0.0.1"), "", ""},
      {"our own machine, hidden", "192.0.2.9", offer_at("0.1.2.3"), "", ""},
      {"a metadata service", "192.0.2.9", offer_at("169.254.169.254"), "", ""},
      {"multicast", "192.0.2.9", offer_at("224.2.3.4"), "", ""},
      {"broadcast", "192.0.2.9", offer_at("255.255.255.255"), "", ""},
      {"hold as of old", "192.0.2.9", offer_at("0.0.0.0"), "0.0.0.0", "0.0.0.0"},
      {"a caller of this machine", "127.0.0.1", offer_at("127.0.0.1"), "127.0.0.1", "127.0.0.1"},
      {"a caller of the same network", "10.1.1.1", offer_at("10.2.2.2"), "10.2.2.2", "10.2.2.2"},
      {"a NAT inside of a private network", "10.1.1.1", offer_at("192.168.1.7"), "unspecified",
       "unspecified"},
  };
  for (const auto& row : rows) {
    leg_machine leg(denying_setup());
    auto call = call_with(row.offer);
    call.peer.source = socket_address::parse(row.source, 5060).value();
    const auto opening = leg.on_incoming(call);
    if (*row.rtp == '\0') {
      EXPECT_EQ(first<act::open_media>(opening), nullptr) << row.what;
      ASSERT_NE(first<act::refuse>(opening), nullptr) << row.what;
      EXPECT_EQ(first<act::refuse>(opening)->why.status, 488) << row.what;
      EXPECT_NE(first<act::refuse>(opening)->why.warning.find("net.deny"), std::string::npos) << row.what;
      continue;
    }
    const auto answering = leg.on_media_open();
    ASSERT_NE(first<act::configure_media>(answering), nullptr) << row.what;
    const auto& set = *first<act::configure_media>(answering);
    EXPECT_EQ(set.stream.remote_rtp.host(), row.rtp) << row.what;
    EXPECT_EQ(set.stream.remote_rtcp.host(), row.rtcp) << row.what;
    EXPECT_EQ(set.behind_nat.has_value(), *row.rtcp == 'u') << row.what;
    EXPECT_TRUE(set.stream.receive) << row.what;
  }
}

TEST(leg_machine, holds_later_offers_and_answers_to_net_deny_too) {
  leg_machine leg(denying_setup());
  (void)leg.on_incoming(call_with(offer_pcmu));
  (void)leg.on_media_open();
  (void)leg.on_call_event(sip::established{leg_id{7}, call_with({}).peer});
  const auto refused = leg.on_call_event(sip::remote_offer{leg_id{7}, offer_at("127.0.0.1"), {}});
  ASSERT_NE(first<act::refuse>(refused), nullptr);
  EXPECT_EQ(first<act::refuse>(refused)->why.status, 488);
  EXPECT_EQ(first<act::configure_media>(refused), nullptr);
  const auto moved = leg.on_call_event(sip::remote_offer{leg_id{7}, offer_at("10.9.9.9"), {}});
  ASSERT_NE(first<act::configure_media>(moved), nullptr);
  EXPECT_FALSE(first<act::configure_media>(moved)->stream.remote_rtp.is_specified());
  const auto answered = leg.on_call_event(sip::remote_answer{leg_id{7}, offer_at("127.0.0.1"), {}});
  EXPECT_NE(first<act::hang_up>(answered), nullptr);
  EXPECT_EQ(first<act::configure_media>(answered), nullptr);
}

TEST(leg_machine, leaves_and_closes_its_media_once_when_the_session_ends) {
  auto leg = joined_leg();
  const auto actions = leg.on_call_event(sip::ended{leg_id{7}, sip::end_cause::remote_bye, 0, {}});
  EXPECT_NE(first<act::leave>(actions), nullptr);
  EXPECT_NE(first<act::close_media>(actions), nullptr);
}

TEST(leg_machine, closes_only_after_the_ports_were_opened_when_the_caller_cancels_meanwhile) {
  leg_machine leg(setup_with_port(50'000));
  (void)leg.on_incoming(call_with(offer_pcmu));
  EXPECT_TRUE(leg.on_call_event(sip::ended{leg_id{7}, sip::end_cause::remote_cancel, 0, {}}).empty());
  const auto actions = leg.on_media_open();
  EXPECT_NE(first<act::close_media>(actions), nullptr);
  EXPECT_EQ(first<act::accept>(actions), nullptr);
}

TEST(leg_machine, dials_with_an_offer_and_reports_every_answer) {
  leg_machine leg(setup_with_port(50'000));
  EXPECT_NE(first<act::open_media>(leg.on_dial(socket_address::parse("192.0.2.1", 0).value())), nullptr);
  const auto dialing = leg.on_media_open();
  ASSERT_NE(first<act::dial>(dialing), nullptr);
  EXPECT_NE(first<act::dial>(dialing)->sdp.find("m=audio 50000"), std::string::npos);
  const auto ringing = leg.on_call_event(sip::progress{leg_id{7}, 180, "Ringing"});
  ASSERT_NE(first<act::report>(ringing), nullptr);
  EXPECT_EQ(first<act::report>(ringing)->status, 180);
  (void)leg.on_call_event(sip::remote_answer{leg_id{7}, offer_pcmu, {}});
  const auto up = leg.on_call_event(sip::established{leg_id{7}, {}});
  ASSERT_NE(first<act::report>(up), nullptr);
  EXPECT_EQ(first<act::report>(up)->status, 200);
  EXPECT_NE(first<act::join>(up), nullptr);
}

TEST(leg_machine, reports_the_failure_code_of_a_call_that_was_refused) {
  leg_machine leg(setup_with_port(50'000));
  (void)leg.on_dial(socket_address::parse("192.0.2.1", 0).value());
  (void)leg.on_media_open();
  const auto over = leg.on_call_event(sip::ended{leg_id{7}, sip::end_cause::refused, 486, "Busy Here"});
  ASSERT_NE(first<act::report>(over), nullptr);
  EXPECT_EQ(first<act::report>(over)->status, 486);
  EXPECT_NE(first<act::close_media>(over), nullptr);
  EXPECT_EQ(first<act::leave>(over), nullptr);
}

}  // namespace
}  // namespace confab::actors
