#pragma once
// A key file that a token wraps: it opens only where the token is. Text of three lines:
//
//   sealgate account key 1
//   pkcs11:token=…;object=…?pin-source=…
//   hex of the account's key, encrypted for that RSA key (OAEP with SHA-1, which every token knows)

#include "certificates/key_protection.h"
#include "tokens/token_uri.h"

namespace sealgate::store {

bool is_token_key_file(ByteView content);
/// tokens/errors.h; certificates.bad-account-key when the file is damaged or was made for another key of the token.
Result<certificates::AccountKey> open_token_key_file(std::string_view content, const std::string& account);
/// What to write into the file.
Result<std::string> make_token_key_file(const certificates::AccountKey& key, const tokens::TokenUri& uri);
/// certificates.bad-account-key.
Result<tokens::TokenUri> token_of_key_file(std::string_view content);

}  // namespace sealgate::store
