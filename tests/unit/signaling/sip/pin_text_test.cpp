#include "signaling/sip/pin_text.hpp"

#include <gtest/gtest.h>

namespace confab::sip {
namespace {

TEST(pin_text, reads_the_pin_of_a_request_uri) {
  struct row {
    std::string uri;
    std::optional<std::string> wanted;
  };
  for (const auto& [uri, wanted] : std::initializer_list<row>{
           {"sip:lunch@example.com;pin=1234", "1234"},
           {"sip:lunch@example.com:5070;transport=tcp;PIN=1234", "1234"},
           {"sip:lunch@example.com;pin=", ""},
           {"sip:lunch@example.com;pin", ""},
           {"sip:lunch@example.com;spin=1", std::nullopt},
           {"sip:lunch@example.com", std::nullopt},
           {"nonsense", std::nullopt},
       })
    EXPECT_EQ(pin_of(uri), wanted) << uri;
}

TEST(pin_text, takes_the_pin_out_of_what_others_read) {
  struct row {
    std::string text, wanted;
  };
  for (const auto& [text, wanted] : std::initializer_list<row>{
           {"sip:a@b;pin=1234", "sip:a@b"},
           {"<sip:a@b;pin=1234;x=1>;tag=2", "<sip:a@b;x=1>;tag=2"},
           {"sip:a@b;x=1;Pin = 1?Route=c", "sip:a@b;x=1?Route=c"},
           {"sip:a@b;spin=1;pin=2", "sip:a@b;spin=1"},
           {"sip:a;pin=12@b", "sip:a@b"},
           {"sip:pin@b", "sip:pin@b"},
           {"", ""},
       })
    EXPECT_EQ(without_pin(text), wanted) << text;
}

TEST(pin_text, masks_pins_in_a_message) {
  struct row {
    std::string text, wanted;
  };
  for (const auto& [text, wanted] : std::initializer_list<row>{
           {"INVITE sip:a@b;pin=1234 SIP/2.0\r\nTo: <sip:a@b;PIN=1234>;tag=1\r\n\r\n",
            "INVITE sip:a@b;pin=*** SIP/2.0\r\nTo: <sip:a@b;PIN=***>;tag=1\r\n\r\n"},
           {"Refer-To: <sip:a@b?Replaces=x%3Bpin%3D77&y>", "Refer-To: <sip:a@b?Replaces=x%3Bpin%3D***&y>"},
           {"pin=", "pin=***"},
           {"nothing of it", "nothing of it"},
       })
    EXPECT_EQ(masked(text), wanted) << text;
}

TEST(pin_text, masks_the_keys_of_an_info) {
  const std::string head = "INFO sip:a@b:5060 SIP/2.0\r\nCSeq: 7 INFO\r\n\r\n";
  EXPECT_EQ(masked(head + "Signal=5\r\nDuration=160\r\n"), head + "Signal=*\r\nDuration=***\r\n");
  EXPECT_EQ(masked(head + "#"), head + "*");
  EXPECT_EQ(masked("\r\n\r\n" + head + "5"), "\r\n\r\n" + head + "*");
}

}  // namespace
}  // namespace confab::sip
