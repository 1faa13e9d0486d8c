// SignedData made by hand, field by field: what other programs send and our writer never would.

#include <gtest/gtest.h>

#include <algorithm>

#include "cms/der.h"
#include "cms/detail/stream_writer.h"
#include "cms/errors.h"
#include "cms/tests/writing.h"
#include "crypto/signature.h"

namespace sealgate::cms::test {
namespace {

using crypto::DigestAlgorithm;

/// Every field can be replaced; the rest is what a good signer writes.
struct Handmade {
  const Identity& own = identity("rsa");
  Bytes content = to_bytes("content");
  Bytes content_element = der_octet_string(content);  ///< what stands in eContent
  std::string content_type{oids::kData};
  Bytes digest_algorithm = der_algorithm(crypto::oid(DigestAlgorithm::Sha256));
  Bytes announced = der_set_of({digest_algorithm});
  Bytes signature_algorithm = der_algorithm(crypto::kRsaEncryptionOid, der_null());
  crypto::SignatureScheme scheme{crypto::SignatureKind::RsaPkcs1, DigestAlgorithm::Sha256};
  std::vector<Bytes> attributes = {};
  bool sorted = true;
  Bytes unsigned_attributes = {};

  static Bytes attribute(std::string_view type, ByteView values) {
    return der_sequence({der_oid(type), der_element(der::kSet, values)});
  }
  Bytes digest(DigestAlgorithm algorithm = DigestAlgorithm::Sha256) const {
    const auto value = crypto::digest(algorithm, content);
    return {value->view().begin(), value->view().end()};
  }
  Handmade& with_attributes() {
    attributes = {attribute(oids::kMessageDigest, der_octet_string(digest())),
                  attribute(oids::kContentType, der_oid(content_type))};
    return *this;
  }

