#include <filesystem>
#include <fstream>

#include "actors/history_keeper.hpp"
#include "tests/scenario/chatting.hpp"

namespace confab::actors::scenario {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using lines = std::vector<std::string>;

/// A chat whose rooms remember: with the keeper of the server on a file, or with a pretended one.
class a_remembering_chat : public a_chat {
 protected:
  a_remembering_chat() {
    std::string made = (fs::temp_directory_path() / "confab-history-XXXXXX").string();
    folder_ = mkdtemp(made.data());
  }
  ~a_remembering_chat() override {
    stop_keeper();
    fs::remove_all(folder_);
  }

  [[nodiscard]] std::string file() const { return (folder_ / "history.db").string(); }
  /// On the test's own scheduler, so that all is in order.
  void start_keeper(size_t unwritten = 100) {
    auto opened = conference::history_database::open(file(), {.messages = 3});
    ASSERT_TRUE(opened.ok()) << opened.error().text;
    const auto gate = std::make_shared<write_gate>(unwritten, 1'000'000);
    chat_settings_->history = history_access{
        system_->spawn(history_keeper, std::make_shared<conference::history_database>(std::move(*opened)),
                       gate),
        gate};
  }
  void stop_keeper() {
    if (!chat_settings_->history) return;
    caf::anon_send(chat_settings_->history->keeper, close_history{});
    settle();
  }
  /// As a server that stops and starts again: all rooms end, and the file is closed and opened.
  void restart() {
    for (const leg_id leg : {alice, bob, carol})
      if (streams_.contains(leg)) hang_up(leg);
    stop_keeper();
    start_keeper();
    // Rooms hold what they were started with; so new ones are to be made by a new directory.
    caf::anon_send_exit(directory_, caf::exit_reason::user_shutdown);
    for (const auto& shard : shards_) caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
    shards_.clear();
    settle();
    start();
  }
  /// What a newcomer is told after its welcome.
  lines told(leg_id leg) {
    auto all = read(leg);
    EXPECT_FALSE(all.empty());
    if (!all.empty()) all.erase(all.begin());
    return all;
  }

