#include "signaling/sip/nonce_store.hpp"

#include <set>

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

using namespace std::chrono_literals;

constexpr hash_key key{1, 2, 3};
const nonce_store::clock_time t0{1h};

TEST(nonce_store, takes_a_nonce_back_with_counts_that_grow) {
  nonce_store store(key);
  const auto nonce = store.issue(t0);
  EXPECT_EQ(store.spend(nonce, 1, t0 + 1s), nonce_verdict::fresh);
  EXPECT_EQ(store.spend(nonce, 2, t0 + 2s), nonce_verdict::fresh);
  EXPECT_EQ(store.spend(nonce, 9, t0 + 3s), nonce_verdict::fresh);
  EXPECT_EQ(store.spend(nonce, 0xffffffff, t0 + 4s), nonce_verdict::fresh);
}

TEST(nonce_store, refuses_a_count_that_does_not_grow) {
  nonce_store store(key);
  const auto nonce = store.issue(t0);
  EXPECT_EQ(store.spend(nonce, 0, t0), nonce_verdict::replayed);
  EXPECT_EQ(store.spend(nonce, 5, t0), nonce_verdict::fresh);
  EXPECT_EQ(store.spend(nonce, 5, t0), nonce_verdict::replayed);
  EXPECT_EQ(store.spend(nonce, 4, t0), nonce_verdict::replayed);
  EXPECT_EQ(store.spend(store.issue(t0), 1, t0), nonce_verdict::fresh) << "counts belong to one nonce";
}

TEST(nonce_store, lets_nonces_grow_old) {
  nonce_store store(key, 5min);
  const auto nonce = store.issue(t0);
  EXPECT_EQ(store.spend(nonce, 1, t0 + 5min - 1ms), nonce_verdict::fresh);
  EXPECT_EQ(store.spend(nonce, 2, t0 + 5min), nonce_verdict::stale);
  EXPECT_EQ(store.spend(nonce, 3, t0 + 48h), nonce_verdict::stale);
}

TEST(nonce_store, forgets_what_has_grown_old) {
  nonce_store store(key, 5min);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(store.spend(store.issue(t0), 1, t0), nonce_verdict::fresh);
  EXPECT_EQ(store.remembered(), 10U);
  EXPECT_EQ(store.spend(store.issue(t0 + 5min), 1, t0 + 5min), nonce_verdict::fresh);
  EXPECT_EQ(store.remembered(), 1U);
}

TEST(nonce_store, never_issues_one_twice_and_keeps_none_that_nobody_answers) {
  nonce_store store(key);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(store.issue(t0)).second);
  EXPECT_EQ(store.remembered(), 0U);
}

TEST(nonce_store, knows_its_own_nonces_only) {
  nonce_store store(key);
  nonce_store other({4, 5, 6});
  auto nonce = store.issue(t0);
  EXPECT_EQ(other.spend(nonce, 1, t0), nonce_verdict::stale);
  for (size_t at = 0; at < nonce.size(); ++at) {
    auto changed = nonce;
    changed[at] = changed[at] == '0' ? '1' : '0';
    EXPECT_EQ(store.spend(changed, 1, t0), nonce_verdict::stale) << at;
  }
  for (const std::string& odd : {std::string(), nonce + "0", nonce.substr(1), std::string(64, 'z')})
    EXPECT_EQ(store.spend(odd, 1, t0), nonce_verdict::stale) << odd;
  EXPECT_EQ(store.spend(nonce, 1, t0), nonce_verdict::fresh);
}

TEST(nonce_store, knows_whom_a_nonce_was_issued_to_as_long_as_it_is_good) {
  nonce_store store(key, 5min, 1);
  const auto here = store.issue(t0, "192.0.2.1");
  const auto again = store.issue(t0, "192.0.2.1");
  const auto there = store.issue(t0, "192.0.2.2");
  ASSERT_TRUE(store.holder_of(here, t0));
  EXPECT_EQ(store.holder_of(here, t0), store.holder_of(again, t0));
  EXPECT_NE(store.holder_of(here, t0), store.holder_of(there, t0));
  EXPECT_EQ(store.holder_of(here, t0), store.number_of("192.0.2.1"));
  EXPECT_EQ(store.holder_of(here, t0 + 5min), std::nullopt);
  EXPECT_EQ(store.holder_of("192.0.2.1", t0), std::nullopt);
  auto moved = here;
  moved.replace(32, 16, there, 32, 16);
  EXPECT_EQ(store.holder_of(moved, t0), std::nullopt) << "nobody can put a guess on another";
  EXPECT_EQ(store.spend(again, 1, t0), nonce_verdict::fresh);
  EXPECT_EQ(store.spend(there, 1, t0), nonce_verdict::fresh);
  EXPECT_EQ(store.holder_of(again, t0), std::nullopt) << "given up for want of room";
}

TEST(nonce_store, gives_the_oldest_up_when_it_is_full) {
  nonce_store store(key, 5min, 3);
  std::vector<std::string> nonces;
  for (int i = 0; i < 5; ++i) nonces.push_back(store.issue(t0));
  for (int i = 1; i < 5; ++i) EXPECT_EQ(store.spend(nonces[i], 1, t0), nonce_verdict::fresh);
  EXPECT_EQ(store.remembered(), 3U);
  EXPECT_EQ(store.spend(nonces[1], 1, t0), nonce_verdict::stale) << "left, so it may never be used again";
  EXPECT_EQ(store.spend(nonces[1], 2, t0), nonce_verdict::stale);
  EXPECT_EQ(store.spend(nonces[0], 1, t0), nonce_verdict::stale) << "older than the one that left";
  for (int i = 2; i < 5; ++i) {
    EXPECT_EQ(store.spend(nonces[i], 1, t0), nonce_verdict::replayed);
    EXPECT_EQ(store.spend(nonces[i], 2, t0), nonce_verdict::fresh);
  }
}

TEST(nonce_store, takes_an_old_nonce_once_even_when_it_is_full) {
  nonce_store store(key, 5min, 2);
  const auto oldest = store.issue(t0);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(store.spend(store.issue(t0), 1, t0), nonce_verdict::fresh);
  EXPECT_EQ(store.spend(oldest, 1, t0), nonce_verdict::fresh);
  EXPECT_EQ(store.spend(oldest, 1, t0), nonce_verdict::stale);
  EXPECT_EQ(store.remembered(), 2U);
}

}  // namespace
}  // namespace confab::sip
