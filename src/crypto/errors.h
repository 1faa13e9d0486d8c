#pragma once
// Error codes of crypto/. The sentences that go with them never tell why a decryption or an unwrapping failed:
// padding, length and wrong key look the same from outside.

#include "base/error.h"

namespace sealgate::crypto {

/// OpenSSL's legacy provider (DES, RC2, MD5 in PKCS#12 ...) is not installed.
inline constexpr ErrorCode kNoLegacyProvider{"crypto.no-legacy-provider", ErrorClass::Environment};
/// The library failed where it never should: no memory, no randomness.
inline constexpr ErrorCode kLibraryFailure{"crypto.internal-failure", ErrorClass::Environment};
/// An algorithm or a combination that we do not implement.
inline constexpr ErrorCode kUnsupportedAlgorithm{"crypto.unsupported-algorithm", ErrorClass::Policy};
/// A parameter from the message or the caller does not fit: key length, IV length, tag length, digest length.
inline constexpr ErrorCode kBadParameter{"crypto.bad-parameter", ErrorClass::Malformed};
/// The key's type cannot do what is asked (an EC key for RSA key transport).
inline constexpr ErrorCode kKeyMismatch{"crypto.key-mismatch", ErrorClass::Usage};

inline constexpr ErrorCode kMalformedKey{"crypto.malformed-key", ErrorClass::Malformed};
/// The file is well-formed but holds no private key.
inline constexpr ErrorCode kNoPrivateKey{"crypto.no-private-key", ErrorClass::Usage};
/// The private key stays in a token: it cannot be exported, wrapped or given to TLS.
inline constexpr ErrorCode kKeyStays{"crypto.key-stays", ErrorClass::Usage};
inline constexpr ErrorCode kPasswordRequired{"crypto.password-required", ErrorClass::Usage};
inline constexpr ErrorCode kWrongPassword{"crypto.wrong-password", ErrorClass::Usage};
/// A DSA public key whose parameters are to be inherited from its issuer (RFC 3279 section 2.3.2).
inline constexpr ErrorCode kParametersMissing{"crypto.parameters-missing", ErrorClass::Malformed};

/// The content cannot be decrypted with this key (CBC); the same for every cause.
inline constexpr ErrorCode kDecryptFailed{"crypto.decrypt-failed", ErrorClass::Decrypt};
/// The authentication tag does not fit (GCM).
inline constexpr ErrorCode kAuthentication{"crypto.authentication", ErrorClass::Decrypt};
inline constexpr ErrorCode kKeyUnwrap{"crypto.key-unwrap", ErrorClass::Decrypt};
/// The other side's public key is not a valid member of the group (RFC 2631 section 2.1.5, RFC 5753 section 7.1).
inline constexpr ErrorCode kInvalidPeerKey{"crypto.invalid-peer-key", ErrorClass::Decrypt};
inline constexpr ErrorCode kBadSignature{"crypto.bad-signature", ErrorClass::Signature};

}  // namespace sealgate::crypto
