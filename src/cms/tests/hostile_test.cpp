// Damaged, altered, oversized and clever input: never a crash, never a false "ok".

#include <algorithm>

#include <gtest/gtest.h>

#include "cms/der.h"
#include "cms/detail/stream_writer.h"
#include "cms/errors.h"
#include "cms/tests/writing.h"
#include "crypto/signature.h"

namespace sealgate::cms::test {
namespace {

using crypto::ContentCipher;
using crypto::DigestAlgorithm;

/// Content next to the signature, hashed on demand.
class Beside final : public DetachedContent {
 public:
  explicit Beside(std::vector<std::pair<std::string, Bytes>> variants) : variants_(std::move(variants)) {}
  std::size_t variant_count() const override { return variants_.size(); }
  std::string_view variant_name(std::size_t i) const override { return variants_[i].first; }
  std::optional<crypto::DigestValue> digest(std::size_t i, DigestAlgorithm algorithm) const override {
    if (algorithm == missing) return std::nullopt;
    const auto value = crypto::digest(algorithm, variants_[i].second);
    return value ? std::optional(*value) : std::nullopt;
  }
  std::optional<ByteView> content(std::size_t i) const override { return ByteView(variants_[i].second); }
  std::optional<DigestAlgorithm> missing;

 private:
  std::vector<std::pair<std::string, Bytes>> variants_;
};

TEST(Hostile, FlippedBitsInSignedDataNeverPass) {
  const Bytes content = to_bytes("pay 100 euro to Fabrikam");
  for (const bool attributes : {true, false}) {
    SignerSpec spec = signer("p256");
    spec.signed_attributes = attributes;
    SignedDataOptions options = signed_by(spec);
    options.certificates.clear();
    const Bytes good = sign(options, content);
    const MemorySignerProvider known({identity("p256").certificate});
    ReaderOptions reader_options;
    reader_options.signers = &known;
    ASSERT_EQ(read_all(good, reader_options).outcome(), "ok");
    std::size_t still_good = 0;
    for (std::size_t at = 0; at < good.size(); ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        Bytes bad = good;
        bad[at] = static_cast<Byte>(bad[at] ^ (1U << bit));
        const ReadResult result = read_all(bad, reader_options);
        if (result.outcome() != "ok") continue;
        // What no signature covers: version numbers, the case of letters in the signer's name, unused digests.
        EXPECT_EQ(result.content, content) << "octet " << at << " bit " << bit;
        ++still_good;
      }
    }
    EXPECT_LT(still_good, 60U) << "nearly every flip must be noticed";
  }
}

TEST(Hostile, FlippedBitsInAuthenticatedContentNeverPass) {
  const Bytes content = to_bytes("pay 100 euro to Fabrikam");
  const Keys keys("p256");
  const Bytes good = seal(sealed_for("p256", ContentCipher::Aes256Gcm), content);
  ASSERT_EQ(read_all(good, keys.options).content, content);
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const unsigned bit : {0U, 5U, 7U}) {
      Bytes bad = good;
      bad[at] = static_cast<Byte>(bad[at] ^ (1U << bit));
      const ReadResult result = read_all(bad, keys.options);
      if (result.outcome() == "ok") {
        EXPECT_EQ(result.content, content) << "octet " << at;
      } else {
        EXPECT_FALSE(result.finished && result.status.has_value()) << "octet " << at;
      }
    }
  }
}

TEST(Hostile, FlippedBitsInCbcContentNeverCrash) {
  const Keys keys("rsa");
  const Bytes good = seal(sealed_for("rsa", ContentCipher::Aes128Cbc), sample(100));
  for (std::size_t at = 0; at < good.size(); ++at) {
    Bytes bad = good;
    bad[at] = static_cast<Byte>(bad[at] ^ 0x10U);
    read_all(bad, keys.options);
  }
}

TEST(Hostile, TruncatedAtEveryOctet) {
  const Keys keys("rsa");
  const Bytes content = sample(200);
  for (const Bytes& whole : {sign(signed_by(signer("rsa")), content), seal(sealed_for("rsa"), content),
                             seal(sealed_for("rsa", ContentCipher::Aes128Gcm), content), compress({}, content)}) {
    ASSERT_EQ(read_all(whole, keys.options).outcome(), "ok");
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const ReadResult result = read_all(ByteView(whole).first(size), keys.options);
      EXPECT_FALSE(result.status) << size;
      EXPECT_EQ(result.outcome(), "malformed") << size << ' ' << result.status.error().to_string();
    }
  }
}

