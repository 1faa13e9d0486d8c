#pragma once
// Inside crypto/ only: encoded keys -> EVP_PKEY. See key.h for what is accepted.

#include "base/secret.h"
#include "crypto/detail/openssl.h"
#include "crypto/key.h"

namespace sealgate::crypto::detail {

KeyType key_type(const EVP_PKEY* key);
std::string key_curve_oid(const EVP_PKEY* key);

Result<PkeyPtr> parse_private_key(ByteView data, const Secret* password);
Result<PkeyPtr> parse_public_key(ByteView data);
Result<PkeyPtr> parse_spki(ByteView spki);

}  // namespace sealgate::crypto::detail
