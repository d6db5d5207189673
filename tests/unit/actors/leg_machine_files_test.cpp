#include <algorithm>

#include <gtest/gtest.h>

#include "actors/leg_machine.hpp"
#include "actors/media_words.hpp"
#include "config/limits.hpp"

namespace confab::actors {
namespace {

const std::string head = "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n";
const std::string audio_line = "m=audio 40000 RTP/AVP 0\r\n";
const std::string no_line = "m=message 0 TCP/TLS/MSRP *\r\n";

std::string file_line(const std::string& id, const std::string& direction = "sendonly",
                      const std::string& more = {}) {
  return "m=message 9000 TCP/TLS/MSRP *\r\na=path:msrps://192.0.2.9:9000/" + id +
         ";tcp\r\na=accept-types:*\r\na=" + direction +
         "\r\na=file-selector:name:\"a.txt\" size:3\r\na=file-transfer-id:" + id + "\r\n" + more;
}

/// A leg whose room takes files; `port` 0: no RTP port is leased.
leg_setup with_files(uint16_t port, bool alone) {
  settings s;
  s.media.codecs = {"PCMU"};
  s.media.srtp = "optional";
  leg_setup setup;
  setup.leg = leg_id{7};
  setup.room = room_id{"lunch@example.com"};
  setup.ours = base_capabilities(s);
  renew_keys(setup.ours);
  setup.bind_address = socket_address::parse("0.0.0.0", 0).value();
  setup.port = port;
  setup.deny = std::make_shared<const net_deny>(net_deny::parse({"loopback", "private"}).value());
  chat_setup chat;
  chat.ours.tls_port = 2855;
  chat.ours.chatroom = std::vector<std::string>{"nickname"};
  chat.new_session_id = [n = 0]() mutable { return "session" + std::to_string(++n); };
  setup.chat = std::move(chat);
  setup.files = true;
  setup.files_alone = alone;
  return setup;
}

sip::incoming_call call_with(std::string sdp) {
  sip::incoming_call call;
  call.leg = leg_id{7};
  call.room = room_id{"lunch@example.com"};
  call.peer.uri = "sip:alice@example.com";
  call.peer.source = socket_address::parse("192.0.2.9", 5060).value();
  call.local = socket_address::parse("192.0.2.1", 5060).value();
  call.sdp = std::move(sdp);
  return call;
}

template <class Action>
std::vector<Action> all(const leg_actions& actions) {
  std::vector<Action> found;
  for (const auto& a : actions)
    if (const auto* one = std::get_if<Action>(&a)) found.push_back(*one);
  return found;
}

file_verdict yes() {
  file_verdict out;
  out.says.selector = {"a.txt", {}, 3, {}};
  out.says.transfer_id = "id1";
  out.job = std::make_shared<const file_job>();
  return out;
}

file_verdict no(uint16_t code, const std::string& why = "no") {
  file_verdict out;
  out.code = code;
  out.why = why;
  return out;
}

leg_actions reoffer(leg_machine& leg, std::string sdp) {
  return leg.on_call_event(sip::remote_offer{leg_id{7}, std::move(sdp), {}});
}

/// In the room with audio.
leg_machine joined() {
  leg_machine leg(with_files(50'000, false));
  (void)leg.on_incoming(call_with(head + audio_line));
  (void)leg.on_media_open();
  (void)leg.on_call_event(sip::established{leg_id{7}, call_with({}).peer});
  return leg;
}

size_t count(const std::string& text, const std::string& what) {
  size_t found = 0;
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

TEST(leg_machine_files, asks_the_room_before_a_call_for_a_file_is_answered) {
  leg_machine leg(with_files(0, true));
  const auto asked = leg.on_incoming(call_with(head + file_line("id1")));
  ASSERT_EQ(asked.size(), 1U);
  ASSERT_EQ(all<act::ask_for_files>(asked).size(), 1U);
  const auto streams = all<act::ask_for_files>(asked)[0].streams;
  ASSERT_EQ(streams.size(), 1U);
  EXPECT_TRUE(streams[0].push);
  const auto answered = leg.on_files({yes()});
  ASSERT_EQ(all<act::set_file>(answered).size(), 1U);
  const auto set = all<act::set_file>(answered)[0];
  EXPECT_EQ(set.media_index, 0U);
  EXPECT_EQ(set.file->way.theirs.front().session_id, "id1");
  ASSERT_EQ(all<act::accept>(answered).size(), 1U);
  const auto sdp = all<act::accept>(answered)[0].sdp;
  EXPECT_NE(sdp.find("/" + set.file->way.ours.session_id + ";tcp"), std::string::npos) << sdp;
  EXPECT_NE(sdp.find("a=recvonly"), std::string::npos);
  EXPECT_EQ(sdp.find("chatroom"), std::string::npos);
  EXPECT_TRUE(all<act::set_chat>(answered).empty());
  EXPECT_TRUE(all<act::open_media>(answered).empty());
}

TEST(leg_machine_files, is_no_participant_with_files_alone) {
  leg_machine leg(with_files(0, true));
  (void)leg.on_incoming(call_with(head + file_line("id1")));
  (void)leg.on_files({yes()});
  EXPECT_TRUE(leg.is_for_files_alone());
  EXPECT_TRUE(leg.on_call_event(sip::established{leg_id{7}, call_with({}).peer}).empty());
  const auto with_audio = reoffer(leg, head + file_line("id1") + audio_line);
  ASSERT_EQ(all<act::accept>(with_audio).size(), 0U) << "nobody comes into the room by it";
  EXPECT_EQ(all<act::refuse>(with_audio).size(), 1U);
  const auto over = leg.on_call_event(sip::ended{leg_id{7}, sip::end_cause::remote_bye, 0, {}});
  EXPECT_TRUE(all<act::leave>(over).empty());
  EXPECT_EQ(all<act::close_media>(over).size(), 1U);
}

TEST(leg_machine_files, refuses_a_call_for_files_alone_with_the_words_of_the_room) {
  for (const auto& [verdict, status] : std::vector<std::pair<file_verdict, uint16_t>>{
           {no(404), 404}, {no(403), 403}, {no(413, "files.max-size"), 413}, {no(503), 503}}) {
    leg_machine leg(with_files(0, true));
    (void)leg.on_incoming(call_with(head + file_line("id1", "recvonly")));
    const auto refused = all<act::refuse>(leg.on_files({verdict}));
    ASSERT_EQ(refused.size(), 1U);
    EXPECT_EQ(refused[0].why.status, status);
    EXPECT_EQ(refused[0].why.warning, verdict.why);
    EXPECT_EQ(refused[0].why.retry_after.has_value(), status == 503);
  }
}

TEST(leg_machine_files, asks_for_nothing_that_could_not_be_had) {
  struct row {
    std::string line;
    uint16_t status;
  };
  for (const auto& [line, status] : {row{file_line("id1", "sendrecv"), 488},
                                     row{file_line("id1", "sendonly", "a=setup:holdconn\r\n"), 488}}) {
    leg_machine leg(with_files(0, true));
    const auto refused = all<act::refuse>(leg.on_incoming(call_with(head + line)));
    ASSERT_EQ(refused.size(), 1U) << line;
    EXPECT_EQ(refused[0].why.status, status) << line;
  }
  auto private_path = file_line("id1", "sendonly", "a=setup:passive\r\n");
  private_path.replace(private_path.find("192.0.2.9:9000"), 14, "10.0.0.9:9000");
  leg_machine leg(with_files(0, true));
  const auto refused = all<act::refuse>(leg.on_incoming(call_with(head + private_path)));
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].why.status, 403);
  EXPECT_NE(refused[0].why.warning.find("net.deny"), std::string::npos);
}

TEST(leg_machine_files, takes_streams_that_a_participant_adds_and_refuses_single_ones_with_port_0) {
  auto leg = joined();
  const auto asked = reoffer(leg, head + audio_line + file_line("id1") + file_line("id2", "recvonly"));
  ASSERT_EQ(all<act::ask_for_files>(asked).size(), 1U);
  EXPECT_EQ(all<act::ask_for_files>(asked)[0].streams.size(), 2U);
  EXPECT_TRUE(all<act::accept>(asked).empty());
  const auto answered = leg.on_files({yes(), no(404)});
  ASSERT_EQ(all<act::accept>(answered).size(), 1U);
  const auto sdp = all<act::accept>(answered)[0].sdp;
  EXPECT_NE(sdp.find("m=audio 50000"), std::string::npos);
  EXPECT_EQ(count(sdp, "m=message 2855"), 1U);
  EXPECT_EQ(count(sdp, "m=message 0"), 1U);
  ASSERT_EQ(all<act::set_file>(answered).size(), 1U);
  EXPECT_EQ(all<act::set_file>(answered)[0].media_index, 1U);

  const auto same = reoffer(leg, head + audio_line + file_line("id1") + no_line);
  EXPECT_TRUE(all<act::ask_for_files>(same).empty());
  EXPECT_TRUE(all<act::set_file>(same).empty()) << "nothing has changed";
  EXPECT_EQ(count(all<act::accept>(same).at(0).sdp, "m=message 2855"), 1U);

  const auto gone = reoffer(leg, head + audio_line + no_line + no_line);
  ASSERT_EQ(all<act::set_file>(gone).size(), 1U);
  EXPECT_FALSE(all<act::set_file>(gone)[0].file);
}

TEST(leg_machine_files, lets_another_file_take_a_line_over) {
  auto leg = joined();
  (void)reoffer(leg, head + audio_line + file_line("id1"));
  (void)leg.on_files({yes()});
  ASSERT_EQ(all<act::ask_for_files>(reoffer(leg, head + audio_line + file_line("id2"))).size(), 1U);
  const auto set = all<act::set_file>(leg.on_files({yes()}));
  ASSERT_EQ(set.size(), 2U);
  EXPECT_FALSE(set[0].file);
  EXPECT_TRUE(set[1].file);
}

TEST(leg_machine_files, gives_back_what_the_room_made_ready_when_the_offer_fails) {
  auto leg = joined();
  (void)reoffer(leg, head + "m=audio 40000 RTP/AVP 96\r\na=rtpmap:96 unknown/8000\r\n" + file_line("id1"));
  const auto refused = leg.on_files({yes()});
  EXPECT_EQ(all<act::refuse>(refused).size(), 1U);
  EXPECT_EQ(all<act::drop_file>(refused).size(), 1U);
  EXPECT_TRUE(all<act::set_file>(refused).empty());
}

TEST(leg_machine_files, waits_for_the_room_when_the_call_ends_meanwhile) {
  leg_machine leg(with_files(0, true));
  (void)leg.on_incoming(call_with(head + file_line("id1")));
  const auto ended = leg.on_call_event(sip::ended{leg_id{7}, sip::end_cause::remote_cancel, 0, {}});
  EXPECT_TRUE(all<act::close_media>(ended).empty());
  const auto late = leg.on_files({yes()});
  EXPECT_EQ(all<act::drop_file>(late).size(), 1U);
  EXPECT_EQ(all<act::close_media>(late).size(), 1U);
  EXPECT_TRUE(all<act::accept>(late).empty());
}

TEST(leg_machine_files, has_so_many_in_one_call_and_no_more) {
  auto leg = joined();
  std::string lines;
  for (size_t i = 0; i < limits::files_per_call + 2; ++i) lines += file_line("id" + std::to_string(i));
  EXPECT_EQ(all<act::ask_for_files>(reoffer(leg, head + audio_line + lines)).at(0).streams.size(),
            limits::files_per_call);
}

TEST(leg_machine_files, answers_without_them_where_the_server_has_none) {
  auto setup = with_files(50'000, false);
  setup.files = false;
  leg_machine leg(std::move(setup));
  (void)leg.on_incoming(call_with(head + audio_line + file_line("id1")));
  const auto answered = all<act::accept>(leg.on_media_open());
  ASSERT_EQ(answered.size(), 1U);
  EXPECT_NE(answered[0].sdp.find("m=message 0"), std::string::npos);
}

TEST(leg_machine_files, calls_somebody_to_hand_a_file_over) {
  auto setup = with_files(0, true);
  setup.delivery = file_delivery{yes().says, yes().job};
  leg_machine leg(std::move(setup));
  const auto dialed = all<act::dial>(leg.on_dial(socket_address::parse("192.0.2.1", 5060).value()));
  ASSERT_EQ(dialed.size(), 1U);
  EXPECT_NE(dialed[0].sdp.find("a=sendonly"), std::string::npos);
  EXPECT_EQ(dialed[0].sdp.find("m=audio"), std::string::npos);
  auto answer = file_line("id1", "recvonly", "a=setup:passive\r\na=x-file-offset\r\n");
  const auto taken = leg.on_call_event(sip::remote_answer{leg_id{7}, head + answer, {}});
  ASSERT_EQ(all<act::set_file>(taken).size(), 1U);
  const auto plan = *all<act::set_file>(taken)[0].file;
  EXPECT_TRUE(plan.way.connect_to);
  EXPECT_TRUE(plan.job->asks_offset);
  EXPECT_TRUE(all<act::join>(leg.on_call_event(sip::established{leg_id{7}, call_with({}).peer})).empty());

  auto declined = with_files(0, true);
  declined.delivery = file_delivery{yes().says, yes().job};
  leg_machine other(std::move(declined));
  (void)other.on_dial(socket_address::parse("192.0.2.1", 5060).value());
  EXPECT_EQ(all<act::hang_up>(other.on_call_event(sip::remote_answer{leg_id{7}, head + no_line, {}})).size(),
            1U);
}

}  // namespace
}  // namespace confab::actors
