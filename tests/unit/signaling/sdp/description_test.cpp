#include "signaling/sdp/description.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"

namespace confab::sdp {
namespace {

const std::string head = "v=0\no=- 1 1 IN IP4 192.0.2.7\ns=-\nt=0 0\n";

TEST(sdp_description, keeps_all_it_models_through_a_round_trip) {
  const std::string text =
      "v=0\r\no=alice 2890844526 2890844527 IN IP4 host.example\r\ns=A call\r\nc=IN IP4 "
      "192.0.2.7\r\nb=AS:80\r\n"
      "t=0 0\r\na=sendonly\r\na=tool:x y\r\n"
      "m=audio 4000/2 RTP/AVP 0 101\r\nc=IN IP6 2001:db8::7\r\nb=TIAS:64000\r\na=rtpmap:0 "
      "PCMU/8000\r\na=rtcp-mux\r\n"
      "m=message 2855 TCP/TLS/MSRP *\r\na=path:msrps://192.0.2.7:2855/x;tcp\r\n";
  const auto d = parse(text);
  ASSERT_TRUE(d.ok()) << d.error().text;
  EXPECT_EQ(write(*d), text);
  EXPECT_EQ(d->origin.user, "alice");
  EXPECT_EQ(d->origin.version, "2890844527");
  EXPECT_EQ(d->session_name, "A call");
  ASSERT_EQ(d->media.size(), 2u);
  EXPECT_EQ(d->media[0].port_count, 2);
  EXPECT_EQ(d->media[0].formats, (std::vector<std::string>{"0", "101"}));
  EXPECT_EQ(connection_of(*d, d->media[0])->address, "2001:db8::7");
  EXPECT_EQ(connection_of(*d, d->media[1])->address, "192.0.2.7");
  EXPECT_EQ(find_attribute(d->media[0].attributes, "rtpmap")->value, "0 PCMU/8000");
  EXPECT_EQ(find_attribute(d->media[0].attributes, "tool"), nullptr);
}

TEST(sdp_description, reads_the_looser_forms_of_the_field) {
  const struct {
    const char* name;
    std::string text;
  } rows[] = {
      {"LF", head + "m=audio 4000 RTP/AVP 0\n"},
      {"no end on the last line", head + "m=audio 4000 RTP/AVP 0"},
      {"CRLF and LF mixed", "v=0\r\no=- 1 1 IN IP4 192.0.2.7\ns=-\r\nt=0 0\nm=audio 4000 RTP/AVP 0\r\n"},
      {"blank lines", head + "\n\r\nm=audio 4000 RTP/AVP 0\n\n"},
      {"unknown letters", head + "x=1\nM=2\nm=audio 4000 RTP/AVP 0\nz=\n"},
      {"lines nobody needs", head + "i=x\nu=x\ne=x\np=x\nr=x\nk=clear:x\nm=audio 4000 RTP/AVP 0\ni=y\n"},
      {"c= after t=", head + "c=IN IP4 192.0.2.7\nm=audio 4000 RTP/AVP 0\n"},
      {"spaces in a row", head + "m=audio  4000   RTP/AVP  0 \n"},
      {"an empty attribute", head + "a=\na=:x\nm=audio 4000 RTP/AVP 0\n"},
      {"no s= and t=", "v=0\no=- 1 1 IN IP4 192.0.2.7\nm=audio 4000 RTP/AVP 0\n"},
  };
  for (const auto& r : rows) {
    SCOPED_TRACE(r.name);
    const auto d = parse(r.text);
    ASSERT_TRUE(d.ok()) << d.error().text;
    ASSERT_EQ(d->media.size(), 1u);
    EXPECT_EQ(d->media[0].formats, std::vector<std::string>{"0"});
    const auto again = parse(write(*d));
    ASSERT_TRUE(again.ok());
    EXPECT_EQ(*again, *d);
  }
}

std::string repeated(std::string_view line, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += line;
  return out;
}

TEST(sdp_description, refuses_bad_input_by_kind) {
  using namespace std::string_literals;
  const struct {
    const char* name;
    std::string text;
    errc code;
  } rows[] = {
      {"nothing", "", errc::malformed},
      {"not SDP", "hello", errc::malformed},
      {"another version", "v=1\no=- 1 1 IN IP4 192.0.2.7\n", errc::malformed},
      {"v= is not first", "o=- 1 1 IN IP4 192.0.2.7\nv=0\n", errc::malformed},
      {"no o=", "v=0\ns=-\nt=0 0\n", errc::malformed},
      {"o= cut short", "v=0\no=- 1 1 IN IP4\n", errc::malformed},
      {"c= cut short", head + "c=IN IP4\n", errc::malformed},
      {"c= of a slash", head + "c=IN IP4 /127\n", errc::malformed},
      {"m= cut short", head + "m=audio 4000\n", errc::malformed},
      {"port above 65535", head + "m=audio 65536 RTP/AVP 0\n", errc::malformed},
      {"port beyond any integer", head + "m=audio 99999999999999999999999 RTP/AVP 0\n", errc::malformed},
      {"negative port", head + "m=audio -1 RTP/AVP 0\n", errc::malformed},
      {"port of letters", head + "m=audio x RTP/AVP 0\n", errc::malformed},
      {"no ports", head + "m=audio 4000/0 RTP/AVP 0\n", errc::malformed},
      {"absurdly many ports", head + "m=audio 4000/65536 RTP/AVP 0\n", errc::malformed},
      {"a NUL", head + "a=x\0y\n"s, errc::malformed},
      {"a lone CR", head + "a=x\ry\n", errc::malformed},
      {"a line without =", head + "garbage\n", errc::malformed},
      {"a line too long", head + "a=" + std::string(limits::sdp_line_bytes, 'x') + "\n", errc::too_large},
      {"too many bytes", head + std::string(limits::sdp_bytes, '\n'), errc::too_large},
      {"too many m-lines", head + repeated("m=audio 4000 RTP/AVP 0\n", limits::sdp_media_lines + 1),
       errc::too_large},
      {"too many broken m-lines", head + repeated("m=\n", 1500), errc::too_large},
      {"too many attributes", head + repeated("a=x\n", limits::sdp_attributes_per_media + 1),
       errc::too_large},
  };
  for (const auto& r : rows) {
    SCOPED_TRACE(r.name);
    const auto d = parse(r.text);
    ASSERT_FALSE(d.ok());
    EXPECT_EQ(d.error().code, r.code);
    EXPECT_LT(d.error().text.size(), 200u);
  }
}

TEST(sdp_description, takes_as_much_as_its_bounds_say) {
  const std::string most_attributes = repeated("a=x\n", limits::sdp_attributes_per_media);
  EXPECT_TRUE(parse(head + repeated("m=audio 4000 RTP/AVP 0\n", limits::sdp_media_lines)).ok());
  EXPECT_TRUE(parse(head + most_attributes + "m=audio 1 RTP/AVP 0\n" + most_attributes).ok());
  EXPECT_TRUE(parse(head + "a=" + std::string(limits::sdp_line_bytes - 2, 'x') + "\r\n").ok());
}

TEST(sdp_description, finds_directions_at_both_levels) {
  const auto of = [](const std::string& session, const std::string& media) {
    const auto d = parse(head + session + "m=audio 4000 RTP/AVP 0\n" + media);
    return to_string(direction_of(*d, d->media[0]));
  };
  EXPECT_EQ(of("", ""), "sendrecv");
  EXPECT_EQ(of("a=inactive\n", ""), "inactive");
  EXPECT_EQ(of("a=inactive\n", "a=recvonly\n"), "recvonly");
  EXPECT_EQ(of("", "a=x\na=sendonly\na=sendrecv\n"), "sendonly");
}

}  // namespace
}  // namespace confab::sdp
