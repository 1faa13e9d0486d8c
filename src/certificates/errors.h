#pragma once
// Error codes of certificates/.

#include "base/error.h"

namespace sealgate::certificates {

// Reading certificates, revocation lists and key stores.
inline constexpr ErrorCode kBadThumbprint{"certificates.bad-thumbprint", ErrorClass::Usage};
inline constexpr ErrorCode kMalformedCertificate{"certificates.malformed-certificate", ErrorClass::Malformed};
inline constexpr ErrorCode kMalformedCrl{"certificates.malformed-crl", ErrorClass::Malformed};
inline constexpr ErrorCode kNoPublicKey{"certificates.no-public-key", ErrorClass::Malformed};
inline constexpr ErrorCode kWrongUsage{"certificates.wrong-usage", ErrorClass::Trust};

// Online status (OCSP).
inline constexpr ErrorCode kOcspFailed{"certificates.ocsp-failed", ErrorClass::Environment};
inline constexpr ErrorCode kOcspMalformed{"certificates.ocsp-malformed", ErrorClass::Revocation};
inline constexpr ErrorCode kOcspRefused{"certificates.ocsp-refused", ErrorClass::Revocation};
inline constexpr ErrorCode kOcspUnauthorized{"certificates.ocsp-unauthorized", ErrorClass::Revocation};
inline constexpr ErrorCode kOcspWrongNonce{"certificates.ocsp-wrong-nonce", ErrorClass::Revocation};
inline constexpr ErrorCode kOcspStale{"certificates.ocsp-stale", ErrorClass::Revocation};
inline constexpr ErrorCode kOcspNotAboutIt{"certificates.ocsp-not-about-it", ErrorClass::Revocation};

// Import and export of bundles.
inline constexpr ErrorCode kImportEmpty{"import.empty", ErrorClass::Malformed};
inline constexpr ErrorCode kImportUnknownFormat{"import.unknown-format", ErrorClass::Malformed};
inline constexpr ErrorCode kImportMalformed{"import.malformed", ErrorClass::Malformed};
inline constexpr ErrorCode kImportTooLarge{"import.too-large", ErrorClass::Policy};
inline constexpr ErrorCode kImportTooManyObjects{"import.too-many-objects", ErrorClass::Policy};
inline constexpr ErrorCode kImportTooManyIterations{"import.too-many-iterations", ErrorClass::Policy};
inline constexpr ErrorCode kImportPasswordRequired{"import.password-required", ErrorClass::Usage};
inline constexpr ErrorCode kImportWrongPassword{"import.wrong-password", ErrorClass::Usage};
inline constexpr ErrorCode kImportUnsupported{"import.unsupported-algorithm", ErrorClass::Policy};
inline constexpr ErrorCode kExportPasswordRequired{"export.password-required", ErrorClass::Usage};
inline constexpr ErrorCode kExportKeyMismatch{"export.key-does-not-fit", ErrorClass::Usage};
inline constexpr ErrorCode kExportFailed{"export.failed", ErrorClass::Environment};

// Stores and the private keys in them.
inline constexpr ErrorCode kCertificateNotFound{"certificates.not-found", ErrorClass::NotFound};
inline constexpr ErrorCode kThumbprintAmbiguous{"certificates.ambiguous-thumbprint", ErrorClass::Conflict};
inline constexpr ErrorCode kNoPrivateKey{"certificates.no-private-key", ErrorClass::NotFound};
inline constexpr ErrorCode kPrivateKeyWouldBeLost{"certificates.private-key-would-be-lost", ErrorClass::Conflict};
inline constexpr ErrorCode kKeyDoesNotFit{"certificates.key-does-not-fit", ErrorClass::Usage};
inline constexpr ErrorCode kKeysOnlyInPersonal{"certificates.keys-only-in-personal", ErrorClass::Usage};
inline constexpr ErrorCode kBadAccountName{"certificates.bad-account-name", ErrorClass::Usage};
inline constexpr ErrorCode kBadStoreName{"certificates.bad-store-name", ErrorClass::Usage};
inline constexpr ErrorCode kBadAccountKey{"certificates.bad-account-key", ErrorClass::Environment};
inline constexpr ErrorCode kKeyUnwrapFailed{"certificates.key-unwrap-failed", ErrorClass::Decrypt};
inline constexpr ErrorCode kStoreFull{"certificates.store-full", ErrorClass::Policy};
inline constexpr ErrorCode kStoreDamaged{"certificates.store-damaged", ErrorClass::Environment};

}  // namespace sealgate::certificates
