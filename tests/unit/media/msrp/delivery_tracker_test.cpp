#include "media/msrp/delivery_tracker.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::msrp {
namespace {

using namespace std::chrono_literals;

const clock_time t0{};

sent_chunk chunk(const std::string& id, const std::string& message, byte_range range,
                 continuation flag = continuation::last) {
  return {.transaction_id = id, .message_id = message, .range = range, .flag = flag};
}

head response(const std::string& id, uint16_t code, const std::string& comment = "") {
  return {.transaction_id = id, .code = code, .comment = comment, .to_path = {}, .from_path = {}};
}

std::string describe(const std::optional<delivery_event>& event) {
  if (!event) return "";
  constexpr std::string_view words[] = {"accepted ", "delivered ", "failed "};
  return std::string(words[static_cast<size_t>(event->what)]) + event->message_id + " " +
         std::to_string(event->code);
}

TEST(msrp_delivery, is_accepted_when_all_chunks_are) {
  delivery_tracker d;
  EXPECT_TRUE(d.on_sent(chunk("tid1", "m1", {1, 10, 20}, continuation::more), t0));
  EXPECT_EQ(describe(d.on_response(response("tid1", 200))), "");
  EXPECT_TRUE(d.on_sent(chunk("tid2", "m1", {11, 20, 20}), t0));
  EXPECT_EQ(describe(d.on_response(response("tid0", 200))), "");
  EXPECT_EQ(describe(d.on_response(response("tid2", 200))), "accepted m1 200");
  EXPECT_EQ(describe(d.on_response(response("tid2", 200))), "");
  EXPECT_EQ(d.open_messages(), 0u);
}

TEST(msrp_delivery, fails_once) {
  delivery_tracker d;
  EXPECT_TRUE(d.on_sent(chunk("tid1", "m1", {1, 10, 20}, continuation::more), t0));
  EXPECT_TRUE(d.on_sent(chunk("tid2", "m1", {11, 20, 20}), t0));
  const auto failed = d.on_response(response("tid1", 413, "Too large"));
  EXPECT_EQ(describe(failed), "failed m1 413");
  EXPECT_EQ(failed->comment, "Too large");
  EXPECT_EQ(describe(d.on_response(response("tid2", 413))), "");
  EXPECT_EQ(describe(d.on_report({"m1", {1, 20, 20}, {0, 413, ""}})), "");
}

TEST(msrp_delivery, is_over_after_thirty_seconds_of_silence) {
  delivery_tracker d;
  EXPECT_FALSE(d.next_deadline());
  EXPECT_TRUE(d.on_sent(chunk("tid1", "m1", {1, 5, 5}), t0));
  EXPECT_TRUE(d.on_sent(chunk("tid2", "m2", {1, 5, 5}), t0 + 1s));
  EXPECT_EQ(d.next_deadline(), t0 + 30s);
  static_cast<void>(d.on_response(response("tid1", 200)));
  EXPECT_EQ(d.next_deadline(), t0 + 31s);
  EXPECT_TRUE(d.on_time(t0 + 30s).empty());
  const auto late = d.on_time(t0 + 31s);
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(describe(late[0]), "failed m2 408");
  EXPECT_FALSE(d.next_deadline());
  EXPECT_EQ(describe(d.on_response(response("tid2", 200))), "");
}

TEST(msrp_delivery, keeps_the_time_of_one_that_waits_among_many_that_do_not) {
  delivery_tracker d;
  EXPECT_TRUE(d.on_sent(chunk("first", "first", {1, 5, 5}), t0));
  for (int i = 0; i < 5'000; ++i) {
    const std::string id = "t" + std::to_string(i);
    EXPECT_TRUE(d.on_sent(chunk(id, id, {1, 5, 5}), t0 + 1ms * i));
    EXPECT_EQ(describe(d.on_response(response(id, 200))), "accepted " + id + " 200");
  }
  EXPECT_EQ(d.next_deadline(), t0 + 30s);
  const auto late = d.on_time(t0 + 30s);
  ASSERT_EQ(late.size(), 1u);
  EXPECT_EQ(describe(late[0]), "failed first 408");
  EXPECT_FALSE(d.next_deadline());
}

TEST(msrp_delivery, is_done_when_reports_cover_it) {
  delivery_tracker d;
  auto first = chunk("tid1", "m1", {1, 10, 20}, continuation::more);
  auto second = chunk("tid2", "m1", {11, 20, 20});
  first.success_report = second.success_report = true;
  EXPECT_TRUE(d.on_sent(first, t0));
  EXPECT_TRUE(d.on_sent(second, t0));
  static_cast<void>(d.on_response(response("tid1", 200)));
  EXPECT_EQ(describe(d.on_response(response("tid2", 200))), "accepted m1 200");
  EXPECT_EQ(describe(d.on_report({"m1", {11, 20, 20}, {0, 200, ""}})), "");
  EXPECT_EQ(describe(d.on_report({"m1", {1, 10, 20}, {1, 200, ""}})), "");  // another name space
  EXPECT_EQ(describe(d.on_report({"m1", {1, 10, 20}, {0, 200, ""}})), "delivered m1 200");
  EXPECT_EQ(d.open_messages(), 0u);
}

TEST(msrp_delivery, hears_of_failures_only_where_it_asked_partially) {
  delivery_tracker d;
  auto c = chunk("tid1", "m1", {1, 5, 5});
  c.on_failure = failure_report::partial;
  EXPECT_TRUE(d.on_sent(c, t0));
  EXPECT_FALSE(d.next_deadline());
  EXPECT_TRUE(d.on_time(t0 + 1h).empty());
  EXPECT_EQ(describe(d.on_response(response("tid1", 404))), "failed m1 404");
}

TEST(msrp_delivery, follows_nothing_that_asks_for_nothing) {
  delivery_tracker d;
  auto c = chunk("tid1", "m1", {1, 5, 5});
  c.on_failure = failure_report::no;
  EXPECT_TRUE(d.on_sent(c, t0));
  EXPECT_EQ(d.open_messages(), 0u);
  auto aborted = chunk("tid2", "m2", {1, 5, {}}, continuation::more);
  EXPECT_TRUE(d.on_sent(aborted, t0));
  aborted.flag = continuation::aborted;
  EXPECT_TRUE(d.on_sent(aborted, t0));
  EXPECT_EQ(d.open_messages(), 0u);
}

TEST(msrp_delivery, is_bounded) {
  delivery_tracker d;
  for (size_t i = 0; i < limits::msrp_transactions; ++i) {
    EXPECT_TRUE(d.on_sent(chunk("t" + std::to_string(i), "m" + std::to_string(i), {1, 5, 5}), t0));
  }
  EXPECT_FALSE(d.on_sent(chunk("more", "more", {1, 5, 5}), t0));
  EXPECT_EQ(d.open_messages(), limits::msrp_deliveries);
  EXPECT_EQ(describe(d.on_response(response("t1023", 413))), "failed m1023 413");
  EXPECT_EQ(describe(d.on_response(response("t0", 413))), "");  // the oldest made room

  delivery_tracker partial;
  for (size_t i = 0; i < 3 * limits::msrp_transactions; ++i) {
    auto c = chunk("t" + std::to_string(i), "m" + std::to_string(i), {1, 5, 5});
    c.on_failure = failure_report::partial;
    EXPECT_TRUE(partial.on_sent(c, t0));
  }
  EXPECT_EQ(partial.open_messages(), 0U) << "what goes to many is not followed, only remembered for a while";
  const size_t last = 3 * limits::msrp_transactions - 1;
  EXPECT_EQ(
      describe(partial.on_response(response("t" + std::to_string(last - limits::msrp_quiet_chunks), 404))),
      "");
  EXPECT_EQ(describe(partial.on_response(response("t" + std::to_string(last), 404))),
            "failed m" + std::to_string(last) + " 404");
  EXPECT_EQ(describe(partial.on_response(response("t" + std::to_string(last), 404))), "") << "said once";
  const auto before = std::to_string(last - 1);
  EXPECT_EQ(describe(partial.on_response(response("t" + before, 200))), "") << "nobody asked for that";
  EXPECT_EQ(describe(partial.on_report({"m" + before, {1, 5, 5}, {0, 415, ""}})),
            "failed m" + before + " 415");
}

}  // namespace
}  // namespace confab::msrp
