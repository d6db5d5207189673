#include "signaling/conference/file_shelf.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::conference {
namespace {

using namespace std::chrono_literals;

const sdp::file_hash hash_a{"sha-1", "AA"}, hash_b{"sha-1", "BB"}, hash_c{"sha-256", "CC"};
const std::chrono::steady_clock::time_point t0{1h};

shelf_rules rules() {
  return {.max_size = 100, .quota = 250, .most = 4, .types = {"*"}, .keep = 0ms};
}

offered_file offer(const std::string& name, uint64_t size, std::vector<sdp::file_hash> hashes = {},
                   const std::string& owner = "sip:alice@example.com") {
  offered_file out;
  out.selector = {name, "text/plain", size, std::move(hashes)};
  out.sender = "Alice <" + owner + ">";
  out.owner = owner;
  out.host = "192.0.2.1";
  return out;
}

offered_file from(offered_file offer, const std::string& host, bool verified = false) {
  offer.host = host;
  offer.verified = verified;
  return offer;
}

/// A shelf with these whole files, numbered from 1.
file_shelf shelf_of(const std::vector<offered_file>& files, shelf_rules with = rules()) {
  file_shelf shelf(std::move(with));
  uint64_t number = 0;
  for (const auto& one : files) {
    shelf.add(++number, one);
    shelf.complete(number, one.selector.hashes, t0);
  }
  return shelf;
}

TEST(file_shelf, finds_the_file_that_a_selector_means) {
  const auto shelf = shelf_of(
      {offer("a.txt", 10, {hash_a, hash_c}), offer("b.txt", 10, {hash_b}), offer("c.txt", 20, {hash_b})});
  struct row {
    const char* selector;
    uint64_t number;  ///< 0: none, 9: more than one
  };
  for (const auto& [text, number] : {
           row{"name:\"a.txt\"", 1},
           row{"name:\"../x/a.txt\"", 1},
           row{"name:\"A.txt\"", 0},
           row{"size:20", 3},
           row{"size:10", 9},
           row{"size:10 name:\"b.txt\"", 2},
           row{"size:11 name:\"b.txt\"", 0},
           row{"type:text/plain", 9},
           row{"type:TEXT/Plain;charset=utf-8 size:20", 3},
           row{"type:text/html size:20", 0},
           row{"", 0},
       }) {
    const auto selector = sdp::parse_file_selector(text);
    ASSERT_TRUE(selector.ok()) << text;
    const auto found = shelf.find(*selector);
    if (number == 0 || number == 9) {
      ASSERT_FALSE(found.ok()) << text;
      EXPECT_EQ(found.error().code, number == 0 ? errc::not_found : errc::malformed) << text;
    } else {
      ASSERT_TRUE(found.ok()) << text;
      EXPECT_EQ((*found)->number, number) << text;
    }
  }
}

TEST(file_shelf, takes_a_hash_alone_for_the_file_whatever_else_is_said) {
  const auto shelf = shelf_of(
      {offer("a.txt", 10, {hash_a, hash_c}), offer("b.txt", 10, {hash_b}), offer("c.txt", 20, {hash_b})});
  EXPECT_EQ(shelf.find({"other", {}, 99, {hash_a}}).value()->number, 1U);
  EXPECT_EQ(shelf.find({{}, {}, {}, {hash_c}}).value()->number, 1U);
  EXPECT_EQ(shelf.find({{}, {}, {}, {hash_b}}).value()->number, 2U) << "of equal contents the first";
  EXPECT_FALSE(shelf.find({"a.txt", {}, {}, {{"sha-1", "DD"}}}).ok());
}

TEST(file_shelf, gives_nobody_a_file_that_is_not_whole) {
  file_shelf shelf(rules());
  shelf.add(1, offer("a.txt", 10, {hash_a}));
  EXPECT_FALSE(shelf.find({{}, {}, {}, {hash_a}}).ok());
  shelf.interrupt(1, t0);
  EXPECT_FALSE(shelf.find({{}, {}, {}, {hash_a}}).ok());
  shelf.go_on(1, "192.0.2.1");
  shelf.complete(1, {hash_a}, t0);
  EXPECT_TRUE(shelf.find({{}, {}, {}, {hash_a}}).ok());
}

TEST(file_shelf, refuses_what_is_too_large_too_much_or_of_another_type) {
  auto with = rules();
  with.types = {"text/*", "application/pdf"};
  auto shelf = shelf_of({offer("a", 100), offer("b", 100)}, with);
  auto status = [&](offered_file file, const char* type) {
    file.selector.type = type == nullptr ? std::nullopt : std::optional<std::string>(type);
    const auto no = shelf.judge(file);
    return no ? int{no->status} : 0;
  };
  EXPECT_EQ(status(offer("c", 50), "text/plain"), 0);
  EXPECT_EQ(status(offer("c", 50), "TEXT/HTML; charset=utf-8"), 0);
  EXPECT_EQ(status(offer("c", 50), "application/pdf"), 0);
  EXPECT_EQ(status(offer("c", 50), "application/zip"), 488);
  EXPECT_EQ(status(offer("c", 50), nullptr), 488);
  EXPECT_EQ(status(offer("c", 51), "text/plain"), 413) << "past the quota";
  EXPECT_EQ(status(offer("c", 101), "text/plain"), 413) << "too large";
  auto sizeless = offer("c", 1);
  sizeless.selector.size.reset();
  EXPECT_EQ(status(sizeless, "text/plain"), 488);
  shelf.add(3, offer("c", 0));
  shelf.add(4, offer("d", 0));
  EXPECT_EQ(status(offer("e", 0), "text/plain"), 413) << "too many";
  shelf.fail(4, t0);
  EXPECT_EQ(status(offer("e", 0), "text/plain"), 0) << "what failed takes no place";
}

TEST(file_shelf, lets_a_person_go_on_with_its_own_file_only) {
  file_shelf shelf(rules());
  shelf.add(1, offer("a.txt", 10, {hash_a}));
  EXPECT_NE(shelf.resumable(offer("renamed.txt", 10, {hash_a})), nullptr) << "also while it seems to come";
  shelf.interrupt(1, t0);
  EXPECT_NE(shelf.resumable(offer("a.txt", 10, {hash_a})), nullptr);
  EXPECT_EQ(shelf.resumable(offer("a.txt", 11, {hash_a})), nullptr);
  EXPECT_EQ(shelf.resumable(offer("a.txt", 10, {hash_b})), nullptr);
  EXPECT_EQ(shelf.resumable(offer("a.txt", 10)), nullptr) << "without a hash nobody knows";
  EXPECT_EQ(shelf.resumable(offer("a.txt", 10, {hash_a}, "sip:bob@example.com")), nullptr);
  shelf.complete(1, {hash_a}, t0);
  EXPECT_EQ(shelf.resumable(offer("a.txt", 10, {hash_a})), nullptr);
}

TEST(file_shelf, lets_nobody_take_over_what_arrives_by_a_name_alone) {
  const auto mine = offer("a.txt", 10, {hash_a});
  struct row {
    const char* why;
    bool verified;      ///< who began it
    bool comes_again;   ///< it was interrupted, and goes on from 192.0.2.2
    bool interrupted;   ///< it is now
    const char* host;   ///< of who asks
    bool ask_verified;  ///< who asks
    bool may;
  };
  for (const auto& [why, verified, comes_again, interrupted, host, ask_verified, may] : {
           row{"its connection may be dead", false, false, false, "192.0.2.1", false, true},
           row{"a From is anybody's", false, false, false, "192.0.2.2", false, false},
           row{"nobody has it", false, false, true, "192.0.2.2", false, true},
           row{"it comes from elsewhere now", false, true, false, "192.0.2.1", false, false},
           row{"it comes from elsewhere now", false, true, false, "192.0.2.2", false, true},
           row{"a phone may move", true, false, false, "192.0.2.2", true, true},
           row{"a From is not the person", true, false, false, "192.0.2.1", false, false},
           row{"a From is not the person", true, false, true, "192.0.2.1", false, false},
           row{"it is the person", true, false, true, "192.0.2.2", true, true},
       }) {
    file_shelf shelf(rules());
    shelf.add(1, from(mine, "192.0.2.1", verified));
    if (comes_again) {
      shelf.interrupt(1, t0);
      shelf.go_on(1, "192.0.2.2");
    }
    if (interrupted) shelf.interrupt(1, t0);
    EXPECT_EQ(shelf.resumable(from(mine, host, ask_verified)) != nullptr, may) << why << ", by " << host;
  }
}

TEST(file_shelf, counts_of_what_was_interrupted_only_what_is_here) {
  file_shelf shelf(rules());
  for (uint64_t number = 1; number <= 2; ++number) shelf.add(number, offer("a", 100, {hash_a}));
  EXPECT_TRUE(shelf.judge(offer("b", 100)));
  shelf.progress(1, 1);
  EXPECT_TRUE(shelf.judge(offer("b", 100))) << "the rest is on its way";
  shelf.interrupt(1, t0);
  EXPECT_FALSE(shelf.judge(offer("b", 100)));
  EXPECT_FALSE(shelf.judge_again(1)) << "nobody has taken its place";
  shelf.add(3, offer("b", 100));
  const auto no = shelf.judge_again(1);
  ASSERT_TRUE(no);
  EXPECT_EQ(no->status, 413);
  EXPECT_FALSE(shelf.judge_again(2)) << "what arrives has its place";
  shelf.remove(3);
  shelf.go_on(1, "192.0.2.1");
  EXPECT_TRUE(shelf.judge(offer("b", 100))) << "its place is taken again";
}

TEST(file_shelf, goes_on_only_with_what_can_be_verified_as_a_whole) {
  file_shelf shelf(rules());
  shelf.add(1, offer("a.txt", 10, {hash_a}));
  shelf.interrupt(1, t0);
  EXPECT_NE(shelf.resumable(offer("a.txt", 10, {hash_a})), nullptr);
  EXPECT_EQ(shelf.resumable(offer("a.txt", 10, {hash_a, hash_c})), nullptr) << "its SHA-256 was never begun";
  EXPECT_EQ(shelf.resumable(offer("a.txt", 10)), nullptr);
}

TEST(file_shelf, shows_no_more_than_the_latest_failures) {
  file_shelf shelf(rules());
  for (uint64_t number = 1; number <= 30; ++number) {
    shelf.add(number, offer("a.txt", 10, {hash_a}));
    shelf.fail(number, t0);
  }
  EXPECT_EQ(shelf.deadline(), t0);
  EXPECT_EQ(shelf.expire(t0).size(), 10U);
  EXPECT_EQ(shelf.find(10), nullptr);
  EXPECT_NE(shelf.find(11), nullptr);
  EXPECT_EQ(shelf.expire(t0 + limits::file_failure_shown).size(), 20U);
}

TEST(file_shelf, hides_no_file_behind_another_of_its_name) {
  file_shelf shelf(rules());
  EXPECT_EQ(shelf.add(1, offer("a.txt", 1)).name, "a.txt");
  EXPECT_EQ(shelf.add(2, offer("../a.txt", 1)).name, "a-1.txt");
  EXPECT_EQ(shelf.add(3, offer("a.txt", 1)).name, "a-2.txt");
  shelf.fail(1, t0);
  EXPECT_EQ(shelf.add(4, offer("a.txt", 1)).name, "a.txt");
}

TEST(file_shelf, shows_how_far_each_file_is) {
  file_shelf shelf(rules());
  shelf.add(1, offer("a.txt", 10, {hash_a}));
  shelf.progress(1, 5);
  shelf.add(2, offer("b.txt", 10));
  shelf.fail(2, t0);
  shelf.add(3, offer("c.txt", 0));
  shelf.add(4, offer("d.txt", 7));
  shelf.complete(4, {hash_b, hash_c}, t0);
  const auto shown = shelf.listing();
  ASSERT_EQ(shown.size(), 4U);
  EXPECT_EQ(shown[0], (file_info{"a.txt", "sha-1:AA", 10, "Alice <sip:alice@example.com>", "uploading 50%"}));
  EXPECT_EQ(shown[1].status, "failed");
  EXPECT_EQ(shown[2].status, "uploading 100%");
  EXPECT_EQ(shown[3], (file_info{"d.txt", "sha-1:BB", 7, "Alice <sip:alice@example.com>", "OK"}));
}

TEST(file_shelf, lets_files_go_when_their_time_is_over) {
  auto with = rules();
  with.keep = 1h;
  file_shelf shelf(with);
  EXPECT_FALSE(shelf.deadline());
  shelf.add(1, offer("a.txt", 1));
  EXPECT_FALSE(shelf.deadline()) << "what comes stays";
  shelf.complete(1, {hash_a}, t0);
  EXPECT_EQ(shelf.deadline(), t0 + 1h);
  shelf.add(2, offer("b.txt", 1));
  shelf.interrupt(2, t0);
  EXPECT_EQ(shelf.deadline(), t0 + limits::file_resumable);
  shelf.add(3, offer("c.txt", 1));
  shelf.fail(3, t0);
  EXPECT_EQ(shelf.expire(t0), std::vector<uint64_t>{});
  EXPECT_EQ(shelf.expire(t0 + limits::file_failure_shown), std::vector<uint64_t>{3});
  EXPECT_EQ(shelf.expire(t0 + limits::file_resumable), std::vector<uint64_t>{2});
  EXPECT_EQ(shelf.expire(t0 + 1h), std::vector<uint64_t>{1});
  EXPECT_FALSE(shelf.deadline());

  auto forever = shelf_of({offer("a.txt", 1)});
  EXPECT_FALSE(forever.deadline()) << "files.keep 0s: with the room";
}

}  // namespace
}  // namespace confab::conference
