#include "signaling/conference/room_watchers.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "signaling/conference/roster.hpp"
#include "signaling/conference/user_key.hpp"

namespace confab::conference {
namespace {

using namespace std::chrono_literals;

attendee at(uint64_t leg, const std::string& name) {
  attendee who;
  who.leg = leg_id{leg};
  who.uri = "sip:" + name + "@example.com";
  who.display_name = name;
  who.contact = "sip:" + name + "@192.0.2.1:" + std::to_string(leg);
  who.since = "2026-11-24T09:00:00Z";
  who.has_audio = true;
  return who;
}

watch by(uint64_t id, const std::string& agent = {}) {
  watch who;
  who.id = subscription_id{id};
  who.user_agent = agent;
  who.max_body_bytes = 1'000'000;
  return who;
}

/// A room, and what its watchers make of the documents that reach them.
class a_watched_room : public ::testing::Test {
 protected:
  a_watched_room()
      : picture_([] {
          room_info room;
          room.entity = "sip:lunch@example.com";
          return room;
        }()) {}

  void take(const send_document& sent) {
    const auto id = sent.to.value;
    if (crowd_.contains(id)) return;
    ++documents_[id];
    const auto text = with_version(*sent.document, ++versions_[id]);
    last_[id] = text;
    const auto read = parse_conference_info(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(pictures_[id].on_document(*read), fold_result::applied) << text;
  }
  void take(const send_documents& all) {
    for (const auto& sent : all) take(sent);
  }
  void changed() { watchers_.changed(now_); }
  void pass(std::chrono::milliseconds time) {
    for (const auto end = now_ + time; now_ < end;) {
      now_ = std::min(end, now_ + 10ms);
      const auto due = watchers_.deadline();
      if (due && *due <= now_) take(watchers_.poll(now_, picture_));
    }
  }
  /// Lists are kept in an order of their own by those who fold.
  static std::map<std::string, user_info> sorted(const std::vector<user_info>& users) {
    std::map<std::string, user_info> out;
    for (const auto& user : users) out.emplace(user.entity, user);
    return out;
  }
  /// One user as text, so that a difference can be read.
  static std::map<std::string, std::string> as_text(const std::vector<user_info>& users) {
    std::map<std::string, std::string> out;
    for (const auto& user : users)
      out.emplace(user.entity, write_full({{}, {user}}, audience::participant).text);
    return out;
  }
  void expect_right(uint64_t id) {
    std::vector<user_info> users;
    for (const user_info* user : picture_.users()) users.push_back(*user);
    EXPECT_EQ(sorted(users).size(), users.size()) << "an entity stands for two";
    EXPECT_EQ(as_text(pictures_[id].picture().users), as_text(users));
    EXPECT_EQ(sorted(pictures_[id].picture().users), sorted(users));
    EXPECT_EQ(pictures_[id].picture().room, picture_.room());
  }

  room_picture picture_;
  room_watchers watchers_{{false, {"linphone"}}};
  room_watchers::clock_time now_{1h};
  std::map<uint64_t, int> documents_;
  std::map<uint64_t, uint32_t> versions_;
  std::map<uint64_t, std::string> last_;
  std::map<uint64_t, conference_watcher> pictures_;
  std::set<uint64_t> crowd_;  ///< who gets documents that nobody reads
};

TEST_F(a_watched_room, sends_everybody_the_whole_room_first) {
  picture_.show(at(1, "ann"));
  take(watchers_.admit(by(1), picture_));
  take(watchers_.admit(by(2, "linphone/5.1"), picture_));
  expect_right(1);
  expect_right(2);
  EXPECT_NE(last_[2].find("state=\"full\" version=\"1\""), std::string::npos);
}

TEST_F(a_watched_room, gathers_changes_for_a_fifth_of_a_second) {
  take(watchers_.admit(by(1), picture_));
  for (uint64_t i = 1; i <= 5; ++i) {
    picture_.show(at(i, "user" + std::to_string(i)));
    changed();
    pass(30ms);
  }
  EXPECT_EQ(documents_[1], 1);
  pass(100ms);
  EXPECT_EQ(documents_[1], 2);
  expect_right(1);
  EXPECT_FALSE(watchers_.deadline());
}

TEST_F(a_watched_room, sends_what_changed_to_the_agents_that_are_known_to_follow) {
  for (uint64_t i = 1; i <= 100; ++i) picture_.show(at(i, "user" + std::to_string(i)));
  (void)picture_.take_changes();
  take(watchers_.admit(by(1, "blink"), picture_));
  take(watchers_.admit(by(2, "linphone/5.1"), picture_));
  picture_.show(at(101, "zoe"));
  changed();
  pass(200ms);
  expect_right(1);
  expect_right(2);
  EXPECT_NE(last_[1].find("state=\"full\" version=\"2\""), std::string::npos);
  EXPECT_NE(last_[2].find("state=\"partial\" version=\"2\""), std::string::npos);
  EXPECT_EQ(last_[2].find("user99"), std::string::npos);
}

TEST_F(a_watched_room, marks_partial_documents_as_ones_that_must_not_be_lost) {
  watchers_ = room_watchers({true, {}});
  EXPECT_FALSE(watchers_.admit(by(1), picture_).must_send);
  picture_.show(at(1, "ann"));
  changed();
  const auto sent = watchers_.poll(now_ + 200ms, picture_);
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_TRUE(sent[0].must_send);
}

TEST_F(a_watched_room, writes_a_document_once_for_all_who_see_the_same) {
  watch outside = by(1), inside = by(2), other = by(3);
  inside.eyes = audience::participant;
  const auto a = watchers_.admit(outside, picture_);
  const auto b = watchers_.admit(inside, picture_);
  const auto c = watchers_.admit(other, picture_);
  EXPECT_EQ(a.document, c.document);
  EXPECT_NE(a.document, b.document);
}

TEST_F(a_watched_room, tells_of_a_departure_and_then_forgets_it) {
  picture_.show(at(1, "ann"));
  picture_.show(at(2, "bob"));
  take(watchers_.admit(by(1), picture_));
  take(watchers_.admit(by(2, "linphone"), picture_));
  picture_.depart(leg_id{2}, disconnection_method::booted, {"2026-11-24T10:00:00Z", "enough", ""});
  changed();
  pass(200ms);
  for (const uint64_t id : {1, 2}) {
    EXPECT_NE(last_[id].find("<status>disconnected</status><joining-method>"), std::string::npos)
        << last_[id];
    EXPECT_NE(last_[id].find("<disconnection-method>booted<"), std::string::npos);
  }
  pass(200ms);
  expect_right(1);
  expect_right(2);
  EXPECT_EQ(picture_.users().size(), 1U);
  EXPECT_NE(last_[2].find("<user entity=\"sip:bob@example.com\" state=\"deleted\"/>"), std::string::npos)
      << last_[2];
}

TEST_F(a_watched_room, sends_counts_alone_where_the_whole_does_not_fit) {
  for (uint64_t i = 1; i <= 100; ++i) picture_.show(at(i, "user" + std::to_string(i)));
  auto narrow = by(1);
  narrow.max_body_bytes = 2'000;
  const auto sent = watchers_.admit(narrow, picture_);
  EXPECT_LE(sent.document->text.size(), 2'000U);
  const auto read = parse_conference_info(with_version(*sent.document, 1));
  ASSERT_TRUE(read && read->has_state);
  EXPECT_EQ(read->room.user_count, 100U);
  EXPECT_TRUE(read->users.empty());
}

TEST_F(a_watched_room, says_once_how_much_too_long_a_document_is) {
  std::vector<file_info> files(300);
  for (size_t i = 0; i < files.size(); ++i) files[i].name = "file " + std::to_string(i);
  picture_.set_files(files);
  for (uint64_t i = 1; i <= 3; ++i) picture_.show(at(i, "user" + std::to_string(i)));
  (void)watchers_.admit(by(1), picture_);
  EXPECT_EQ(watchers_.take_short_measure(), std::nullopt) << "it fits";
  auto narrow = by(2);
  narrow.eyes = audience::participant;
  narrow.max_body_bytes = 5'000;
  (void)watchers_.admit(narrow, picture_);
  const auto whole = write_full(picture_.room(), picture_.users(), audience::participant).text.size();
  EXPECT_EQ(watchers_.take_short_measure(), (short_measure{whole, 5'000, 3, 300}));
  narrow.max_body_bytes = 1'000;
  (void)watchers_.admit(narrow, picture_);
  picture_.set_subject("lunch");
  watchers_.changed(now_);
  (void)watchers_.poll(now_ + 1s, picture_);
  EXPECT_EQ(watchers_.take_short_measure(), std::nullopt) << "of one room once";
}

TEST_F(a_watched_room, counts_no_files_for_whom_the_document_shows_none) {
  picture_.set_files(std::vector<file_info>(300));
  for (uint64_t i = 1; i <= 100; ++i) picture_.show(at(i, "user" + std::to_string(i)));
  auto narrow = by(1);
  narrow.max_body_bytes = 2'000;
  (void)watchers_.admit(narrow, picture_);
  ASSERT_TRUE(narrow.eyes == audience::outsider);
  EXPECT_EQ(watchers_.take_short_measure().value_or(short_measure{}).files, 0U);
}

TEST_F(a_watched_room, slows_full_documents_as_they_add_up) {
  for (uint64_t i = 1; i <= 1'000; ++i) picture_.show(at(i, "user" + std::to_string(i)));
  take(watchers_.admit(by(1), picture_));
  for (uint64_t i = 2; i <= 100; ++i) {
    crowd_.insert(i);
    (void)watchers_.admit(by(i), picture_);
  }
  take(watchers_.admit(by(101, "linphone"), picture_));
  picture_.lock(true);
  changed();
  pass(200ms);
  EXPECT_EQ(documents_[1], 2);
  EXPECT_EQ(documents_[101], 2);
  picture_.lock(false);
  changed();
  pass(200ms);
  EXPECT_EQ(documents_[1], 2) << "tens of megabytes went out just now";
  EXPECT_EQ(documents_[101], 3);
  pass(5s);
  EXPECT_EQ(documents_[1], 3);
  expect_right(1);
  expect_right(101);
}

TEST_F(a_watched_room, forgets_who_does_not_watch_any_more) {
  take(watchers_.admit(by(1), picture_));
  EXPECT_TRUE(watchers_.refresh(subscription_id{1}, 1'000'000, picture_));
  watchers_.forget(subscription_id{1});
  EXPECT_FALSE(watchers_.refresh(subscription_id{1}, 1'000'000, picture_));
  (void)watchers_.fetch(by(2), picture_);
  EXPECT_EQ(watchers_.size(), 0U);
  picture_.show(at(1, "ann"));
  changed();
  EXPECT_TRUE(watchers_.poll(now_ + 1s, picture_).empty());
}

TEST_F(a_watched_room, says_at_the_end_that_nobody_is_left) {
  picture_.show(at(1, "ann"));
  take(watchers_.admit(by(1), picture_));
  take(watchers_.admit(by(2, "linphone"), picture_));
  picture_.depart(leg_id{1}, disconnection_method::departed, {});
  changed();
  picture_.sweep();
  take(watchers_.farewell(picture_));
  for (const uint64_t id : {1, 2}) {
    EXPECT_NE(last_[id].find("<user-count>0</user-count><active>false</active>"), std::string::npos);
    EXPECT_NE(last_[id].find("<users state=\"full\"/>"), std::string::npos) << last_[id];
  }
  EXPECT_FALSE(watchers_.deadline());
}

bool is_counted(endpoint_status status) {
  return status == endpoint_status::connected || status == endpoint_status::on_hold ||
         status == endpoint_status::muted_via_focus || status == endpoint_status::disconnecting;
}

/// How many users these legs are, counted anew.
size_t users_among(const std::map<uint64_t, attendee>& there) {
  std::set<std::string> keys;
  for (const auto& [leg, who] : there)
    if (is_counted(who.status)) keys.insert(user_key(who.uri, !who.identity.empty(), who.leg));
  return keys.size();
}

/// As the room's own list of participants counts them.
size_t users_of_a_roster_with(const std::map<uint64_t, attendee>& there) {
  roster list({false, false});
  for (const auto& [leg, who] : there) {
    participant one;
    one.leg = who.leg;
    one.uri = who.uri;
    one.verified = !who.identity.empty();
    if (is_counted(who.status)) (void)list.join(one);
  }
  return list.user_count();
}

/// Whatever happens in a room, a watcher who folds partial documents sees what one sees who gets full ones.
TEST_F(a_watched_room, is_the_same_to_whoever_folds_and_to_whoever_reads_all) {
  std::mt19937 random{20'261'124};
  const auto pick = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  std::map<uint64_t, attendee> there;
  uint64_t next_leg = 0, next_watch = 10;
  take(watchers_.admit(by(1), picture_));
  take(watchers_.admit(by(2, "linphone"), picture_));
  for (int step = 0; step < 5'000; ++step) {
    const unsigned what = pick(10);
    auto some = there.begin();
    if (!there.empty()) std::advance(some, pick(static_cast<unsigned>(there.size())));
    if (there.size() < 3 || what < 3) {
      auto who = at(++next_leg, "user" + std::to_string(pick(8)));
      if (pick(3) == 0) who.identity = who.uri;
      if (pick(6) == 0) who.uri = "sip:anonymous@anonymous.invalid";
      if (pick(3) == 0) who.contact = "sip:shared@192.0.2.1";
      if (pick(4) == 0) who.display_name = "<&\"' \xc3\xa9>";
      picture_.show(who);
      there.emplace(next_leg, who);
    } else if (what < 5) {
      picture_.depart(leg_id{some->first}, static_cast<disconnection_method>(pick(4)), {"", "why & how", ""});
      there.erase(some);
    } else if (what == 5) {
      picture_.drop(leg_id{some->first});
      there.erase(some);
    } else if (what < 8) {
      some->second.status = static_cast<endpoint_status>(pick(8));
      some->second.has_audio = pick(2) == 0;
      if (pick(3) == 0) some->second.ssrc = static_cast<uint32_t>(random());
      if (pick(3) == 0) some->second.label = "m" + std::to_string(pick(4));
      picture_.show(some->second);
    } else if (what == 8) {
      picture_.lock(pick(2) == 0);
    } else {
      watchers_.forget(subscription_id{next_watch});
      take(watchers_.admit(by(++next_watch, "linphone"), picture_));
    }
    changed();
    pass(std::chrono::milliseconds{pick(150)});
    if (step % 10 == 0) {
      pass(10s);
      expect_right(1);
      expect_right(2);
      EXPECT_EQ(picture_.room().user_count, users_among(there));
      EXPECT_EQ(picture_.room().user_count, users_of_a_roster_with(there));
      if (next_watch > 10) expect_right(next_watch);
      ASSERT_FALSE(HasFailure()) << "step " << step;
    }
  }
}

}  // namespace
}  // namespace confab::conference
