#include "media/msrp/cpim.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::msrp {
namespace {

cpim_message parsed(std::string_view text) {
  auto m = parse_cpim(text);
  EXPECT_TRUE(m.ok()) << text;
  return m ? *std::move(m) : cpim_message{};
}

std::string crlf(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? "\r\n" : std::string(1, c);
  return out;
}

constexpr std::string_view screen =
    "From: Adrian Georgescu <sip:31208005169@ag-projects.com>\n"
    "To: <sip:nnauyj@conference.sip2sip.info>\n"
    "DateTime: 2011-12-22T09:12:04+01:00\n"
    "\n"
    "Content-Type: application/blink-screensharing\n"
    "MIME-Version: 1.0\n"
    "\n";

TEST(cpim, reads_and_writes_what_blink_sends) {
  const std::string jpeg("\xff\xd8\xff\xe0\0\r\n\r\nJFIF", 13);
  const std::string text = crlf(screen) + jpeg;
  const cpim_message m = parsed(text);
  EXPECT_EQ(m.head.from, (cpim_address{"Adrian Georgescu", "sip:31208005169@ag-projects.com"}));
  ASSERT_EQ(m.head.to.size(), 1u);
  EXPECT_EQ(m.head.to[0], (cpim_address{"", "sip:nnauyj@conference.sip2sip.info"}));
  EXPECT_EQ(write(*m.head.sent), "2011-12-22T09:12:04+01:00");
  EXPECT_EQ(m.head.type->name(), "application/blink-screensharing");
  EXPECT_EQ(m.head.mime, (std::vector<header>{{"MIME-Version", "1.0"}}));
  EXPECT_EQ(m.body, jpeg);
  EXPECT_EQ(m.body.data(), text.data() + text.size() - jpeg.size());
  EXPECT_EQ(write_cpim(m.head, m.body), text);
}

TEST(cpim, accepts_lines_that_end_in_lf) {
  const std::string text = std::string(screen) + "body\n";
  const cpim_message with_lf = parsed(text);
  EXPECT_EQ(with_lf.head, parsed(crlf(screen) + "body\n").head);
  EXPECT_EQ(with_lf.body, "body\n");
}

TEST(cpim, reads_the_example_of_the_standard) {
  const std::string text = crlf(
      "From: MR SANDERS <im:piglet@100akerwood.com>\n"
      "To: Depressed Donkey <im:eeyore@100akerwood.com>\n"
      "cc: \"Pooh \\\"the\\\" Bear\" <im:pooh@100akerwood.com>\n"
      "Subject: the weather will be fine today\n"
      "Subject:;lang=fr beau temps prevu pour aujourd'hui\n"
      "DateTime: 2000-12-13T13:40:00-08:00\n"
      "NS: MyFeatures <mid:MessageFeatures@id.foo.com>\n"
      "MyFeatures.WackyMessageOption: Use-silly-font\n"
      "Require: MyFeatures.VitalMessageOption\n"
      "\n"
      "Content-Type: text/plain;charset=utf-8\n"
      "Content-ID: <1234567890@foo.com>\n"
      "\n"
      "Here is the text of my message.");
  const cpim_message m = parsed(text);
  EXPECT_EQ(m.head.cc.at(0).name, "Pooh \"the\" Bear");
  EXPECT_EQ(m.head.subjects.at(1), (cpim_subject{"fr", "beau temps prevu pour aujourd'hui"}));
  EXPECT_EQ(m.head.required.at(0),
            (cpim_required{"MyFeatures", "mid:MessageFeatures@id.foo.com", "VitalMessageOption"}));
  const auto* wacky = find_extension(m.head, "mid:MessageFeatures@id.foo.com", "WackyMessageOption");
  ASSERT_NE(wacky, nullptr);
  EXPECT_EQ(wacky->value, "Use-silly-font");
  EXPECT_EQ(*m.head.type->parameter("charset"), "utf-8");
  EXPECT_EQ(write_cpim(m.head, m.body), text);
}

TEST(cpim, carries_headers_of_other_name_spaces) {
  const std::string text = crlf(
      "From: <sip:a@example.com>\n"
      "NS: imdn <urn:ietf:params:imdn>\n"
      "imdn.Message-ID: 34jk324j\n"
      "imdn.Disposition-Notification: positive-delivery, negative-delivery\n"
      "NS: agp <urn:ag-projects:xml:ns:cpim>\n"
      "agp.Message-Type: status\n"
      "\n"
      "Content-Type: text/plain\n"
      "\n");
  const cpim_message m = parsed(text);
  EXPECT_EQ(m.head.extensions.size(), 3u);
  EXPECT_EQ(find_extension(m.head, "urn:ag-projects:xml:ns:cpim", "Message-Type")->value, "status");
  EXPECT_EQ(find_extension(m.head, "urn:ietf:params:imdn", "Message-Type"), nullptr);
  EXPECT_EQ(write_cpim(m.head, m.body), text);
}

TEST(cpim, knows_core_headers_by_name_space_and_not_by_prefix) {
  const cpim_message m = parsed(
      "NS: c <urn:ietf:params:cpim-headers:>\nc.From: <sip:a@example.com>\n"
      "NS: <urn:example:other>\nMood: somebody\nc.Nothing: nobody\n\nContent-Type: text/plain\n\nx");
  EXPECT_EQ(m.head.from->uri, "sip:a@example.com");
  EXPECT_TRUE(m.head.to.empty());
  EXPECT_EQ(m.head.extensions.size(), 2u);
  EXPECT_EQ(parsed(write_cpim(m.head, m.body)).head, m.head);
}

TEST(cpim, allows_what_clients_leave_out) {
  const cpim_message bare = parsed("\nContent-Type: text/plain\n\nhello");
  EXPECT_FALSE(bare.head.from);
  EXPECT_FALSE(bare.head.sent);
  EXPECT_EQ(bare.body, "hello");
  EXPECT_EQ(parsed("From: sip:a@example.com\n\nContent-Type: text/plain\n\n").head.from->uri,
            "sip:a@example.com");
  EXPECT_FALSE(parsed("From: <sip:a@example.com>\n\n\nhello").head.type);
  EXPECT_EQ(parsed("From: <sip:a@example.com>\n\nContent-Type: text/plain").body, "");
  EXPECT_EQ(parsed("\nContent-Type: text/plain;\n charset=utf-8\n\n").head.type->parameters.size(), 1u);
  EXPECT_EQ(parsed("Required: x\n\nContent-Type: text/plain\n\n").head.extensions.at(0).name, "Required");
}

TEST(cpim, is_refused_where_it_is_none) {
  const std::string rest = "\n\nContent-Type: text/plain\n\nx";
  for (const std::string bad : {"From <sip:a@example.com>",
                                "From: ",
                                "From: Alice",
                                "From: <>",
                                "From: <sip:a b@c>",
                                "From: Alice <sip:a@b",
                                "From: <sip:a@b>\nFrom: <sip:a@b>",
                                "DateTime: yesterday",
                                "DateTime: 2000-12-13T13:40:00Z\nDateTime: 2000-12-13T13:40:00Z",
                                "NS: imdn",
                                "NS: im dn <urn:x>",
                                "NS: imdn <no uri>",
                                ": x",
                                ".x: y",
                                "a.b.c: y",
                                "a b: y",
                                "Require: x.Y",
                                "Require: Bogus",
                                "Require: ,",
                                "X: a\rb",
                                "NS: <urn:x>\nFrom: Bob <sip:bob@b>",
                                "From: <sip:a@b>\nNS: <urn:x>\nTo: <sip:a@b>",
                                "from: Bob <sip:bob@b>",
                                "FROM: Bob <sip:bob@b>",
                                "DATETIME: 2000-12-13T13:40:00Z",
                                "CC: <sip:a@b>",
                                "ns: x <urn:x>",
                                "To: <sip:\x01@b>"}) {
    const auto m = parse_cpim(bad + rest);
    ASSERT_FALSE(m.ok()) << bad;
    EXPECT_EQ(m.error().code, errc::malformed) << bad;
  }
  EXPECT_FALSE(parse_cpim("").ok());
  EXPECT_FALSE(parse_cpim("From: <sip:a@b>\n").ok());
  EXPECT_FALSE(parse_cpim("\nContent-Type: text\n\n").ok());
  EXPECT_FALSE(parse_cpim("\nContent-Type: text/plain\nContent-Type: text/plain\n\n").ok());
  EXPECT_FALSE(parse_cpim("\nno header\n\n").ok());
}

TEST(cpim, is_bounded) {
  std::string many;
  for (size_t i = 0; i <= limits::cpim_headers; ++i) many += "To: <sip:a@b>\n";
  EXPECT_EQ(parse_cpim(many + "\nContent-Type: text/plain\n\n").error().code, errc::too_large);
  const std::string large = "Subject: " + std::string(limits::cpim_head_bytes, 'x') + "\n";
  EXPECT_EQ(parse_cpim(large + "\nContent-Type: text/plain\n\n").error().code, errc::too_large);
  std::string mime = "\n";
  for (size_t i = 0; i <= limits::cpim_headers; ++i) mime += "X: y\n";
  EXPECT_EQ(parse_cpim(mime + "\n").error().code, errc::too_large);
}

TEST(cpim_escape, is_undone_and_done) {
  const std::vector<std::pair<std::string, std::string>> rows{
      {R"(a\\b)", "a\\b"},
      {R"(a\tb\n\r\b)", "a\tb\n\r\b"},
      {R"(\u00e9\u20ac)", "\xc3\xa9\xe2\x82\xac"},
      {R"(\ud83d\ude00)", "\xf0\x9f\x98\x80"},
      {R"(\ud83d)", R"(\ud83d)"},
      {R"(\q\u12)", R"(\q\u12)"},
      {R"(\"\')", "\"'"},
      {"a\\", "a\\"},
  };
  for (const auto& [in, out] : rows) {
    EXPECT_EQ(unescape_cpim(in), out);
    EXPECT_EQ(unescape_cpim(escape_cpim(out, true)), out);
    EXPECT_EQ(unescape_cpim(escape_cpim(out, false)), out);
  }
  EXPECT_EQ(escape_cpim(" a\x01 ", false), R"(\u0020a\u0001\u0020)");
}

TEST(cpim_address, quotes_names_that_need_it) {
  const std::vector<std::pair<cpim_address, std::string>> rows{
      {{"Alice Wonder", "sip:a@b"}, "Alice Wonder <sip:a@b>"},
      {{"Wonder, Alice", "sip:a@b"}, "\"Wonder, Alice\" <sip:a@b>"},
      {{"Zo\xc3\xab", "sip:a@b"}, "\"Zo\xc3\xab\" <sip:a@b>"},
      {{"a <b> \"c\"\r\n", "sip:a@b"}, R"("a <b> \"c\"\u000d\u000a" <sip:a@b>)"},
      {{"", "sip:a@b"}, "<sip:a@b>"},
  };
  for (const auto& [address, text] : rows) {
    EXPECT_EQ(write(address), text);
    EXPECT_EQ(*parse_cpim_address(text), address);
  }
}

}  // namespace
}  // namespace confab::msrp
