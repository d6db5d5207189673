#include "signaling/xml/parse.hpp"

#include <gtest/gtest.h>

using namespace confab;

namespace {

constexpr xml::parse_limits bounds{4'096};

errc refusal(std::string_view text, xml::parse_limits with = bounds) {
  const auto parsed = xml::parse(text, with);
  EXPECT_FALSE(parsed.ok()) << text;
  return parsed.ok() ? errc::unavailable : parsed.error().code;
}

std::string nested(size_t levels) {
  std::string text;
  for (size_t i = 0; i < levels; ++i) text += "<a>";
  for (size_t i = 0; i < levels; ++i) text += "</a>";
  return text;
}

}  // namespace

TEST(xml_parse, gives_names_attributes_and_text) {
  const auto parsed = xml::parse(
      "<?xml version='1.0' encoding='utf-8'?>\n<!-- who --><room id='7' open=\"&quot;yes&quot;\">"
      "<name>A &amp; B &#x263A;</name> <empty/>\n</room>",
      bounds);
  ASSERT_TRUE(parsed.ok()) << parsed.error().text;
  const xml::element& root = parsed->root;
  EXPECT_TRUE(root.is("", "room"));
  EXPECT_EQ(root.attribute_value("id"), "7");
  EXPECT_EQ(root.attribute_value("open"), "\"yes\"");
  EXPECT_EQ(root.attribute_value("closed"), "");
  EXPECT_EQ(root.text, "");
  ASSERT_EQ(root.children.size(), 2U);
  EXPECT_EQ(root.child("", "name")->text, "A & B \xE2\x98\xBA");
  EXPECT_EQ(root.child("", "empty")->text, "");
  EXPECT_EQ(root.child("", "other"), nullptr);
}

TEST(xml_parse, joins_text_that_comments_and_cdata_divide) {
  const auto parsed = xml::parse("<a> one<!-- x --> two<![CDATA[ <three> ]]></a>", bounds);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->root.text, " one two <three> ");
}

TEST(xml_parse, makes_line_ends_line_feeds) {
  const auto parsed = xml::parse("<a b='1\r\n2\t3'>x\r\ny\rz</a>", bounds);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->root.text, "x\ny\nz");
  EXPECT_EQ(parsed->root.attribute_value("b"), "1 2 3");
}

TEST(xml_parse, resolves_prefixes_by_their_innermost_declaration) {
  const auto parsed = xml::parse(
      "<p:a xmlns:p='urn:one' xmlns='urn:default' p:x='1' x='2'>"
      "<b/><p:b xmlns:p='urn:two'><p:c/></p:b><p:d/><e xmlns=''/><f xml:lang='en'/></p:a>",
      bounds);
  ASSERT_TRUE(parsed.ok()) << parsed.error().text;
  const xml::element& root = parsed->root;
  EXPECT_TRUE(root.is("urn:one", "a"));
  EXPECT_EQ(root.attribute_value("x"), "2");
  ASSERT_EQ(root.attributes.size(), 2U);
  EXPECT_EQ(root.attributes[0].ns, "urn:one");
  EXPECT_NE(root.child("urn:default", "b"), nullptr);
  ASSERT_NE(root.child("urn:two", "b"), nullptr);
  EXPECT_NE(root.child("urn:two", "b")->child("urn:two", "c"), nullptr);
  EXPECT_NE(root.child("urn:one", "d"), nullptr);
  EXPECT_NE(root.child("", "e"), nullptr);
  EXPECT_EQ(root.child("urn:default", "f")->attributes.at(0).ns, "http://www.w3.org/XML/1998/namespace");
}

TEST(xml_parse, stays_whole_when_it_is_moved) {
  auto parsed = xml::parse("<a b='&lt;'>x\r<!-- -->y</a>", bounds);
  ASSERT_TRUE(parsed.ok());
  const xml::document moved = std::move(parsed).value();
  EXPECT_EQ(moved.root.text, "x\ny");
  EXPECT_EQ(moved.root.attribute_value("b"), "<");
}

TEST(xml_parse, refuses_what_is_not_well_formed) {
  for (const std::string_view text :
       {"", " ", "room", "<a>", "<a></b>", "<a b='1' b='2'/>", "<a/><b/>", "<a>&nbsp;</a>", "<a>&#0;</a>",
        "<a>\x01</a>", "<a>caf\xE9</a>", "<a>\xED\xA0\x80</a>", "<p:a/>", "<a p:x='1'/>",
        "<?xml version='1.0' encoding='ISO-8859-1'?><a/>", "<a><![CDATA[x</a>"})
    EXPECT_EQ(refusal(text), errc::malformed) << text;
}

TEST(xml_parse, refuses_document_types_and_so_never_expands_an_entity) {
  EXPECT_EQ(refusal("<!DOCTYPE a><a/>"), errc::malformed);
  EXPECT_EQ(refusal("<!DOCTYPE a [<!ENTITY x 'y'><!ENTITY z '&x;&x;'>]><a>&z;</a>"), errc::malformed);
  EXPECT_EQ(refusal("<!DOCTYPE a SYSTEM 'http://example.com/a.dtd'><a/>"), errc::malformed);
}

TEST(xml_parse, refuses_what_is_past_its_bounds) {
  EXPECT_TRUE(xml::parse(nested(64), bounds).ok());
  EXPECT_EQ(refusal(nested(65)), errc::too_large);
  EXPECT_EQ(refusal(nested(100'000), {1'000'000}), errc::too_large);
  EXPECT_EQ(refusal("<a>" + std::string(4'096, 'x') + "</a>"), errc::too_large);
  EXPECT_TRUE(xml::parse("<a><b/><c/></a>", {100, 2, 3}).ok());
  EXPECT_EQ(refusal("<a><b/><c/><d/></a>", {100, 2, 3}), errc::too_large);

  std::string attributes = "<a";
  std::string namespaces = "<a";
  for (int i = 0; i < 65; ++i) {
    attributes += " a" + std::to_string(i) + "=''";
    namespaces += " xmlns:a" + std::to_string(i) + "='urn:a'";
  }
  EXPECT_EQ(refusal(attributes + "/>"), errc::too_large);
  EXPECT_EQ(refusal(namespaces + "/>"), errc::too_large);
}
