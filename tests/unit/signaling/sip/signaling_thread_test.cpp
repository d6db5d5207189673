#include "signaling/sip/signaling_thread.hpp"

#include <array>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sip_client.hpp"

namespace confab::sip::test {
namespace {

constexpr size_t writers = 4;

/// Runs `what(0)`… on a thread each and waits for all.
template <class What>
void together(What what) {
  std::array<std::thread, writers> all;
  for (size_t i = 0; i < writers; ++i) all[i] = std::thread([i, &what] { what(i); });
  for (auto& one : all) one.join();
}

TEST(signaling_thread, runs_every_task_and_keeps_each_threads_order) {
  constexpr int tasks = 2000;
  std::array<int, writers> last{};  // of the signaling thread until it has stopped
  int disorder = 0;
  {
    signaling_thread loop;
    ASSERT_TRUE(loop.start([] { return result<void>{}; }, [] {}).ok());
    together([&](size_t who) {
      for (int i = 1; i <= tasks; ++i)
        loop.post([&, who, i] { disorder += std::exchange(last[who], i) + 1 != i ? 1 : 0; });
    });
    loop.stop();
  }
  EXPECT_EQ(disorder, 0);
  for (const int seen : last) EXPECT_EQ(seen, tasks);
}

TEST(signaling_thread, opens_and_closes_on_the_thread_itself_and_takes_posts_from_there) {
  std::vector<std::thread::id> ids;
  signaling_thread loop;
  ASSERT_TRUE(loop.start(
                      [&] {
                        ids.push_back(std::this_thread::get_id());
                        loop.post([&] { ids.push_back(std::this_thread::get_id()); });
                        return result<void>{};
                      },
                      [&] { ids.push_back(std::this_thread::get_id()); })
                  .ok());
  loop.stop();
  ASSERT_EQ(ids.size(), 3u);
  EXPECT_NE(ids.front(), std::this_thread::get_id());
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(ids[0], ids[2]);
}

TEST(signaling_thread, is_gone_when_opening_fails_and_can_be_started_and_stopped_often) {
  for (int round = 0; round < 50; ++round) {
    signaling_thread loop;
    const bool fails = round % 5 == 0;
    const auto opened =
        loop.start([&] { return fails ? result<void>(errc::unavailable, "no") : result<void>{}; }, [] {});
    EXPECT_EQ(opened.ok(), !fails);
    if (round % 2 == 0) loop.stop();
  }
}

TEST(endpoint, takes_orders_from_many_threads_while_calls_come_and_go) {
  event_box events;
  const auto server = start(events);
  together([&](size_t who) {
    phone ann(*server, who % 2 == 0 ? "udp" : "tcp");
    for (int round = 0; round < 10; ++round) {
      ann.new_call();
      ann.ask("OPTIONS", {});
      EXPECT_EQ(ann.response()->status(), 200);
      const auto leg = server->next_leg_id();
      dial_request request;
      request.leg = leg;
      request.room = {"lunch@example.com"};
      request.target = ann.uri();
      request.sdp = sdp;
      server->dial(std::move(request));
      server->offer(leg, other_sdp);
      server->ring(leg);
      const auto invite = ann.request();
      ann.answer(*invite, 486, "Busy Here");
      EXPECT_EQ(ann.request()->wire.method(), "ACK");
      server->hang_up(leg, "");
      server->accept(leg, sdp);
    }
  });
  for (size_t i = 0; i < writers * 10; ++i) EXPECT_TRUE(events.next<ended>());
  EXPECT_TRUE(events.empty());
}

TEST(endpoint, stops_in_the_middle_of_calls_of_every_kind) {
  for (int round = 0; round < 10; ++round) {
    event_box events;
    auto server = start(events);
    phone ann(*server, "udp");
    phone bob(*server, "tcp");
    ann.ask("INVITE", {.body = sdp});
    const auto incoming = events.next<incoming_call>();
    ASSERT_TRUE(incoming);
    if (round % 2 == 0) server->accept(incoming->leg, other_sdp);
    bob.ask("INVITE", {.headers = "Require: 100rel\r\n", .body = sdp});
    EXPECT_TRUE(events.next<incoming_call>());
    dial_request request;
    request.leg = server->next_leg_id();
    request.room = {"lunch@example.com"};
    request.target = ann.uri();
    request.sdp = sdp;
    server->dial(std::move(request));
    if (round % 3 == 0) server->hang_up(incoming->leg, "");
    server.reset();
  }
}

}  // namespace
}  // namespace confab::sip::test
