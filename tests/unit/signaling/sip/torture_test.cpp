#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>

#include "sip_client.hpp"
#include "tests/support/source_dir.hpp"

namespace confab::sip::test {
namespace {

std::filesystem::path vectors() {
  const char* given = std::getenv("CONFAB_VECTORS");
  const std::filesystem::path root =
      given != nullptr ? given : std::filesystem::path(confab::test::source_dir()) / "../shared/vectors";
  return root / "sip-torture";
}

/// RFC 4475: what a UAS answers. 0: nothing, the message is a response; 1: it becomes a call.
/// `test` (no SIP version) and `wsinv` (a Via that no test can lead home) only have to leave the
/// server standing.
const std::map<std::string, uint16_t> outcomes{
    {"badaspec", 400}, {"badbranch", 200}, {"baddate", 1},      {"baddn", 400},      {"badinv01", 400},
    {"badvers", 505},  {"bcast", 0},       {"bext01", 420},     {"bigcode", 0},      {"clerr", 400},
    {"cparam01", 405}, {"cparam02", 405},  {"dblreq", 405},     {"esc01", 1},        {"esc02", 405},
    {"escnull", 405},  {"escruri", 400},   {"insuf", 400},      {"intmeth", 405},    {"inv2543", 1},
    {"invut", 415},    {"longreq", 1},     {"ltgtruri", 400},   {"lwsdisp", 200},    {"lwsruri", 400},
    {"lwsstart", 400}, {"mcl01", 400},     {"mismatch01", 400}, {"mismatch02", 400}, {"mpart01", 403},
    {"multi01", 400},  {"ncl", 400},       {"noreason", 0},     {"novelsc", 416},    {"quotbal", 400},
    {"regaut01", 405}, {"regbadct", 400},  {"regescrt", 405},   {"scalar02", 400},   {"scalarlg", 0},
    {"sdp01", 406},    {"semiuri", 200},   {"transports", 200}, {"trws", 400},       {"unkscm", 416},
    {"unksm2", 400},   {"unreason", 0},    {"zeromf", 200}};

/// RFC 4475 says where responses must go (Via); a test on loopback has them come back here.
std::string homeward(std::string text) {
  const auto via = text.find("SIP/2.0/", text.find('\n'));
  const auto end = via == std::string::npos ? via : text.find_first_of(";\r\n", via);
  if (end != std::string::npos) text.insert(end, ";rport");
  return text;
}

TEST(torture, each_message_of_rfc_4475_gets_the_outcome_it_asks_for) {
  if (!std::filesystem::is_directory(vectors()))
    GTEST_SKIP() << "no vectors at " << vectors() << ", set CONFAB_VECTORS";
  for (const auto& file : std::filesystem::directory_iterator(vectors())) {
    const auto name = file.path().stem().string();
    const auto expected = outcomes.find(name);
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    event_box events;
    const auto server = start(events);
    phone ann(*server, "udp");
    ann.send(homeward(text));
    ann.ask("OPTIONS", {});  // whatever happened, the server is still there
    uint16_t status = 0;
    std::string reason;
    for (;;) {
      const auto got = ann.receive();
      ASSERT_TRUE(got) << name;
      if (got->header("call-id") == ann.call_id) break;
      status = got->status();
      reason = got->wire.reason();
    }
    if (expected == outcomes.end()) continue;
    if (expected->second == 1) {
      EXPECT_TRUE(events.next<incoming_call>()) << name << " got " << status << ' ' << reason;
    } else {
      EXPECT_EQ(status, expected->second) << name << ": " << reason;
    }
  }
}

TEST(torture, no_message_of_rfc_4475_stops_a_tcp_listener) {
  if (!std::filesystem::is_directory(vectors()))
    GTEST_SKIP() << "no vectors at " << vectors() << ", set CONFAB_VECTORS";
  event_box events;
  const auto server = start(events);
  for (const auto& file : std::filesystem::directory_iterator(vectors())) {
    std::ifstream stream(file.path(), std::ios::binary);
    phone bad(*server, "tcp");
    bad.send(std::string{std::istreambuf_iterator<char>(stream), {}});
    phone ann(*server, "tcp");
    ann.ask("OPTIONS", {});
    EXPECT_EQ(ann.response()->status(), 200) << file.path();
  }
}

}  // namespace
}  // namespace confab::sip::test
