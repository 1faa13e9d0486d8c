#include "cms/format.h"

#include <gtest/gtest.h>
#include <algorithm>

#include "cms/errors.h"

namespace sealgate::cms {
namespace {

constexpr std::string_view kDer = "\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01";
constexpr std::string_view kBase64 = "MAsGCSqGSIb3DQEHAQ==";

std::string armored(std::string_view label, std::string_view eol = "\n", std::string_view headers = "") {
  std::string text = "-----BEGIN " + std::string(label) + "-----" + std::string(eol) + std::string(headers);
  text += std::string(kBase64.substr(0, 8)) + std::string(eol) + std::string(kBase64.substr(8)) + std::string(eol);
  return text + "-----END " + std::string(label) + "-----" + std::string(eol);
}

std::string decode(std::string_view input, std::size_t chunk = 0) {
  BufferSink sink;
  const auto decoder = make_auto_decoder(sink);
  Result<> status;
  ByteView rest = as_bytes(input);
  while (status && !rest.empty()) {
    const ByteView part = chunk == 0 ? rest : rest.first(std::min(chunk, rest.size()));
    rest = rest.subspan(part.size());
    status = decoder->write(part);
  }
  if (status) status = decoder->finish();
  return status ? std::string(as_text(sink.bytes())) : std::string(status.error().code.id);
}

TEST(Format, SniffsWhatItIs) {
  EXPECT_EQ(sniff_format(as_bytes(kDer), true), Format::Ber);
  EXPECT_EQ(sniff_format(as_bytes(std::string_view("\x30\x80\x06", 3))), Format::Ber);
  EXPECT_EQ(sniff_format(as_bytes(std::string_view("\x30\x5e\x06", 3))), Format::Ber) << "0^ is no text here";
  EXPECT_EQ(sniff_format(as_bytes(armored("PKCS7"))), Format::Pem);
  EXPECT_EQ(sniff_format(as_bytes(kBase64), true), Format::Base64);
  EXPECT_EQ(sniff_format(as_bytes("Content-Type: text/plain\n\nhello"), true), Format::Other);
  EXPECT_EQ(sniff_format(as_bytes("hello"), true), Format::Other);
  EXPECT_EQ(sniff_format({}, true), Format::Other);
  EXPECT_EQ(sniff_format(as_bytes("MIME-Version: 1.0\r\n"), true), Format::Other);
  EXPECT_EQ(sniff_format(as_bytes("Subject: x\n\n-----BEGIN PKCS7-----\n"), true), Format::Other);
}

TEST(Format, WaitsWhenUndecided) {
  EXPECT_EQ(sniff_format({}), std::nullopt);
  EXPECT_EQ(sniff_format(as_bytes("0")), std::nullopt);
  EXPECT_EQ(sniff_format(as_bytes("----")), std::nullopt);
  EXPECT_EQ(sniff_format(as_bytes("MI")), std::nullopt);
}

TEST(Format, DecodesEveryForm) {
  for (const std::size_t chunk : {std::size_t{0}, std::size_t{1}, std::size_t{5}}) {
    EXPECT_EQ(decode(kDer, chunk), kDer);
    EXPECT_EQ(decode(kBase64, chunk), kDer);
    for (const char* label : {"PKCS7", "CMS", "PKCS #7 SIGNED DATA", "ENCRYPTED MESSAGE"}) {
      EXPECT_EQ(decode(armored(label), chunk), kDer);
      EXPECT_EQ(decode(armored(label, "\r\n"), chunk), kDer);
    }
    EXPECT_EQ(decode("subject=CN = x\nissuer=CN = y\n" + armored("CMS"), chunk), kDer) << "preamble";
    EXPECT_EQ(decode(armored("CMS", "\n", "Comment: hello\nX: 1,2\n\n"), chunk), kDer) << "encapsulated headers";
    EXPECT_EQ(decode(armored("CMS") + "\nregards\n", chunk), kDer) << "text behind";
    EXPECT_EQ(decode("\xef\xbb\xbf\r\n" + armored("CMS"), chunk), kDer) << "byte order mark";
  }
}

TEST(Format, RefusesWhatItIsNot) {
  EXPECT_EQ(decode(""), "cms.not-cms");
  EXPECT_EQ(decode("hello world"), "cms.not-cms");
  EXPECT_EQ(decode("-----BEGIN CMS-----\nMAsG\n"), "cms.truncated");
  EXPECT_EQ(decode(armored("CMS") + armored("CMS")), "cms.trailing-data");
  EXPECT_EQ(decode("-----BEGIN CMS-----\nMAsG\n-what-\n-----END CMS-----\n"), "cms.malformed");
  EXPECT_EQ(decode("-----BEGIN CMS-----\n" + std::string(100000, 'A')), "cms.truncated");
  EXPECT_EQ(decode("-----BEGIN CMS-----\n" + std::string(100000, ':')), "cms.limit-armor");
  EXPECT_NE(decode("-----BEGIN CMS-----\nMAs*\n-----END CMS-----\n").substr(0, 1), "\x30");
}

TEST(Format, HoldsNoMoreThanALine) {
  BufferSink sink(8);
  const auto decoder = make_format_decoder(Format::Pem, sink);
  const std::string preamble(1000, 'x');
  Result<> status;
  for (int i = 0; i < 1000 && status; ++i) status = decoder->write(as_bytes(preamble));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, kLimitArmor);
}

}  // namespace
}  // namespace sealgate::cms
