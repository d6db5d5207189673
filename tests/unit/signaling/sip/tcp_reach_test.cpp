#include "signaling/sip/tcp_reach.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::sip {
namespace {

using std::chrono::seconds;

TEST(over_tcp, is_only_for_uris_that_leave_the_transport_open) {
  EXPECT_EQ(over_tcp("sip:a@192.0.2.1:5070"), "sip:a@192.0.2.1:5070;transport=tcp");
  EXPECT_EQ(over_tcp("sip:p.example.com;lr"), "sip:p.example.com;lr;transport=tcp");
  for (const char* fixed : {"sip:a@192.0.2.1;transport=udp", "sip:a@192.0.2.1;transport=tls",
                            "sips:a@example.com", "tel:+1", "no URI"})
    EXPECT_FALSE(over_tcp(fixed)) << fixed;
}

TEST(tcp_reach, leaves_a_peer_alone_for_a_while_after_a_failure) {
  tcp_reach known(10);
  const tcp_reach::clock_time now{};
  EXPECT_TRUE(known.worth_trying("sip:a@h", now));
  EXPECT_FALSE(known.proven("sip:a@h"));
  known.failed("sip:a@h", now);
  EXPECT_FALSE(known.worth_trying("sip:b@H;lr", now)) << "whoever is meant there";
  EXPECT_TRUE(known.worth_trying("sip:a@h:5062", now)) << "another port";
  EXPECT_FALSE(known.worth_trying("sip:a@h", now + limits::tcp_shunned - seconds(1)));
  EXPECT_TRUE(known.worth_trying("sip:a@h", now + limits::tcp_shunned));
  EXPECT_FALSE(known.proven("sip:a@h"));
  known.worked("sip:a@h");
  EXPECT_TRUE(known.worth_trying("sip:a@h", now));
  EXPECT_TRUE(known.proven("sip:a@h"));
}

TEST(tcp_reach, forgets_one_when_it_would_know_too_many) {
  tcp_reach known(3);
  for (int i = 0; i < 100; ++i) {
    const auto hop = "sip:h" + std::to_string(i * 7919 % 101);
    known.failed(hop, {});
    EXPECT_FALSE(known.worth_trying(hop, {}));
    EXPECT_LE(known.size(), 3U);
  }
}

}  // namespace
}  // namespace confab::sip
