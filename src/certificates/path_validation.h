#pragma once
// Builds and checks the path from a certificate to an anchor at a given time (RFC 5280 section 6), with revocation
// lists and policies. The time, the lists and the candidates are arguments: nothing is fetched and no clock is asked.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "certificates/certificate.h"
#include "certificates/crl.h"
#include "crypto/key.h"

namespace sealgate::certificates {

enum class PathPurpose { Any, None, EmailSign, EmailEncrypt, SslServer, SslClient };
enum class CrlCheck { Off, Leaf, All };

/// The inputs of RFC 5280 section 6.1.1.
struct CertificatePolicies {
  bool check = false;                         ///< process certificate policies at all
  std::vector<std::string> initial_policies;  ///< dotted OIDs; "anyPolicy" is understood; empty: any
  bool require_explicit_policy = false;
  bool inhibit_any_policy = false;
  bool inhibit_policy_mapping = false;
};

struct PathPolicy {
  Time time{};
  PathPurpose purpose = PathPurpose::Any;
  bool partial_chain = false;  ///< an anchor need not be self-signed
  CrlCheck crl_check = CrlCheck::Off;
  bool extended_crl = false;  ///< indirect and partitioned lists (RFC 5280 section 6.3.3)
  bool use_deltas = false;
  bool strict = false;  ///< insist on what RFC 5280 demands of the encoding (identifiers, critical flags)
  CertificatePolicies policies;
  /// 0: any algorithm; 1: no MD5 or SHA-1 under a certificate, no RSA under 1024 bits; 2: no RSA under 2048 bits.
  int auth_level = 0;
  std::string peer_dns;                ///< name the leaf must bear; empty: not checked
  std::string peer_ip;                 ///< textual address; empty: not checked
  std::vector<Thumbprint> distrusted;  ///< the Untrusted store: a path through one of these is chain:distrusted
  int max_depth = 100;                 ///< intermediates between leaf and anchor; more is chain:too-long
  std::size_t max_candidates =
      1000;  ///< embedded certificates looked at, and lists; more is chain:too-many-candidates
};

struct PathResult {
  /// "ok" or a stable class: "chain:expired", "chain:revoked", "chain:no-issuer", …
  std::string_view outcome = "ok";
  /// The error met first; another than `outcome` where one led to the other: the certificate that signed a revocation
  /// list is revoked (chain:revoked), so the list cannot be used (chain:crl-path).
  std::string_view cause = "ok";
  int openssl_error = 0;           ///< X509_V_ERR_…; 0 for ok and for refusals of our own
  int depth = 0;                   ///< which certificate of the path is at fault, 0 is the leaf
  std::vector<Certificate> chain;  ///< leaf first; as far as it could be built
  std::vector<std::string>
      user_policies;   ///< user-constrained-policy-set, dotted OIDs or "anyPolicy"; with policies.check
  std::string text;    ///< for people, one sentence; empty for ok
  std::string remedy;  ///< what the operator can do

  bool ok() const { return outcome == "ok"; }
  /// The same as an error: class Revocation for revoked and unknown revocation, else Trust.
  Result<> status() const;
};

/// Validates `leaf`. `embedded` are untrusted candidates (of the message and of the IntermediateAuthorities store),
/// `anchors` the trusted roots. The caller checks the signature over the message apart from this.
PathResult validate_path(const Certificate& leaf, std::span<const Certificate> embedded,
                         std::span<const Certificate> anchors, std::span<const Crl> crls, const PathPolicy& policy);

/// The key to verify a signature of `certificate` with. Where the certificate holds a DSA key without parameters,
/// they are taken from its issuer among `candidates`, and so on up (RFC 3279 section 2.3.2).
/// certificates.no-public-key when there is no usable key.
Result<crypto::PublicKey> signer_public_key(const Certificate& certificate, std::span<const Certificate> candidates);

/// Every class that validate_path can give, for documentation and tests.
std::span<const std::string_view> path_outcomes();

}  // namespace sealgate::certificates
