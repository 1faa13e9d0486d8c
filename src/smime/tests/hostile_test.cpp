// Damaged and hostile messages: every one ends in an error, and nothing that differs from what was sealed is ever
// good.

#include <algorithm>

#include "smime/errors.h"
#include "smime/tests/test_messages.h"

namespace sealgate::smime::testing {
namespace {

const std::string kSecret = "pay 100 to bob";

TEST(Hostile, TruncatedAtEveryByte) {
  for (const auto form : {SignatureForm::Clear, SignatureForm::Opaque}) {
    for (const bool encrypt : {false, true}) {
      const std::string message =
          seal({.sign = form, .encrypt = encrypt, .wire = mime::TransferEncoding::Binary}, kSecret);
      // A clear signed message ends with its close delimiter; the line end behind it may be missing.
      const std::size_t needed = form == SignatureForm::Clear && !encrypt ? message.size() - 2 : message.size();
      for (std::size_t size = 0; size < needed; ++size) {
        const Opened opened = decode(message.substr(0, size));
        ASSERT_FALSE(opened.result) << size << " of " << message.size();
        const ErrorClass error = opened.result.error().code.error_class;
        ASSERT_TRUE(error == ErrorClass::Malformed || error == ErrorClass::Decrypt)
            << opened.outcome() << " at " << size;
      }
    }
  }
}

TEST(Hostile, FlippedBitAnywhereIsNoticedOrHarmless) {
  for (const auto cipher : {crypto::ContentCipher::Aes256Cbc, crypto::ContentCipher::Aes256Gcm}) {
    const std::string message = seal({.cipher = cipher, .wire = mime::TransferEncoding::Binary}, kSecret);
    const std::size_t body = message.find("\r\n\r\n") + 4;
    std::size_t good = 0;
    for (std::size_t at = body; at < message.size(); ++at) {
      std::string damaged = message;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
      // Without that, one key or block in a few ten thousand decrypts to something that is a message, too, and
      // unsigned.
      DecodeOptions options = decode_options();
      options.require_signature = true;
      const Opened opened = decode(std::move(options), damaged);
      if (!opened.result) continue;
      ++good;
      ASSERT_TRUE(opened.parts.at(0) == kSecret) << at;
      ASSERT_EQ(opened.report.layers.size(), 2U) << at;
    }
    // What may change without harm: version numbers and the like, never the content.
    EXPECT_LT(good, 24U);
  }
}

TEST(Hostile, ClearSignedTextCannotBeChanged) {
  const std::string message =
      seal({.sign = SignatureForm::Clear, .encrypt = false, .part = mime::TransferEncoding::SevenBit}, kSecret);
  const std::size_t at = message.find("pay 100");
  std::string damaged = message;
  damaged.replace(at, 7, "pay 999");
  const Opened opened = decode(damaged);
  EXPECT_EQ(opened.outcome(), "cms.digest-mismatch");
  EXPECT_EQ(opened.report.result.to_string(), "error:digest-mismatch");
}

TEST(Hostile, ExtraPartBehindTheSignature) {
  std::string message = seal({.sign = SignatureForm::Clear, .encrypt = false}, kSecret);
  const std::size_t open = message.find("--=_sealgate_");
  const std::string delimiter = message.substr(open, message.find('\r', open) - open);
  const std::size_t close = message.rfind(delimiter + "--");
  message.insert(close, delimiter + "\r\nContent-Type: text/plain\r\n\r\nunsigned\r\n");
  const Opened opened = decode(message);
  EXPECT_EQ(opened.outcome(), "smime.no-signature-part");
  EXPECT_EQ(opened.parts.size(), 1U);
}

TEST(Hostile, SignedMultipartWithoutSignature) {
  const Opened opened = decode(
      "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\r\n\r\n"
      "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--\r\n");
  EXPECT_EQ(opened.outcome(), "smime.truncated");
}

TEST(Hostile, SignatureOfSomethingElse) {
  const std::string good = seal({.sign = SignatureForm::Clear, .encrypt = false}, kSecret);
  const std::size_t start = good.find("Content-Type: application/pkcs7-signature");
  for (const std::string body : {"", "AAAA", "MAA=", "MAsGCSqGSIb3DQEHAg=="}) {
    const std::string message =
        good.substr(0, start) +
        "Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body +
        good.substr(good.rfind("\r\n--=_sealgate_"));
    const Opened opened = decode(message);
    EXPECT_FALSE(opened.result) << body;
  }
}

TEST(Hostile, NestedMultipartsHitTheLimit) {
  std::string message;
  for (int i = 0; i < 10000; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    message += "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n--" + boundary + "\r\n";
  }
  const Opened opened = decode(message);
  EXPECT_EQ(opened.outcome(), "mime.too-deep");
  EXPECT_EQ(opened.report.result.internal_class, "limit");
}

TEST(Hostile, HugeHeaderHitsTheLimit) {
  const std::string message = "Content-Type: text/plain\r\nX: " + std::string(2'000'000, 'a') + "\r\n\r\nx";
  EXPECT_EQ(decode(message).outcome(), "mime.header-too-large");
}

TEST(Hostile, ExpansionHitsTheLimit) {
  const std::string bomb = seal({.sign = std::nullopt, .encrypt = false, .compression = Compression::BeforeSigning},
                                std::string(40'000'000, '\0'));
  ASSERT_LT(bomb.size(), 100'000U);
  const Opened opened = decode(bomb);
  EXPECT_EQ(opened.report.result.internal_class, "limit");
  DecodeOptions generous = decode_options();
  generous.limits.max_expansion_ratio = 2000;
  EXPECT_EQ(decode(std::move(generous), bomb).outcome(), "ok");
}

TEST(Hostile, TooManyLayersHitTheLimit) {
  std::string message = "x";
  for (int level = 0; level < 4; ++level) {
    EncodeOptions options = encode_options({.encrypt = false});
    options.payload_is_entity = level > 0;
    message = encode(std::move(options), message).value();
  }
  DecodeOptions options = decode_options();
  options.limits.max_layers = 3;
  EXPECT_EQ(decode(std::move(options), message).outcome(), "smime.too-many-layers");
}

TEST(Hostile, PartPastTheLimit) {
  DecodeOptions options = decode_options();
  options.limits.max_content_bytes = 1000;
  EXPECT_EQ(decode(std::move(options), seal({}, std::string(1001, 'x'))).outcome(), "smime.content-too-large");
}

// Wrong key, damaged key, damaged content: one sentence, one status.
TEST(Hostile, FailedDecryptionsLookAlike) {
  const std::string message = seal({.rsa = true, .wire = mime::TransferEncoding::Binary}, kSecret);
  DecodeOptions wrong = decode_options();
  wrong.keys = {{crypto::generate_rsa(2048).value(), world().carol.certificate}};
  const Opened wrong_key = decode(std::move(wrong), message);
  std::string damaged = message;
  damaged[message.size() - 30] = static_cast<char>(damaged[message.size() - 30] ^ 1);
  const Opened damaged_content = decode(damaged);
  ASSERT_FALSE(wrong_key.result);
  EXPECT_EQ(wrong_key.outcome(), "smime.cannot-decrypt");
  EXPECT_EQ(wrong_key.report.result.to_string(), "error:cannot-decrypt");
  EXPECT_TRUE(wrong_key.report.parts.empty());
  if (!damaged_content.result && damaged_content.outcome() == "smime.cannot-decrypt") {
    EXPECT_EQ(damaged_content.result.error().to_string(), wrong_key.result.error().to_string());
  }
}

TEST(Hostile, FailingReceiverStopsEverything) {
  class Full final : public PartReceiver {
   public:
    class FullSink final : public Sink {
     public:
      Result<> write(ByteView) override { return fail(ErrorCode{"test.full", ErrorClass::Usage}, "full"); }
      Result<> finish() override { return {}; }
    };
    Result<Sink*> on_part(const PartReport&, const mime::HeaderBlock&) override { return &sink_; }

   private:
    FullSink sink_;
  };
  Full full;
  Decoder decoder(decode_options(), full);
  const auto result = feed(decoder, seal({}, kSecret));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code.id, "test.full");
}

TEST(Hostile, InnerGoodSignatureDoesNotHideABadOuterOne) {
  EncodeOptions outer = encode_options({.sign = SignatureForm::Clear, .encrypt = false});
  outer.payload_is_entity = true;
  std::string message =
      encode(std::move(outer), seal({.sign = SignatureForm::Opaque, .encrypt = false}, kSecret)).value();
  // A header field of the inner entity: the outer signature covers it, the inner one does not.
  const std::size_t at = message.find("filename=smime.p7m");
  ASSERT_NE(at, std::string::npos);
  message.replace(at, 18, "filename=other.p7m");
  const Opened opened = decode(message);
  EXPECT_EQ(opened.outcome(), "cms.digest-mismatch");
  ASSERT_EQ(opened.report.layers.size(), 2U);
  EXPECT_EQ(opened.report.layers[0].outcome.to_string(), "error:digest-mismatch");
  EXPECT_EQ(opened.report.layers[1].outcome.to_string(), "ok");
}

}  // namespace
}  // namespace sealgate::smime::testing
