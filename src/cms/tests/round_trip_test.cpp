// Our writer's output through our reader, for every algorithm.

#include <gtest/gtest.h>

#include "cms/errors.h"
#include "cms/tests/writing.h"

namespace sealgate::cms::test {
namespace {

using crypto::ContentCipher;
using crypto::DigestAlgorithm;

const std::vector<std::size_t>& sizes() {
  static const std::vector<std::size_t> kSizes{0, 1, 15, 16, 17, 1000, 65535, 65536, 65537, 200001};
  return kSizes;
}

TEST(RoundTrip, EverySizeSigned) {
  for (const std::size_t size : sizes()) {
    const Bytes content = sample(size);
    for (const std::size_t chunk : {std::size_t{0}, std::size_t{1021}}) {
      const ReadResult result = read_all(sign(signed_by(signer("rsa")), content, chunk));
      EXPECT_EQ(result.outcome(), "ok") << size << (result.layer.error ? result.layer.error->to_string() : "");
      EXPECT_EQ(result.content, content);
      EXPECT_TRUE(result.finished);
    }
  }
}

TEST(RoundTrip, EverySizeSealed) {
  const Keys keys("rsa");
  for (const ContentCipher cipher : {ContentCipher::Aes128Cbc, ContentCipher::Aes256Gcm}) {
    for (const std::size_t size : sizes()) {
      const Bytes content = sample(size);
      for (const std::size_t chunk : {std::size_t{0}, std::size_t{1021}}) {
        const ReadResult result = read_all(seal(sealed_for("rsa", cipher), content, chunk), keys.options);
        EXPECT_EQ(result.outcome(), "ok") << size;
        EXPECT_EQ(result.content, content);
      }
    }
  }
}

TEST(RoundTrip, EverySizeCompressed) {
  for (const std::size_t size : sizes()) {
    for (const Bytes& content : {sample(size), Bytes(size, 'x')}) {
      const ReadResult result = read_all(compress({}, content, 1021));
      EXPECT_EQ(result.outcome(), "ok") << size;
      EXPECT_EQ(result.content, content);
      EXPECT_EQ(result.layer.algorithms(), std::vector<std::string>{"zlib"});
    }
  }
}

TEST(RoundTrip, EverySignature) {
  struct Row {
    const char* kind;
    DigestAlgorithm digest;
    std::optional<crypto::SignatureKind> signature;
    const char* algorithms;
  };
  const std::vector<Row> rows{
      {"rsa", DigestAlgorithm::Md5, std::nullopt, "md5/rsa"},
      {"rsa", DigestAlgorithm::Sha1, std::nullopt, "sha1/rsa"},
      {"rsa", DigestAlgorithm::Sha224, std::nullopt, "sha224/rsa"},
      {"rsa", DigestAlgorithm::Sha256, std::nullopt, "sha256/rsa"},
      {"rsa", DigestAlgorithm::Sha384, std::nullopt, "sha384/rsa"},
      {"rsa", DigestAlgorithm::Sha512, std::nullopt, "sha512/rsa"},
      {"rsa", DigestAlgorithm::Sha256, crypto::SignatureKind::RsaPss, "sha256/rsa-pss"},
      {"rsa", DigestAlgorithm::Sha512, crypto::SignatureKind::RsaPss, "sha512/rsa-pss"},
      {"p256", DigestAlgorithm::Sha256, std::nullopt, "sha256/ecdsa-sha256"},
      {"p384", DigestAlgorithm::Sha384, std::nullopt, "sha384/ecdsa-sha384"},
      {"p521", DigestAlgorithm::Sha512, std::nullopt, "sha512/ecdsa-sha512"},
      {"ed25519", DigestAlgorithm::Sha256, std::nullopt, "sha512/ed25519"},
      {"dsa", DigestAlgorithm::Sha256, std::nullopt, "sha256/dsa-sha256"},
  };
  const Bytes content = sample(3000);
  for (const Row& row : rows) {
    for (const bool attributes : {true, false}) {
      for (const bool by_key_id : {false, true}) {
        SCOPED_TRACE(std::string(row.algorithms) + (attributes ? " attributes" : " none") +
                     (by_key_id ? " ski" : ""));
        if (!attributes && std::string_view(row.kind) == "ed25519") continue;
        SignerSpec spec = signer(row.kind, row.digest);
        spec.signature = row.signature;
        spec.signed_attributes = attributes;
        spec.identify_by_key_id = by_key_id;
        spec.algorithm_protection = by_key_id;
        spec.signing_time = *parse_rfc3339("2026-11-21T07:30:00Z");
        const ReadResult result = read_all(sign(signed_by(spec), content));
        EXPECT_EQ(result.outcome(), "ok") << (result.layer.error ? result.layer.error->to_string() : "");
        ASSERT_EQ(result.layer.signers.size(), 1U);
        const Signer& read = result.layer.signers[0];
        EXPECT_EQ(read.algorithms(), std::string(row.algorithms) + (attributes ? "" : "/no-attrs"));
        EXPECT_EQ(read.signing_time.has_value(), attributes);
        EXPECT_TRUE(read.certificate_embedded);
        EXPECT_EQ(read.certificate->subject().find("CN=") != std::string::npos, true);
        const bool weak = row.digest <= DigestAlgorithm::Sha1;
        EXPECT_EQ(result.layer.weak.empty(), !weak && std::string_view(row.kind) != "dsa");
      }
    }
  }
}

TEST(RoundTrip, EveryCipherForRsa) {
  const Keys keys("rsa");
  const Bytes content = sample(100000);
  for (const ContentCipher cipher :
       {ContentCipher::DesCbc, ContentCipher::Des3Cbc, ContentCipher::Rc2_40Cbc, ContentCipher::Rc2_64Cbc,
        ContentCipher::Rc2_128Cbc, ContentCipher::Aes128Cbc, ContentCipher::Aes192Cbc, ContentCipher::Aes256Cbc,
        ContentCipher::Aes128Gcm, ContentCipher::Aes192Gcm, ContentCipher::Aes256Gcm}) {
    SCOPED_TRACE(std::string(crypto::name(cipher)));
    const ReadResult result = read_all(seal(sealed_for("rsa", cipher), content), keys.options);
    EXPECT_EQ(result.outcome(), "ok") << (result.layer.error ? result.layer.error->to_string() : "");
    EXPECT_EQ(result.content, content);
    EXPECT_EQ(result.layer.cipher, crypto::report_name(cipher));
    EXPECT_EQ(result.layer.weak.empty(), !crypto::is_weak(cipher));
    EXPECT_EQ(result.layer.authenticated, crypto::is_aead(cipher));
    EXPECT_EQ(result.layer.kind, crypto::is_aead(cipher) ? LayerKind::AuthEnveloped : LayerKind::Enveloped);
  }
}

TEST(RoundTrip, EveryRecipientKind) {
  const Bytes content = sample(5000);
  for (const char* kind : {"rsa", "rsa1024", "p256", "p384", "p521", "x25519", "dh"}) {
    for (const ContentCipher cipher : {ContentCipher::Aes128Cbc, ContentCipher::Aes192Cbc, ContentCipher::Aes256Cbc,
                                       ContentCipher::Des3Cbc, ContentCipher::Rc2_128Cbc, ContentCipher::Aes128Gcm}) {
      for (const bool by_key_id : {false, true}) {
        SCOPED_TRACE(std::string(kind) + ' ' + std::string(crypto::name(cipher)));
        EnvelopedDataOptions options;
        CertificateRecipient recipient{identity(kind).certificate};
        recipient.identify_by_key_id = by_key_id;
        options.recipients.emplace_back(std::move(recipient));
        options.cipher = cipher;
        const Keys keys(kind);
        const ReadResult result = read_all(seal(std::move(options), content), keys.options);
        EXPECT_EQ(result.outcome(), "ok") << (result.layer.error ? result.layer.error->to_string() : "");
        EXPECT_EQ(result.content, content);
        ASSERT_TRUE(result.layer.matched_certificate);
        EXPECT_EQ(*result.layer.matched_certificate, identity(kind).certificate);
      }
    }
  }
}

TEST(RoundTrip, OaepWithEveryDigest) {
  const Keys keys("rsa");
  for (const DigestAlgorithm digest : {DigestAlgorithm::Sha1, DigestAlgorithm::Sha256, DigestAlgorithm::Sha512}) {
    for (const DigestAlgorithm mask : {DigestAlgorithm::Sha1, DigestAlgorithm::Sha256}) {
      EnvelopedDataOptions options;
      CertificateRecipient recipient{identity("rsa").certificate};
      recipient.oaep = true;
      recipient.oaep_parameters = {digest, mask, digest == mask ? to_bytes("label") : Bytes{}};
      options.recipients.emplace_back(std::move(recipient));
      const ReadResult result = read_all(seal(std::move(options), sample(10)), keys.options);
      EXPECT_EQ(result.outcome(), "ok");
      EXPECT_EQ(result.layer.recipients[0].algorithm, "ktri:rsa-oaep");
    }
  }
}

TEST(RoundTrip, SecretKeyAndPassword) {
  const Bytes content = sample(5000);
  const auto options = [] {
    EnvelopedDataOptions result;
    result.recipients.emplace_back(SecretKeyRecipient{Secret(sample(32)), to_bytes("shared")});
    result.recipients.emplace_back(PasswordRecipient{Secret::from_text("correct horse"), 1000});
    return result;
  };
  const Bytes sealed = seal(options(), content);
  MemoryKeyProvider by_secret;
  by_secret.add_secret(Secret(sample(32)), to_bytes("shared"));
  MemoryKeyProvider by_password;
  by_password.add_password(Secret::from_text("battery staple"));
  by_password.add_password(Secret::from_text("correct horse"));
  MemoryKeyProvider wrong;
  wrong.add_secret(Secret(sample(32)), to_bytes("another"));
  MemoryKeyProvider wrong_password;
  wrong_password.add_password(Secret::from_text("battery staple"));
  const auto open = [&sealed](const MemoryKeyProvider& provider, std::uint32_t iterations = 1000) {
    ReaderOptions reader_options;
    reader_options.keys = &provider;
    reader_options.limits.password_iterations = iterations;
    return read_all(sealed, reader_options);
  };
  EXPECT_EQ(open(by_secret).content, content);
  EXPECT_EQ(open(by_password).content, content);
  EXPECT_EQ(open(by_password).layer.recipients[*open(by_password).layer.matched_recipient].type,
            RecipientType::Password);
  EXPECT_EQ(open(wrong).outcome(), "no-matching-recipient");
  EXPECT_EQ(open(wrong_password).outcome(), "key-unwrap");
  EXPECT_EQ(open(by_password, 999).outcome(), "limit");
}

TEST(RoundTrip, SeveralRecipients) {
  EnvelopedDataOptions options;
  for (const char* kind : {"rsa-other", "p256", "rsa", "x25519", "dh"}) {
    options.recipients.emplace_back(CertificateRecipient{identity(kind).certificate});
  }
  const Bytes content = sample(70000);
  const Bytes sealed = seal(std::move(options), content);
  for (const char* kind : {"rsa-other", "p256", "rsa", "x25519", "dh"}) {
    const Keys keys(kind);
    const ReadResult result = read_all(sealed, keys.options);
    EXPECT_EQ(result.outcome(), "ok") << kind;
    EXPECT_EQ(result.content, content);
    EXPECT_EQ(result.layer.recipients.size(), 5U);
  }
  const Keys stranger("p384");
  EXPECT_EQ(read_all(sealed, stranger.options).outcome(), "no-matching-recipient");
  const ReadResult keyless = read_all(sealed);
  EXPECT_EQ(keyless.outcome(), "no-key");
  EXPECT_EQ(keyless.layer.recipients.size(), 5U) << "recipients are listed all the same";
  EXPECT_EQ(keyless.layer.cipher, "aes256-cbc");
}

TEST(RoundTrip, KeysWithoutCertificatesFindTheirRecipient) {
  EnvelopedDataOptions options;
  for (const char* kind : {"rsa-other", "rsa"}) {
    options.recipients.emplace_back(CertificateRecipient{identity(kind).certificate});
  }
  const Bytes content =
      to_bytes("Content-Type: text/plain\r\n\r\nA message that looks like one, in several lines.\r\n");
  const Bytes sealed = seal(std::move(options), content);
  for (const char* kind : {"rsa-other", "rsa"}) {
    MemoryKeyProvider provider;
    provider.add(identity("p256").key);
    provider.add(identity(kind).key);
    ReaderOptions reader_options;
    reader_options.keys = &provider;
    for (const std::size_t chunk : {std::size_t{0}, std::size_t{1}}) {
      const ReadResult result = read_all(sealed, reader_options, chunk);
      EXPECT_EQ(result.outcome(), "ok") << kind;
      EXPECT_EQ(result.content, content);
    }
  }
}

TEST(RoundTrip, SeveralSignersAndNestedBareLayers) {
  SignedDataOptions options;
  for (const char* kind : {"rsa", "p256", "ed25519"}) {
    options.signers.push_back(signer(kind));
    options.certificates.push_back(identity(kind).certificate);
  }
  options.certificates.push_back(identity("rsa").certificate);
  options.bare = true;
  const Bytes content = sample(5000);
  const Bytes inner = sign(std::move(options), content);
  EnvelopedDataOptions outer = sealed_for("rsa");
  outer.content_type = std::string(oids::kSignedData);
  const Keys keys("rsa");
  const ReadResult opened = read_all(seal(std::move(outer), inner), keys.options);
  ASSERT_EQ(opened.outcome(), "ok");
  EXPECT_EQ(opened.layer.content_type, oids::kSignedData);
  ReaderOptions bare;
  bare.bare_type = opened.layer.content_type;
  const ReadResult verified = read_all(opened.content, bare);
  EXPECT_EQ(verified.outcome(), "ok");
  EXPECT_EQ(verified.layer.signers.size(), 3U);
  EXPECT_EQ(verified.layer.certificates.size(), 3U) << "no certificate twice";
  EXPECT_EQ(verified.content, content);
  EXPECT_EQ(read_all(opened.content).outcome(), "malformed") << "bare only when announced";
}

TEST(RoundTrip, WriterRefusesWhatMakesNoSense) {
  BufferSink out;
  const auto code = [](const auto& result) {
    return result ? std::string("ok") : std::string(result.error().code.id);
  };
  EXPECT_EQ(code(SignedDataWriter::create({}, out)), "cms.bad-options");
  EXPECT_EQ(code(EnvelopedDataWriter::create({}, out)), "cms.bad-options");
  SignerSpec mismatch{identity("rsa").certificate, identity("rsa-other").key};
  EXPECT_EQ(code(SignedDataWriter::create(signed_by(mismatch), out)), "cms.bad-options");
  SignerSpec wrong_kind = signer("rsa");
  wrong_kind.signature = crypto::SignatureKind::Ecdsa;
  EXPECT_EQ(code(SignedDataWriter::create(signed_by(wrong_kind), out)), "cms.bad-options");
  SignerSpec pure = signer("ed25519");
  pure.signed_attributes = false;
  EXPECT_EQ(code(SignedDataWriter::create(signed_by(pure), out)), "cms.bad-options");
  EXPECT_EQ(code(EnvelopedDataWriter::create(sealed_for("ed25519"), out)), "cms.bad-options");
  EXPECT_EQ(code(CompressedDataWriter::create({0}, out)), "cms.bad-options");
  EXPECT_TRUE(out.bytes().empty());
}

}  // namespace
}  // namespace sealgate::cms::test
