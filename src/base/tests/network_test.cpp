// Networks and the addresses in them.

#include "base/network.h"

#include <gtest/gtest.h>

namespace sealgate {
namespace {

bool holds(std::string_view network, std::string_view address) {
  const auto parsed = Network::parse(network);
  EXPECT_TRUE(parsed) << network;
  return parsed && parsed->contains(address);
}

TEST(Network, HoldsWhatHasItsPrefix) {
  EXPECT_TRUE(holds("192.0.2.0/24", "192.0.2.255"));
  EXPECT_FALSE(holds("192.0.2.0/24", "192.0.3.0"));
  EXPECT_TRUE(holds("192.0.2.7", "192.0.2.7"));
  EXPECT_FALSE(holds("192.0.2.7", "192.0.2.8"));
  EXPECT_TRUE(holds("2001:db8::/33", "2001:db8:7fff::1"));
  EXPECT_FALSE(holds("2001:db8::/33", "2001:db8:8000::1"));
  EXPECT_TRUE(holds("0.0.0.0/0", "255.255.255.255"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1")) << "all of IPv4 is not all";
  EXPECT_TRUE(holds("::/0", "192.0.2.1"));
}

TEST(Network, AMappedAddressIsTheAddressItself) {
  EXPECT_TRUE(holds("192.0.2.0/24", "::ffff:192.0.2.9"));
  EXPECT_TRUE(holds("::ffff:192.0.2.0/120", "192.0.2.9"));
  EXPECT_EQ(normal_address("::ffff:192.0.2.9"), "192.0.2.9");
  EXPECT_EQ(normal_address("2001:DB8:0::1"), "2001:db8::1");
}

TEST(Network, RefusesWhatIsNone) {
  for (const auto* text : {"", "/", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/8x", "192.0.2.1/24",
                           "::/129", "192.0.2", "host", "192.0.2.1:80", "[::1]", "fe80::1%eth0", " 192.0.2.1"}) {
    EXPECT_FALSE(Network::parse(text)) << text;
  }
  for (const auto* text : {"", "unknown", "_hidden", "192.0.2.1:80", "1.2.3.4.5", "[::1]"}) {
    EXPECT_FALSE(normal_address(text)) << text;
    EXPECT_FALSE(holds("::/0", text)) << text;
  }
  EXPECT_FALSE(any_contains({}, "192.0.2.1"));
}

}  // namespace
}  // namespace sealgate