TEST(Hostile, ChunkSizeDoesNotMatter) {
  const Keys keys("rsa");
  const Bytes content = sample(70000);
  for (const Bytes& whole : {sign(signed_by(signer("rsa")), content), seal(sealed_for("rsa"), content),
                             seal(sealed_for("rsa", ContentCipher::Aes128Gcm), content), compress({}, content)}) {
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{2}, std::size_t{13}, std::size_t{65537}}) {
      const ReadResult result = read_all(whole, keys.options, chunk);
      EXPECT_EQ(result.outcome(), "ok");
      EXPECT_EQ(result.content, content);
    }
  }
}

TEST(Hostile, WrongKeyAndDamagedKeyLookTheSame) {
  // The provider hands out a key that does not fit: the same as a damaged encrypted key (no padding oracle).
  const Bytes good = seal(sealed_for("rsa"), sample(1000));
  MemoryKeyProvider wrong;
  wrong.add(identity("rsa-other").key, identity("rsa").certificate);
  ReaderOptions options;
  options.keys = &wrong;
  const ReadResult with_wrong_key = read_all(good, options);
  EXPECT_EQ(with_wrong_key.outcome(), "decrypt-failed");
  const Keys keys("rsa");
  Bytes damaged = good;
  const Bytes oid = der_oid(crypto::kRsaEncryptionOid);
  const auto at = std::search(damaged.begin(), damaged.end(), oid.begin(), oid.end());
  ASSERT_NE(at, damaged.end());
  at[static_cast<std::ptrdiff_t>(oid.size()) + 30] ^= 1U;
  const ReadResult with_damage = read_all(damaged, keys.options);
  EXPECT_EQ(with_damage.outcome(), "decrypt-failed");
  EXPECT_EQ(with_damage.status.error().to_string(), with_wrong_key.status.error().to_string());
  EXPECT_FALSE(with_damage.finished);
}

TEST(Hostile, DetachedContent) {
  const Bytes content = to_bytes("line one\r\nline two\r\n");
  const Bytes lf = to_bytes("line one\nline two\n");
  for (const char* kind : {"rsa", "ed25519"}) {
    for (const bool attributes : {true, false}) {
      if (!attributes && std::string_view(kind) == "ed25519") continue;
      SignerSpec spec = signer(kind);
      spec.signed_attributes = attributes;
      SignedDataOptions options = signed_by(spec);
      options.detached = true;
      const Bytes signature = sign(options, content);
      EXPECT_EQ(read_all(signature).outcome(), "no-content");
      EXPECT_EQ(read_all(signature).content_calls, 0);

      const Beside variants({{"raw", lf}, {"canonical", content}});
      ReaderOptions reader_options;
      reader_options.detached = &variants;
      const ReadResult result = read_all(signature, reader_options, 7);
      EXPECT_EQ(result.outcome(), "ok");
      EXPECT_EQ(result.layer.signers[0].content_variant, "canonical");

      Beside other({{"raw", lf}});
      reader_options.detached = &other;
      EXPECT_EQ(read_all(signature, reader_options).outcome(), attributes ? "digest-mismatch" : "bad-signature");
      other.missing =
          attributes && std::string_view(kind) == "ed25519" ? DigestAlgorithm::Sha512 : DigestAlgorithm::Sha256;
      const std::string outcome = read_all(signature, reader_options).outcome();
      EXPECT_TRUE(outcome == "no-content" || outcome == "digest-mismatch" || outcome == "bad-signature") << outcome;

      crypto::MultiDigest digests{DigestAlgorithm::Sha256, DigestAlgorithm::Sha512};
      digests.update(content);
      const auto made = make_detached_signature(options, digests);
      ASSERT_TRUE(made) << made.error().to_string();
      reader_options.detached = &variants;
      EXPECT_EQ(read_all(*made, reader_options).outcome(), "ok");
    }
  }
}

