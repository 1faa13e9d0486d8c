#pragma once
// Error codes of probe/: what can be wrong with a server. They are the verdicts of `sealgate tls probe`, and the
// codes of what it found. The class gives the exit status.

#include "base/error.h"

namespace sealgate::probe {

// On the way to it.
inline constexpr ErrorCode kUnknownHost{"probe.unknown-host", ErrorClass::Transport};
inline constexpr ErrorCode kConnectionRefused{"probe.connection-refused", ErrorClass::Transport};
inline constexpr ErrorCode kConnectTimeout{"probe.connect-timeout", ErrorClass::Transport};
inline constexpr ErrorCode kUnreachable{"probe.unreachable", ErrorClass::Transport};
inline constexpr ErrorCode kAddressRefused{"probe.address-refused",
                                           ErrorClass::Policy};  ///< not public, and named by no configuration
inline constexpr ErrorCode kAddressFails{"probe.address-fails", ErrorClass::Transport};
inline constexpr ErrorCode kProxyFails{"probe.proxy-fails", ErrorClass::Transport};
inline constexpr ErrorCode kProxyRefuses{"probe.proxy-refuses", ErrorClass::Transport};

// In the handshake.
inline constexpr ErrorCode kPlainHttp{"probe.plain-http", ErrorClass::Policy};
inline constexpr ErrorCode kNotTls{"probe.not-tls", ErrorClass::Transport};
inline constexpr ErrorCode kSilentServer{"probe.silent-server", ErrorClass::Transport};
inline constexpr ErrorCode kCutInHandshake{"probe.cut-in-handshake", ErrorClass::Transport};
inline constexpr ErrorCode kHandshakeFailed{"probe.handshake-failed", ErrorClass::Transport};
inline constexpr ErrorCode kTooMuch{"probe.too-much", ErrorClass::Policy};
inline constexpr ErrorCode kUnknownName{"probe.unknown-name", ErrorClass::Transport};
inline constexpr ErrorCode kOldTlsOnly{"probe.old-tls-only", ErrorClass::Policy};
inline constexpr ErrorCode kNoCommonCipher{"probe.no-common-cipher", ErrorClass::Policy};
inline constexpr ErrorCode kOldTlsAccepted{"probe.old-tls-accepted", ErrorClass::Policy};
inline constexpr ErrorCode kWeakCipherAccepted{"probe.weak-cipher-accepted", ErrorClass::Policy};

// The chain of certificates.
inline constexpr ErrorCode kNoCertificate{"probe.no-certificate", ErrorClass::Trust};
inline constexpr ErrorCode kBadCertificate{"probe.bad-certificate", ErrorClass::Malformed};
inline constexpr ErrorCode kSelfSigned{"probe.self-signed", ErrorClass::Trust};
inline constexpr ErrorCode kUntrustedRoot{"probe.untrusted-root", ErrorClass::Trust};
inline constexpr ErrorCode kMissingIntermediate{"probe.missing-intermediate", ErrorClass::Trust};
inline constexpr ErrorCode kUnknownIssuer{"probe.unknown-issuer", ErrorClass::Trust};
inline constexpr ErrorCode kExpired{"probe.expired", ErrorClass::Trust};
inline constexpr ErrorCode kNotYetValid{"probe.not-yet-valid", ErrorClass::Trust};
inline constexpr ErrorCode kExpiresSoon{"probe.expires-soon", ErrorClass::Trust};
inline constexpr ErrorCode kWrongName{"probe.wrong-name", ErrorClass::Trust};
inline constexpr ErrorCode kWrongUsage{"probe.wrong-usage", ErrorClass::Trust};
inline constexpr ErrorCode kWeakSignature{"probe.weak-signature", ErrorClass::Policy};
inline constexpr ErrorCode kWeakKey{"probe.weak-key", ErrorClass::Policy};
inline constexpr ErrorCode kChainRefused{"probe.chain-refused", ErrorClass::Trust};
inline constexpr ErrorCode kWrongOrder{"probe.wrong-order", ErrorClass::Trust};
inline constexpr ErrorCode kNotNeeded{"probe.not-needed", ErrorClass::Trust};

// Revocation.
inline constexpr ErrorCode kRevoked{"probe.revoked", ErrorClass::Revocation};
inline constexpr ErrorCode kRevocationUnknown{"probe.revocation-unknown", ErrorClass::Revocation};
inline constexpr ErrorCode kStapleStale{"probe.staple-stale", ErrorClass::Revocation};
inline constexpr ErrorCode kStapleWrongSigner{"probe.staple-wrong-signer", ErrorClass::Revocation};
inline constexpr ErrorCode kStapleUnusable{"probe.staple-unusable", ErrorClass::Revocation};

// Who we are.
inline constexpr ErrorCode kCertificateDemanded{"probe.client-certificate-demanded", ErrorClass::Trust};
inline constexpr ErrorCode kCertificateRefused{"probe.client-certificate-refused", ErrorClass::Trust};
inline constexpr ErrorCode kHttpFailed{"probe.http-failed", ErrorClass::Transport};
inline constexpr ErrorCode kLoginWanted{"probe.login-wanted", ErrorClass::Policy};

// Of the command itself.
inline constexpr ErrorCode kCannotProbe{"probe.cannot-probe", ErrorClass::Environment};

}  // namespace sealgate::probe
