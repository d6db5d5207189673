#include "signaling/sip/message_queue.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::sip {
namespace {

outgoing_message_ptr says(std::string body, std::string instead = {}) {
  return std::make_shared<const outgoing_message>(
      outgoing_message{"Alice", "text/html", std::move(body), std::move(instead)});
}

/// What is sent next; "-": nothing.
std::string next_of(message_queue& queue) {
  const auto what = queue.next();
  return what ? std::string(what->body) : "-";
}

TEST(message_queue, sends_one_after_the_other) {
  message_queue queue;
  EXPECT_EQ(next_of(queue), "-");
  ASSERT_TRUE(queue.push(says("one")));
  ASSERT_TRUE(queue.push(says("two")));
  const auto first = queue.next();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->sender, "Alice");
  EXPECT_EQ(first->type, "text/html");
  EXPECT_EQ(first->body, "one");
  EXPECT_EQ(next_of(queue), "-") << "one is under way";
  queue.on_response(200);
  EXPECT_EQ(next_of(queue), "two");
  queue.on_response(202);
  EXPECT_EQ(next_of(queue), "-");
}

TEST(message_queue, is_bounded_in_messages_and_in_bytes) {
  message_queue many;
  for (size_t i = 0; i < limits::messages_queued_per_call; ++i) EXPECT_TRUE(many.push(says("x")));
  EXPECT_FALSE(many.push(says("x")));
  (void)many.next();
  many.on_response(200);
  EXPECT_TRUE(many.push(says("x"))) << "there is room again";

  message_queue large;
  const std::string half(limits::message_bytes_queued / 2, 'x');
  EXPECT_TRUE(large.push(says(half)));
  EXPECT_TRUE(large.push(says(half)));
  EXPECT_FALSE(large.push(says("x")));
  EXPECT_FALSE(large.is_closed());
}

struct answer_row {
  uint16_t status;
  bool closes;
};
class message_queue_answer : public testing::TestWithParam<answer_row> {};

TEST_P(message_queue_answer, costs_one_message_or_ends_them_all) {
  message_queue queue;
  ASSERT_TRUE(queue.push(says("one")));
  ASSERT_TRUE(queue.push(says("two")));
  (void)queue.next();
  queue.on_response(GetParam().status);
  EXPECT_EQ(queue.is_closed(), GetParam().closes);
  EXPECT_EQ(next_of(queue), GetParam().closes ? "-" : "two");
  EXPECT_EQ(queue.push(says("three")), !GetParam().closes);
}

INSTANTIATE_TEST_SUITE_P(status, message_queue_answer,
                         testing::Values(answer_row{200, false}, answer_row{413, false},
                                         answer_row{415, false}, answer_row{480, false},
                                         answer_row{486, false}, answer_row{500, false},
                                         answer_row{408, false}, answer_row{401, true}, answer_row{403, true},
                                         answer_row{405, true}, answer_row{407, true}, answer_row{481, true},
                                         answer_row{501, true}, answer_row{603, true}),
                         [](const auto& row) { return std::to_string(row.param.status); });

TEST(message_queue, gives_up_a_phone_that_answers_nothing_twice_in_a_row) {
  message_queue queue;
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(queue.push(says(std::to_string(i))));
  (void)queue.next();
  queue.on_silence();
  EXPECT_EQ(next_of(queue), "1");
  queue.on_response(200);
  EXPECT_EQ(next_of(queue), "2");
  queue.on_silence();
  EXPECT_EQ(next_of(queue), "3") << "it has answered meanwhile";
  queue.on_response(408);
  EXPECT_TRUE(queue.is_closed());
  EXPECT_EQ(next_of(queue), "-");
}

TEST(message_queue, tells_of_what_is_too_large_instead) {
  message_queue queue;
  ASSERT_TRUE(queue.push(says("<long>", "it was long")));
  ASSERT_TRUE(queue.push(says("<longer>")));
  ASSERT_TRUE(queue.push(says("short")));
  EXPECT_EQ(next_of(queue), "<long>");
  queue.on_too_large();
  const auto instead = queue.next();
  ASSERT_TRUE(instead);
  EXPECT_EQ(instead->body, "it was long");
  EXPECT_EQ(instead->type, "text/plain;charset=UTF-8");
  queue.on_too_large();
  EXPECT_EQ(next_of(queue), "<longer>") << "not even that: nothing is said";
  queue.on_too_large();
  EXPECT_EQ(next_of(queue), "short");
}

TEST(message_queue, ignores_outcomes_of_nothing) {
  message_queue queue;
  queue.on_response(405);
  queue.on_silence();
  queue.on_too_large();
  EXPECT_FALSE(queue.is_closed());
  EXPECT_TRUE(queue.push(says("one")));
  EXPECT_EQ(next_of(queue), "one");
}

}  // namespace
}  // namespace confab::sip
