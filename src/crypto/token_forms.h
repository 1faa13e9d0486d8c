#pragma once
// What a device leaves to us: the forms around its raw results.

#include "base/bytes.h"
#include "base/error.h"
#include "crypto/key.h"
#include "crypto/key_transport.h"

namespace sealgate::crypto {

/// DER DigestInfo (RFC 8017 section 9.2), what RSA PKCS#1 v1.5 signs.
Bytes digest_info(DigestAlgorithm algorithm, ByteView digest);
/// r and s side by side, as devices give them -> DER Ecdsa-Sig-Value.
Bytes ecdsa_signature(ByteView r_and_s);
/// From unsigned big-endian numbers; crypto.malformed-key.
Result<PublicKey> rsa_public_key(ByteView modulus, ByteView exponent);
/// Takes the OAEP padding off a block as long as the modulus, in constant time. crypto.key-unwrap.
Result<Secret> oaep_unpad(ByteView block, const OaepParameters& parameters);

}  // namespace sealgate::crypto
