#include "actors/shared_line.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scheduler/test_coordinator.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::actors {
namespace {

constexpr size_t behind_from = limits::stream_unread_bytes / 2;

/// What an actor was told by the line, or of those it watches.
struct told {
  std::string bytes;
  std::vector<size_t> drained;
  std::vector<std::string> over;
  size_t downs = 0;
};
using told_ptr = std::shared_ptr<told>;

using line_job = std::function<void(shared_line&)>;

/// With a job it is the owner of a line, and does the job with it at each `chat_pause`.
msrp_stream_actor::behavior_type pretended(msrp_stream_actor::pointer self, told_ptr r, const line_job* job) {
  const auto line = std::make_shared<shared_line>(self);
  self->set_down_handler([r](const caf::down_msg&) { ++r->downs; });
  return {
      [](const stream_opened&) {},
      [r](const stream_bytes& m) { r->bytes.append(m.bytes->begin(), m.bytes->end()); },
      [r](const stream_drained& m) { r->drained.push_back(m.bytes); },
      [r](const stream_over& m) { r->over.push_back(m.why); },
      [](const judge_chat&) {},
      [](const deliver_chat&) {},
      [](const close_chat&) {},
      [](const chat_entered&) {},
      [job, line](const chat_pause&) {
        if (job != nullptr) (*job)(*line);
      },
      [](const send_bytes&) {},
      [](const ask_drained&) {},
      [](const grant_bytes&) {},
      [](const end_stream&) {},
  };
}

/// Guests are letters; what they send are their letter, as often as the frame has bytes.
class a_shared_line : public ::testing::Test {
 protected:
  a_shared_line() {
    config_.set("scheduler.policy", caf::atom("testing"));
    system_ = std::make_unique<caf::actor_system>(config_);
    owner_ = system_->spawn(pretended, at_owner_, &job_);
    settle();
  }
  ~a_shared_line() override {
    for (auto& [name, stream] : streams_) caf::anon_send_exit(stream, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(owner_, caf::exit_reason::user_shutdown);
    settle();
  }
  void settle() { dynamic_cast<caf::scheduler::test_coordinator&>(system_->scheduler()).run(); }

  /// Within the owner, as the line must be used.
  void with_line(line_job job) {
    job_ = std::move(job);
    caf::anon_send(owner_, chat_pause{});
    settle();
  }
  template <class F>
  auto asked(F question) {
    std::optional<decltype(question(std::declval<shared_line&>()))> out;
    with_line([&](shared_line& line) { out = question(line); });
    return *out;
  }
  bool is_full() {
    return asked([](shared_line& line) { return line.is_full(); });
  }
  bool is_empty() {
    return asked([](shared_line& line) { return line.is_empty(); });
  }
  bool takes_more() {
    return asked([](shared_line& line) { return line.takes_more(); });
  }
  bool has_output() {
    return asked([](shared_line& line) { return line.has_output(); });
  }
  std::optional<io::stream_id> guest_of(const msrp_stream_actor& stream) {
    return asked([&](shared_line& line) { return line.guest_of(stream->address()); });
  }

  void add(std::string_view guests) {
    for (const char guest : guests) {
      told_[guest] = std::make_shared<told>();
      const auto stream = system_->spawn(pretended, told_[guest], nullptr);
      streams_.emplace(guest, stream);
      with_line([&](shared_line& line) { line.add(ids_[guest] = line.next_id(), stream); });
    }
  }
  void queue(char guest, size_t bytes = 1, bool tell = false) {
    with_line([&](shared_line& line) {
      line.queue({ids_.at(guest), std::make_shared<std::vector<uint8_t>>(bytes, guest), tell});
    });
  }
  void queue(std::string_view guests) {
    for (const char guest : guests) queue(guest);
  }
  /// Whose frames went: their first letters; `-` is the owner's turn, or nobody's.
  std::string turns(size_t count, bool owner_waits = false) {
    std::string out;
    for (size_t i = 0; i < count; ++i) {
      const auto frames = asked([&](shared_line& line) { return line.next(owner_waits); });
      out += frames ? static_cast<char>(frames->front()) : '-';
    }
    return out;
  }
  void pass(char guest, size_t bytes) {
    with_line([&](shared_line& line) { line.pass(ids_.at(guest).value, std::string(bytes, 'x')); });
  }
  void grant(char guest, size_t bytes) {
    with_line([&](shared_line& line) { line.grant({ids_.at(guest), bytes}); });
  }
  void ask(char guest) {
    with_line([&](shared_line& line) { line.ask({ids_.at(guest)}); });
  }
  void end(char guest, bool at_once) {
    with_line([&](shared_line& line) { line.end({ids_.at(guest), at_once}); });
  }
  void leave(const std::string& bytes) {
    with_line([&](shared_line& line) { line.leave(bytes); });
  }
  void quit(char guest) {
    caf::anon_send_exit(streams_.at(guest), caf::exit_reason::user_shutdown);
    settle();
  }
  told& at(char guest) { return *told_.at(guest); }

  caf::actor_system_config config_;
  std::unique_ptr<caf::actor_system> system_;
  line_job job_;
  told_ptr at_owner_ = std::make_shared<told>();
  msrp_stream_actor owner_;
  std::map<char, io::stream_id> ids_;
  std::map<char, msrp_stream_actor> streams_;
  std::map<char, told_ptr> told_;
};

TEST_F(a_shared_line, gives_everybody_a_turn_before_anybody_has_another) {
  const struct {
    const char* name;
    const char* queued;
    bool owner_waits;
    const char* turns;
  } rows[] = {
      {"nobody", "", false, "-"},
      {"the owner alone", "", true, "--"},
      {"one guest", "aaa", false, "aaa-"},
      {"in the order they came", "cab", false, "cab-"},
      {"who has much waits for who has little", "aaaabc", false, "abcaaa-"},
      {"each with two", "aabbcc", false, "abcabc-"},
      {"one guest and the owner", "aaa", true, "a-a-a-"},
      {"two guests and the owner", "aabb", true, "ab-ab--"},
  };
  add("abc");
  for (const auto& row : rows) {
    queue(row.queued);
    EXPECT_EQ(turns(std::string_view(row.turns).size(), row.owner_waits), row.turns) << row.name;
    EXPECT_EQ(turns(1), "-") << row.name << ": nothing is left";
    EXPECT_FALSE(has_output()) << row.name;
  }
}

TEST_F(a_shared_line, lets_who_comes_later_in_after_those_who_wait) {
  add("abc");
  queue("aaab");
  EXPECT_EQ(turns(1), "a");
  queue("c");
  EXPECT_EQ(turns(5), "baca-") << "a has its turn anew behind b, c behind that";
}

TEST_F(a_shared_line, passes_the_owner_over_that_has_nothing_to_say_any_more) {
  add("ab");
  queue("aab");
  EXPECT_EQ(turns(2, true), "ab");
  EXPECT_TRUE(has_output());
  EXPECT_EQ(turns(1, false), "a") << "its turn had come";
  queue("bb");
  EXPECT_EQ(turns(3, true), "b-b") << "it has one again";
}

TEST_F(a_shared_line, keeps_the_frames_of_a_guest_whole_and_in_their_order) {
  add("a");
  for (const size_t bytes : {3, 1, 2}) queue('a', bytes);
  for (const size_t bytes : {3U, 1U, 2U}) {
    const auto frames = asked([](shared_line& line) { return line.next(false); });
    ASSERT_TRUE(frames);
    EXPECT_EQ(frames->size(), bytes);
  }
}

TEST_F(a_shared_line, has_nothing_to_send_for_no_bytes_and_for_strangers) {
  add("a");
  queue('a', 0);
  with_line([](shared_line& line) {
    line.queue({line.next_id(), std::make_shared<std::vector<uint8_t>>(1, uint8_t{'x'}), true});
  });
  EXPECT_FALSE(has_output());
  EXPECT_EQ(turns(1), "-");
}

TEST_F(a_shared_line, takes_no_more_guests_than_it_may_until_one_is_gone) {
  std::string all;
  for (size_t i = 0; i < limits::msrp_shared_sessions; ++i) all += static_cast<char>('0' + i);
  add(all.substr(1));
  EXPECT_FALSE(is_full());
  add(all.substr(0, 1));
  EXPECT_TRUE(is_full());
  queue("0");
  end('0', false);
  EXPECT_TRUE(is_full()) << "its last words are still to go";
  EXPECT_EQ(turns(1), "0");
  EXPECT_FALSE(is_full());
}

TEST_F(a_shared_line, reads_on_when_nobody_is_half_of_what_may_wait_behind) {
  const struct {
    const char* name;
    size_t passed;
    size_t granted;
    bool takes_more;
  } rows[] = {
      {"nothing", 0, 0, true},
      {"less than half", behind_from - 1, 0, true},
      {"half", behind_from, 0, false},
      {"one byte of it was worked on", behind_from, 1, true},
      {"not enough of it was", behind_from + 1'000, 1'000, false},
      {"all of it was", 2 * behind_from, 2 * behind_from, true},
      {"more is granted than came", behind_from, 3 * behind_from, true},
  };
  char guest = 'a';
  for (const auto& row : rows) {
    add({&guest, 1});
    pass(guest, row.passed);
    grant(guest, row.granted);
    EXPECT_EQ(takes_more(), row.takes_more) << row.name;
    EXPECT_EQ(at(guest).bytes.size(), row.passed) << row.name << ": whatever waits, nothing is lost";
    grant(guest, row.passed);
    EXPECT_TRUE(takes_more()) << row.name;
    pass(guest, behind_from - 1);
    EXPECT_TRUE(takes_more()) << row.name << ": what was granted too much buys nothing";
    pass(guest, 1);
    EXPECT_FALSE(takes_more()) << row.name << ": as before";
    grant(guest, behind_from);
    ++guest;
  }
}

TEST_F(a_shared_line, reads_on_only_when_the_last_of_those_behind_has_caught_up) {
  add("abc");
  pass('a', behind_from);
  pass('b', 2 * behind_from);
  grant('a', behind_from);
  EXPECT_FALSE(takes_more());
  pass('c', behind_from);
  grant('b', behind_from);
  grant('b', behind_from);
  EXPECT_FALSE(takes_more());
  end('c', true);
  EXPECT_TRUE(takes_more()) << "nobody waits for one that left";
}

TEST_F(a_shared_line, tells_what_went_to_who_wants_to_know) {
  add("ab");
  for (int i = 0; i < 3; ++i) queue('a', 10);
  queue('b', 7, true);
  EXPECT_EQ(turns(2), "ab");
  EXPECT_TRUE(at('a').drained.empty());
  EXPECT_EQ(at('b').drained, (std::vector<size_t>{7}));
  ask('a');
  EXPECT_EQ(at('a').drained, (std::vector<size_t>{10}));
  EXPECT_EQ(turns(2), "aa");
  EXPECT_EQ(at('a').drained, (std::vector<size_t>{10, 10, 10})) << "and on until nothing waits";
  queue('a', 10);
  EXPECT_EQ(turns(1), "a");
  EXPECT_EQ(at('a').drained.size(), 3U) << "it did not ask";
  ask('a');
  ask('a');
  EXPECT_EQ(at('a').drained, (std::vector<size_t>{10, 10, 10, 10, 0})) << "nothing is told twice";
}

TEST_F(a_shared_line, sends_the_last_words_of_a_guest_that_leaves_in_order) {
  add("ab");
  queue("aabb");
  end('a', false);
  queue("a");
  pass('a', 1);
  EXPECT_EQ(turns(5), "abab-") << "nothing that came later";
  EXPECT_EQ(at('a').bytes, "");
  EXPECT_FALSE(is_empty());
  end('b', false);
  EXPECT_TRUE(is_empty());
}

TEST_F(a_shared_line, drops_what_a_guest_had_to_say_that_ends_at_once) {
  add("ab");
  queue("aabb");
  end('a', true);
  EXPECT_EQ(turns(3), "bb-");
  end('b', true);
  end('b', true);
  EXPECT_TRUE(is_empty());
  EXPECT_TRUE(takes_more());
}

TEST_F(a_shared_line, counts_a_guest_that_ends_twice_once) {
  add("ab");
  pass('a', behind_from);
  pass('b', behind_from);
  queue("a");
  end('a', false);
  end('a', true);
  grant('a', behind_from);
  EXPECT_FALSE(takes_more()) << "b is behind";
  EXPECT_EQ(turns(1), "a") << "it left in order";
  grant('b', behind_from);
  EXPECT_TRUE(takes_more());
}

TEST_F(a_shared_line, hears_of_guests_that_fail_and_knows_which_until_they_leave) {
  add("ab");
  EXPECT_EQ(guest_of(streams_.at('a')), ids_.at('a'));
  EXPECT_EQ(guest_of(owner_), std::nullopt);
  quit('a');
  EXPECT_EQ(at_owner_->downs, 1U);
  end('b', false);
  EXPECT_EQ(guest_of(streams_.at('b')), std::nullopt);
  quit('b');
  EXPECT_EQ(at_owner_->downs, 1U) << "its end was known";
}

TEST_F(a_shared_line, sends_the_last_words_of_its_owner_before_all_others) {
  add("ab");
  queue("ab");
  leave("");
  leave("zz");
  EXPECT_EQ(turns(4), "zab-");
  end('a', false);
  end('b', false);
  EXPECT_TRUE(is_empty()) << "nobody is left of those that were";
}

TEST_F(a_shared_line, tells_all_who_have_not_left_when_the_connection_is_over) {
  add("abc");
  pass('a', behind_from);
  queue("abc");
  EXPECT_EQ(turns(1, true), "a");
  queue("a");
  end('b', false);
  with_line([](shared_line& line) { line.over("reset by peer"); });
  EXPECT_EQ(at('a').over, (std::vector<std::string>{"reset by peer"}));
  EXPECT_EQ(at('b').over, (std::vector<std::string>{})) << "it has left";
  EXPECT_EQ(at('c').over, (std::vector<std::string>{"reset by peer"}));
  EXPECT_TRUE(is_empty());
  EXPECT_TRUE(takes_more());
  EXPECT_FALSE(has_output());
  EXPECT_EQ(turns(1), "-");
  queue("a");
  pass('a', 1);
  end('a', false);
  EXPECT_FALSE(has_output()) << "what they did not know yet";
}

}  // namespace
}  // namespace confab::actors
