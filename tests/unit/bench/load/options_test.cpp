#include "bench/load/options.hpp"

#include <initializer_list>
#include <vector>

#include <gtest/gtest.h>

namespace confab::load {
namespace {

result<options> parse(std::initializer_list<const char*> arguments) {
  const std::vector<const char*> list(arguments);
  return parse_options(list);
}

TEST(load_options, reads_every_kind_of_value) {
  const auto o = parse({"--target=127.0.0.1:5070", "--rooms=4", "--legs=25", "--talkers=3",
                        "--silent=nothing", "--codec=opus", "--srtp", "--seconds=2.5", "--pid=77",
                        "--call-rate=0.5", "--mode=impulse", "--loss=2.5"});
  ASSERT_TRUE(o.ok()) << o.error().text;
  EXPECT_EQ(o->target.to_string(), "127.0.0.1:5070");
  EXPECT_EQ(o->total_legs(), 100U);
  EXPECT_EQ(o->talkers_of_a_room(), 3U);
  EXPECT_EQ(o->silent, silent_leg::sends_nothing);
  EXPECT_EQ(o->codec, media::codec_kind::opus);
  EXPECT_TRUE(o->srtp);
  EXPECT_EQ(o->measure, std::chrono::milliseconds(2'500));
  EXPECT_EQ(o->pid, 77);
  EXPECT_DOUBLE_EQ(o->call_rate, 0.5);
  EXPECT_EQ(o->mode, run_mode::impulse);
  EXPECT_DOUBLE_EQ(o->loss_percent, 2.5);
  EXPECT_EQ(parse({"--target=127.0.0.1:5060", "--direction=inactive"})->direction,
            stream_direction::inactive);
}

TEST(load_options, lets_all_legs_talk_unless_told_otherwise) {
  EXPECT_EQ(parse({"--target=127.0.0.1:5060", "--legs=9"})->talkers_of_a_room(), 9U);
  EXPECT_EQ(parse({"--target=127.0.0.1:5060", "--legs=9", "--talkers=0"})->talkers_of_a_room(), 0U);
}

TEST(load_options, reads_what_a_watched_room_goes_through) {
  const auto o = parse({"--target=127.0.0.1:5060", "--mode=watch", "--watchers=200", "--watch-transport=udp",
                        "--change=rejoin", "--change-rate=0.5", "--seconds=20", "--settle=1.5"});
  ASSERT_TRUE(o.ok()) << o.error().text;
  EXPECT_EQ(o->watchers, 200U);
  EXPECT_EQ(o->watch, watch_transport::udp);
  EXPECT_EQ(o->change, room_change::rejoin);
  EXPECT_EQ(o->total_changes(), 10U);
  EXPECT_EQ(o->settle, std::chrono::milliseconds(1'500));
}

TEST(load_options, takes_ipv6_targets) {
  EXPECT_EQ(parse({"--target=[::1]:5070"})->target.to_string(), "[::1]:5070");
  EXPECT_EQ(parse({"--target=[::1]"})->target.to_string(), "[::1]:5060");
}

TEST(load_options, refuses_what_it_does_not_understand_and_names_it) {
  const struct {
    const char* argument;
    const char* named;
  } cases[] = {{"--legz=3", "--legz=3"},
               {"legs=3", "legs=3"},
               {"--legs=three", "--legs"},
               {"--legs=0", "--legs"},
               {"--legs=2.5", "--legs"},
               {"--legs=-1", "--legs"},
               {"--legs=3x", "--legs"},
               {"--legs", "--legs"},
               {"--codec=GSM", "--codec"},
               {"--mode=fast", "--mode"},
               {"--silent=maybe", "--silent"},
               {"--target=example.com", "--target"},
               {"--target=1.2.3.4:0", "--target"},
               {"--srtp=maybe", "--srtp"},
               {"--direction=up", "--direction"},
               {"--loss=101", "--loss"},
               {"--watch-transport=tls", "--watch-transport"},
               {"--change=mute", "--change"},
               {"--change-rate=0", "--change-rate"},
               {"--seconds=nan", "--seconds"}};
  for (const auto& c : cases) {
    const auto o = parse({"--target=127.0.0.1:5060", c.argument});
    ASSERT_FALSE(o.ok()) << c.argument;
    EXPECT_NE(o.error().text.find(c.named), std::string::npos) << o.error().text;
  }
}

TEST(load_options, refuses_combinations_that_cannot_work) {
  EXPECT_FALSE(parse({"--legs=3"}).ok());
  EXPECT_FALSE(parse({"--target=127.0.0.1:5060", "--legs=3", "--talkers=4"}).ok());
  EXPECT_FALSE(parse({"--target=127.0.0.1:5060", "--mode=impulse", "--legs=1"}).ok());
  EXPECT_FALSE(parse({"--target=127.0.0.1:5060", "--mode=impulse", "--direction=inactive"}).ok());
  EXPECT_FALSE(parse({"--target=127.0.0.1:5060", "--mode=echo", "--record=x.wav"}).ok());
  EXPECT_FALSE(parse({"--target=127.0.0.1:5060", "--rooms=1000", "--legs=1000"}).ok());
  EXPECT_FALSE(parse({"--target=127.0.0.1:5060", "--mode=watch", "--rooms=1000", "--watchers=100"}).ok());
  EXPECT_FALSE(parse({"--target=127.0.0.1:5060", "--mode=watch", "--seconds=5", "--change-rate=0.1"}).ok());
}

TEST(load_options, lists_each_key_in_the_usage) {
  for (const auto* key : {"--mode", "--target", "--legs", "--srtp", "--speech-dir", "--first-port"}) {
    EXPECT_NE(usage().find(key), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace confab::load