TEST(Hostile, ContentInsideMustEqualContentBeside) {
  const Bytes signed_content = to_bytes("what was signed");
  const Bytes opaque = sign(signed_by(signer("rsa")), signed_content);
  const Beside same({{"raw", to_bytes("something else")}, {"canonical", signed_content}});
  const Beside different({{"raw", to_bytes("something else")}});
  ReaderOptions options;
  options.detached = &same;
  EXPECT_EQ(read_all(opaque, options).outcome(), "ok");
  options.detached = &different;
  EXPECT_EQ(read_all(opaque, options).outcome(), "digest-mismatch");
}

TEST(Hostile, OneBadSignerSpoilsTheMessage) {
  SignedDataOptions options = signed_by(signer("rsa"));
  options.signers.push_back(signer("p256"));
  const Bytes content = sample(100);
  const ReadResult unknown = read_all(sign(options, content));
  EXPECT_EQ(unknown.outcome(), "no-signer-cert");
  EXPECT_EQ(std::count_if(unknown.layer.signers.begin(), unknown.layer.signers.end(),
                          [](const Signer& s) { return !s.error; }),
            1);
  const MemorySignerProvider known({identity("p256").certificate});
  ReaderOptions with_known;
  with_known.signers = &known;
  const ReadResult both = read_all(sign(options, content), with_known);
  EXPECT_EQ(both.outcome(), "ok");
}

TEST(Hostile, SignerWithoutAnyCertificate) {
  SignedDataOptions options = signed_by(signer("rsa"));
  options.certificates.clear();
  EXPECT_EQ(read_all(sign(options, sample(10))).outcome(), "no-signer-cert");
}

TEST(Hostile, WithoutAttributesOnlyPlainDataIsSigned) {
  // RFC 5652 section 5.3. The signature covers the octets alone, so their type could be exchanged.
  SignerSpec spec = signer("rsa");
  spec.signed_attributes = false;
  Bytes message = sign(signed_by(spec), to_bytes("text"));
  ASSERT_EQ(read_all(message).outcome(), "ok");
  const Bytes data = der_oid(oids::kData);
  const auto at = std::search(message.begin(), message.end(), data.begin(), data.end());
  ASSERT_NE(at, message.end());
  at[10] = 3;  // id-envelopedData
  EXPECT_EQ(read_all(message).outcome(), "bad-attribute");
}

TEST(Hostile, SignedAttributesCannotBecomeTheContent) {
  // A signature over attributes also fits them as content without attributes: whoever takes them for content is lied
  // to about what was signed.
  SignerSpec spec = signer("rsa");
  spec.signed_attributes = false;
  std::vector<Bytes> attributes;
  const auto attribute = [&attributes](std::string_view type, ByteView value) {
    attributes.push_back(der_sequence({der_oid(type), der_element(der::kSet, value)}));
  };
  attribute(oids::kContentType, der_oid(oids::kData));
  attribute(oids::kMessageDigest, der_octet_string(sample(32)));
  const ReadResult result = read_all(sign(signed_by(spec), der_set_of(attributes)));
  EXPECT_EQ(result.outcome(), "bad-attribute");
}

TEST(Hostile, CertificatesOnly) {
  const ByteView certificate = identity("rsa").certificate.der();
  const Bytes structure = der_sequence({der_integer(1), der_set_of({}), der_sequence({der_oid(oids::kData)}),
                                        der_element(der::context(0), certificate), der_set_of({})});
  const ReadResult result = read_all(detail::content_info(oids::kSignedData, structure));
  EXPECT_TRUE(result.status);
  EXPECT_EQ(result.outcome(), "no-signer");
  EXPECT_EQ(result.layer.certificates.size(), 1U);
  EXPECT_EQ(result.content_calls, 0);
}

