#include "certificates/thumbprint.h"

#include <gtest/gtest.h>

namespace sealgate::certificates {
namespace {

constexpr std::string_view kBiztalk = "04A2 8E00 1122 3344 5566 7788 99AA BBCC DDEE FF01";
constexpr std::string_view kHex = "04A28E00112233445566778899AABBCCDDEEFF01";

TEST(Thumbprint, ReadsEveryPastedForm) {
  const std::string forms[] = {
      std::string(kBiztalk),
      std::string(kHex),
      "04a28e00112233445566778899aabbccddeeff01",
      "04 a2 8e 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 01",
      "04:A2:8E:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:01",
      "\xE2\x80\x8E" + std::string(kBiztalk),               // U+200E, as Windows' dialog puts it
      "\xE2\x80\x8F" + std::string(kHex) + "\xE2\x80\x8E",  // U+200F in front, U+200E behind
      "\xEF\xBB\xBF" + std::string(kHex) + "\r\n",          // byte order mark and line end
      "\t 04A2\xC2\xA0"
      "8E00" +
          std::string(kHex.substr(8)),  // no-break space
      "04A2\xE2\x80\x8B\xE2\x80\x8D\xE2\x81\xA0"
      "8E00" +
          std::string(kHex.substr(8)),                      // zero width
      "\xE2\x80\xAA" + std::string(kHex) + "\xE2\x80\xAC",  // embedding marks of bidirectional text
  };
  for (const std::string& form : forms) {
    const auto parsed = Thumbprint::parse(form);
    ASSERT_TRUE(parsed) << form << ": " << parsed.error().to_string();
    EXPECT_EQ(parsed->kind(), Thumbprint::Kind::Sha1);
    EXPECT_EQ(parsed->to_hex(), kHex);
    EXPECT_EQ(parsed->to_biztalk(), kBiztalk);
    EXPECT_EQ(parsed->bytes().size(), 20U);
  }
}

TEST(Thumbprint, ReadsSha256) {
  const std::string digits(64, 'f');
  const auto parsed = Thumbprint::parse(digits);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->kind(), Thumbprint::Kind::Sha256);
  EXPECT_EQ(parsed->bytes().size(), 32U);
  EXPECT_EQ(parsed->to_hex(), std::string(64, 'F'));
  EXPECT_EQ(parsed->to_biztalk().size(), 79U);
}

TEST(Thumbprint, EveryOtherLengthIsRefused) {
  for (std::size_t length = 0; length <= 200; ++length) {
    const auto parsed = Thumbprint::parse(std::string(length, 'a'));
    EXPECT_EQ(parsed.has_value(), length == 40 || length == 64) << length;
    if (!parsed) {
      EXPECT_EQ(parsed.error().code.id, "certificates.bad-thumbprint");
    }
  }
}

TEST(Thumbprint, NamesTheCharacterThatDoesNotBelong) {
  const auto letter = Thumbprint::parse("04A2 8E0O");
  ASSERT_FALSE(letter);
  EXPECT_NE(letter.error().what.find("'O'"), std::string::npos);
  EXPECT_NE(letter.error().where.find("8"), std::string::npos);
  const auto cyrillic = Thumbprint::parse("\xD0\x90" + std::string(39, 'a'));  // looks like an A
  ASSERT_FALSE(cyrillic);
  EXPECT_NE(cyrillic.error().what.find("U+0410"), std::string::npos);
  EXPECT_FALSE(Thumbprint::parse(std::string(40, '\xFF')));
  EXPECT_FALSE(Thumbprint::parse("\xE2\x80"));
  EXPECT_FALSE(Thumbprint::parse(std::string("\0", 1) + std::string(kHex)));
  EXPECT_FALSE(Thumbprint::parse("0x" + std::string(38, 'a')));
}

TEST(Thumbprint, OneOfEachKindAreNeverEqual) {
  const auto zero = Thumbprint::parse(std::string(40, '0')).value();
  EXPECT_NE(zero, Thumbprint::parse(std::string(64, '0')).value());
  EXPECT_EQ(zero, Thumbprint::parse(std::string(40, '0')).value());
  EXPECT_LT(zero, Thumbprint::parse(std::string(39, '0') + "1").value());
}

}  // namespace
}  // namespace sealgate::certificates
