// WS-Security: what we write is read; what was moved, changed, doubled or copied is refused.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "certificates/pem_blocks.h"
#include "soap/errors.h"
#include "soap/security/check.h"
#include "soap/security/names.h"
#include "soap/security/replay.h"
#include "soap/security/tokens.h"
#include "soap/security/writer.h"
#include "soap/security/xmlsec.h"
#include "soap/tests/security_support.h"

namespace sealgate::soap {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const Time kNow = parse_rfc3339("2026-11-21T12:00:00Z").value();

class Security : public ::testing::Test {
 protected:
  static const OwnKey& rsa() {
    static const OwnKey key = test::own_key(crypto::generate_rsa(2048).value(), "rsa");
    return key;
  }
  static const OwnKey& ec() {
    static const OwnKey key = test::own_key(crypto::generate_ec("P-256").value(), "ec");
    return key;
  }
  static std::string order() {
    return "<o:Order xmlns:o=\"urn:o\"><o:Item kind=\"o:x\">Bolt &amp; Nut</o:Item></o:Order>";
  }
  static std::string plain(Version version = Version::Soap11) { return write_envelope(version, {}, order()); }

  std::string seal(const SealOptions& options, Version version = Version::Soap11) {
    auto sealed = seal_envelope(plain(version), options, kNow, {});
    EXPECT_TRUE(sealed) << sealed.error().to_string();
    return sealed.value_or("");
  }
  static SealOptions signing(const OwnKey& key) {
    SealOptions options;
    options.signer = key;
    return options;
  }

  /// The code of what is the matter with it; "" when it is accepted, with the Body's text in `body_`.
  std::string judge(const std::string& text, SecurityPolicy policy = signed_policy()) {
    body_.clear();
    auto envelope = Envelope::parse(as_bytes(text), {});
    if (!envelope) return std::string(envelope.error().code.id);
    const OwnKey& own = rsa();
    OpeningKeys keys;
    keys.own = {&own, 1};
    keys.take_cbc = policy.require_signature;
    keys.partners = partners_.get();
    auto opened = open_security(*envelope, keys, {});
    if (!opened) return std::string(opened.error().code.id);
    auto checked = check_security(*opened, *envelope, policy, kNow);
    if (!checked) return std::string(checked.error().code.id);
    remembered_ = checked->keys;
    signer_ = opened->signer;
    decrypted_ = opened->decrypted;
    user_ = std::move(opened->user);
    const auto element = envelope->body_element();
    if (element && *element != nullptr) body_ = standalone(*element).value_or("");
    return "";
  }
  static SecurityPolicy signed_policy() {
    SecurityPolicy policy;
    policy.require_signature = true;
    return policy;
  }
  static std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const std::size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return at == std::string::npos ? text : text.replace(at, what.size(), by);
  }
  /// From the first `<name` to the end of that element.
  static std::string element(const std::string& text, const std::string& name) {
    const std::size_t start = text.find("<" + name);
    const std::size_t end = text.find("</" + name + ">", start);
    return start == std::string::npos || end == std::string::npos ? ""
                                                                  : text.substr(start, end + name.size() + 3 - start);
  }

  std::shared_ptr<const certificates::CertificateFinder> partners_ = certificates::find_among({});
  std::string body_;
  std::vector<std::string> remembered_;
  std::optional<certificates::Certificate> signer_;
  bool decrypted_ = false;
  std::optional<UsernameToken> user_;
};

TEST_F(Security, SignaturesOfRsaAndEcHold) {
  for (const OwnKey* key : {&rsa(), &ec()}) {
    for (const Version version : {Version::Soap11, Version::Soap12}) {
      EXPECT_EQ(judge(seal(signing(*key), version)), "");
      EXPECT_THAT(body_, HasSubstr("Bolt &amp; Nut"));
      ASSERT_TRUE(signer_);
      EXPECT_EQ(*signer_, key->certificate);
      EXPECT_EQ(remembered_.size(), 1U);
    }
  }
}

TEST_F(Security, EveryCipherOpens) {
  for (const BodyCipher cipher :
       {BodyCipher::Aes128Gcm, BodyCipher::Aes256Gcm, BodyCipher::Aes128Cbc, BodyCipher::Aes256Cbc}) {
    SealOptions options = signing(ec());
    options.recipients = {rsa().certificate};
    options.cipher = cipher;
    const std::string sealed = seal(options);
    EXPECT_THAT(sealed, Not(HasSubstr("Bolt")));
    EXPECT_EQ(judge(sealed), "");
    EXPECT_TRUE(decrypted_);
    EXPECT_THAT(body_, HasSubstr("Bolt &amp; Nut"));
  }
}

