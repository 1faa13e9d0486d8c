#pragma once
// What is known about one CMS layer: filled while it is read, complete when the reader's finish() returned.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/error.h"
#include "certificates/certificate.h"
#include "certificates/crl.h"

namespace sealgate::cms {

enum class LayerKind { Data, Signed, Enveloped, AuthEnveloped, Compressed, Digested, Encrypted };

/// "data", "signed", "enveloped", "auth-enveloped", "compressed", "digested", "encrypted".
std::string_view name(LayerKind kind);
/// From the content type's OID; absent for types that are not CMS layers.
std::optional<LayerKind> layer_kind_from_oid(std::string_view oid);

/// How a SignerInfo or RecipientInfo names a certificate (RFC 5652 sections 5.3, 6.2.1).
struct EntityId {
  enum class Kind { IssuerAndSerial, SubjectKeyId };
  Kind kind = Kind::IssuerAndSerial;
  Bytes issuer_der;  ///< DER of the Name as sent
  Bytes serial;      ///< content octets of the INTEGER
  Bytes key_id;      ///< with SubjectKeyId

  bool matches(const certificates::Certificate& certificate) const;
  /// For people: "serial 4A3F" or "key id 10DA…".
  std::string to_string() const;
};

enum class RecipientType { KeyTransport, KeyAgreement, KeyEncryptionKey, Password, Other };

/// One key that can open the content. A KeyAgreeRecipientInfo with several encrypted keys gives several of these with
/// the same `info`.
struct Recipient {
  RecipientType type = RecipientType::Other;
  std::size_t info = 0;        ///< index of the RecipientInfo
  std::optional<EntityId> id;  ///< certificate recipients
  Bytes kek_id;                ///< KeyEncryptionKey
  /// "ktri:rsa", "ktri:rsa-oaep", "ktri:rsa:skid", "kari:esdh:3des-wrap", "kari:ecdh-sha256kdf:aes128-wrap",
  /// "kekri:aes128-wrap", "pwri"; an OID where the algorithm is unknown.
  std::string algorithm;
};

struct Signer {
  EntityId id;
  std::optional<certificates::Certificate> certificate;  ///< found, embedded or from outside
  bool certificate_embedded = false;
  std::string digest;     ///< "sha256"; "md2" or an OID where we do not implement it
  std::string signature;  ///< "rsa", "sha256-rsa", "rsa-pss", "dsa-sha1", "ecdsa-sha256", "ed25519", or an OID
  /// The digest under the signature itself, where it verified: that of the attributes may be another than that of the
  /// content, and is as much relied on. Empty for Ed25519.
  std::string signature_digest;
  bool signed_attributes = false;
  std::optional<Time> signing_time;  ///< as claimed by the signer
  Bytes message_digest;              ///< of the content, as it matched
  std::string content_variant;       ///< detached content: which variant matched ("raw", "canonical"); else empty
  /// Absent: the signature is mathematically good. Says nothing about trust, chains or policy.
  std::optional<Error> error;

  /// "sha256/rsa", "sha1/dsa-sha1/no-attrs"
  std::string algorithms() const;
};

struct Layer {
  LayerKind kind = LayerKind::Data;
  std::string content_type;         ///< OID of what is inside
  bool has_content = false;         ///< false: detached signature, certificates only
  std::uint64_t content_bytes = 0;  ///< delivered so far

  // Enveloped, AuthEnveloped, Encrypted
  std::string cipher;  ///< "aes128-cbc", "des-ede3-cbc", "rc2-cbc-40", "aes256-gcm", or an OID
  std::vector<Recipient> recipients;
  std::optional<std::size_t> matched_recipient;                  ///< index into `recipients`
  std::optional<certificates::Certificate> matched_certificate;  ///< whose key opened it, when the provider knew it
  bool authenticated = false;                                    ///< an authentication tag protects the plaintext

  // Signed
  std::vector<Signer> signers;
  std::vector<certificates::Certificate> certificates;
  std::vector<certificates::Crl> crls;
  std::vector<Bytes> ocsp_responses;        ///< DER, of RevocationInfoChoices (RFC 5940); not looked into
  std::size_t unreadable_certificates = 0;  ///< embedded objects that are no X.509 certificates or lists we can read

  // Compressed, Digested
  std::string algorithm;  ///< "zlib", "sha1"

  /// Names of weak algorithms and key sizes in use ("sha1", "des-ede3-cbc", "rsa-1024"), without duplicates. The
  /// reader never refuses them: policy is the caller's.
  std::vector<std::string> weak;

  /// Why the layer failed. For Signed: the first signer's error, or no-signer; everything else is also the error that
  /// write() or finish() of the reader returned.
  std::optional<Error> error;

  /// As test vectors spell them: one entry a signer, or one a RecipientInfo followed by the cipher, or "zlib".
  std::vector<std::string> algorithms() const;
  void add_weak(std::string_view weak_name);
};

}  // namespace sealgate::cms
