// What policy demands beyond the mathematics: who signed, what must be there, what is too weak, what is only partly
// protected.

#include "smime/report_json.h"
#include "smime/tests/test_messages.h"

namespace sealgate::smime::testing {
namespace {

Opened decode_with(const std::function<void(DecodeOptions&)>& change, std::string_view message) {
  DecodeOptions options = decode_options();
  change(options);
  return decode(std::move(options), message);
}

std::string mixed(const std::string& first, const std::string& second) {
  return "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\n" + first +
         "\r\n--outer\r\n" + second + "\r\n--outer--\r\n";
}
const std::string kFooter = "Content-Type: text/plain\r\n\r\nfooter";

TEST(Policy, SignatureAndEncryptionCanBeRequired) {
  const std::string plain = seal({.sign = std::nullopt, .encrypt = false}, "x");
  EXPECT_EQ(decode(plain).outcome(), "ok");
  EXPECT_EQ(decode_with([](auto& o) { o.require_signature = true; }, plain).outcome(), "smime.not-signed");
  EXPECT_EQ(decode_with([](auto& o) { o.require_encryption = true; }, plain).outcome(), "smime.not-encrypted");
  const std::string sealed = seal({}, "x");
  EXPECT_EQ(decode_with([](auto& o) { o.require_encryption = o.require_signature = true; }, sealed).outcome(), "ok");
}

TEST(Policy, SignerMustLeadToAnAnchor) {
  EncodeOptions options = encode_options({.encrypt = false});
  options.sign->certificate = world().mallory.certificate;
  options.sign->key = world().mallory.key;
  const std::string message = encode(std::move(options), "x").value();
  const Opened opened = decode(message);
  ASSERT_FALSE(opened.result);
  EXPECT_EQ(opened.result.error().code.error_class, ErrorClass::Trust);
  EXPECT_TRUE(opened.report.layers.at(0).signature.ok());
  EXPECT_EQ(decode_with([](auto& o) { o.trust.check_chain = false; }, message).outcome(), "ok");
}

TEST(Policy, ExpiredSignerIsNotTrusted) {
  const std::string message = seal({.encrypt = false}, "x");
  const Opened opened =
      decode_with([](auto& o) { o.trust.path.time = kNow + std::chrono::hours(24 * 4000); }, message);
  ASSERT_FALSE(opened.result);
  EXPECT_EQ(opened.report.result.internal_class, "chain:expired");
}

TEST(Policy, SignerCertificateFromOutside) {
  EncodeOptions options = encode_options({.encrypt = false});
  options.sign->attach_certificate = false;
  const std::string message = encode(std::move(options), "x").value();
  EXPECT_EQ(decode(message).outcome(), "cms.no-signer-cert");
  EXPECT_EQ(decode_with([](auto& o) { o.certificates = {world().alice.certificate}; }, message).outcome(), "ok");
}

TEST(Policy, WeakDigestNeedsItsName) {
  EncodeOptions options = encode_options({.encrypt = false});
  options.sign->digest = crypto::DigestAlgorithm::Sha1;
  EXPECT_EQ(encode(options, "x").error().code.id, "smime.weak-algorithm");
  ASSERT_TRUE(options.weak.allow("sha1"));
  const std::string message = encode(options, "x").value();
  EXPECT_EQ(decode(message).outcome(), "smime.weak-algorithm");
  EXPECT_EQ(decode_with([](auto& o) { o.weak.allow("md5"); }, message).outcome(), "smime.weak-algorithm");
  EXPECT_EQ(decode_with([](auto& o) { o.weak.allow("SHA1"); }, message).outcome(), "ok");
}

TEST(Policy, WeakCipherNeedsItsName) {
  for (const auto& [cipher, name] : {std::pair{crypto::ContentCipher::Des3Cbc, "3des"},
                                     {crypto::ContentCipher::DesCbc, "des"},
                                     {crypto::ContentCipher::Rc2_40Cbc, "rc2-40"},
                                     {crypto::ContentCipher::Rc2_128Cbc, "rc2-128"}}) {
    EncodeOptions options = encode_options({.rsa = true, .cipher = cipher});
    EXPECT_EQ(encode(options, "x").error().code.id, "smime.weak-algorithm") << name;
    ASSERT_TRUE(options.weak.allow(name));
    const std::string message = encode(options, "x").value();
    EXPECT_EQ(decode(message).outcome(), "smime.weak-algorithm") << name;
    EXPECT_EQ(decode_with([&](auto& o) { o.weak.allow(name); }, message).outcome(), "ok") << name;
  }
}

TEST(Policy, ShortKeysNeedTheirName) {
  certificates::testing::Request request{.subject = {{"CN", "old"}}, .issuer = &world().ca};
  request.key = crypto::generate_rsa(1024).value();
  request.extensions = {{NID_key_usage, "critical,digitalSignature,keyEncipherment"}};
  const Identity old = certificates::testing::issue(request);

  EncodeOptions options = encode_options({.encrypt = false});
  options.sign->certificate = old.certificate;
  options.sign->key = old.key;
  const std::string by_old = encode(options, "x").value();
  const Opened refused = decode(by_old);
  EXPECT_EQ(refused.outcome(), "smime.weak-algorithm");
  EXPECT_EQ(refused.report.layers.at(0).weak, std::vector<std::string>{"rsa-1024"});
  EXPECT_EQ(decode_with([](auto& o) { o.weak.allow("RSA-1024"); }, by_old).outcome(), "ok");

  options = encode_options({.sign = std::nullopt, .rsa = true});
  options.encrypt->recipients = {old.certificate};
  const std::string to_old = encode(options, "x").value();
  const auto add_key = [&](DecodeOptions& o) { o.keys.push_back({old.key, old.certificate}); };
  EXPECT_EQ(decode_with(add_key, to_old).outcome(), "smime.weak-algorithm");
  const auto with_name = [&](DecodeOptions& o) {
    add_key(o);
    o.weak.allow("rsa-1024");
  };
  EXPECT_EQ(decode_with(with_name, to_old).outcome(), "ok");
}

TEST(Policy, ACertificateSignedWithAWeakDigestNeedsItsName) {
  certificates::testing::Request request{.subject = {{"CN", "dated"}}, .issuer = &world().ca};
  request.extensions = {{NID_key_usage, "critical,digitalSignature"}};
  request.digest = "SHA1";
  const Identity dated = certificates::testing::issue(request);
  EncodeOptions options = encode_options({.encrypt = false});
  options.sign->certificate = dated.certificate;
  options.sign->key = dated.key;
  const std::string message = encode(options, "x").value();
  const Opened refused = decode(message);
  EXPECT_EQ(refused.outcome(), "smime.weak-algorithm");
  EXPECT_EQ(refused.report.layers.at(0).weak, std::vector<std::string>{"sha1"});
  EXPECT_EQ(decode_with([](auto& o) { o.weak.allow("sha1"); }, message).outcome(), "ok");

  // It proves nothing when it signs for itself, trusted as it is.
  request.issuer = nullptr;
  const Identity own = certificates::testing::issue(request);
  options.sign->certificate = own.certificate;
  options.sign->key = own.key;
  const std::string self = encode(options, "x").value();
  EXPECT_EQ(decode_with([&](auto& o) { o.trust.anchors = {own.certificate}; }, self).outcome(), "ok");
}

TEST(Policy, WeakKeyWrapNeedsTheNameOfItsCipher) {
  WeakPolicy policy;
  EXPECT_FALSE(policy.check_reported("3des-wrap"));
  EXPECT_FALSE(policy.check_reported("rc2-wrap"));
  EXPECT_FALSE(policy.check_reported("dsa-1024"));
  policy.allow("3des");
  EXPECT_TRUE(policy.check_reported("3des-wrap"));
  EXPECT_FALSE(policy.check_reported("rc2-wrap"));
  policy.allow("rc2-40");
  EXPECT_TRUE(policy.check_reported("rc2-wrap"));
  policy.allow("rsa-1024");
  EXPECT_TRUE(policy.check_reported("dsa-1024"));
}

TEST(Policy, UnknownWeakNames) {
  WeakPolicy policy;
  EXPECT_FALSE(policy.allow("rot13"));
  EXPECT_FALSE(policy.allow(""));
  EXPECT_FALSE(policy.check(crypto::DigestAlgorithm::Md5));
  EXPECT_TRUE(policy.allow("all"));
  EXPECT_TRUE(policy.check(crypto::DigestAlgorithm::Md5));
}

TEST(Policy, PartlySignedIsNotSigned) {
  const std::string message = mixed(seal({.sign = SignatureForm::Clear, .encrypt = false}, "x"), kFooter);
  const Opened opened = decode(message);
  EXPECT_EQ(opened.outcome(), "smime.partially-signed");
  ASSERT_EQ(opened.report.protected_parts.size(), 1U);
  EXPECT_EQ(opened.report.protected_parts[0].part, "1");
  EXPECT_TRUE(opened.report.protected_parts[0].verify->ok());
  EXPECT_EQ(decode_with([](auto& o) { o.allow_partial = true; }, message).outcome(), "ok");
  EXPECT_EQ(decode_with([](auto& o) { o.allow_partial = o.require_signature = true; }, message).outcome(),
            "smime.not-signed");
}

TEST(Policy, PartlyEncryptedIsNotEncrypted) {
  const std::string message = mixed(kFooter, seal({.sign = std::nullopt}, "secret"));
  const Opened opened = decode(message);
  EXPECT_EQ(opened.outcome(), "smime.partially-encrypted");
  ASSERT_EQ(opened.report.protected_parts.size(), 1U);
  EXPECT_EQ(opened.report.protected_parts[0].part, "2");
  EXPECT_TRUE(opened.report.protected_parts[0].decrypt->ok());
}

TEST(Policy, BadPartFailsEvenWhenPartialIsAllowed) {
  std::string part =
      seal({.sign = SignatureForm::Clear, .encrypt = false, .part = mime::TransferEncoding::SevenBit}, "pay 100");
  part.replace(part.find("pay 100"), 7, "pay 900");
  const Opened opened = decode_with([](auto& o) { o.allow_partial = true; }, mixed(part, kFooter));
  EXPECT_EQ(opened.outcome(), "cms.digest-mismatch");
}

TEST(Policy, InputThatIsNotMime) {
  for (const std::string input :
       {"<?xml version=\"1.0\"?><a/>", "UNB+UNOA:2+A+B'", "Dear Sir: hello", "\x01\x02\x03"}) {
    EXPECT_EQ(decode(input).outcome(), "smime.not-mime") << input;
    const Opened opened = decode_with([](auto& o) { o.allow_non_mime = true; }, input);
    ASSERT_EQ(opened.outcome(), "ok");
    EXPECT_EQ(opened.parts.at(0), input);
  }
  EXPECT_EQ(decode("").outcome(), "smime.empty-input");
}

TEST(Policy, FromMustNameTheSigner) {
  const auto with_from = [](const std::string& from) {
    EncodeOptions options = encode_options({.encrypt = false});
    EXPECT_TRUE(options.outer_headers.add("From", from));
    return decode(encode(std::move(options), "x").value()).report.identity;
  };
  EXPECT_FALSE(with_from("Alice <ALICE@example.com>")->must_flag);
  EXPECT_FALSE(with_from("alice@example.com")->must_flag);
  EXPECT_TRUE(with_from("bob@example.com")->must_flag);
  EXPECT_TRUE(with_from("\"bob@example.com\" <alice@example.com>")->must_flag);
  EXPECT_TRUE(with_from("alice@example.com, bob@example.com")->must_flag);
}

TEST(Policy, CertificatesAreCheckedBeforeTheFirstByte) {
  EncodeOptions expired = encode_options({});
  expired.time = kNow + std::chrono::hours(24 * 4000);
  EXPECT_EQ(encode(expired, "x").error().code.id, "smime.certificate-not-valid");
  EncodeOptions wrong_key = encode_options({});
  wrong_key.sign->key = world().mallory.key;
  EXPECT_EQ(encode(wrong_key, "x").error().code.id, "smime.key-does-not-fit");
  EncodeOptions wrong_usage = encode_options({});
  wrong_usage.encrypt->recipients = {world().alice.certificate};
  EXPECT_EQ(encode(wrong_usage, "x").error().code.id, "certificates.wrong-usage");
  EncodeOptions nobody = encode_options({});
  nobody.encrypt->recipients.clear();
  EXPECT_EQ(encode(nobody, "x").error().code.id, "smime.no-recipient");
}

TEST(Policy, ReportSaysWhatHappened) {
  const Opened good = decode(seal({}, "x"));
  const std::string json = to_json(good.report);
  EXPECT_NE(json.find("\"result\": \"ok\""), std::string::npos) << json;
  EXPECT_NE(json.find("\"type\": \"enveloped\""), std::string::npos);
  EXPECT_NE(json.find("\"form\": \"opaque\""), std::string::npos);
  const Opened bad = decode(seal({}, "x").substr(0, 900));
  EXPECT_NE(to_json(bad.report).find("\"result\": \"error:malformed\""), std::string::npos) << to_json(bad.report);
}

}  // namespace
}  // namespace sealgate::smime::testing
