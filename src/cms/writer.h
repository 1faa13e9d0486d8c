#pragma once
// Writes CMS layers as streams: each writer is a Sink that takes content and writes the layer to `out`. Opaque
// content is BER with indefinite lengths, so the size need not be known; detached signatures and everything small is
// DER. Nest them by giving one writer as the `out` of another.
//
// The caller decides what is allowed: weak algorithms are written when asked for by name.
// `out` is borrowed, outlives the writer and gets finish() when the layer is complete; wrap it where more follows.

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"
#include "base/sink.h"
#include "certificates/certificate.h"
#include "cms/oids.h"
#include "crypto/algorithms.h"
#include "crypto/digest.h"
#include "crypto/key.h"
#include "crypto/key_transport.h"

namespace sealgate::cms {

struct SignerSpec {
  certificates::Certificate certificate;
  crypto::PrivateKey key;
  crypto::DigestAlgorithm digest = crypto::DigestAlgorithm::Sha256;
  /// Absent: what fits the key (RSA PKCS#1 v1.5, ECDSA, Ed25519, DSA). RsaPss: salt as long as the digest.
  std::optional<crypto::SignatureKind> signature = std::nullopt;
  /// contentType and messageDigest, and the optional ones below. Ed25519 and content other than id-data need them.
  bool signed_attributes = true;
  std::optional<Time> signing_time = std::nullopt;
  bool smime_capabilities = true;
  /// CMSAlgorithmProtection (RFC 6211). Off: some partners reject messages that have it.
  bool algorithm_protection = false;
  bool identify_by_key_id = false;  ///< subjectKeyIdentifier instead of issuer and serial number
};

struct SignedDataOptions {
  std::vector<SignerSpec> signers;
  /// Certificates that travel with the message: add the signers' and their issuers' here as wanted.
  std::vector<certificates::Certificate> certificates;
  std::string content_type{oids::kData};
  bool detached = false;  ///< content is hashed only; the output is DER
  bool bare = false;      ///< without ContentInfo
};

class SignedDataWriter final : public Sink {
 public:
  /// cms.bad-options: no signer, a key that does not fit its certificate, a signature the key cannot make.
  static Result<std::unique_ptr<SignedDataWriter>> create(SignedDataOptions options, Sink& out);
  ~SignedDataWriter() override;
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  class Impl;
  explicit SignedDataWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Detached signature (DER ContentInfo) over content that was hashed elsewhere; `digests` holds every signer's
/// digest. Not for Ed25519 without signed attributes.
Result<Bytes> make_detached_signature(SignedDataOptions options, const crypto::MultiDigest& digests);

/// A certificate decides how: RSA keys by key transport, DH, EC and X25519 keys by key agreement.
struct CertificateRecipient {
  certificates::Certificate certificate;
  bool oaep = false;  ///< RSA: OAEP instead of PKCS#1 v1.5
  crypto::OaepParameters oaep_parameters{crypto::DigestAlgorithm::Sha256, crypto::DigestAlgorithm::Sha256, {}};
  crypto::DigestAlgorithm kdf_digest = crypto::DigestAlgorithm::Sha256;  ///< EC and X25519
  bool identify_by_key_id = false;
};
struct SecretKeyRecipient {
  Secret key;  ///< 16, 24 or 32 bytes: AES key wrap
  Bytes id;
};
struct PasswordRecipient {
  Secret password;
  std::uint32_t iterations = 600'000;
};
using RecipientSpec = std::variant<CertificateRecipient, SecretKeyRecipient, PasswordRecipient>;

struct EnvelopedDataOptions {
  std::vector<RecipientSpec> recipients;
  /// CBC gives EnvelopedData, GCM gives AuthEnvelopedData.
  crypto::ContentCipher cipher = crypto::ContentCipher::Aes256Cbc;
  std::string content_type{oids::kData};
  bool bare = false;
};

class EnvelopedDataWriter final : public Sink {
 public:
  static Result<std::unique_ptr<EnvelopedDataWriter>> create(const EnvelopedDataOptions& options, Sink& out);
  ~EnvelopedDataWriter() override;
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  class Impl;
  explicit EnvelopedDataWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct CompressedDataOptions {
  int level = 6;  ///< zlib, 1 to 9
  std::string content_type{oids::kData};
  bool bare = false;
};

class CompressedDataWriter final : public Sink {
 public:
  static Result<std::unique_ptr<CompressedDataWriter>> create(CompressedDataOptions options, Sink& out);
  ~CompressedDataWriter() override;
  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  class Impl;
  explicit CompressedDataWriter(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::cms
