#include "media/files/digest.hpp"

#include <gtest/gtest.h>

namespace confab::files {
namespace {

TEST(digest, gives_what_fips_180_gives_for_its_examples) {
  struct row {
    hash_kind kind;
    const char* text;
    const char* expected;
  };
  for (const auto& [kind, text, expected] : {
           row{hash_kind::sha1, "abc", "A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D"},
           row{hash_kind::sha1, "", "DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09"},
           row{hash_kind::sha256, "abc",
               "BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:"
               "AD"},
       }) {
    digest whole(kind);
    whole.update(text);
    EXPECT_EQ(whole.finish(), (file_hash{kind, expected}));
    digest piecewise(kind);
    for (const char* at = text; *at != '\0'; ++at) piecewise.update({at, 1});
    EXPECT_EQ(piecewise.finish().digest, expected);
  }
}

TEST(digest, knows_its_functions_by_name_and_no_others) {
  EXPECT_EQ(hash_kind_of("sha-1"), hash_kind::sha1);
  EXPECT_EQ(hash_kind_of("sha-256"), hash_kind::sha256);
  EXPECT_EQ(to_string(hash_kind::sha256), "sha-256");
  for (const char* name : {"sha1", "SHA-1", "md5", ""}) EXPECT_FALSE(hash_kind_of(name)) << name;
}

}  // namespace
}  // namespace confab::files