  Bytes message() const {
    Bytes signed_octets = content;
    Bytes sent_attributes;
    if (!attributes.empty()) {
      Bytes joined;
      for (const Bytes& one : attributes) append(joined, one);
      signed_octets = sorted ? der_set_of(attributes) : der_element(der::kSet, joined);
      sent_attributes = signed_octets;
      sent_attributes[0] = der::context(0);
    }
    const auto signature = crypto::sign_message(own.key, scheme, signed_octets);
    EXPECT_TRUE(signature) << signature.error().to_string();
    const Bytes id =
        der_sequence({own.certificate.issuer_der(), der_element(der::kInteger, own.certificate.serial())});
    const Bytes info = der_sequence({der_integer(1), id, digest_algorithm, sent_attributes, signature_algorithm,
                                     der_octet_string(*signature), unsigned_attributes});
    const Bytes structure =
        der_sequence({der_integer(1), announced,
                      der_sequence({der_oid(content_type), der_element(der::context(0), content_element)}),
                      der_element(der::context(0), own.certificate.der()), der_set_of({info})});
    return detail::content_info(oids::kSignedData, structure);
  }
  std::string outcome() const { return read_all(message()).outcome(); }
};

TEST(SignedData, GoodAsIs) {
  EXPECT_EQ(Handmade().outcome(), "ok");
  EXPECT_EQ(Handmade().with_attributes().outcome(), "ok");
}

TEST(SignedData, AttributesInTheOrderSent) {
  Handmade test;
  test.with_attributes().sorted = false;
  std::sort(test.attributes.rbegin(), test.attributes.rend());
  EXPECT_EQ(test.outcome(), "ok");
}

TEST(SignedData, AttributesAreChecked) {
  const auto with = [](std::vector<Bytes> attributes) {
    Handmade test;
    test.attributes = std::move(attributes);
    return test.outcome();
  };
  const Handmade good;
  const Bytes digest = Handmade::attribute(oids::kMessageDigest, der_octet_string(good.digest()));
  const Bytes type = Handmade::attribute(oids::kContentType, der_oid(oids::kData));
  const Bytes time = Handmade::attribute(oids::kSigningTime, der_time(Time{}));
  const Bytes two_times = der_join(der::kSet, {der_time(Time{}), der_time(Time{})});
  EXPECT_EQ(with({digest, type, time}), "ok");
  EXPECT_EQ(with({digest}), "bad-attribute") << "contentType is missing";
  EXPECT_EQ(with({type}), "bad-attribute") << "messageDigest is missing";
  EXPECT_EQ(with({digest, digest, type}), "bad-attribute") << "twice";
  EXPECT_EQ(with({digest, type, type}), "bad-attribute");
  EXPECT_EQ(with({digest, type, time, time}), "bad-attribute");
  EXPECT_EQ(with({digest, type, der_sequence({der_oid(oids::kSigningTime), two_times})}), "bad-attribute");
  EXPECT_EQ(with({digest, type, Handmade::attribute(oids::kSigningTime, {})}), "bad-attribute") << "no value";
  EXPECT_EQ(with({digest, Handmade::attribute(oids::kContentType, der_oid(oids::kSignedData))}), "bad-attribute");
  EXPECT_EQ(with({digest, type, Handmade::attribute(oids::kCounterSignature, der_null())}), "bad-attribute");
  EXPECT_EQ(with({digest, type, Handmade::attribute("1.2.3.4", der_null())}), "ok")
      << "unknown ones are nobody's concern";
  EXPECT_EQ(with({Handmade::attribute(oids::kMessageDigest, der_octet_string(Bytes(32, 1))), type}),
            "digest-mismatch");
  EXPECT_EQ(with({Handmade::attribute(oids::kMessageDigest, der_octet_string({})), type}), "digest-mismatch");
}

TEST(SignedData, AlgorithmProtection) {
  const auto with = [](ByteView digest, Bytes signature) {
    Handmade test;
    test.with_attributes();
    if (!signature.empty()) signature[0] = der::context(1);
    test.attributes.push_back(Handmade::attribute(oids::kAlgorithmProtection, der_sequence({digest, signature})));
    return test.outcome();
  };
  const Handmade good;
  EXPECT_EQ(with(good.digest_algorithm, good.signature_algorithm), "ok");
  EXPECT_EQ(with(der_algorithm(crypto::oid(DigestAlgorithm::Sha256), der_null()), good.signature_algorithm), "ok");
  EXPECT_EQ(with(der_algorithm(crypto::oid(DigestAlgorithm::Sha1)), good.signature_algorithm), "bad-attribute");
  EXPECT_EQ(with(good.digest_algorithm, der_algorithm(crypto::kRsaPssOid)), "bad-attribute");
  EXPECT_EQ(with(good.digest_algorithm, {}), "bad-attribute");
}

TEST(SignedData, UnsignedAttributes) {
  Handmade test;
  test.with_attributes();
  const auto unsigned_attribute = [](std::string_view type) {
    return der_element(der::context(1), Handmade::attribute(type, der_null()));
  };
  test.unsigned_attributes = unsigned_attribute(oids::kCounterSignature);
  EXPECT_EQ(test.outcome(), "ok") << "tolerated";
  test.unsigned_attributes = unsigned_attribute(oids::kSigningTime);
  EXPECT_EQ(test.outcome(), "bad-attribute");
}

TEST(SignedData, DigestNullOrAbsentAndNotAnnounced) {
  Handmade test;
  test.digest_algorithm = der_algorithm(crypto::oid(DigestAlgorithm::Sha256), der_null());
  EXPECT_EQ(test.outcome(), "ok");
  test.announced = der_set_of({der_algorithm(crypto::oid(DigestAlgorithm::Sha1))});
  EXPECT_EQ(test.outcome(), "malformed");
  test.announced = der_set_of({});
  EXPECT_EQ(test.outcome(), "malformed");
  Handmade unknown;
  unknown.digest_algorithm = der_algorithm("1.2.840.113549.2.4");
  EXPECT_EQ(unknown.outcome(), "unsupported-algorithm");
  EXPECT_EQ(read_all(unknown.message()).layer.signers[0].digest, "md4");
}

TEST(SignedData, SignatureAlgorithmSpellings) {
  Handmade test;
  test.with_attributes();
  test.signature_algorithm = der_algorithm("1.2.840.113549.1.1.11", der_null());
  EXPECT_EQ(test.outcome(), "ok") << "sha256WithRSAEncryption";
  EXPECT_EQ(read_all(test.message()).layer.signers[0].algorithms(), "sha256/sha256-rsa");
  test.signature_algorithm = der_algorithm("1.2.840.113549.1.1.11");
  EXPECT_EQ(test.outcome(), "ok") << "without NULL";
  test.signature_algorithm = der_algorithm("1.2.840.113549.1.1.5", der_null());
  EXPECT_EQ(test.outcome(), "ok") << "sha1WithRSA, but signed with the digestAlgorithm";
  test.signature_algorithm = der_algorithm("1.2.3.4.5");
  EXPECT_EQ(test.outcome(), "unsupported-algorithm");
  EXPECT_EQ(read_all(test.message()).layer.signers[0].signature, "1.2.3.4.5");
}

TEST(SignedData, PssWithoutParameters) {
  Handmade test;
  test.with_attributes();
  test.scheme.kind = crypto::SignatureKind::RsaPss;
  test.signature_algorithm = der_algorithm(crypto::kRsaPssOid);
  for (const int salt : {0, 20, 32, 100}) {
    test.scheme.salt_length = salt;
    EXPECT_EQ(test.outcome(), "ok") << salt;
  }
  // With parameters, even empty ones, they count: SHA-1 and a salt of 20 by default.
  test.signature_algorithm = der_algorithm(crypto::kRsaPssOid, der_sequence({}));
  EXPECT_EQ(test.outcome(), "bad-signature");
}

TEST(SignedData, ContentThatIsNoOctetString) {
  // PKCS#7 1.5 section 9.3: the digest covers the content octets of the element, not its header.
  Handmade test;
  test.content_type = "1.3.6.1.4.1.311.2.1.4";
  test.content = der_join(der::kSequence, {der_integer(5), der_octet_string(sample(300))});
  const Bytes whole = test.content;
  test.content = Bytes(whole.begin() + 4, whole.end());
  test.content_element = whole;
  test.with_attributes();
  const ReadResult result = read_all(test.message(), {}, 3);
  EXPECT_EQ(result.outcome(), "ok") << (result.layer.error ? result.layer.error->to_string() : "");
  EXPECT_EQ(result.content, whole) << "delivered with its header, so that it can be read";
}

TEST(SignedData, ConstructedSegmentsOfAnyNesting) {
  Handmade test;
  const Bytes inner = der_join(0x24, {der_octet_string(to_bytes("nte")), der_octet_string({})});
  Bytes element{0x24, 0x80};
  append(element, der_octet_string(to_bytes("co")));
  append(element, inner);
  append(element, der_octet_string(to_bytes("nt")));
  detail::close_indefinite(element, 1);
  test.content_element = element;
  const ReadResult result = read_all(test.message(), {}, 1);
  EXPECT_EQ(result.outcome(), "ok");
  EXPECT_EQ(as_text(result.content), "content");
}

TEST(SignedData, AnotherCertificateWithTheSameNameAndNumber) {
  // It is known here and tried first, but does not verify; the one in the message does.
  const Identity& own = identity("rsa");
  const TemporaryFolder folder;
  ASSERT_TRUE(run("openssl req -x509 -new -key " + identity("rsa-other").key_path +
                  " -subj '/CN=rsa/O=Test' -days 10 " + "-set_serial 0x" + own.certificate.serial_hex() +
                  " -outform DER -out " + folder.path("twin")));
  const auto twin = certificates::Certificate::from_der(read_file(folder.path("twin")));
  ASSERT_TRUE(twin);
  ASSERT_TRUE(twin->matches_issuer_and_serial(own.certificate.issuer_der(), own.certificate.serial()));
  const MemorySignerProvider known({*twin});
  ReaderOptions options;
  options.signers = &known;
  const ReadResult result = read_all(Handmade().message(), options);
  EXPECT_EQ(result.outcome(), "ok");
  EXPECT_EQ(*result.layer.signers[0].certificate, own.certificate);
  EXPECT_TRUE(result.layer.signers[0].certificate_embedded);
}

TEST(SignedData, HandlerWithoutSink) {
  class Deaf final : public ContentHandler {
   public:
    Result<Sink*> on_content(const Layer& layer) override {
      type = layer.content_type;
      return nullptr;
    }
    std::string type;
  };
  Deaf handler;
  CmsReader reader(handler, {});
  ASSERT_TRUE(reader.write(Handmade().message()));
  ASSERT_TRUE(reader.finish());
  EXPECT_FALSE(reader.layer().error);
  EXPECT_EQ(reader.layer().content_bytes, 7U);
  EXPECT_EQ(handler.type, oids::kData);
}

TEST(SignedData, UnreadableCertificatesDoNotSpoilTheMessage) {
  Handmade test;
  Bytes message = test.message();
  // An attribute certificate ([1]) and a broken one next to the good one.
  const Bytes good(test.own.certificate.der().begin(), test.own.certificate.der().end());
  const Bytes set = der_element(der::context(0), good);
  const auto at = std::search(message.begin(), message.end(), set.begin(), set.end());
  ASSERT_NE(at, message.end());
  const Bytes junk =
      der_join(der::context(0), {good, der_element(der::context(1), der_null()), der_sequence({der_null()})});
  Bytes tail(at + static_cast<std::ptrdiff_t>(set.size()), message.end());
  const Bytes structure = der_sequence(
      {der_integer(1), test.announced,
       der_sequence({der_oid(oids::kData), der_element(der::context(0), test.content_element)}), junk, tail});
  const ReadResult result = read_all(detail::content_info(oids::kSignedData, structure));
  EXPECT_EQ(result.outcome(), "ok");
  EXPECT_EQ(result.layer.certificates.size(), 1U);
  EXPECT_EQ(result.layer.unreadable_certificates, 2U);
}

}  // namespace
}  // namespace sealgate::cms::test
