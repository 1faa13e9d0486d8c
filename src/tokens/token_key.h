#pragma once
// Private keys that stay in a PKCS#11 token: signatures (RSA PKCS#1 v1.5 and PSS, ECDSA), decryption (RSA PKCS#1 v1.5
// and OAEP) and key agreement (ECDH) happen there. PKCS#11 2.40.

#include <optional>

#include "crypto/key.h"
#include "tokens/token_uri.h"

namespace sealgate::tokens {

/// The key at this address, which must belong to `public_key` (of its certificate): tokens.key-missing when the token
/// holds another one there. Further: tokens.token-missing, tokens.pin-missing, tokens.wrong-pin, tokens.pin-locked,
/// tokens.no-module, tokens.ambiguous, tokens.device-failed. The key that is returned finds its token again when the
/// session was lost; errors of its operations are of the same kind.
Result<crypto::PrivateKey> open_private_key(const TokenUri& uri, const crypto::PublicKey& public_key);

/// Signs and verifies, or encrypts and decrypts, something random: proves that the token's key belongs to
/// `public_key`, whatever the token tells about it. For the moment of import.
Result<> prove_private_key(const crypto::PrivateKey& key, const crypto::PublicKey& public_key);

/// The public half of an RSA key in the token, to wrap something for it.
Result<crypto::PublicKey> read_rsa_public_key(const TokenUri& uri);

/// DER of the certificate beside the key (same object or id); absent when there is none.
Result<std::optional<Bytes>> read_certificate(const TokenUri& uri);

}  // namespace sealgate::tokens
