#include <gtest/gtest.h>

#include "config/limits.hpp"
#include "config/settings.hpp"

namespace confab {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

settings load(const std::string& text, const texts& flags = {}) {
  auto loaded = load_settings("c.conf", text, flags);
  EXPECT_TRUE(loaded.ok()) << loaded.error().text;
  return loaded ? *loaded : settings{};
}

std::string refusal(const std::string& text, const texts& flags = {}) {
  const auto loaded = load_settings("c.conf", text, flags);
  if (loaded) return "accepted";
  EXPECT_EQ(loaded.error().code, errc::bad_setting);
  return loaded.error().text;
}

TEST(settings_load, gives_the_defaults_without_a_file) {
  const settings s = load("");
  EXPECT_EQ(s.scheduler.policy, "sharing");
  EXPECT_EQ(s.sip.listen.size(), 6U);
  EXPECT_EQ(s.sip.listen.front(), "udp://0.0.0.0:5060");
  EXPECT_EQ(s.sip.session_expires, 30min);
  EXPECT_EQ(s.media.first_port, 50'000);
  EXPECT_EQ(s.media.last_port, 59'999);
  EXPECT_EQ(s.media.codecs, (texts{"G722", "speex", "opus", "PCMA", "PCMU"}));
  EXPECT_EQ(s.media.rtp_timeout, 30s);
  EXPECT_EQ(s.media.max_jitter, 200ms);
  EXPECT_TRUE(s.rooms.announcements);
  EXPECT_EQ(s.streams.threads, 0U);
  EXPECT_EQ(s.msrp.listen, (texts{"msrps://0.0.0.0:2855", "msrps://[::]:2855"}));
  EXPECT_EQ(s.msrp.max_message, 10'485'760U);
  EXPECT_EQ(s.msrp.max_unfinished, 268'435'456U);
  EXPECT_EQ(s.rooms.history, 20U);
  EXPECT_EQ(s.rooms.dtmf.at("*6"), "toggle-mute");
  EXPECT_EQ(s.rooms.dtmf.at("*8"), "end-room");
  EXPECT_EQ(s.rooms.kick_ban, 5min);
  EXPECT_EQ(s.rooms.dialed_duration, 4h);
  EXPECT_EQ(s.rooms.rules.max_duration, 0s);
  EXPECT_EQ(s.rooms.echo, "");
  EXPECT_EQ(s.log.level, "info");
}

TEST(settings_load, reads_each_type_from_a_file) {
  const settings s = load(R"(
[sip]
listen = [
  "udp://127.0.0.1:0",
  "tcp://[::1]:5070",
]
session-expires = "90s"
[tls]
verify-peers = true
[media]
threads = 4
cpus = [0, 3]
srtp = "required"
codecs = ["PCMU"]
[rooms.dtmf]
"*1" = "toggle-mute"
"#" = "toggle-mute"
)");
  EXPECT_EQ(s.sip.listen, (texts{"udp://127.0.0.1:0", "tcp://[::1]:5070"}));
  EXPECT_EQ(s.sip.session_expires, 90s);
  EXPECT_TRUE(s.tls.verify_peers);
  EXPECT_EQ(s.media.threads, 4U);
  EXPECT_EQ(s.media.cpus, (std::vector<uint32_t>{0, 3}));
  EXPECT_EQ(s.media.srtp, "required");
  EXPECT_EQ(s.media.codecs, (texts{"PCMU"}));
  EXPECT_EQ(s.rooms.dtmf, (std::map<std::string, std::string>{{"*1", "toggle-mute"}, {"#", "toggle-mute"}}));
}

TEST(settings_load, lets_flags_win_over_the_file) {
  const settings s = load(
      "[media]\nthreads = 4\n",
      {"media.threads=2", "media.threads=3", "sip.listen=udp://127.0.0.1:0, tcp://127.0.0.1:0",
       "media.codecs=[\"PCMA\"]", "media.cpus=1,2", "log.trace=", "rooms.dtmf=*6=toggle-mute,*7=toggle-mute",
       "media.max-jitter=60ms", "tls.certificate=/a \"b\"\\c", "tls.ca-file='quoted'", "media.srtp=\"off\""});
  EXPECT_EQ(s.media.threads, 3U);
  EXPECT_EQ(s.sip.listen, (texts{"udp://127.0.0.1:0", "tcp://127.0.0.1:0"}));
  EXPECT_EQ(s.media.codecs, (texts{"PCMA"}));
  EXPECT_EQ(s.media.cpus, (std::vector<uint32_t>{1, 2}));
  EXPECT_TRUE(s.log.trace.empty());
  EXPECT_EQ(s.rooms.dtmf.size(), 2U);
  EXPECT_EQ(s.media.max_jitter, 60ms);
  EXPECT_EQ(s.tls.certificate, "/a \"b\"\\c");
  EXPECT_EQ(s.tls.ca_file, "quoted");
  EXPECT_EQ(s.media.srtp, "off");
}

struct bad_case {
  const char* text;
  const char* expected;
};

TEST(settings_load, refuses_values_with_file_line_key_and_what_was_expected) {
  const std::vector<bad_case> cases{
      {"[media]\n\nthreads = \"two\"\n",
       "c.conf:3: key media.threads: expected a whole number from 0 to 1024, found \"two\""},
      {"[media]\nthreads = 1025\n",
       "c.conf:2: key media.threads: expected a whole number from 0 to 1024, found 1025"},
      {"[media]\nthreads = -1\n",
       "c.conf:2: key media.threads: expected a whole number from 0 to 1024, found -1"},
      {"[media]\nthreads = 2.0\n",
       "c.conf:2: key media.threads: expected a whole number from 0 to 1024, found a number with a fraction"},
      {"[media]\nthreads = [1]\n",
       "c.conf:2: key media.threads: expected a whole number from 0 to 1024, found a list"},
      {"[tls]\nverify-peers = \"yes\"\n",
       "c.conf:2: key tls.verify-peers: expected true or false, found \"yes\""},
      {"[tls]\nca-file = 2026-11-23\n",
       "c.conf:2: key tls.ca-file: expected a text in quotes, found a date or time"},
      {"[tls]\nca-file = \"a\\u0000b\"\n",
       "c.conf:2: key tls.ca-file: expected a text in quotes, found \"a\\x00b\""},
      {"[sip]\nsession-expires = \"89s\"\n",
       "c.conf:2: key sip.session-expires: expected a duration from \"90s\" to \"24h\", found \"89s\""},
      {"[sip]\nsession-expires = 90\n",
       "c.conf:2: key sip.session-expires: expected a duration from \"90s\" to \"24h\", found 90"},
      {"[media]\nsrtp = \"on\"\n",
       "c.conf:2: key media.srtp: expected one of \"off\", \"optional\", \"required\", found \"on\""},
      {"[media]\nio = \"kqueue\"\n",
       "c.conf:2: key media.io: expected one of \"auto\", \"uring\", \"epoll\", found \"kqueue\""},
      {"[media]\ncodecs = [\"PCMU\", \"PCMU\"]\n",
       "c.conf:2: key media.codecs: expected a list of \"G722\", \"speex\", \"opus\", \"PCMA\", \"PCMU\", "
       "found \"PCMU\" twice"},
      {"[media]\ncpus = [0, \"1\"]\n",
       "c.conf:2: key media.cpus: expected a list of whole numbers from 0 to 1023, found \"1\""},
      {"[media]\naddress = \"localhost\"\n",
       "c.conf:2: key media.address: expected an IP address such as \"0.0.0.0\", found \"localhost\": it is "
       "not an IP "
       "address"},
      {"[sip]\nlisten = [\"udp://0.0.0.0\"]\n",
       "c.conf:2: key sip.listen: expected a list of listeners such as \"udp://0.0.0.0:5060\", found "
       "\"udp://0.0.0.0\": the port is missing"},
      {"[msrp]\nlisten = [\"tls://0.0.0.0:2855\"]\n",
       "c.conf:2: key msrp.listen: expected a list of listeners such as \"msrps://0.0.0.0:2855\", found "
       "\"tls://0.0.0.0:2855\": the scheme is not known here"},
      {"[msrp]\nmax-message = 1023\n",
       "c.conf:2: key msrp.max-message: expected a whole number from 1024 to 1073741824, found 1023"},
      {"[msrp]\nadvertised-address = \"a b\"\n",
       "c.conf:2: key msrp.advertised-address: expected a host name or address, or \"\" for none, found "
       "\"a b\": it is not a host name or address"},
      {"[streams]\nthreads = 1025\n",
       "c.conf:2: key streams.threads: expected a whole number from 0 to 1024, found 1025"},
      {"[rooms]\nhistory = 1001\n",
       "c.conf:2: key rooms.history: expected a whole number from 0 to 1000, found 1001"},
      {"[sip]\ntrusted-peers = [\"10.0.0.0/33\"]\n",
       "c.conf:2: key sip.trusted-peers: expected a list of networks such as \"192.0.2.0/24\", found "
       "\"10.0.0.0/33\": the length of "
       "10.0.0.0/33 is not from 0 to 32"},
      {"[net]\ndeny = [\"everybody\"]\n",
       "c.conf:2: key net.deny: expected a list of \"loopback\", \"link-local\", \"private\" and networks "
       "such as "
       "\"192.0.2.0/24\", found \"everybody\": neither loopback, link-local or private nor a network: not an "
       "IP "
       "address: everybody"},
      {"[dns]\nservers = [\"ns.example.com\"]\n",
       "c.conf:2: key dns.servers: expected a list of addresses such as \"192.0.2.53\" or "
       "\"[2001:db8::53]:5353\", "
       "found \"ns.example.com\": not an IP address: ns.example.com"},
      {"[rooms.dtmf]\n\"*6\" = \"fly\"\n",
       "c.conf:1: key rooms.dtmf: expected a table of digits and actions such as {\"*6\" = \"toggle-mute\"}, "
       "found \"*6\" = \"fly\": \"fly\" is not an "
       "action"},
      {"[rooms.dtmf]\nx = \"toggle-mute\"\n",
       "c.conf:1: key rooms.dtmf: expected a table of digits and actions such as {\"*6\" = \"toggle-mute\"}, "
       "found \"x\" = \"toggle-mute\": \"x\" cannot be "
       "dialled"},
      {"[rooms]\necho = \"a b\"\n",
       "c.conf:2: key rooms.echo: expected a user such as \"echo\", or a user@domain, found \"a b\": it is "
       "no "
       "user and no user@domain"},
      {"[rooms]\nkick-ban = \"25h\"\n",
       "c.conf:2: key rooms.kick-ban: expected a duration from \"0s\" to \"24h\", found \"25h\""},
      {"media = 3\n", "c.conf:1: key media: expected a section, found 3"},
      {"[[media]]\nthreads = 1\n", "c.conf:1: key media: expected a section, found a list"},
  };
  for (const bad_case& c : cases) EXPECT_EQ(refusal(c.text), c.expected);
}

TEST(settings_load, takes_chat_in_the_clear_or_none) {
  EXPECT_EQ(load("[msrp]\nlisten = [\"msrp://127.0.0.1:0\", \"msrps://[::1]:2855\"]\n").msrp.listen,
            (texts{"msrp://127.0.0.1:0", "msrps://[::1]:2855"}));
  EXPECT_TRUE(load("[msrp]\nlisten = []\n").msrp.listen.empty());
}

TEST(settings_load, reads_what_one_room_has_of_its_own) {
  const auto read = load_settings("c",
                                  "[room.\"Board@Example.COM\"]\nallow = [\"alice@example.com\"]\n"
                                  "max-duration = \"2h\"\n"
                                  "authenticate = \"required\"\n"
                                  "[rooms]\nmax-participants = 9\ndeny = [\"none\"]\n",
                                  {"rooms.max-participants=7"});
  ASSERT_TRUE(read.ok()) << read.error().text;
  ASSERT_EQ(read->rooms.own.size(), 1U);
  const auto& board = read->rooms.own.at("Board@example.com");
  EXPECT_EQ(board.allow, std::vector<std::string>{"alice@example.com"});
  EXPECT_EQ(board.deny, std::vector<std::string>{"none"}) << "as for all rooms";
  EXPECT_EQ(board.max_participants, 7U);
  EXPECT_EQ(board.max_duration, std::chrono::hours(2));
  EXPECT_EQ(board.authenticate, "required");
  EXPECT_EQ(read->rooms.rules.authenticate, "none");
  EXPECT_EQ(read->rooms.rules.allow, std::vector<std::string>{"all"});
  EXPECT_EQ(read->rooms.rules.max_duration.count(), 0);
}

TEST(settings_load, refuses_sections_of_rooms_that_mean_nothing) {
  for (const auto* text :
       {"[room.lunch]\nallow = []\n", "[room.\"a@b@c\"]\nallow = []\n", "[room]\n\"a@b\" = 1\n",
        "[room.\"a@b\"]\nnotify = \"full\"\n", "[room.\"a@b\"]\nallow = 3\n",
        "[room.\"a@b\"]\nallow = [\"@b\"]\n", "[room.\"a@b\"]\nmax-participants = -1\n"}) {
    const auto read = load_settings("c", text, {});
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_TRUE(read.error().text.starts_with("c:")) << read.error().text;
  }
}

TEST(settings_load, refuses_unknown_keys_and_guesses_what_was_meant) {
  const std::vector<bad_case> cases{
      {"[media]\nthread = 1\n", "c.conf:2: key media.thread: unknown; did you mean media.threads?"},
      {"[medai]\nthreads = 1\n", "c.conf:2: key medai.threads: unknown; did you mean media.threads?"},
      {"threads = 1\n", "c.conf:1: key threads: unknown; --help lists every key"},
      {"[weather]\n", "c.conf:1: key weather: unknown; --help lists every key"},
      {"\"media.threads\" = 1\n", "c.conf:1: key media.threads: unknown; did you mean media.threads?"},
      {"[media.threads.x]\ny = 1\n",
       "c.conf:1: key media.threads: expected a whole number from 0 to 1024, found a section"},
  };
  for (const bad_case& c : cases) EXPECT_EQ(refusal(c.text), c.expected);
}

TEST(settings_load, refuses_keys_and_sections_that_are_set_twice) {
  const std::vector<bad_case> cases{
      {"[media]\nthreads = 1\nsrtp = \"off\"\nthreads = 2\n[log]\n",
       "c.conf:4: key media.threads: set twice; expected it once"},
      {"[media]\nthreads = 1\nthreads = 2", "c.conf:3: key media.threads: set twice; expected it once"},
      {"[media]\nthreads = 1\n[log]\n[media]\nio = \"auto\"\n",
       "c.conf:4: section [media]: set twice; expected it once"},
      {"[media]\nthreads = 1\n\n# note\nthreads = 2 # more\n\n\n",
       "c.conf:5: key media.threads: set twice; expected it once"},
  };
  for (const bad_case& c : cases) EXPECT_EQ(refusal(c.text), c.expected);
}

TEST(settings_load, names_the_line_of_text_that_is_not_toml) {
  for (const char* text : {"[[:\n", "[:\n", "[media]\nthreads = \n", "[media]\nthreads 2\n", "[media\n",
                           "[media]\ncodecs = [\"PCMU\"\n", "[media]\nthreads = 2 3\n"}) {
    EXPECT_EQ(refusal(text).find("c.conf:"), 0U) << refusal(text);
  }
  EXPECT_EQ(refusal("[media]\nthreads = 2 3\n").find("c.conf:2: key media.threads: "), 0U);
}

TEST(settings_load, refuses_flags_by_name) {
  const std::vector<bad_case> cases{
      {"media.threads=two", "flag --media.threads: expected a whole number from 0 to 1024, found \"two\""},
      {"media.threads=", "flag --media.threads: expected a whole number from 0 to 1024, found \"\""},
      {"media.threads=1\nx=2",
       "flag --media.threads: expected a whole number from 0 to 1024, found \"1\\x0Ax=2\""},
      {"media.threads=9999", "flag --media.threads: expected a whole number from 0 to 1024, found 9999"},
      {"media.thread=1", "flag --media.thread: unknown; did you mean media.threads?"},
      {"media.threads", "flag --media.threads: expected --media.threads=VALUE"},
      {"rooms.dtmf=*6",
       "flag --rooms.dtmf: expected a table of digits and actions such as {\"*6\" = \"toggle-mute\"}, found "
       "\"*6\""},
  };
  for (const bad_case& c : cases) EXPECT_EQ(refusal("", {c.text}), c.expected);
}

TEST(settings_load, checks_keys_that_belong_together_and_names_the_one_that_was_set) {
  EXPECT_EQ(refusal("[media]\nfirst-port = 50001\n"),
            "c.conf:2: key media.first-port: expected an even number, found 50001");
  EXPECT_EQ(
      refusal("[media]\nfirst-port = 50000\nlast-port = 50000\n"),
      "c.conf:3: key media.last-port: expected a number above media.first-port, which is 50000, found 50000");
  EXPECT_EQ(
      refusal("[media]\nfirst-port = 60000\n"),
      "c.conf:2: key media.first-port: expected a number below media.last-port, which is 59999, found 60000");
  EXPECT_EQ(refusal("", {"media.last-port=2000"}),
            "flag --media.last-port: expected a number above media.first-port, which is 50000, found 2000");
  EXPECT_EQ(load("", {"media.first-port=2000", "media.last-port=2001"}).media.last_port, 2001);
}

TEST(settings_load, repeats_no_pin_in_a_message) {
  const std::string said = "expected up to 16 digits in quotes such as \"428571\", found something else";
  for (const auto& [text, why] : std::vector<std::pair<std::string, std::string>>{
           {"[rooms]\npin = 1234\n", "c.conf:2: key rooms.pin: " + said},
           {"[rooms]\npin = \"12a4\"\n", "c.conf:2: key rooms.pin: " + said + ": only digits can be dialled"},
           {"[room.\"a@b\"]\nmoderator-pin = \"12345678901234567\"\n",
            "c.conf:2: key moderator-pin of room a@b: " + said + ": it is longer than that"},
       })
    EXPECT_EQ(refusal(text), why);
  EXPECT_EQ(refusal("", {"rooms.pin=\"12"}), "flag --rooms.pin: " + said);
}

TEST(settings_load, reads_what_is_asked_at_the_entrance) {
  const auto read = load(
      "[rooms]\nlobby = \"lobby\"\n[room.\"a@b\"]\npin = \"0042\"\nmoderator-pin = \"7\"\n"
      "wait-for-moderator = true\n");
  EXPECT_EQ(read.rooms.lobby, "lobby");
  EXPECT_TRUE(read.rooms.rules.pin.empty());
  EXPECT_EQ(read.rooms.own.at("a@b").pin, "0042");
  EXPECT_EQ(read.rooms.own.at("a@b").moderator_pin, "7");
  EXPECT_TRUE(read.rooms.own.at("a@b").wait_for_moderator);
  EXPECT_NE(refusal("[rooms]\nlobby = \"a@b@c\"\n"), "accepted");
}

TEST(settings_load, reads_which_types_of_chat_pass_in_all_rooms_and_in_one) {
  const auto read = load(
      "[rooms]\nchat-types = [\"application/json\", \"audio/*\"]\n[room.\"board@example.com\"]\nchat-types = "
      "[\"*\"]\nchat-by-message = false\n");
  EXPECT_EQ(read.rooms.rules.chat_types, (std::vector<std::string>{"application/json", "audio/*"}));
  EXPECT_TRUE(read.rooms.rules.chat_by_message);
  EXPECT_EQ(read.rooms.own.at("board@example.com").chat_types, std::vector<std::string>{"*"});
  EXPECT_FALSE(read.rooms.own.at("board@example.com").chat_by_message);
  for (const char* bad : {"json", "/json", "application/", "*/json", "a/b/c", "text/plain;x", "a, b/c", ""})
    EXPECT_NE(refusal("[rooms]\nchat-types = [\"" + std::string(bad) + "\"]\n", {}).find("no media type"),
              std::string::npos)
        << bad;
}

TEST(settings_load, refuses_files_that_are_too_large_to_be_settings) {
  EXPECT_EQ(refusal(std::string(limits::config_file_bytes + 1, '\n')),
            "c.conf: expected at most 1048576 bytes, found 1048577");
  EXPECT_EQ(refusal("\n#" + std::string(limits::config_line_bytes, 'x')),
            "c.conf:2: expected at most 4096 bytes in a line, found 4097");
  std::string deep = "a";
  while (deep.size() < limits::config_line_bytes - 8) deep += ".a";
  EXPECT_NE(refusal(deep + " = 1"), "accepted");
}

}  // namespace
}  // namespace confab