TEST(Hostile, Limits) {
  const Bytes content = sample(1000);
  SignedDataOptions many = signed_by(signer("p256"));
  for (int i = 0; i < 9; ++i) many.signers.push_back(signer("p256"));
  const Bytes signed_by_ten = sign(many, content);
  const Bytes sealed = [] {
    EnvelopedDataOptions options = sealed_for("rsa");
    for (int i = 0; i < 9; ++i) options.recipients.emplace_back(CertificateRecipient{identity("p256").certificate});
    return seal(std::move(options), sample(10));
  }();
  const Keys keys("rsa");
  const auto code = [&keys](ByteView input, auto change) {
    ReaderOptions options = keys.options;
    change(options.limits);
    const ReadResult result = read_all(input, options);
    return result.status ? std::string("ok") : std::string(result.status.error().code.id);
  };
  EXPECT_EQ(code(signed_by_ten, [](Limits& l) { l.signers = 10; }), "ok");
  EXPECT_EQ(code(signed_by_ten, [](Limits& l) { l.signers = 9; }), "cms.limit-signers");
  EXPECT_EQ(code(signed_by_ten, [](Limits& l) { l.structure = 300; }), "cms.limit-structure");
  EXPECT_EQ(code(signed_by_ten, [](Limits& l) { l.certificates = 1000; }), "cms.limit-certificates");
  EXPECT_EQ(code(signed_by_ten, [](Limits& l) { l.certificate_count = 0; }), "cms.limit-certificates");
  EXPECT_EQ(code(signed_by_ten, [](Limits& l) { l.digests = 0; }), "cms.limit-digests");
  EXPECT_EQ(code(signed_by_ten, [](Limits& l) { l.content = 999; }), "cms.limit-content");
  EXPECT_EQ(code(signed_by_ten, [](Limits& l) { l.content = 1000; }), "ok");
  EXPECT_EQ(code(signed_by_ten, [](Limits& l) { l.depth = 4; }), "cms.limit-depth");
  EXPECT_EQ(code(sealed, [](Limits& l) { l.recipients = 10; }), "ok");
  EXPECT_EQ(code(sealed, [](Limits& l) { l.recipients = 9; }), "cms.limit-recipients");
  EXPECT_EQ(code(sealed, [](Limits& l) { l.certificates = 1000; }), "cms.limit-recipients");
}

TEST(Hostile, ZipBomb) {
  const Bytes bomb = compress({9}, Bytes(std::size_t{40} * 1024 * 1024, 0));
  const ReadResult result = read_all(bomb);
  ASSERT_FALSE(result.status);
  EXPECT_EQ(result.status.error().code, kLimitExpansion);
  EXPECT_LE(result.content.size(), std::size_t{17} * 1024 * 1024);
  EXPECT_FALSE(result.finished);
}

TEST(Hostile, CompressedDataWithDamage) {
  const Bytes good = compress({}, sample(1000));
  std::size_t refused = 0;
  for (std::size_t at = 60; at < good.size(); ++at) {
    Bytes bad = good;
    bad[at] = static_cast<Byte>(bad[at] ^ 4U);
    const ReadResult result = read_all(bad);
    if (result.outcome() == "ok") {
      EXPECT_EQ(result.content, sample(1000));
    } else {
      ++refused;
    }
  }
  EXPECT_GT(refused, 1000U);
}

TEST(Hostile, GcmInEnvelopedDataOnlyWhenAllowed) {
  // BouncyCastle's form: the AuthEnvelopedData of ours with the tag moved to the end of the ciphertext.
  const Bytes content = sample(1000);
  const Keys keys("rsa");
  const Bytes proper = seal(sealed_for("rsa", ContentCipher::Aes256Gcm), content);
  // 04 10 <tag> 00 00 00 00 00 00 at the end; before it 00 00 00 00 closes the content.
  const std::size_t tag_at = proper.size() - 6 - 18;
  Bytes moved(proper.begin(), proper.begin() + static_cast<std::ptrdiff_t>(tag_at) - 4);
  moved.insert(moved.end(), proper.begin() + static_cast<std::ptrdiff_t>(tag_at), proper.end() - 6);
  detail::close_indefinite(moved, 5);
  const Bytes auth = der_oid(oids::kAuthEnvelopedData);
  const Bytes plain = der_oid(oids::kEnvelopedData);
  ASSERT_EQ(Bytes(moved.begin() + 2, moved.begin() + 2 + static_cast<std::ptrdiff_t>(auth.size())), auth);
  Bytes renamed(moved.begin(), moved.begin() + 2);
  append(renamed, plain);
  renamed.insert(renamed.end(), moved.begin() + 2 + static_cast<std::ptrdiff_t>(auth.size()), moved.end());
  EXPECT_EQ(read_all(renamed, keys.options).outcome(), "unsupported-algorithm");
  ReaderOptions allowed = keys.options;
  allowed.accept_gcm_in_enveloped_data = true;
  for (const std::size_t chunk : {std::size_t{0}, std::size_t{1}, std::size_t{10}, std::size_t{100}}) {
    const ReadResult result = read_all(renamed, allowed, chunk);
    EXPECT_EQ(result.outcome(), "ok");
    EXPECT_EQ(result.content, content);
  }
  renamed[renamed.size() - 15] ^= 1U;
  EXPECT_EQ(read_all(renamed, allowed).outcome(), "authentication");
}

