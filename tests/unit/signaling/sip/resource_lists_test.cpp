#include "signaling/sip/resource_lists.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::sip {
namespace {

using uris = std::vector<std::string>;

std::string document(const std::string& inside) {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists" xmlns:cp="urn:ietf:params:xml:ns:copycontrol">)" +
         inside + "</resource-lists>";
}

std::string list(const std::string& entries) {
  return document("<list>" + entries + "</list>");
}

TEST(resource_lists, give_whom_to_call_in_order) {
  const auto got = read_recipients(list(R"(
    <display-name xml:lang="en">Friends &amp; others</display-name>
    <entry uri="sip:bill@example.com" cp:copyControl="to"/>
    <entry uri=" sips:joe@example.org;transport=tls " cp:copyControl="cc"><display-name>Joe &lt;j&gt;</display-name></entry>
    <cp:unknown><entry uri="sip:hidden@example.net"/></cp:unknown>
    <entry uri="sip:ted@example.net" cp:copyControl="bcc" cp:anonymize="true"/>)"));
  ASSERT_TRUE(got.ok()) << got.error().text;
  EXPECT_EQ(*got,
            (uris{"sip:bill@example.com", "sips:joe@example.org;transport=tls", "sip:ted@example.net"}));
}

TEST(resource_lists, are_read_as_one_with_those_within_them) {
  const auto got = read_recipients(document(R"(<list name="a"><list><entry uri="sip:a@x"/>
    <list><entry uri="sip:b@x"/></list></list><entry uri="sip:c@x"/></list><list><entry uri="sip:d@x"/></list>)"));
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(*got, (uris{"sip:a@x", "sip:b@x", "sip:c@x", "sip:d@x"}));
  EXPECT_TRUE(read_recipients(document(""))->empty());
}

TEST(resource_lists, name_nobody_twice) {
  const auto got =
      read_recipients(list(R"(<entry uri="sip:bob@example.com"/><entry uri="SIP:bob@EXAMPLE.com"/>
    <entry uri="sip:b%6fb@example.com"/><entry uri="sip:bob@example.com?Subject=x"/>
    <entry uri="sip:bob@example.com;method=BYE"/><entry uri="sip:bob@example.com;x=y"/>
    <entry uri="sip:Bob@example.com"/><entry uri="sip:bob@example.com:5060"/>
    <entry uri="sip:bob@example.com;transport=tcp"/><entry uri="sips:bob@example.com"/>)"));
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(*got, (uris{"sip:bob@example.com", "sip:Bob@example.com", "sip:bob@example.com:5060",
                        "sip:bob@example.com;transport=tcp", "sips:bob@example.com"}));
}

TEST(resource_lists, ask_for_nothing_in_our_invite) {
  const auto got =
      read_recipients(list(R"(<entry uri="sip:a@x;method=BYE;user=phone?Route=%3Csip:evil%3E"/>)"));
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(*got, uris{"sip:a@x;user=phone"});
}

std::string nested(size_t depth) {
  std::string text;
  for (size_t i = 0; i < depth; ++i) text += "<list>";
  for (size_t i = 0; i < depth; ++i) text += "</list>";
  return document(text);
}

std::string entries(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += R"(<entry uri="sip:)" + std::to_string(i) + R"(@x"/>)";
  return list(text);
}

TEST(resource_lists, refuse_all_for_one_bad_entry) {
  const std::string good = R"(<entry uri="sip:a@x"/>)";
  const std::tuple<const char*, std::string, errc> rows[] = {
      {"kept elsewhere", list(good + R"(<external anchor="http://xcap.example.org/list"/>)"),
       errc::unsupported},
      {"a reference", list(good + R"(<entry-ref ref="users/a"/>)"), errc::unsupported},
      {"something new", list(good + "<group/>"), errc::unsupported},
      {"a telephone", list(good + R"(<entry uri="tel:+15551234"/>)"), errc::unsupported},
      {"no URI", list(good + "<entry/>"), errc::malformed},
      {"half a URI", list(good + R"(<entry uri="sip:a b@x"/>)"), errc::malformed},
      {"a long URI", list(good + R"(<entry uri="sip:)" + std::string(limits::uri_bytes, 'a') + R"(@x"/>)"),
       errc::too_large},
      {"an entry in no list", document(good), errc::malformed},
      {"another document", "<list/>", errc::malformed},
      {"no XML", "sip:a@x", errc::malformed},
      {"cut off", list(good).substr(0, 150), errc::malformed},
      {"entities",
       R"(<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>)" + list("&b;"),
       errc::malformed},
      {"too deep", nested(limits::recipient_list_depth), errc::too_large},
      {"too many", entries(limits::recipients_per_list + 1), errc::too_large},
      {"too large", std::string(limits::sip_message_bytes, ' ') + list(good), errc::too_large},
  };
  for (const auto& [name, text, code] : rows) {
    const auto got = read_recipients(text);
    ASSERT_FALSE(got.ok()) << name;
    EXPECT_EQ(got.error().code, code) << name << ": " << got.error().text;
  }
  EXPECT_TRUE(read_recipients(nested(limits::recipient_list_depth - 1)).ok());
  EXPECT_EQ(read_recipients(entries(limits::recipients_per_list))->size(), limits::recipients_per_list);
}

}  // namespace
}  // namespace confab::sip
