#include "signaling/xml/element.hpp"

#include <string>

#include <gtest/gtest.h>

namespace confab::xml {
namespace {

constexpr bounds usual{1'000'000, 64};

TEST(xml_parse, resolves_prefixes_wherever_they_are_declared) {
  const auto root = parse(
      R"(<a xmlns="urn:x" xmlns:p="urn:y" k="v"><p:b>one</p:b><b xmlns="urn:z"/><b>two</b></a>)", usual);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->name, "a");
  EXPECT_EQ(root->name_space, "urn:x");
  EXPECT_EQ(root->get("k"), "v");
  EXPECT_EQ(root->get("absent"), "");
  ASSERT_EQ(root->children.size(), 3U);
  EXPECT_EQ(root->children[0].name, "b");
  EXPECT_EQ(root->children[0].name_space, "urn:y");
  EXPECT_EQ(root->children[1].name_space, "urn:z");
  EXPECT_EQ(root->text_of("b"), "two") << "only children of the element's own namespace are found by name";
}

TEST(xml_parse, takes_entities_and_cdata_apart) {
  const auto root = parse("<a k='&quot;&#x41;'>&lt;x&gt; &amp; <![CDATA[<&>]]>\xc3\xa9</a>", usual);
  ASSERT_TRUE(root);
  EXPECT_EQ(root->get("k"), "\"A");
  EXPECT_EQ(root->text, "<x> & <&>\xc3\xa9");
}

TEST(xml_parse, refuses_what_is_not_well_formed) {
  for (const std::string text :
       {"", " ", "<a>", "<a></b>", "<a/><b/>", "<a k=1/>", "<a k='1' k='2'/>", "<p:a/>", "<a>&nbsp;</a>",
        "<a>\x01</a>", "<a>\xff</a>", "a", "<a", "<a xmlns:p='urn:x'><q:b/></a>"}) {
    const auto root = parse(text, usual);
    ASSERT_FALSE(root) << text;
    EXPECT_EQ(root.error().code, errc::malformed) << text;
  }
  EXPECT_FALSE(parse(std::string("<a>\0</a>", 8), usual));
}

TEST(xml_parse, refuses_every_document_type_so_that_no_entity_can_explode) {
  const auto bomb = parse("<!DOCTYPE a [<!ENTITY b 'bbbb'><!ENTITY c '&b;&b;&b;'>]><a>&c;</a>", usual);
  ASSERT_FALSE(bomb);
  EXPECT_NE(bomb.error().text.find("document type"), std::string::npos);
  EXPECT_FALSE(parse("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", usual));
}

TEST(xml_parse, is_bounded_in_bytes_and_in_depth) {
  const auto nested = [](size_t depth) {
    std::string text;
    for (size_t i = 0; i < depth; ++i) text += "<a>";
    for (size_t i = 0; i < depth; ++i) text += "</a>";
    return text;
  };
  EXPECT_TRUE(parse(nested(64), usual));
  const auto deep = parse(nested(65), usual);
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, errc::too_large);
  EXPECT_FALSE(parse(nested(100'000), usual));
  EXPECT_EQ(parse("<a></a>", {6, 64}).error().code, errc::too_large);
}

TEST(xml_write, gives_back_what_was_parsed) {
  element root;
  root.name = "a";
  root.set("k", "\"quoted\" & 'apostrophed' <>").set("empty", "");
  root.add("b", "1 < 2 && 3 > 2 \"x\" 'y' ]]>");
  root.add("c").add("d", "\xe2\x82\xac");
  const auto text = write(root);
  EXPECT_TRUE(text.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a ")) << text;
  const auto back = parse(text, usual);
  ASSERT_TRUE(back) << text;
  EXPECT_EQ(*back, root);
}

TEST(xml_clean, keeps_text_and_replaces_what_xml_cannot_carry) {
  const std::string odd = "\xef\xbf\xbd";
  const std::pair<std::string, std::string> rows[] = {
      {"Alice", "Alice"},
      {"  two\twords\r\n", "two words"},
      {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
      {std::string("a\0b\x07"
                   "c\x7f",
                   6),
       "a" + odd + "b" + odd + "c" + odd},
      {"\xff", odd},
      {"\xc3", odd},
      {"\xc0\xaf", odd + odd},
      {"\xed\xa0\x80", odd + odd + odd},
      {"\xef\xbf\xbf", odd + odd + odd},
      {"\xf4\x90\x80\x80", odd + odd + odd + odd},
      {" \n ", ""},
  };
  for (const auto& [bytes, text] : rows) EXPECT_EQ(clean(bytes), text) << bytes;
  for (const auto& [bytes, text] : rows) EXPECT_EQ(clean(clean(bytes)), clean(bytes)) << bytes;
}

}  // namespace
}  // namespace confab::xml
