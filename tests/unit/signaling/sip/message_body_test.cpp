#include "signaling/sip/message_body.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"
#include "signaling/sip/multipart.hpp"

namespace confab::sip {
namespace {

const std::string sdp_part = "Content-Type: application/sdp\r\n\r\nv=0\r\n";
const std::string list_part =
    "Content-Type: application/resource-lists+xml\r\nContent-Disposition: recipient-list\r\n\r\n<x/>";

std::string multipart(const std::vector<std::string>& parts) {
  std::string out;
  for (const auto& part : parts) out += "--b\r\n" + part + "\r\n";
  return out + "--b--\r\n";
}

struct outcome {
  uint16_t status = 0;
  std::string sdp;
  std::string recipients;
  std::string accept;
};

outcome read(const std::string& headers, const std::string& body, body_place place = body_place::initial) {
  const std::string text = "INVITE sip:a@b SIP/2.0\r\n" + headers + "\r\n" + body;
  const auto message = wire_message::split(text);
  const auto got = read_body(*message, place);
  if (const auto* bad = std::get_if<rejection>(&got)) return {bad->status, {}, {}, bad->headers};
  const auto& understood = *std::get_if<message_body>(&got);
  return {0, std::string(understood.sdp.value_or("")), std::string(understood.recipients.value_or("")), {}};
}

constexpr const char* mixed = "Content-Type: multipart/mixed; boundary=b\r\n";

TEST(message_body, finds_the_description_and_the_list) {
  const auto both = read(mixed, multipart({list_part, sdp_part}));
  EXPECT_EQ(both.status, 0);
  EXPECT_EQ(both.sdp, "v=0\r\n");
  EXPECT_EQ(both.recipients, "<x/>");
  const auto alone =
      read("Content-Type: application/resource-lists+xml\r\nContent-Disposition: recipient-list\r\n", "<x/>");
  EXPECT_EQ(alone.status, 0);
  EXPECT_EQ(alone.recipients, "<x/>") << "the offer is in the 200 then";
  EXPECT_EQ(read("", "").status, 0);
  const auto unknown_kind = read("Content-Type: multipart/related; boundary=b\r\n", multipart({sdp_part}));
  EXPECT_EQ(unknown_kind.sdp, "v=0\r\n") << "RFC 2046 §5.1.7: as if it were mixed";
}

TEST(message_body, knows_no_list_within_a_dialog) {
  const auto got = read(mixed, multipart({list_part, sdp_part}), body_place::in_dialog);
  EXPECT_EQ(got.status, 415);
  EXPECT_EQ(got.accept, "Accept: application/sdp, multipart/mixed, multipart/related\r\n");
}

struct row {
  const char* name;
  std::string headers;
  std::string body;
  uint16_t status;
  std::string sdp;
};

TEST(message_body, leaves_out_what_it_may_and_refuses_the_rest) {
  const std::string text = "Content-Type: text/plain\r\n";
  const std::string optional = "Content-Disposition: render;handling=optional\r\n";
  const row rows[] = {
      {"unknown part", mixed, multipart({sdp_part, text + "\r\nhi"}), 415, ""},
      {"optional part", mixed, multipart({text + optional + "\r\nhi", sdp_part}), 0, "v=0\r\n"},
      {"required by name", mixed,
       multipart({sdp_part, text + "Content-Disposition: render;handling=required\r\n\r\nhi"}), 415, ""},
      {"optional as a whole", mixed + std::string("Content-Disposition: x;handling=optional\r\n"),
       multipart({sdp_part, text + "\r\nhi"}), 0, ""},
      {"by reference", mixed,
       multipart(
           {sdp_part, "Content-Type: application/pidf+xml\r\nContent-Disposition: by-reference\r\n\r\n<p/>"}),
       0, "v=0\r\n"},
      {"early session", mixed,
       multipart(
           {sdp_part,
            "Content-Type: application/sdp\r\nContent-Disposition: early-session;handling=optional\r\n\r\n"
            "v=1"}),
       0, "v=0\r\n"},
      {"list without a disposition", mixed,
       multipart({sdp_part, "Content-Type: application/resource-lists+xml\r\n\r\n<x/>"}), 415, ""},
      {"two descriptions", mixed, multipart({sdp_part, sdp_part}), 400, ""},
      {"two lists", mixed, multipart({list_part, list_part, sdp_part}), 400, ""},
      {"base64", mixed, multipart({"Content-Transfer-Encoding: base64\r\n" + sdp_part}), 415, ""},
      {"compressed", mixed, multipart({"Content-Encoding: gzip\r\n" + sdp_part}), 415, ""},
      {"compressed whole", "Content-Encoding: gzip\r\nContent-Type: application/sdp\r\n", "v=0", 415, ""},
      {"no end", mixed, "--b\r\n" + sdp_part, 400, ""},
      {"no boundary", "Content-Type: multipart/mixed\r\n", multipart({sdp_part}), 400, ""},
      {"too many", mixed, multipart(std::vector<std::string>(17, optional + "\r\nhi")), 413, ""},
      {"nested", mixed,
       multipart({"Content-Type: multipart/mixed;boundary=c\r\n\r\n--c\r\n" + sdp_part + "\r\n--c--"}), 415,
       ""},
      {"alternatives", "Content-Type: multipart/alternative;boundary=b\r\n",
       multipart({sdp_part, text + "\r\nhi"}), 0, "v=0\r\n"},
      {"no alternative", "Content-Type: multipart/alternative;boundary=b\r\n", multipart({text + "\r\nhi"}),
       415, ""},
      {"SDP", "Content-Type: application/SDP\r\n", "v=0", 0, "v=0"},
      {"SDP of something else", "Content-Type: application/sdp\r\nContent-Disposition: icon\r\n", "v=0", 415,
       ""},
      {"text", text, "hi", 415, ""},
      {"no type", "", "hi", 415, ""},
  };
  for (const auto& one : rows) {
    const auto got = read(one.headers, one.body);
    EXPECT_EQ(got.status, one.status) << one.name;
    EXPECT_EQ(got.sdp, one.sdp) << one.name;
  }
}

TEST(message_body, of_a_response_gives_its_sdp) {
  const std::string text = "SIP/2.0 200 OK\r\n" + std::string(mixed) + "\r\n" + multipart({sdp_part});
  EXPECT_EQ(sdp_of(*wire_message::split(text)).value_or(""), "v=0\r\n");
  EXPECT_FALSE(sdp_of(*wire_message::split("SIP/2.0 200 OK\r\nContent-Type: text/plain\r\n\r\nv=0")));
}

std::string icon_part_of(const std::string& type, const std::string& content, const std::string& more = {}) {
  return "Content-Type: " + type +
         "\r\nContent-ID: <id2@alice.example.com>\r\nContent-Disposition: icon\r\n" + more + "\r\n" + content;
}

TEST(message_body, keeps_pictures_of_files_that_may_be_shown_and_refuses_nothing_for_one) {
  const std::string png = "\x89PNG\r\n\x1a\n", gif = "GIF89a", jpeg = "\xff\xd8\xff\xe0";
  const std::string largest = gif + std::string(limits::file_icon_bytes - gif.size(), 'p');
  const std::string binary = "Content-Transfer-Encoding: binary\r\n";
  const struct {
    const char* name;
    std::string part;
    size_t kept;
  } rows[] = {
      {"RFC 5547 §9", icon_part_of("image/jpeg", jpeg, binary), 1},
      {"with parameters", icon_part_of("IMAGE/PNG; q=1", png), 1},
      {"WebP", icon_part_of("image/webp", std::string("RIFF\1\1\1\1WEBPVP8", 15)), 1},
      {"the largest", icon_part_of("image/gif", largest), 1},
      {"larger", icon_part_of("image/gif", largest + "p"), 0},
      {"a program", icon_part_of("image/svg+xml", "<svg/>"), 0},
      {"a program by another name", icon_part_of("image/png", "<svg/>"), 0},
      {"another kind than it says", icon_part_of("image/png", gif), 0},
      {"no picture at all", icon_part_of("application/octet-stream", png), 0},
      {"base64", icon_part_of("image/png", png, "Content-Transfer-Encoding: base64\r\n"), 0},
      {"without a name", "Content-Type: image/png\r\nContent-Disposition: icon\r\n\r\n" + png, 0},
  };
  for (const auto& row : rows) {
    const std::string text = "INVITE sip:a@b SIP/2.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n" +
                             multipart({sdp_part, row.part});
    const auto message = wire_message::split(text);
    EXPECT_EQ(sdp_of(*message).value_or(""), "v=0\r\n") << row.name;
    const auto icons = icons_of(*message);
    ASSERT_EQ(icons.size(), row.kept) << row.name;
    if (row.kept == 0) continue;
    EXPECT_EQ(icons.front().id, "id2@alice.example.com");
    EXPECT_NE(row.part.find("\r\n\r\n" + *icons.front().bytes), std::string::npos) << row.name;
  }
  EXPECT_TRUE(icons_of(*wire_message::split("INVITE sip:a@b SIP/2.0\r\n\r\n")).empty());
  EXPECT_EQ(read("Content-Type: image/png\r\nContent-Disposition: icon\r\nContent-ID: <a@b>\r\n", png).status,
            415)
      << "of nothing";
  const std::string twice =
      "INVITE sip:a@b SIP/2.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n" +
      multipart({sdp_part, icon_part_of("image/png", png), icon_part_of("image/gif", gif)});
  const auto icons = icons_of(*wire_message::split(twice));
  ASSERT_EQ(icons.size(), 1U) << "a name means one";
  EXPECT_EQ(icons.front().type, "image/png");
}

TEST(message_body, of_description_and_picture_reads_as_it_was_written) {
  const std::string bytes("\x89PNG\r\n\x1a\n--b\r\n\0", 14);
  const file_icon icon{"icon.1@confab.invalid", "image/png", std::make_shared<const std::string>(bytes)};
  const auto whole = related("v=0\r\n", icon, "0123456789abcdef");
  const std::string text =
      "INVITE sip:a@b SIP/2.0\r\nContent-Type: " + whole.type + "\r\n\r\n" + whole.content;
  const auto message = wire_message::split(text);
  EXPECT_EQ(sdp_of(*message), "v=0\r\n");
  const auto icons = icons_of(*message);
  ASSERT_EQ(icons.size(), 1U);
  EXPECT_EQ(icons.front().id, icon.id);
  EXPECT_EQ(icons.front().type, icon.type);
  EXPECT_EQ(*icons.front().bytes, bytes);
}

}  // namespace
}  // namespace confab::sip