TEST_F(Security, CbcNeedsASignature) {
  SealOptions options;
  options.recipients = {rsa().certificate};
  options.cipher = BodyCipher::Aes256Cbc;
  EXPECT_EQ(judge(seal(options), {}), kAlgorithmRefused.id);
  options.cipher = BodyCipher::Aes256Gcm;
  EXPECT_EQ(judge(seal(options), {}), "");
}

TEST_F(Security, EncryptedToSomebodyElse) {
  static const OwnKey other = test::own_key(crypto::generate_rsa(2048).value(), "other");
  SealOptions options;
  options.recipients = {other.certificate};
  EXPECT_EQ(judge(seal(options), {}), kDecryptFailed.id);
  options.recipients = {other.certificate, rsa().certificate};
  EXPECT_EQ(judge(seal(options), {}), "");
  EXPECT_THAT(body_, HasSubstr("Bolt"));
}

TEST_F(Security, ChangedContentIsRefused) {
  const std::string sealed = seal(signing(rsa()));
  EXPECT_EQ(judge(replaced(sealed, "Bolt", "Gold")), kBadSignature.id);
  EXPECT_EQ(judge(replaced(sealed, "<wsu:Expires>2026", "<wsu:Expires>2036")), kBadSignature.id);
  EXPECT_EQ(judge(replaced(sealed, "o:x", "o:y")), kBadSignature.id);
  EXPECT_EQ(
      judge(replaced(sealed, element(sealed, "ds:SignatureValue"), "<ds:SignatureValue>AAAA</ds:SignatureValue>")),
      kBadSignature.id);
}

TEST_F(Security, AnotherCertificateInTheTokenIsRefused) {
  const std::string sealed = seal(signing(rsa()));
  static const OwnKey other = test::own_key(crypto::generate_rsa(2048).value(), "rsa");
  EXPECT_EQ(judge(replaced(sealed, base64(rsa().certificate.der()), base64(other.certificate.der()))),
            kBadSignature.id);
}

// --- signature wrapping: the signed Body is kept where the signature finds it, another one stands where it is read

TEST_F(Security, WrappedBodyInTheHeader) {
  const std::string sealed = seal(signing(rsa()));
  const std::string body = element(sealed, "soap:Body");
  const std::string evil = "<soap:Body>" + std::string("<o:Order xmlns:o=\"urn:o\">Gold</o:Order>") + "</soap:Body>";
  std::string attack = replaced(sealed, body, evil);
  attack =
      replaced(attack, "</wsse:Security>", "</wsse:Security><w:Wrapper xmlns:w=\"urn:w\">" + body + "</w:Wrapper>");
  EXPECT_EQ(judge(attack), kNotCovered.id);
}

TEST_F(Security, WrappedBodyInTheSecurityHeader) {
  const std::string sealed = seal(signing(rsa()));
  const std::string body = element(sealed, "soap:Body");
  std::string attack = replaced(sealed, body, "<soap:Body><o:Order xmlns:o=\"urn:o\">Gold</o:Order></soap:Body>");
  attack = replaced(attack, "</wsse:Security>", body + "</wsse:Security>");
  EXPECT_EQ(judge(attack), kBadSecurity.id);
  // In an Object of the signature, where XML Signature allows anything.
  attack = replaced(sealed, body, "<soap:Body><o:Order xmlns:o=\"urn:o\">Gold</o:Order></soap:Body>");
  attack = replaced(attack, "</ds:Signature>", "<ds:Object>" + body + "</ds:Object></ds:Signature>");
  EXPECT_EQ(judge(attack), kNotCovered.id);
}

TEST_F(Security, WrappedBodyWithTheSameId) {
  const std::string sealed = seal(signing(rsa()));
  const std::string body = element(sealed, "soap:Body");
  const std::string evil = replaced(body, "Bolt", "Gold");
  const std::string attack = replaced(replaced(sealed, body, evil), "</wsse:Security>",
                                      "</wsse:Security><w:Wrapper xmlns:w=\"urn:w\">" + body + "</w:Wrapper>");
  EXPECT_EQ(judge(attack), kDuplicateId.id);
}

TEST_F(Security, WrappedBodyUnderTheNewOne) {
  const std::string sealed = seal(signing(rsa()));
  const std::string body = element(sealed, "soap:Body");
  EXPECT_EQ(judge(replaced(sealed, body, "<soap:Body><w:W xmlns:w=\"urn:w\">" + body + "</w:W></soap:Body>")),
            kNotCovered.id);
}

