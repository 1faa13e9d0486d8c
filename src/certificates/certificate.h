#pragma once
// One X.509 certificate (RFC 5280) as a value: copies share one immutable object, and all members may be called from
// several threads at once. Loading is lenient on purpose: partners' old certificates have negative serial numbers,
// odd encodings and DSA keys without parameters. Whether a certificate is any good is decided by path_validation.h
// and usage.h, never by loading it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "certificates/thumbprint.h"
#include "crypto/algorithms.h"
#include "crypto/key.h"

struct x509_st;  // OpenSSL's X509

namespace sealgate::certificates {

/// Key usage bits (RFC 5280 section 4.2.1.3).
enum class KeyUsage : std::uint16_t {
  DigitalSignature = 1 << 0,
  NonRepudiation = 1 << 1,
  KeyEncipherment = 1 << 2,
  DataEncipherment = 1 << 3,
  KeyAgreement = 1 << 4,
  KeyCertSign = 1 << 5,
  CrlSign = 1 << 6,
  EncipherOnly = 1 << 7,
  DecipherOnly = 1 << 8
};

struct BasicConstraints {
  bool ca = false;
  std::optional<std::uint64_t> path_length;  ///< absent: unlimited
};

class Certificate {
 public:
  /// Exactly one DER (or BER) certificate; trailing line ends and zero bytes are ignored, other trailing bytes and
  /// anything that is not a certificate are certificates.malformed-certificate.
  static Result<Certificate> from_der(ByteView der);
  /// Shares an OpenSSL object (adds a reference). For net/, which gets peers' certificates from a TLS session.
  static Result<Certificate> from_native(x509_st* native);

  /// The encoding as received; thumbprints are over these bytes. Valid as long as any copy lives.
  ByteView der() const;
  /// SHA-1 over der(), for people.
  const Thumbprint& thumbprint() const;
  /// SHA-256 over der(), for decisions.
  const Thumbprint& thumbprint_sha256() const;
  /// True when `thumbprint`, of either kind, is this certificate's.
  bool has_thumbprint(const Thumbprint& thumbprint) const;

  /// RFC 2253 order and escaping, short attribute names: "CN=Alice,emailAddress=a@example.com,O=X,C=US". Empty for an
  /// empty name. Characters outside ASCII are escaped as \XX.
  std::string subject() const;
  std::string issuer() const;
  /// The same with letters of all languages left readable, for people; control characters stay escaped.
  std::string display_subject() const;
  /// The most telling single name: common name, else first e-mail address, else organisation, else subject().
  std::string short_name() const;
  /// DER of the Name as it stands in the certificate.
  Bytes subject_der() const;
  Bytes issuer_der() const;
  /// True when subject and issuer are the same name (RFC 5280 calls this self-issued).
  bool self_issued() const;
  /// Self-issued and signed by its own key.
  bool self_signed() const;

  /// Content octets of the serial number's INTEGER as DER has them (a leading zero, a negative number included).
  Bytes serial() const;
  /// As people write it: upper-case hex, "-" in front when negative, no leading zeros.
  std::string serial_hex() const;
  /// IssuerAndSerialNumber of CMS: the name is compared as RFC 5280 section 7.1 says (case, blanks and string type do
  /// not matter), the number by its value.
  bool matches_issuer_and_serial(ByteView issuer_name_der, ByteView serial_content) const;

  /// The subject key identifier extension; absent when there is none.
  std::optional<Bytes> subject_key_id() const;
  std::optional<Bytes> authority_key_id() const;
  /// SubjectKeyIdentifier of CMS: the extension, or, without one, the SHA-1 of the public key bits (RFC 5280
  /// section 4.2.1.2, method 1).
  bool matches_key_id(ByteView key_id) const;

  /// Validity, both ends included. A date that cannot be read is the epoch's farthest past (not_after) or future
  /// (not_before), so that nothing is valid by accident.
  Time not_before() const;
  Time not_after() const;
  bool valid_at(Time time) const { return not_before() <= time && time <= not_after(); }

  /// Bits of KeyUsage; absent when the certificate has no key usage extension (then every usage is allowed).
  std::optional<std::uint16_t> key_usage() const;
  bool allows(KeyUsage usage) const;
  /// Dotted object identifiers; absent when there is no extended key usage extension.
  std::optional<std::vector<std::string>> extended_key_usage() const;
  std::optional<BasicConstraints> basic_constraints() const;
  bool is_ca() const;

  /// E-mail addresses: of the subject name first, then rfc822Name of the alternative names; no duplicates, no
  /// addresses with control characters or embedded zeros.
  std::vector<std::string> email_addresses() const;
  std::vector<std::string> dns_names() const;
  /// Where the issuer publishes its revocation lists (http and ldap URIs as they stand).
  std::vector<std::string> crl_distribution_points() const;

  /// DER of SubjectPublicKeyInfo as it stands, and its SHA-256.
  Bytes spki_der() const;
  Bytes spki_sha256() const;
  /// certificates.no-public-key when the key is of an unknown kind or broken. A DSA key without parameters is one of
  /// these: signer_public_key() of path_validation.h finds its parameters.
  Result<crypto::PublicKey> public_key() const;
  /// "RSA 2048", "EC P-256", "DSA 1024", "Ed25519", "X25519", "DH 1024"; "unknown" otherwise.
  std::string key_description() const;
  /// Security bits of the key as NIST SP 800-57 counts them (RSA 2048 is 112); 0 when unknown.
  int key_security_bits() const;
  /// "sha256WithRSAEncryption", … or the dotted OID.
  std::string signature_algorithm() const;
  /// The digest that the issuer signed; absent when the algorithm has none of its own (Ed25519) or is unknown.
  std::optional<crypto::DigestAlgorithm> signature_digest() const;
  /// Version as printed in the standards: 1 or 3.
  int version() const;

  /// Borrowed OpenSSL object, valid as long as any copy lives. For certificates/ and net/ only; do not change it.
  x509_st* native() const;

  /// The same encoding.
  friend bool operator==(const Certificate& a, const Certificate& b) {
    return a.thumbprint_sha256() == b.thumbprint_sha256();
  }

 private:
  struct Data;
  explicit Certificate(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

}  // namespace sealgate::certificates
