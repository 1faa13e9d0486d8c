#include "certificates/path_outcomes.h"

#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>

#include "certificates/path_validation.h"

namespace sealgate::certificates {
namespace {

constexpr std::string_view kAskPartner = "ask the partner for a certificate whose path is in order";
constexpr std::string_view kFreshList = "fetch the current revocation list from its issuer and import it";

constexpr std::array kOutcomes = {
    PathOutcome{"chain:other", {"certificates.chain-other", ErrorClass::Trust}, "was refused", kAskPartner},
    PathOutcome{"chain:no-issuer",
                {"certificates.chain-no-issuer", ErrorClass::Trust},
                "has an issuer whose certificate is neither in the message nor in a store",
                "import the issuer's certificate into IntermediateAuthorities, or, if it is a root that you trust, "
                "into TrustedRoots"},
    PathOutcome{"chain:untrusted-root",
                {"certificates.chain-untrusted-root", ErrorClass::Trust},
                "is self-signed and not among the trusted roots",
                "check its thumbprint with the partner by telephone, then import it into TrustedRoots"},
    PathOutcome{"chain:distrusted",
                {"certificates.chain-distrusted", ErrorClass::Trust},
                "is in the store Untrusted",
                "remove it from Untrusted only if you know why it was put there"},
    PathOutcome{"chain:expired",
                {"certificates.chain-expired", ErrorClass::Trust},
                "has expired",
                "ask its owner for the renewed certificate and import it"},
    PathOutcome{"chain:not-yet-valid",
                {"certificates.chain-not-yet-valid", ErrorClass::Trust},
                "is not valid yet",
                "check the clock of this computer; else wait until the certificate becomes valid"},
    PathOutcome{"chain:cert-signature",
                {"certificates.chain-cert-signature", ErrorClass::Trust},
                "bears a signature that does not fit its issuer's key",
                kAskPartner},
    PathOutcome{"chain:issuer-key",
                {"certificates.chain-issuer-key", ErrorClass::Trust},
                "has an issuer whose public key cannot be read",
                kAskPartner},
    PathOutcome{"chain:not-a-ca",
                {"certificates.chain-not-a-ca", ErrorClass::Trust},
                "issued others but is no certification authority",
                kAskPartner},
    PathOutcome{"chain:path-length",
                {"certificates.chain-path-length", ErrorClass::Trust},
                "allows fewer authorities below it than the path has",
                kAskPartner},
    PathOutcome{"chain:too-long",
                {"certificates.chain-too-long", ErrorClass::Policy},
                "stands at the end of a path that is longer than the limit",
                kAskPartner},
    PathOutcome{"chain:too-many-candidates",
                {"certificates.chain-too-many-candidates", ErrorClass::Policy},
                "comes with more certificates or revocation lists than the limit",
                kAskPartner},
    PathOutcome{"chain:purpose",
                {"certificates.chain-purpose", ErrorClass::Trust},
                "may not be used for this purpose (key usage, extended key usage or trust setting)",
                "ask for a certificate with the usage that is needed"},
    PathOutcome{"chain:proxy-cert",
                {"certificates.chain-proxy-cert", ErrorClass::Trust},
                "is a proxy certificate, which is not accepted",
                kAskPartner},
    PathOutcome{"chain:critical-ext",
                {"certificates.chain-critical-ext", ErrorClass::Trust},
                "contains a critical extension that is not understood",
                kAskPartner},
    PathOutcome{"chain:name-constraints",
                {"certificates.chain-name-constraints", ErrorClass::Trust},
                "bears a name that an authority above it may not certify",
                kAskPartner},
    PathOutcome{"chain:policy",
                {"certificates.chain-policy", ErrorClass::Trust},
                "stands on a path whose certificate policies do not satisfy the ones required",
                "check the policies that this party must satisfy"},
    PathOutcome{"chain:peer-name",
                {"certificates.chain-peer-name", ErrorClass::Trust},
                "does not bear the name or address that was connected to",
                "check the address of the partner; else ask the partner to renew the certificate with that name"},
    PathOutcome{"chain:weak-key",
                {"certificates.chain-weak-key", ErrorClass::Policy},
                "has a key that is too weak",
                "ask for a certificate with at least RSA 2048 or EC P-256"},
    PathOutcome{"chain:weak-digest",
                {"certificates.chain-weak-digest", ErrorClass::Policy},
                "is signed with a digest that is too weak (MD5 or SHA-1)",
                "ask for a certificate that is signed with SHA-256 or better"},
    PathOutcome{"chain:explicit-ec-params",
                {"certificates.chain-explicit-ec-params", ErrorClass::Trust},
                "has an EC key with parameters of its own instead of a named curve (RFC 5480 section 2.1.1)",
                "ask for a certificate with a named curve such as P-256"},
    PathOutcome{"chain:missing-aki",
                {"certificates.chain-missing-aki", ErrorClass::Trust},
                "lacks the authority key identifier that RFC 5280 demands",
                kAskPartner},
    PathOutcome{"chain:missing-ski",
                {"certificates.chain-missing-ski", ErrorClass::Trust},
                "lacks the subject key identifier that RFC 5280 demands",
                kAskPartner},
    PathOutcome{"chain:malformed-cert",
                {"certificates.chain-malformed-cert", ErrorClass::Trust},
                "breaks the rules of RFC 5280 or is too complex to be checked",
                kAskPartner},
    PathOutcome{"chain:internal",
                {"certificates.chain-internal", ErrorClass::Environment},
                "could not be checked because the library failed (memory)",
                "try again"},
    PathOutcome{"chain:revoked",
                {"certificates.chain-revoked", ErrorClass::Revocation},
                "is revoked",
                "stop using it; ask its owner for the new certificate"},
    PathOutcome{"chain:crl-missing",
                {"certificates.chain-crl-missing", ErrorClass::Revocation},
                "has an issuer whose revocation list is not there",
                kFreshList},
    PathOutcome{"chain:crl-expired",
                {"certificates.chain-crl-expired", ErrorClass::Revocation},
                "has an issuer whose revocation list is out of date",
                kFreshList},
    PathOutcome{"chain:crl-not-yet-valid",
                {"certificates.chain-crl-not-yet-valid", ErrorClass::Revocation},
                "has an issuer whose revocation list is dated in the future",
                "check the clock of this computer"},
    PathOutcome{"chain:crl-signature",
                {"certificates.chain-crl-signature", ErrorClass::Revocation},
                "has an issuer whose revocation list bears a wrong signature",
                kFreshList},
    PathOutcome{"chain:crl-issuer",
                {"certificates.chain-crl-issuer", ErrorClass::Revocation},
                "is covered by a revocation list whose issuer is unknown",
                "import the certificate of the list's issuer into IntermediateAuthorities"},
    PathOutcome{"chain:crl-sign-usage",
                {"certificates.chain-crl-sign-usage", ErrorClass::Revocation},
                "has an issuer whose key may not sign revocation lists",
                kAskPartner},
    PathOutcome{"chain:crl-critical-ext",
                {"certificates.chain-crl-critical-ext", ErrorClass::Revocation},
                "is covered by a revocation list with a critical extension that is not understood",
                kAskPartner},
    PathOutcome{"chain:crl-scope",
                {"certificates.chain-crl-scope", ErrorClass::Revocation},
                "is not covered by the revocation lists that are there",
                kFreshList},
    PathOutcome{"chain:crl-path",
                {"certificates.chain-crl-path", ErrorClass::Revocation},
                "is covered by a revocation list whose issuer's own path is not in order",
                kFreshList},
    PathOutcome{"chain:malformed-crl",
                {"certificates.chain-malformed-crl", ErrorClass::Revocation},
                "is covered by a revocation list that cannot be read",
                kFreshList},
};

std::string_view name_of_openssl(int error) {
  switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_SUBJECT_ISSUER_MISMATCH:
    case X509_V_ERR_AKID_SKID_MISMATCH:
    case X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH:
      return "chain:no-issuer";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
      return "chain:untrusted-root";
    case X509_V_ERR_CERT_REJECTED:
      return "chain:distrusted";
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return "chain:expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "chain:not-yet-valid";
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM:
      return "chain:cert-signature";
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
    case X509_V_ERR_NO_ISSUER_PUBLIC_KEY:
      return "chain:issuer-key";
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_INVALID_NON_CA:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      return "chain:not-a-ca";
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED:
      return "chain:path-length";
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
      return "chain:too-long";
    case X509_V_ERR_INVALID_PURPOSE:
    case X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE:
      return "chain:purpose";
    case X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED:
    case X509_V_ERR_PROXY_SUBJECT_NAME_VIOLATION:
      return "chain:proxy-cert";
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
    case X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE:
      return "chain:critical-ext";
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
      return "chain:name-constraints";
    case X509_V_ERR_INVALID_POLICY_EXTENSION:
    case X509_V_ERR_NO_EXPLICIT_POLICY:
      return "chain:policy";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_EMAIL_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "chain:peer-name";
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
      return "chain:weak-key";
    case X509_V_ERR_CA_MD_TOO_WEAK:
      return "chain:weak-digest";
    case X509_V_ERR_EC_KEY_EXPLICIT_PARAMS:
      return "chain:explicit-ec-params";
    case X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER:
      return "chain:missing-aki";
    case X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER:
      return "chain:missing-ski";
    case X509_V_ERR_UNSPECIFIED:  // what OpenSSL says when the work on names and constraints exceeds its limit
    case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
    case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
    case X509_V_ERR_INVALID_EXTENSION:
    case X509_V_ERR_PATH_LOOP:
    case X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA:
    case X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN:
    case X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA:
    case X509_V_ERR_ISSUER_NAME_EMPTY:
    case X509_V_ERR_SUBJECT_NAME_EMPTY:
    case X509_V_ERR_EMPTY_SUBJECT_ALT_NAME:
    case X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL:
    case X509_V_ERR_CA_BCONS_NOT_CRITICAL:
    case X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL:
    case X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL:
    case X509_V_ERR_CA_CERT_MISSING_KEY_USAGE:
    case X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3:
    case X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH:
    case X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY:
      return "chain:malformed-cert";
    case X509_V_ERR_OUT_OF_MEM:
      return "chain:internal";
    case X509_V_ERR_CERT_REVOKED:
      return "chain:revoked";
    case X509_V_ERR_UNABLE_TO_GET_CRL:
      return "chain:crl-missing";
    case X509_V_ERR_CRL_HAS_EXPIRED:
      return "chain:crl-expired";
    case X509_V_ERR_CRL_NOT_YET_VALID:
      return "chain:crl-not-yet-valid";
    case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
      return "chain:crl-signature";
    case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
      return "chain:crl-issuer";
    case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
      return "chain:crl-sign-usage";
    case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
      return "chain:crl-critical-ext";
    case X509_V_ERR_DIFFERENT_CRL_SCOPE:
      return "chain:crl-scope";
    case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
      return "chain:crl-path";
    case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
    case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
      return "chain:malformed-crl";
    default:
      return "chain:other";
  }
}

}  // namespace

const PathOutcome& outcome_by_name(std::string_view outcome) {
  const auto* found = std::find_if(kOutcomes.begin(), kOutcomes.end(),
                                   [&](const PathOutcome& row) { return row.outcome == outcome; });
  return found == kOutcomes.end() ? kOutcomes.front() : *found;
}

const PathOutcome& outcome_of_openssl(int error) {
  return outcome_by_name(name_of_openssl(error));
}

std::span<const std::string_view> path_outcomes() {
  static const auto names = [] {
    std::array<std::string_view, kOutcomes.size()> list;
    std::transform(kOutcomes.begin(), kOutcomes.end(), list.begin(),
                   [](const PathOutcome& row) { return row.outcome; });
    return list;
  }();
  return names;
}

}  // namespace sealgate::certificates