TEST_F(Security, TwoBodies) {
  const std::string sealed = seal(signing(rsa()));
  EXPECT_EQ(judge(replaced(sealed, "<soap:Body ", "<soap:Body><x xmlns=\"urn:x\"/></soap:Body><soap:Body ")),
            kBadEnvelope.id);
}

TEST_F(Security, WrappedTimestamp) {
  const std::string sealed = seal(signing(rsa()));
  const std::string stamp = element(sealed, "wsu:Timestamp");
  const std::string fresh = "<wsu:Timestamp><wsu:Created>2026-11-21T12:00:00Z</wsu:Created></wsu:Timestamp>";
  std::string attack = replaced(sealed, stamp, fresh);
  attack =
      replaced(attack, "</wsse:Security>",
               "</wsse:Security><w:W xmlns:w=\"urn:w\" xmlns:wsu=\"" + std::string(kWsu) + "\">" + stamp + "</w:W>");
  EXPECT_EQ(judge(attack), kNotCovered.id);
  EXPECT_EQ(judge(replaced(sealed, stamp, stamp + fresh)), kBadSecurity.id);
}

TEST_F(Security, CommentsInWhatWasSignedAreNotPassedOn) {
  EXPECT_EQ(judge(replaced(seal(signing(rsa())), "Bolt", "Bo<!-- x -->lt")), "");
  EXPECT_THAT(body_, HasSubstr(">Bolt &amp; Nut<"));
}

TEST_F(Security, AnIdOfABusinessDocumentIsNoTarget) {
  const std::string sealed = seal(signing(rsa()));
  const std::string body = element(sealed, "soap:Body");
  // The signed Body is gone; an attribute "Id" in a document must not take its place, nor make it ambiguous.
  EXPECT_EQ(judge(replaced(sealed, body, "<soap:Body><a Id=\"sg-body\"/></soap:Body>")), kBadSecurity.id);
  EXPECT_EQ(judge(replaced(sealed, "</wsse:Security>", "</wsse:Security><b:B xmlns:b=\"urn:b\" Id=\"sg-body\"/>")),
            "");
}

TEST_F(Security, ReferencesAndTransformsAreOfAWhiteList) {
  const std::string sealed = seal(signing(rsa()));
  const std::string exclusive = "<ds:Transform Algorithm=\"" + std::string(kExclusive) + "\"/>";
  const auto transform = [&](const std::string& algorithm, const std::string& inside = "") {
    return replaced(sealed, exclusive, "<ds:Transform Algorithm=\"" + algorithm + "\">" + inside + "</ds:Transform>");
  };
  EXPECT_EQ(judge(transform("http://www.w3.org/TR/1999/REC-xslt-19991116")), kAlgorithmRefused.id);
  EXPECT_EQ(judge(transform("http://www.w3.org/TR/1999/REC-xpath-19991116", "<ds:XPath>1=1</ds:XPath>")),
            kAlgorithmRefused.id);
  EXPECT_EQ(judge(transform("http://www.w3.org/2002/06/xmldsig-filter2")), kAlgorithmRefused.id);
  EXPECT_EQ(judge(replaced(sealed, exclusive, exclusive + exclusive)), kAlgorithmRefused.id);
  for (const char* uri : {"", "#", "#nothing", "http://127.0.0.1:9/", "file:///etc/passwd", "#xpointer(/)",
                          "#xpointer(id('sg-body'))", "#sg-body')|//*[('"}) {
    EXPECT_EQ(judge(replaced(sealed, "URI=\"#sg-body\"", "URI=\"" + std::string(uri) + "\"")), kBadSecurity.id)
        << uri;
  }
  EXPECT_EQ(judge(replaced(sealed, std::string(kRsaSha256), "http://www.w3.org/2000/09/xmldsig#rsa-sha1")),
            kAlgorithmRefused.id);
  EXPECT_EQ(judge(replaced(sealed, std::string(kRsaSha256), "http://www.w3.org/2000/09/xmldsig#hmac-sha1")),
            kAlgorithmRefused.id);
  EXPECT_EQ(judge(replaced(sealed, std::string(kSha256), std::string(kSha1))), kAlgorithmRefused.id);
}

TEST_F(Security, TruncatedAnywhereIsNeverAccepted) {
  const std::string sealed = seal(signing(ec()));
  for (std::size_t size = 0; size < sealed.size(); size += 7) EXPECT_NE(judge(sealed.substr(0, size)), "") << size;
}

