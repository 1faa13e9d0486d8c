#include "messaging/uuid.h"

#include <gtest/gtest.h>

#include <string>

namespace sealgate::messaging {
namespace {

constexpr std::array<Byte, 16> kOctets{0x01, 0x90, 0x16, 0x3d, 0x86, 0x94, 0x73, 0x9b,
                                       0xae, 0xa5, 0x96, 0x6c, 0x26, 0xf8, 0xad, 0x91};
constexpr std::string_view kText = "0190163d-8694-739b-aea5-966c26f8ad91";

TEST(Uuid, TextAndOctetsBothWays) {
  EXPECT_EQ(uuid_text(kOctets), kText);
  EXPECT_EQ(uuid_octets(kText), kOctets);
  EXPECT_EQ(uuid_text(std::array<Byte, 16>{}), "00000000-0000-0000-0000-000000000000");
}

TEST(Uuid, OnlyWhatWeWriteIsOne) {
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) {
    std::string text(kText);
    text[dash] = '0';
    EXPECT_EQ(uuid_octets(text), std::nullopt) << text;
  }
  for (std::size_t at = 0; at < kText.size(); ++at) {
    for (const char wrong : {'g', 'A', '-', ' ', '\0', '/', ':', '`'}) {
      std::string text(kText);
      if (text[at] == wrong) continue;
      text[at] = wrong;
      EXPECT_EQ(uuid_octets(text), std::nullopt) << text;
    }
  }
  EXPECT_EQ(uuid_octets(""), std::nullopt);
  EXPECT_EQ(uuid_octets(kText.substr(1)), std::nullopt);
  EXPECT_EQ(uuid_octets(std::string(kText) + "0"), std::nullopt);
  EXPECT_EQ(uuid_octets("{" + std::string(kText) + "}"), std::nullopt);
}

}  // namespace
}  // namespace sealgate::messaging
