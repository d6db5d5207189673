#include "media/msrp/receipts.hpp"

#include <gtest/gtest.h>

#include "tests/unit/media/msrp/fixture.hpp"

namespace confab::msrp::testing {
namespace {

const std::string relay = "msrps://relay.example.com:2855/2e1a1111;tcp";

head send_with(const std::string& success, const std::string& failure) {
  head h{.transaction_id = "tid1",
         .method = "SEND",
         .to_path = path_of(room),
         .from_path = path_of(relay + " " + alice),
         .headers = {{"Message-ID", "12345678"}}};
  if (!success.empty()) h.headers.push_back({"Success-Report", success});
  if (!failure.empty()) h.headers.push_back({"Failure-Report", failure});
  return h;
}

TEST(msrp_receipts, follow_what_the_sender_asked_for) {
  struct row {
    const char* success;
    const char* failure;
    uint16_t code;
    bool response;    ///< when the code is known at once
    bool at_once;     ///< a REPORT as well
    bool afterwards;  ///< a REPORT, when 200 was the response
  };
  const std::vector<row> rows{
      {"", "", 200, true, false, false},           {"", "", 413, true, false, true},
      {"no", "yes", 200, true, false, false},      {"no", "yes", 413, true, false, true},
      {"yes", "yes", 200, true, true, true},       {"yes", "yes", 413, true, false, true},
      {"yes", "no", 200, false, true, true},       {"yes", "no", 413, false, false, false},
      {"yes", "partial", 200, false, true, true},  {"yes", "partial", 413, true, false, true},
      {"no", "no", 200, false, false, false},      {"no", "no", 403, false, false, false},
      {"no", "partial", 200, false, false, false}, {"no", "partial", 403, true, false, true},
  };
  for (const row& r : rows) {
    SCOPED_TRACE(std::string(r.success) + "/" + r.failure + " " + std::to_string(r.code));
    const head request = send_with(r.success, r.failure);
    const auto send = read_send(request);
    ASSERT_TRUE(send.ok());
    EXPECT_EQ(make_response(request, r.code).has_value(), r.response);
    const report_address back = report_address_of(request, *send);
    EXPECT_EQ(make_report(back, r.code, {1, 5, 5}, r.code, "tid2").has_value(), r.at_once);
    EXPECT_EQ(make_report(back, r.code, {1, 5, 5}, 200, "tid2").has_value(), r.afterwards);
  }
}

TEST(msrp_receipts, go_one_hop_as_responses_and_all_the_way_as_reports) {
  const head request = send_with("yes", "yes");
  const auto response = make_response(request, 413);
  ASSERT_TRUE(response);
  EXPECT_EQ(write(*response), "MSRP tid1 413 Message Too Large\r\nTo-Path: " + relay +
                                  "\r\nFrom-Path: " + room + "\r\n-------tid1$\r\n");
  const auto report =
      make_report(report_address_of(request, *read_send(request)), 200, {1, 39, 39}, 200, "tid2", "Fine");
  ASSERT_TRUE(report);
  EXPECT_EQ(write(*report), "MSRP tid2 REPORT\r\nTo-Path: " + relay + " " + alice + "\r\nFrom-Path: " + room +
                                "\r\nMessage-ID: 12345678\r\nByte-Range: 1-39/39\r\nStatus: 000 200 Fine\r\n"
                                "-------tid2$\r\n");
}

TEST(msrp_receipts, answer_other_methods) {
  head request = send_with("", "");
  request.method = "NICKNAME";
  ASSERT_TRUE(make_response(request, 200));
  EXPECT_EQ(make_response(request, 425)->to_path.size(), 2u);
  request.headers.push_back({"Failure-Report", "no"});
  EXPECT_TRUE(make_response(request, 400));  // RFC 7701 §7: it must not be there
  request.method = "DANCE";
  EXPECT_FALSE(make_response(request, 501));
  request.headers.clear();
  EXPECT_EQ(make_response(request, 501)->comment, "Unknown Method");
  request.method = "REPORT";
  EXPECT_FALSE(make_response(request, 481));
  request.method.clear();
  request.code = 200;
  EXPECT_FALSE(make_response(request, 481));
}

TEST(msrp_session, is_told_by_session_ids_alone) {
  const path theirs = path_of(relay + " " + alice);
  const uri ours = path_of(room).front();
  head h = send_with("", "");
  EXPECT_TRUE(belongs(h, ours, theirs));
  h.to_path = path_of("msrps://10.0.0.1:9/0000000000000000c0fa;tcp");
  h.from_path = path_of("msrps://10.0.0.2:9/a1ce0000000000000000;tcp");
  EXPECT_TRUE(belongs(h, ours, theirs));  // behind NAT, and the relay left out
  h.from_path = path_of("msrps://10.0.0.2:9/e1e00000000000000000;tcp");
  EXPECT_FALSE(belongs(h, ours, theirs));
  h = send_with("", "");
  h.to_path = path_of(room + " " + alice);
  EXPECT_FALSE(belongs(h, ours, theirs));
  h.to_path = path_of(alice);
  EXPECT_FALSE(belongs(h, ours, theirs));
}

}  // namespace
}  // namespace confab::msrp::testing
