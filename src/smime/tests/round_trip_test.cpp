// What our encoder makes, our decoder opens: every combination of layers, and whatever the sizes of the pieces.

#include "smime/tests/test_messages.h"

namespace sealgate::smime::testing {
namespace {

const std::string kText = "UNA:+.? '\r\nUNB+UNOA:2+4399901876613:14'\nUNZ+1+1'\n\xc3\xa4\x00\xff binary\r\n";

TEST(RoundTrip, EveryCombinationOfLayers) {
  for (const std::optional<SignatureForm> sign :
       {std::optional<SignatureForm>{}, {SignatureForm::Clear}, {SignatureForm::Opaque}}) {
    for (const bool encrypt : {false, true}) {
      for (const auto compression : {Compression::None, Compression::BeforeSigning, Compression::AfterSigning}) {
        for (const auto wire : {mime::TransferEncoding::Base64, mime::TransferEncoding::Binary}) {
          const Recipe recipe{.sign = sign, .encrypt = encrypt, .compression = compression, .wire = wire};
          const Opened opened = decode(seal(recipe, kText));
          SCOPED_TRACE(::testing::Message() << "sign " << (sign ? static_cast<int>(*sign) : -1) << " encrypt "
                                            << encrypt << " compression " << static_cast<int>(compression));
          ASSERT_EQ(opened.outcome(), "ok");
          ASSERT_EQ(opened.parts.size(), 1U);
          EXPECT_EQ(opened.parts[0], kText);
          const std::size_t layers =
              (sign ? 1U : 0U) + (encrypt ? 1U : 0U) + (compression != Compression::None ? 1U : 0U);
          EXPECT_EQ(opened.report.layers.size(), layers);
          EXPECT_EQ(opened.report.parts[0].is_signed, sign.has_value());
          EXPECT_EQ(opened.report.parts[0].is_encrypted, encrypt);
        }
      }
    }
  }
}

TEST(RoundTrip, TheReportIsGivenAway) {
  const std::string message = seal({}, kText);
  const Report expected = decode(message).report;
  Collector collector;
  Decoder decoder(decode_options(), collector);
  ASSERT_TRUE(decoder.write(as_bytes(message)));
  ASSERT_TRUE(decoder.finish());
  const Report report = decoder.take_report();
  ASSERT_EQ(report.layers.size(), expected.layers.size());
  ASSERT_EQ(report.parts.size(), 1U);
  EXPECT_EQ(report.parts[0].bytes, kText.size());
  EXPECT_TRUE(report.result.ok());
  EXPECT_TRUE(decoder.report().layers.empty());
  EXPECT_TRUE(decoder.report().parts.empty());
}

TEST(RoundTrip, EveryCipherAndKeyManagement) {
  for (const auto cipher :
       {crypto::ContentCipher::Aes128Cbc, crypto::ContentCipher::Aes192Cbc, crypto::ContentCipher::Aes256Cbc,
        crypto::ContentCipher::Aes128Gcm, crypto::ContentCipher::Aes256Gcm}) {
    for (const auto& [rsa, oaep] : {std::pair{false, false}, {true, false}, {true, true}}) {
      const Opened opened = decode(seal({.rsa = rsa, .oaep = oaep, .cipher = cipher}, kText));
      ASSERT_EQ(opened.outcome(), "ok");
      EXPECT_EQ(opened.parts[0], kText);
      EXPECT_EQ(opened.report.layers[0].cipher, crypto::report_name(cipher));
      EXPECT_EQ(opened.report.layers[0].authenticated, crypto::is_aead(cipher));
    }
  }
}

TEST(RoundTrip, SizesOfPiecesDoNotMatter) {
  for (const auto form : {SignatureForm::Clear, SignatureForm::Opaque}) {
    const std::string message = seal({.sign = form, .compression = Compression::BeforeSigning}, kText);
    for (const std::size_t step : {1U, 2U, 3U, 7U, 61U, 1000U}) {
      const Opened opened = decode(message, step);
      ASSERT_EQ(opened.outcome(), "ok") << step;
      EXPECT_EQ(opened.parts.at(0), kText);
    }
  }
}

TEST(RoundTrip, PiecesOfThePayloadDoNotMatter) {
  for (const std::size_t step : {1U, 5U, 4096U}) {
    const auto message = encode(encode_options({.sign = SignatureForm::Clear}), kText, step);
    ASSERT_TRUE(message);
    EXPECT_EQ(decode(*message).parts.at(0), kText);
  }
}

TEST(RoundTrip, EmptyAndLargePayloads) {
  for (const std::size_t size : {0U, 1U, 15U, 16U, 17U, 65536U, 1000003U}) {
    std::string payload(size, '\0');
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(i * 7919 >> 3);
    for (const auto form : {SignatureForm::Clear, SignatureForm::Opaque}) {
      const Opened opened = decode(seal({.sign = form}, payload), 65536);
      ASSERT_EQ(opened.outcome(), "ok") << size;
      ASSERT_EQ(opened.parts.size(), 1U);
      EXPECT_TRUE(opened.parts[0] == payload) << size;
      EXPECT_EQ(opened.report.parts[0].bytes, size);
    }
  }
}

TEST(RoundTrip, EveryTransferEncodingOfAClearSignedPart) {
  const std::string text = "first line\r\nsecond = line\r\n";
  for (const auto encoding :
       {mime::TransferEncoding::SevenBit, mime::TransferEncoding::EightBit, mime::TransferEncoding::Binary,
        mime::TransferEncoding::Base64, mime::TransferEncoding::QuotedPrintable, mime::TransferEncoding::Uuencode}) {
    const Opened opened = decode(
        seal({.sign = SignatureForm::Clear, .encrypt = false, .part = encoding, .content_type = "text/plain"}, text));
    ASSERT_EQ(opened.outcome(), "ok") << mime::transfer_encoding_name(encoding);
    EXPECT_EQ(opened.parts.at(0), text);
    EXPECT_EQ(opened.report.content_type, "text/plain");
  }
}

TEST(RoundTrip, LinesBecomeCanonicalUnderSevenBitOnly) {
  const Recipe lines{.sign = SignatureForm::Clear, .encrypt = false, .part = mime::TransferEncoding::SevenBit};
  EXPECT_EQ(decode(seal(lines, "a\nb\n")).parts.at(0), "a\r\nb\r\n");
  EXPECT_EQ(decode(seal({.sign = SignatureForm::Clear, .encrypt = false}, "a\nb\n")).parts.at(0), "a\nb\n");
}

// A mail server that stores lines with LF must not break the signature.
TEST(RoundTrip, ClearSignatureSurvivesLineFeeds) {
  std::string message = seal({.sign = SignatureForm::Clear, .encrypt = false}, std::string(3000, 'x'));
  std::erase(message, '\r');
  EXPECT_EQ(decode(message).outcome(), "ok");
}

TEST(RoundTrip, FileNamesOfAllLanguages) {
  const std::string name = "Bestellung \xc3\xa4\xc3\xb6 \xe6\x97\xa5.xml";
  const Opened opened = decode(seal({.file_name = name}, "x"));
  ASSERT_EQ(opened.outcome(), "ok");
  EXPECT_EQ(opened.report.parts[0].file_name, name);
}

TEST(RoundTrip, ACompleteEntityIsSealedAsItIs) {
  const std::string entity =
      "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/xml\r\n\r\n<a/>\r\n"
      "--b\r\nContent-Type: application/pdf\r\n\r\n%PDF\r\n--b--\r\n";
  EncodeOptions options = encode_options({.sign = SignatureForm::Clear});
  options.payload_is_entity = true;
  const auto message = encode(std::move(options), entity);
  ASSERT_TRUE(message);
  const Opened opened = decode(*message);
  ASSERT_EQ(opened.outcome(), "ok");
  ASSERT_EQ(opened.parts.size(), 2U);
  EXPECT_EQ(opened.parts[0], "<a/>");
  EXPECT_EQ(opened.parts[1], "%PDF");
  EXPECT_EQ(opened.report.content_type, "multipart/mixed");
}

TEST(RoundTrip, MessageInsideMessage) {
  std::string message = "innermost";
  for (int level = 0; level < 4; ++level) {
    EncodeOptions options = encode_options({.sign = level % 2 == 0 ? SignatureForm::Clear : SignatureForm::Opaque});
    options.payload_is_entity = level > 0;
    auto sealed = encode(std::move(options), message);
    ASSERT_TRUE(sealed);
    message = std::move(*sealed);
  }
  const Opened opened = decode(message);
  ASSERT_EQ(opened.outcome(), "ok");
  EXPECT_EQ(opened.report.layers.size(), 8U);
  EXPECT_EQ(opened.parts.at(0), "innermost");
}

}  // namespace
}  // namespace sealgate::smime::testing
