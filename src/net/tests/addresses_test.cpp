#include "net/addresses.h"

#include <gtest/gtest.h>

#include "net/errors.h"

namespace sealgate::net {
namespace {

TEST(Addresses, TellsPublicOnesFromTheRest) {
  for (const char* address :
       {"8.8.8.8", "1.1.1.1", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "223.255.255.255",
        "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"}) {
    EXPECT_TRUE(is_public_address(address)) << address;
  }
  for (const char* address : {"127.0.0.1",
                              "127.8.8.8",
                              "0.0.0.0",
                              "10.1.2.3",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.0.1",
                              "169.254.169.254",
                              "100.64.0.1",
                              "192.0.2.1",
                              "198.18.0.1",
                              "198.51.100.7",
                              "203.0.113.9",
                              "224.0.0.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "fe80::1",
                              "fc00::1",
                              "fd12::1",
                              "ff02::1",
                              "fec0::1",
                              "2001:db8::1",
                              "::ffff:127.0.0.1",
                              "::ffff:10.0.0.1",
                              "64:ff9b::7f00:1",
                              "2002:a00:1::1",
                              "2001:0:1::1",
                              "::8.8.8.8",
                              "",
                              "localhost",
                              "8.8.8",
                              "0x7f.1",
                              "8.8.8.8 "}) {
    EXPECT_FALSE(is_public_address(address)) << address;
  }
}

TEST(Addresses, ReadsUrlsAsTheClientDoes) {
  const auto url = parse_http_url("HTTPS://[2001:DB8::1]:8443/a?b");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->port, "8443");
  EXPECT_EQ(parse_http_url("http://Pki.Example/x")->host, "pki.example");
  EXPECT_EQ(parse_http_url("http://pki.example/x")->port, "80");
  for (const char* bad :
       {"ftp://a/b", "ldap:///cn=x", "file:///etc/passwd", "http://u@h/", "http://h/a b", "x", ""}) {
    const auto refused = parse_http_url(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, kBadUrl);
  }
}

TEST(Addresses, ResolvesRedirects) {
  EXPECT_EQ(resolve_url("http://a.example/x/y.crl", "z.crl").value(), "http://a.example/x/z.crl");
  EXPECT_EQ(resolve_url("http://a.example/x", "//b.example/z").value(), "http://b.example/z");
  EXPECT_EQ(resolve_url("http://a.example/x", "https://b.example/").value(), "https://b.example/");
  EXPECT_FALSE(resolve_url("http://a.example/x", "file:///etc/passwd"));
  EXPECT_FALSE(resolve_url("http://a.example/x", "http://u:p@b.example/"));
  EXPECT_FALSE(resolve_url("http://a.example/x", "gopher://b/"));
}

}  // namespace
}  // namespace sealgate::net
