#include "signaling/sdp/message_attributes.hpp"

#include <gtest/gtest.h>

#include "config/limits.hpp"
#include "signaling/sdp/file_attributes.hpp"
#include "signaling/sdp/file_selector.hpp"

namespace confab::sdp {
namespace {

struct row {
  std::string in;
  const char* out;  ///< null: refused
};

template <class Parse, class Write>
void check_rows(const std::vector<row>& rows, Parse parse, Write write_value) {
  for (const row& r : rows) {
    const auto value = parse(r.in);
    EXPECT_EQ(value.ok(), r.out != nullptr) << r.in;
    if (!value || r.out == nullptr) continue;
    EXPECT_EQ(std::string(write_value(*value)), r.out) << r.in;
    const auto again = parse(r.out);
    ASSERT_TRUE(again.ok()) << r.out;
    EXPECT_EQ(*again, *value) << r.out;
  }
}

const auto plainly = [](const auto& value) { return write(value); };

TEST(sdp_message, reads_paths) {
  std::string many = "msrp://h/s;tcp";
  for (size_t i = 0; i < limits::msrp_path_uris; ++i) many += " msrp://h/s;tcp";
  check_rows({{"msrps://192.0.2.1:2855/abc;tcp", "msrps://192.0.2.1:2855/abc;tcp"},
              {" MSRP://a/b;tcp  msrps://c/d;tcp ", "MSRP://a/b;tcp msrps://c/d;tcp"},
              {"", nullptr},
              {"sip:a@b", nullptr},
              {"msrp://a/b;tcp x", nullptr},
              {many, nullptr}},
             parse_message_path, write_words);
}

TEST(sdp_message, reads_types_and_words) {
  check_rows({{"message/cpim text/*", "message/cpim text/*"}, {"*", "*"}, {"", nullptr}}, parse_accept_types,
             write_words);
  check_rows({{"nickname  private-messages com.ag-projects.screen-sharing",
               "nickname private-messages com.ag-projects.screen-sharing"},
              {"", ""}},
             parse_chatroom, write_words);
  EXPECT_TRUE(takes_type({"text/plain", "Message/CPIM"}, "message/cpim"));
  EXPECT_TRUE(takes_type({"message/*"}, "message/cpim"));
  EXPECT_TRUE(takes_type({"*"}, "message/cpim"));
  EXPECT_FALSE(takes_type({"text/*", "message", "message/cpimx"}, "message/cpim"));
  EXPECT_EQ(*parse_max_size(" 8000"), 8'000u);
  EXPECT_FALSE(parse_max_size("-1").ok());
  EXPECT_FALSE(parse_max_size("99999999999999999999").ok());
}

TEST(sdp_message, reads_setup) {
  check_rows({{"active", "active"},
              {"Passive", "passive"},
              {"actpass", "actpass"},
              {"holdconn", "holdconn"},
              {"both", nullptr},
              {"", nullptr}},
             parse_setup, plainly);
}

TEST(sdp_message, reads_fingerprints) {
  const std::string twenty = "4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB";
  check_rows({{"SHA-1 4a:ad:b9:b1:3f:82:18:3b:54:02:12:df:3e:5d:49:6b:19:e5:7c:ab",
               "sha-1 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB"},
              {"sha-256 " + twenty, nullptr},
              {"md5 " + twenty, nullptr},
              {"sha-1 4AADB9", nullptr},
              {"sha-1 4A:AD:", nullptr},
              {"sha-1 4A:AG", nullptr},
              {"sha-1", nullptr}},
             parse_fingerprint, plainly);
}

TEST(sdp_file, reads_selectors) {
  const std::string hash = "72:24:5F:E8:65:3D:DA:F3:71:36:2F:86:D4:71:91:3E:E4:A2:CE:2E";
  const std::string whole = R"(name:"My cool picture.jpg" type:image/jpeg size:32349 hash:sha-1:)" + hash;
  check_rows({{whole, whole.c_str()},
              {"hash:sha1:72:24:5f:e8:65:3d:da:f3:71:36:2f:86:d4:71:91:3e:e4:a2:ce:2e size:5",
               "size:5 hash:sha-1:72:24:5F:E8:65:3D:DA:F3:71:36:2F:86:D4:71:91:3E:E4:A2:CE:2E"},
              {R"(name:"a%22b%25c%0D%0A.txt")", R"(name:"a%22b%25c%0D%0A.txt")"},
              {R"(name:"100% sure")", R"(name:"100%25 sure")"},
              {R"(name:"../../etc/passwd")", R"(name:"../../etc/passwd")"},
              {R"(type:text/plain;charset="utf 8" size:0)", R"(type:text/plain;charset="utf 8" size:0)"},
              {"size:1 new:thing", "size:1"},
              {"", ""},
              {R"(name:"open)", nullptr},
              {"name:bare", nullptr},
              {R"(name:"")", nullptr},
              {R"(name:"a%00b")", nullptr},
              {R"(name:"a" name:"b")", nullptr},
              {"size:1 size:2", nullptr},
              {"size:-1", nullptr},
              {"type:image", nullptr},
              {"hash:sha-1:72:24", nullptr},
              {"hash:sha-1", nullptr},
              {"hash:" + hash, "hash:72:24:5F:E8:65:3D:DA:F3:71:36:2F:86:D4:71:91:3E:E4:A2:CE:2E"},
              {"hash:md5:xx", nullptr},
              {"nothing", nullptr}},
             parse_file_selector, plainly);
  EXPECT_EQ(*parse_file_selector(R"(name:"a%22b%25c%0D%0A.txt")")->name, "a\"b%c\r\n.txt");
  std::string many;
  for (size_t i = 0; i <= limits::sdp_file_hashes; ++i) many += " hash:sha-1:" + hash;
  EXPECT_FALSE(parse_file_selector(many).ok());
}

TEST(sdp_file, reads_the_other_attributes) {
  check_rows({{" vBnG916bdberum2fFEABR1FR3ExZMUrd", "vBnG916bdberum2fFEABR1FR3ExZMUrd"},
              {"", nullptr},
              {"a b", nullptr}},
             parse_file_transfer_id, [](const std::string& id) { return id; });
  check_rows({{"cid:id2@alicepc.example.com", "cid:id2@alicepc.example.com"},
              {"http://x", nullptr},
              {"cid:", nullptr}},
             parse_file_icon, write_file_icon);
  check_rows({{"render", "render"}, {"Attachment", "attachment"}, {"eat", nullptr}}, parse_file_disposition,
             plainly);
  check_rows({{R"(creation:"Mon, 15 May 2006 15:01:31 +03:00" read:"Tue, 16 May 2006 15:01:31 +03:00")",
               R"(creation:"Mon, 15 May 2006 15:01:31 +03:00" read:"Tue, 16 May 2006 15:01:31 +03:00")"},
              {"", ""},
              {R"(creation:"a" creation:"b")", nullptr},
              {R"(birth:"a")", nullptr},
              {R"(creation:"a)", nullptr},
              {R"(creation:"")", nullptr},
              {"creation", nullptr}},
             parse_file_dates, plainly);
  check_rows({{"1-1024", "1-1024"},
              {"1025-*", "1025-*"},
              {"0-5", nullptr},
              {"5-4", nullptr},
              {"5", nullptr},
              {"", nullptr},
              {"*-5", nullptr}},
             parse_file_range, plainly);
}

}  // namespace
}  // namespace confab::sdp
