// Paths, names and fingerprints.

#include "adapters/sftp/remote_path.h"

#include <gtest/gtest.h>

#include "adapters/sftp/host_key_check.h"
#include "mime/base64.h"

namespace sealgate::adapters::sftp::tests {
namespace {

TEST(RemotePath, BecomesAUrlThatMeansExactlyThat) {
  EXPECT_EQ(url_path("/in/a b.xml"), "/in/a%20b.xml");
  EXPECT_EQ(url_path("in/a.xml"), "/~/in/a.xml");
  EXPECT_EQ(url_path("/in/a%2F?b#c\"d\\e"), "/in/a%252F%3Fb%23c%22d%5Ce");
  EXPECT_EQ(url_path("/in/\xc3\xa4.xml"), "/in/%C3%A4.xml");
  EXPECT_EQ(join("/in", "a"), "/in/a");
  EXPECT_EQ(join("/", "a"), "/a");
  EXPECT_EQ(join("in/", ""), "in/");
}

TEST(RemotePath, BecomesOneArgument) {
  EXPECT_EQ(command_argument("/in/a b.xml"), "\"/in/a b.xml\"");
  EXPECT_EQ(command_argument("/in/a\"b\\c.xml"), "\"/in/a\\\"b\\\\c.xml\"");
}

TEST(RemotePath, OnlyPlainNamesAreNamesOfFiles) {
  for (const std::string& good : std::vector<std::string>{"a.xml", "a b", "\xc3\xa4", "..a", "a..", "%2F"})
    EXPECT_TRUE(is_plain_name(good));
  for (const std::string& bad : std::vector<std::string>{
           std::string(), std::string("."), std::string(".."), std::string("a/b"), std::string("a\nb"),
           std::string("a\0b", 3), std::string("\x7f"), std::string(256, 'a')}) {
    EXPECT_FALSE(is_plain_name(bad)) << bad;
  }
}

TEST(HostKey, HasTheFingerprintThatOpenSshShows) {
  const auto key = mime::base64_decode("AAAAC3NzaC1lZDI1NTE5AAAAIE2k//NmAFFLhLcHFvA5ayLjnwWOmndnmXPnYQx3hkW2");
  ASSERT_TRUE(key);
  EXPECT_EQ(fingerprint_of(*key), "SHA256:4nb3tGr37TOUQCW7GHE/Ei+TMBe0nP93a8LsnN6eShA");
}

}  // namespace
}  // namespace sealgate::adapters::sftp::tests