TEST_F(Security, WhatIsDemandedMustBeThere) {
  EXPECT_EQ(judge(plain()), kNoSignature.id);
  SealOptions unsigned_stamp;
  EXPECT_EQ(judge(seal(unsigned_stamp)), kNoSignature.id);
  SecurityPolicy encrypted;
  encrypted.require_encryption = true;
  EXPECT_EQ(judge(seal(unsigned_stamp), encrypted), kNoEncryption.id);
  SecurityPolicy login;
  login.require_user = true;
  EXPECT_EQ(judge(plain(), login), kNoUser.id);
}

TEST_F(Security, TimestampsAreBounded) {
  const auto at = [&](std::chrono::milliseconds shift) {
    return seal_envelope(plain(), signing(rsa()), kNow + shift, {}).value();
  };
  using std::chrono::minutes;
  EXPECT_EQ(judge(at(-minutes(5))), "");
  EXPECT_EQ(judge(at(-minutes(7))), kStale.id);
  EXPECT_EQ(judge(at(std::chrono::seconds(50))), "");
  EXPECT_EQ(judge(at(minutes(2))), kStale.id);
}

TEST_F(Security, UsernameTokens) {
  for (const bool digest : {true, false}) {
    SealOptions options = signing(rsa());
    options.login = Login{"alice & co", Secret::from_text("s<cret"), digest};
    SecurityPolicy policy = signed_policy();
    policy.require_user = true;
    const std::string sealed = seal(options);
    EXPECT_EQ(judge(sealed, policy), "");
    ASSERT_TRUE(user_);
    EXPECT_EQ(user_->name, "alice & co");
    EXPECT_EQ(sealed.find("s&lt;cret") == std::string::npos, digest);
    EXPECT_TRUE(check_password(*user_, Secret::from_text("s<cret")));
    EXPECT_EQ(check_password(*user_, Secret::from_text("other")).error().code, kBadUser);
    EXPECT_EQ(check_password(*user_, Secret()).error().code, kBadUser);
    EXPECT_EQ(remembered_.size(), 2U);
    // Under the signature or not at all.
    EXPECT_EQ(judge(replaced(sealed, "alice", "admin"), policy), kBadSignature.id);
  }
}

TEST_F(Security, ASecondSignatureValueMakesNoSecondMessage) {
  const std::string sealed = seal(signing(ec()));
  ASSERT_EQ(judge(sealed), "");
  const auto first = remembered_;
  // With (r, s), (r, n - s) holds as well.
  const std::string text = element(sealed, "ds:SignatureValue");
  const std::string value = text.substr(text.find('>') + 1, text.rfind('<') - text.find('>') - 1);
  Bytes raw = certificates::decode_base64(value).value();
  ASSERT_EQ(raw.size(), 64U);
  EXPECT_EQ(judge(replaced(sealed, value, base64(test::other_signature(raw)))), "");
  EXPECT_EQ(remembered_, first);
}

TEST_F(Security, ReplaysAreFoundAndForgotten) {
  ReplayCache cache(2);
  const Time later = kNow + std::chrono::minutes(5);
  EXPECT_TRUE(cache.enter("a", later, kNow));
  EXPECT_EQ(cache.enter("a", later, kNow).error().code, kReplayed);
  EXPECT_TRUE(cache.enter("b", later, kNow));
  EXPECT_EQ(cache.enter("c", later, kNow).error().code, kReplayCacheFull);
  cache.leave("a");
  EXPECT_TRUE(cache.enter("a", later, kNow));
  EXPECT_TRUE(cache.enter("a", later + std::chrono::minutes(1), later + std::chrono::milliseconds(1)));
  EXPECT_EQ(cache.size(), 1U);
  cache.leave("unknown");
}

TEST_F(Security, EncryptedContentIsNoMoreTrustedThanOther) {
  SealOptions options;
  options.recipients = {rsa().certificate};
  for (const char* hostile : {"<?pi x?>", "</clear><clear>", "text &undeclared;", "<unclosed>"}) {
    auto sealed = seal_envelope(plain(), options, kNow, {});
    ASSERT_TRUE(sealed);
    EXPECT_EQ(judge(test::reencrypted(*sealed, rsa(), hostile), {}), kDecryptFailed.id) << hostile;
  }
  EXPECT_EQ(judge(test::reencrypted(seal(options), rsa(), "<a/>"), {}), "");
  EXPECT_EQ(body_.substr(0, 2), "<a");
}

}  // namespace
}  // namespace sealgate::soap
