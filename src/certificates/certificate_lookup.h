#pragma once
// Certificates as messages name them: a SignerInfo or RecipientInfo gives issuer and serial number or a key
// identifier (RFC 5652 sections 5.3 and 6.2.1), a path gives the issuer's name (RFC 5280 section 6). Stores file each
// certificate under these, so that one of very many is found without looking at the others.

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "certificates/certificate.h"

namespace sealgate::certificates {

class CertificateStore;
struct StoreId;

/// What is asked for.
struct CertificateQuery {
  enum class Kind { IssuerAndSerial, KeyId, Subject };
  Kind kind = Kind::Subject;
  Bytes name = {};    ///< DER of the issuer's (IssuerAndSerial) or the subject's name
  Bytes serial = {};  ///< content octets of the number
  Bytes key_id = {};

  static CertificateQuery by_issuer_and_serial(ByteView issuer_der, ByteView serial);
  static CertificateQuery by_key_id(ByteView key_id);
  static CertificateQuery by_subject(ByteView name_der);

  /// Names are compared as RFC 5280 section 7.1 says, numbers by their value.
  bool matches(const Certificate& certificate) const;
  /// What a store files the certificates under that match; those of others may be the same, now and then. Empty: no
  /// certificate can match.
  Bytes key() const;
};

/// "issuer_serial", "key_id", "subject": what databases call the keys.
std::string_view to_string(CertificateQuery::Kind kind);

/// The keys under which a certificate is found. Never empty.
struct LookupKeys {
  Bytes issuer_and_serial = {};
  Bytes key_id = {};
  Bytes subject = {};
  const Bytes& of(CertificateQuery::Kind kind) const;
};
LookupKeys lookup_keys_of(const Certificate& certificate);

/// As many certificates are given for one query; partners with more of one name are not served by name.
inline constexpr std::size_t kMaxMatches = 100;

/// Certificates to choose from. Thread-safe.
class CertificateFinder {
 public:
  CertificateFinder() = default;
  CertificateFinder(const CertificateFinder&) = delete;
  CertificateFinder& operator=(const CertificateFinder&) = delete;
  virtual ~CertificateFinder() = default;

  /// Absent when it is not there. Errors are those of the store.
  virtual Result<std::optional<Certificate>> find(const Thumbprint& thumbprint) const = 0;
  /// Up to kMaxMatches; empty when there is none.
  virtual Result<std::vector<Certificate>> find(const CertificateQuery& query) const = 0;
};

/// Of a few that are at hand.
std::shared_ptr<const CertificateFinder> find_among(std::vector<Certificate> certificates);
/// Of a store, which must outlive it. Answers are kept: make a new one when the store's revision changed.
std::shared_ptr<const CertificateFinder> find_in_store(const CertificateStore& store, StoreId id);

/// Those of `pool` that a path from `leaf` can pass: issuers by name, from link to link, over `embedded` ones as
/// well. Some hundreds at most: a hostile message does not make us look at all of them.
Result<std::vector<Certificate>> issuers_for(const Certificate& leaf, std::span<const Certificate> embedded,
                                             const CertificateFinder& pool);

}  // namespace sealgate::certificates
