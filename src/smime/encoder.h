#pragma once
// Seals a payload as it streams by: optional compression, signature (clear or opaque), encryption, MIME around each.
// RFC 8551 (S/MIME 4.0), RFC 5652 and RFC 5083 (CMS), RFC 3274 (compression), RFC 1847 (multipart/signed).
//
// Fails closed: a signer or recipient whose certificate is not valid at the given time or may not do the job, or a
// weak algorithm that was not allowed by name, is an error before the first byte of output. Output of an encoder that
// failed must be destroyed.
//
// Memory: fixed buffers, whatever the size of the payload. Not thread-safe; one encoder per message.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/sink.h"
#include "certificates/certificate.h"
#include "crypto/algorithms.h"
#include "crypto/key.h"
#include "mime/headers.h"
#include "mime/transfer_encoding.h"
#include "smime/weak_policy.h"

namespace sealgate::smime {

enum class SignatureForm { Clear, Opaque };

struct SignOptions {
  SignatureForm form = SignatureForm::Clear;
  certificates::Certificate certificate;
  crypto::PrivateKey key;
  crypto::DigestAlgorithm digest = crypto::DigestAlgorithm::Sha256;
  bool use_pss = false;            ///< RSASSA-PSS in place of PKCS#1 v1.5, for RSA keys
  bool attach_certificate = true;  ///< also the chain
  std::vector<certificates::Certificate> chain = {};
  /// micalg of a clear signature without hyphen ("sha256", RFC 3851), for readers older than RFC 5751.
  bool old_micalg_names = false;
};

enum class KeyTransport { RsaPkcs1, RsaOaep };

struct EncryptOptions {
  std::vector<certificates::Certificate> recipients;
  crypto::ContentCipher cipher = crypto::ContentCipher::Aes256Cbc;  ///< GCM makes AuthEnvelopedData
  KeyTransport key_transport = KeyTransport::RsaPkcs1;              ///< for recipients with RSA keys
  crypto::DigestAlgorithm oaep_digest = crypto::DigestAlgorithm::Sha256;
  bool allow_expired = false;  ///< a recipient's certificate that has expired still counts: somebody agreed on it
};

enum class Compression { None, BeforeSigning, AfterSigning };

struct EncodeOptions {
  std::optional<SignOptions> sign;
  std::optional<EncryptOptions> encrypt;
  Compression compression = Compression::None;  ///< without a signature, both values mean the same

  /// Of the payload: "type/subtype" with parameters.
  std::string content_type = "application/octet-stream";
  std::string file_name;            ///< UTF-8; empty: no Content-Disposition
  std::string content_description;  ///< empty: none
  /// Transfer encoding of the payload's own part. Absent: base64 where the part is visible on the wire (plain or
  /// clear signed), binary inside a CMS layer.
  std::optional<mime::TransferEncoding> part_encoding;
  /// Of every CMS entity: base64, or binary where the transport is clean (HTTP) and the partner reads binary. Others
  /// count as base64.
  mime::TransferEncoding wire_encoding = mime::TransferEncoding::Base64;
  /// The payload is a complete MIME entity with its own header (a multipart, for example) and is sealed as it is; the
  /// four members above then do not matter. Bare LF becomes CRLF in it, so that its signature survives mail.
  bool payload_is_entity = false;
  /// Such an entity keeps its line ends, where the transport is clean and the partner takes parts as binary.
  bool keep_line_ends = false;

  /// Put before the MIME header of the outermost entity: From, To, Subject, Date, Message-ID.
  mime::Headers outer_headers;

  /// Not null: also gets the octets that a receipt names (RFC 4130 section 7.3.1): what is signed, or else the entity
  /// inside the innermost layer; nothing without layers, where it is the body itself. Outlives the encoder; finished.
  Sink* receipt_octets = nullptr;
  /// Not null: also gets the payload's own entity, with its header, before anything is done to it; not without
  /// layers.
  Sink* payload_octets = nullptr;
  /// Not null: also gets the signature, SignedData in DER without transfer encoding; nothing without a signature.
  /// Outlives the encoder; finished.
  Sink* signature_octets = nullptr;

  Time time{};  ///< signing time, and when certificates must be valid
  WeakPolicy weak;
};

class Encoder final : public Sink {
 public:
  /// Checks everything that can be checked before the first byte. `target` must outlive the encoder; it gets
  /// finish().
  static Result<std::unique_ptr<Encoder>> create(EncodeOptions options, Sink& target);
  ~Encoder() override;

  Result<> write(ByteView bytes) override;
  Result<> finish() override;

 private:
  class Impl;
  explicit Encoder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealgate::smime
