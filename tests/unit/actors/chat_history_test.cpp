#include "actors/chat_history.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::actors {
namespace {

using texts = std::vector<std::string>;
constexpr leg_id alice{1}, bob{2};

chat_parcel_ptr parcel(const std::string& text) {
  auto made = std::make_shared<chat_parcel>();
  made->body = std::make_shared<const std::string>(text);
  return made;
}

texts read(const chat_history::parcels& what) {
  texts out;
  for (const auto& one : what) out.push_back(*one->body);
  return out;
}

texts of(const std::vector<chat_history::delivery>& all, leg_id leg) {
  for (const auto& one : all)
    if (one.leg == leg) return read(one.what);
  return {"nothing"};
}

TEST(chat_history, gives_a_newcomer_the_latest) {
  chat_history history(2);
  for (const char* text : {"one", "two", "three"}) history.keep(parcel(text));
  EXPECT_EQ(read(history.come(alice)), (texts{"two", "three"}));
  EXPECT_FALSE(history.hold(alice, parcel("four")));
}

TEST(chat_history, puts_what_was_stored_before_all_else_for_who_waited) {
  chat_history history(10);
  history.await();
  EXPECT_TRUE(history.come(alice).empty());
  EXPECT_TRUE(history.hold(alice, parcel("bob came")));
  history.keep(parcel("new 1"));
  EXPECT_TRUE(history.hold(alice, parcel("live 1")));
  EXPECT_TRUE(history.come(bob).empty());
  history.keep(parcel("new 2"));
  for (const leg_id leg : {alice, bob}) EXPECT_TRUE(history.hold(leg, parcel("live 2")));
  const auto told = history.arrive({parcel("old 1"), parcel("old 2")});
  EXPECT_EQ(of(told, alice), (texts{"old 1", "old 2", "bob came", "live 1", "live 2"}));
  EXPECT_EQ(of(told, bob), (texts{"old 1", "old 2", "new 1", "live 2"}));
  EXPECT_FALSE(history.hold(alice, parcel("live 3"))) << "nobody waits any more";
  EXPECT_EQ(read(history.come(alice)), (texts{"old 1", "old 2", "new 1", "new 2"}));
}

TEST(chat_history, who_leaves_is_not_told) {
  chat_history history(10);
  history.await();
  (void)history.come(alice);
  history.go(alice);
  EXPECT_FALSE(history.hold(alice, parcel("x")));
  EXPECT_TRUE(history.arrive({parcel("old")}).empty());
}

TEST(chat_history, waits_no_longer_than_its_bounds) {
  for (const bool by_bytes : {false, true}) {
    chat_history history(10);
    history.await();
    (void)history.come(alice);
    size_t held = 0;
    while (!history.is_overdue()) {
      ASSERT_TRUE(history.hold(alice, parcel(by_bytes ? std::string(10'000, 'x') : "x")));
      ASSERT_LE(++held, limits::chat_held_messages + 1);
    }
    EXPECT_EQ(of(history.give_up(), alice).size(), held) << "nothing of it is lost";
    EXPECT_FALSE(history.is_overdue());
    EXPECT_TRUE(history.arrive({parcel("old")}).empty()) << "it would come after what is newer";
    EXPECT_EQ(read(history.come(bob)), texts{"old"}) << "those who come later have it";
  }
}

TEST(chat_history, holds_its_bounds_with_what_was_stored) {
  chat_history history(3);
  history.await();
  history.keep(parcel("new"));
  EXPECT_TRUE(history.arrive({parcel("a"), parcel("b"), parcel("c")}).empty());
  EXPECT_EQ(read(history.come(alice)), (texts{"b", "c", "new"}));
  const std::string large(limits::chat_history_bytes / 2, 'x');
  EXPECT_TRUE(history.takes(large.size()));
  EXPECT_FALSE(history.takes(large.size() + 1));
  history.keep(parcel(large));
  history.keep(parcel(large));
  EXPECT_EQ(history.come(alice).size(), 2U);
}

/// What was kept since somebody came may have pushed out all that was before it.
TEST(chat_history, gives_nothing_twice_when_little_is_kept) {
  chat_history history(2);
  history.await();
  (void)history.come(alice);
  for (const char* text : {"one", "two", "three"}) {
    history.keep(parcel(text));
    EXPECT_TRUE(history.hold(alice, parcel(text)));
  }
  EXPECT_EQ(of(history.arrive({parcel("old")}), alice), (texts{"one", "two", "three"}));
}

TEST(chat_history, takes_nothing_where_none_is_kept) {
  EXPECT_FALSE(chat_history(0).takes(1));
}

}  // namespace
}  // namespace confab::actors