  fs::path folder_;
};

/// Stands in for a keeper whose disk takes its time: the latest load is answered when the test says so, by
/// `forget_history`, because only an actor itself may fulfil its promise.
struct slow_disk {
  history_loaded answer;
  std::vector<caf::typed_response_promise<history_loaded>> loads;
  size_t stores = 0;
};
history_actor::behavior_type pretended_keeper(history_actor::pointer self, std::shared_ptr<slow_disk> disk) {
  return {
      [self, disk](const load_history&) -> caf::result<history_loaded> {
        disk->loads.push_back(self->make_response_promise<history_loaded>());
        return disk->loads.back();
      },
      [disk](const store_history&) { ++disk->stores; },
      [disk](const forget_history&) { disk->loads.back().deliver(disk->answer); },
      [self, disk](const close_history&) {
        disk->loads.clear();
        self->quit();
      },
  };
}

TEST_F(a_remembering_chat, remembers_what_was_said_after_a_restart) {
  start_keeper();
  start();
  chat(alice);
  chat(bob);
  (void)call_oneself(alice, "Queen");
  for (const char* text : {"one", "two", "three", "four"}) EXPECT_EQ(say(alice, text), 200);
  EXPECT_EQ(say(alice, "psst", "phone2@example.com"), 200);
  EXPECT_EQ(say(alice, "/help"), 200);
  restart();
  chat(carol);
  EXPECT_EQ(told(carol),
            (lines{"[history] Queen > sip:lunch@host: two", "[history] Queen > sip:lunch@host: three",
                   "[history] Queen > sip:lunch@host: four"}));
  EXPECT_EQ(say(carol, "five"), 200);
  hang_up(carol);
  restart();
  chat(bob);
  EXPECT_EQ(told(bob).back(), "[history] sip:phone3@example.com > sip:lunch@host: five");
}

TEST_F(a_remembering_chat, remembers_when_everybody_has_left) {
  start_keeper();
  start();
  chat(alice);
  EXPECT_EQ(say(alice, "see you"), 200);
  hang_up(alice);
  EXPECT_EQ(count().rooms, 0U);
  chat(bob);
  EXPECT_EQ(told(bob), lines{"[history] sip:phone1@example.com > sip:lunch@host: see you"});
}

TEST_F(a_remembering_chat, stores_nothing_of_a_room_that_is_to_forget) {
  start_keeper();
  start();
  chat(alice);
  EXPECT_EQ(say(alice, "before"), 200);
  auto quiet = rules_;
  quiet.keep_history = false;
  own_["lunch@host"] = quiet;
  restart();
  chat(alice);
  EXPECT_TRUE(told(alice).empty());
  EXPECT_EQ(say(alice, "in confidence"), 200);
  chat(bob);
  EXPECT_EQ(told(bob), lines{"[history] sip:phone1@example.com > sip:lunch@host: in confidence"})
      << "as long as the room lasts";
  own_.clear();
  restart();
  chat(carol);
  EXPECT_TRUE(told(carol).empty());
}

TEST_F(a_remembering_chat, goes_on_while_its_history_is_on_its_way) {
  const auto disk = std::make_shared<slow_disk>();
  chat_settings_->history =
      history_access{system_->spawn(pretended_keeper, disk), std::make_shared<write_gate>(100, 100'000)};
  start();
  chat(alice);
  ASSERT_EQ(disk->loads.size(), 1U);
  EXPECT_EQ(say(alice, "new"), 200);
  chat(bob);
  EXPECT_EQ(read(bob).size(), 1U) << "the welcome";
  EXPECT_EQ(say(alice, "live"), 200);
  EXPECT_TRUE(read(bob).empty());
  const std::string old =
      "From: <sip:dave@host>\r\nTo: <sip:lunch@host>\r\nDateTime: 2026-01-01T10:00:00Z\r\n"
      "NS: agp <urn:ag-projects:xml:ns:cpim>\r\nagp.History: yes\r\n\r\nContent-Type: text/plain\r\n\r\nold";
  disk->answer = {
      {std::make_shared<const std::string>(old), std::make_shared<const std::string>("not written by us")}};
  caf::anon_send(chat_settings_->history->keeper, forget_history{});
  settle();
  EXPECT_EQ(read(bob), (lines{"[history] sip:dave@host > sip:lunch@host: old",
                              "[history] sip:phone1@example.com > sip:lunch@host: new",
                              "sip:phone1@example.com > sip:lunch@host: live"}));
  EXPECT_EQ(disk->stores, 2U);
}

TEST_F(a_remembering_chat, does_not_wait_for_a_slow_disk) {
  const auto disk = std::make_shared<slow_disk>();
  chat_settings_->history =
      history_access{system_->spawn(pretended_keeper, disk), std::make_shared<write_gate>(2, 100'000)};
  start();
  chat(alice);
  chat(bob);
  (void)read(bob);
  EXPECT_EQ(say(alice, "hello"), 200);
  EXPECT_TRUE(read(bob).empty());
  pass(limits::chat_history_wait);
  EXPECT_EQ(read(bob), lines{"sip:phone1@example.com > sip:lunch@host: hello"});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(say(alice, "more"), 200);
  EXPECT_EQ(read(bob).size(), 5U);
  EXPECT_EQ(disk->stores, 2U) << "more are not given to a disk that takes none";
  EXPECT_EQ(chat_settings_->history->gate->refused(), 4U);
  ASSERT_EQ(disk->loads.size(), 2U) << "asked again, for those who come later";
  caf::anon_send(chat_settings_->history->keeper, forget_history{});
  settle();
}

TEST_F(a_remembering_chat, goes_on_when_its_file_turns_out_to_be_damaged) {
  start_keeper();
  start();
  // More than SQLite keeps in memory of its checks at opening; what is last in the file must be read anew.
  for (int room = 0; room < 400; ++room) {
    chat_settings_->history->store(room_id{std::to_string(room)},
                                   std::make_shared<const std::string>(20'000, 'y'));
    settle();
  }
  chat(alice);
  EXPECT_EQ(say(alice, std::string(10'000, 'x')), 200);
  hang_up(alice);
  stop_keeper();
  start_keeper();
  std::fstream spoiled(file(), std::ios::in | std::ios::out | std::ios::binary);
  const auto pages = static_cast<std::streamoff>(fs::file_size(file()) / 4'096);
  for (std::streamoff page = 1; page < pages; ++page) {
    spoiled.seekp(page * 4'096);
    spoiled << std::string(4'096, '\x7f');
  }
  spoiled.close();
  caf::anon_send_exit(directory_, caf::exit_reason::user_shutdown);
  for (const auto& shard : shards_) caf::anon_send_exit(shard, caf::exit_reason::user_shutdown);
  shards_.clear();
  settle();
  start();
  chat(alice);
  EXPECT_TRUE(told(alice).empty()) << "what was stored is lost";
  EXPECT_EQ(say(alice, "still here"), 200);
  chat(bob);
  EXPECT_EQ(told(bob), lines{"[history] sip:phone1@example.com > sip:lunch@host: still here"});
}

}  // namespace
}  // namespace confab::actors::scenario
