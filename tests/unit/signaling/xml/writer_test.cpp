#include "signaling/xml/writer.hpp"

#include <random>

#include <gtest/gtest.h>

#include "signaling/xml/parse.hpp"
#include "signaling/xml/text.hpp"

using namespace confab;

TEST(xml_writer, writes_elements_in_order_and_escapes_values) {
  xml::writer out;
  out.open("room");
  out.attribute("xmlns", "urn:room");
  out.attribute("id", "<7> & 'more'");
  out.leaf("name", "A & B < C");
  out.open("empty");
  out.attribute("state", "");
  out.close();
  out.leaf("nothing", "");
  out.close();
  EXPECT_EQ(out.print(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<room xmlns=\"urn:room\" id=\"&lt;7&gt; &amp; 'more'\"><name>A &amp; B &lt; C</name>"
            "<empty state=\"\"/><nothing/></room>");
}

TEST(xml_writer, quotes_an_attribute_so_that_its_quotes_come_back) {
  xml::writer out;
  out.open("a");
  out.attribute("b", "\"x\" 'y'");
  out.close();
  const auto parsed = xml::parse(out.print(), {1'000});
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->root.attribute_value("b"), "\"x\" 'y'");
}

TEST(xml_writer, makes_well_formed_text_of_any_bytes) {
  std::mt19937 random(11);
  for (int i = 0; i < 5'000; ++i) {
    std::string bytes(random() % 24, '\0');
    // Half of them from where markup is.
    for (char& b : bytes)
      b = random() % 2 == 0 ? static_cast<char>(random()) : "<>&'\"]-!?/ \n"[random() % 12];
    xml::writer out;
    out.open("a");
    out.attribute("b", bytes);
    out.leaf("c", bytes);
    out.close();
    const auto parsed = xml::parse(out.print(), {10'000});
    ASSERT_TRUE(parsed.ok()) << parsed.error().text;
    EXPECT_EQ(parsed->root.attribute_value("b"), xml::cleaned(bytes, xml::place::attribute));
    const std::string text = xml::is_blank(bytes) ? "" : xml::cleaned(bytes, xml::place::text);
    EXPECT_EQ(parsed->root.child("", "c")->text, text);
  }
}