TEST(Hostile, TrailingOctets) {
  Bytes message = sign(signed_by(signer("rsa")), sample(10));
  Bytes padded = message;
  append(padded, to_bytes(std::string("\0\0\0\r\n", 5)));
  EXPECT_EQ(read_all(padded).outcome(), "ok");
  Bytes joined = message;
  append(joined, message);
  EXPECT_EQ(read_all(joined).outcome(), "malformed");
}

TEST(Hostile, NotCms) {
  const auto id = [](std::string_view text) {
    const ReadResult result = read_all(as_bytes(text));
    return result.status ? std::string("ok") : std::string(result.status.error().code.id);
  };
  EXPECT_EQ(id(""), "cms.truncated");
  EXPECT_EQ(id("hello world, this is text"), "cms.not-cms");
  EXPECT_EQ(id(std::string_view("\x30\x03\x02\x01\x01", 5)), "cms.not-cms");
  EXPECT_EQ(id(std::string_view("\x30\x00", 2)), "cms.malformed");
  EXPECT_EQ(id(as_text(der_sequence({der_oid(oids::kSignedData)}))), "cms.malformed");
  EXPECT_EQ(id(as_text(detail::content_info("1.2.3.4", der_sequence({})))), "cms.unsupported-type");
  EXPECT_EQ(id(as_text(detail::content_info(oids::kSignedData, der_sequence({})))), "cms.malformed");
  EXPECT_EQ(id(as_text(detail::content_info(oids::kSignedData, der_octet_string({})))), "cms.malformed");
}

TEST(Hostile, AnErrorOfTheContentSinkEndsTheReader) {
  class Full final : public ContentHandler {
   public:
    Result<Sink*> on_content(const Layer&) override { return &sink_; }

   private:
    BufferSink sink_{10};
  };
  Full handler;
  CmsReader reader(handler, {});
  const auto status = reader.write(sign(signed_by(signer("rsa")), sample(100)));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code.id, "base.buffer-full");
  EXPECT_EQ(reader.layer().error->code.id, "base.buffer-full");
}

TEST(Hostile, SignatureOverContentAsAWholeIsBounded) {
  // Ed25519 without signed attributes: made by hand, our writer refuses it.
  const Bytes content = sample(3000);
  const Identity& own = identity("ed25519");
  const auto value = crypto::sign_message(own.key, {crypto::SignatureKind::Ed25519}, content);
  ASSERT_TRUE(value);
  const Bytes digest_algorithm = der_algorithm(crypto::oid(DigestAlgorithm::Sha512));
  const Bytes issuer =
      der_sequence({own.certificate.issuer_der(), der_element(der::kInteger, own.certificate.serial())});
  const Bytes info = der_sequence(
      {der_integer(1), issuer, digest_algorithm, der_algorithm(crypto::kEd25519Oid), der_octet_string(*value)});
  const Bytes structure =
      der_sequence({der_integer(1), der_set_of({digest_algorithm}),
                    der_sequence({der_oid(oids::kData), der_element(der::context(0), der_octet_string(content))}),
                    der_element(der::context(0), own.certificate.der()), der_set_of({info})});
  const Bytes message = detail::content_info(oids::kSignedData, structure);
  EXPECT_EQ(read_all(message).outcome(), "ok");
  ReaderOptions small;
  small.limits.pure_signature = 2999;
  const ReadResult refused = read_all(message, small, 100);
  EXPECT_EQ(refused.outcome(), "limit");
  EXPECT_EQ(refused.layer.error->code, kLimitPureSignature);
}

}  // namespace
}  // namespace sealgate::cms::test
