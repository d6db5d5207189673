#include "signaling/sip/uri.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

struct room_case {
  const char* uri;
  const char* room;  // nullptr: refused
};

TEST(uri, names_a_room_by_user_and_host) {
  const std::string long_user(600, 'a');
  const std::string long_uri = "sip:" + long_user + "@example.com";
  const room_case rows[] = {
      {"sip:lunch@example.com", "lunch@example.com"},
      {"sip:Lunch@EXAMPLE.com:5070;transport=tcp", "Lunch@example.com"},
      {"sips:lunch:secret@example.com", "lunch@example.com"},
      {"sip:%6Cunch@example.com", "lunch@example.com"},
      {"sip:a%2fb%20c@example.com", "a%2Fb%20c@example.com"},
      {"sip:user;par=u%40example.net@example.com", "user@example.com"},
      {"sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/"
       ";;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com",
       "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/@example.com"},
      {"sip:lunch@[2001:DB8::1]:5060", "lunch@[2001:db8::1]"},
      {"sip:example.com", nullptr},
      {"sip:a%2@example.com", nullptr},
      {"sip:a%@example.com", nullptr},
      {long_uri.c_str(), nullptr},
  };
  for (const auto& row : rows) {
    const auto parsed = parse_uri(row.uri);
    ASSERT_TRUE(parsed.ok()) << row.uri;
    const auto room = room_of(*parsed);
    EXPECT_EQ(room.ok(), row.room != nullptr) << row.uri;
    EXPECT_EQ(room.ok() ? room->value : "", row.room == nullptr ? "" : row.room);
  }
}

TEST(uri, refuses_what_is_malformed) {
  for (const char* bad : {"", "sip:", "lunch@example.com", ":x", "sip:a b@c", "<sip:a@b>", "sip:@b",
                          "sip:a@b:0", "sip:a@b:99999", "sip:a@[::1", "sip:a@b%c", "s p:a@b"})
    EXPECT_FALSE(parse_uri(bad).ok()) << bad;
}

TEST(uri, round_trips) {
  for (const char* text : {"sip:a@b", "sips:a@b:5061;transport=tcp?x=y", "sip:[::1]:5060;lr", "tel:+123"}) {
    const auto parsed = parse_uri(text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_EQ(write_uri(*parsed), text);
  }
}

TEST(uri, is_the_same_as_another_by_what_leads_somewhere) {
  const auto key = [](const char* text) { return comparable(*parse_uri(text)); };
  for (const char* same :
       {"sip:bob@b.com", "SIP:bob@B.com", "sip:b%6fb@b.com", "sip:bob@b.com;x=1", "sip:bob:pw@b.com"})
    EXPECT_EQ(key(same), key("sip:bob@b.com")) << same;
  for (const char* other :
       {"sips:bob@b.com", "sip:Bob@b.com", "sip:bob@c.com", "sip:bob@b.com:5060", "sip:b.com",
        "sip:bob;x=1@b.com", "sip:bob@b.com;transport=tcp", "sip:bob@b.com;user=phone"})
    EXPECT_NE(key(other), key("sip:bob@b.com")) << other;
  EXPECT_EQ(key("sip:a@b;user=phone;transport=TCP"), key("sip:a@b;transport=tcp;user=phone"));
}

TEST(uri, names_one_person_whatever_the_way_there) {
  for (const char* same : {"sip:bob@b.com", "sips:bob@B.com:5061;transport=tls", "sip:b%6Fb@b.com?x=y"})
    EXPECT_TRUE(same_person(same, "sip:bob@b.com")) << same;
  for (const char* other :
       {"", "bob@b.com", "sip:Bob@b.com", "sip:bob@c.com", "tel:bob@b.com", "sip:%zz@b.com"})
    EXPECT_FALSE(same_person(other, "sip:bob@b.com")) << other;
  EXPECT_FALSE(same_person("", ""));
}

TEST(uri, is_called_without_what_would_shape_our_invite) {
  EXPECT_EQ(write_uri(to_call(*parse_uri("sip:a@b:5070;method=BYE;transport=tcp;METHOD=x?Route=y"))),
            "sip:a@b:5070;transport=tcp");
}

struct address_case {
  const char* text;
  const char* name;  // nullptr: refused
  const char* uri;
};

TEST(name_addr, reads_names_and_uris) {
  const address_case rows[] = {
      {"\"Ann \\\"A\\\" Bell\" <sip:ann@b>;tag=1", "Ann \"A\" Bell", "sip:ann@b"},
      {"Ann Bell <sip:ann@b;x=1>", "Ann Bell", "sip:ann@b;x=1"},
      {"sip:ann@b;tag=1", "", "sip:ann@b"},
      {"<sip:ann@b>", "", "sip:ann@b"},
      {"\"Ann <sip:ann@b>", nullptr, nullptr},
      {"Bell, Ann <sip:ann@b>", nullptr, nullptr},
      {"< sip:ann@b >", nullptr, nullptr},
      {"<sip:ann@b", nullptr, nullptr},
      {"<sip:ann@b> x", nullptr, nullptr},
      {"", nullptr, nullptr},
  };
  for (const auto& row : rows) {
    const auto parsed = parse_name_addr(row.text);
    EXPECT_EQ(parsed.ok(), row.name != nullptr) << row.text;
    if (!parsed || row.name == nullptr) continue;
    EXPECT_EQ(parsed->display_name, row.name);
    EXPECT_EQ(parsed->uri, row.uri);
  }
}

}  // namespace
}  // namespace confab::sip
