#pragma once
// Error codes of artifacts/. Every error says file, line and column where it came from a document.

#include "base/error.h"

namespace sealgate::artifacts {

// Reading documents
inline constexpr ErrorCode kBadYaml{"artifacts.bad-yaml", ErrorClass::Usage};
inline constexpr ErrorCode kUnknownKind{"artifacts.unknown-kind", ErrorClass::Usage};
inline constexpr ErrorCode kUnknownKey{"artifacts.unknown-key", ErrorClass::Usage};
inline constexpr ErrorCode kDuplicateKey{"artifacts.duplicate-key", ErrorClass::Usage};
inline constexpr ErrorCode kMissingKey{"artifacts.missing-key", ErrorClass::Usage};
inline constexpr ErrorCode kWrongType{"artifacts.wrong-type", ErrorClass::Usage};
inline constexpr ErrorCode kBadValue{"artifacts.bad-value", ErrorClass::Usage};
inline constexpr ErrorCode kBadName{"artifacts.bad-name", ErrorClass::Usage};
inline constexpr ErrorCode kBadThumbprint{"artifacts.bad-thumbprint", ErrorClass::Usage};
inline constexpr ErrorCode kBadFilter{"artifacts.bad-filter", ErrorClass::Usage};
inline constexpr ErrorCode kTooLarge{"artifacts.too-large", ErrorClass::Usage};
inline constexpr ErrorCode kNoDocuments{"artifacts.no-documents", ErrorClass::Usage};

// The set as a whole
inline constexpr ErrorCode kDuplicateName{"artifacts.duplicate-name", ErrorClass::Conflict};
inline constexpr ErrorCode kDuplicateThumbprint{"artifacts.duplicate-thumbprint", ErrorClass::Conflict};
inline constexpr ErrorCode kDuplicateAlias{"artifacts.duplicate-alias", ErrorClass::Conflict};
inline constexpr ErrorCode kDuplicateEndpoint{"artifacts.duplicate-endpoint", ErrorClass::Conflict};
inline constexpr ErrorCode kMissingReference{"artifacts.missing-reference", ErrorClass::Usage};
inline constexpr ErrorCode kNoEncryptionCertificate{"artifacts.no-encryption-certificate", ErrorClass::Usage};
inline constexpr ErrorCode kNoSigningCertificate{"artifacts.no-signing-certificate", ErrorClass::Usage};
inline constexpr ErrorCode kContradiction{"artifacts.contradiction", ErrorClass::Usage};
inline constexpr ErrorCode kWeakAlgorithm{"artifacts.weak-algorithm", ErrorClass::Policy};

// The store
inline constexpr ErrorCode kNotFound{"artifacts.not-found", ErrorClass::NotFound};
inline constexpr ErrorCode kInUse{"artifacts.in-use", ErrorClass::Conflict};
/// Somebody else changed the artifacts since they were loaded.
inline constexpr ErrorCode kChangedMeanwhile{"artifacts.changed-meanwhile", ErrorClass::Conflict};

}  // namespace sealgate::artifacts
