#pragma once
// Internal: from RecipientInfos and the caller's keys to content-encryption keys.

#include "base/secret.h"
#include "cms/detail/recipient_info.h"

namespace sealgate::cms::detail {

struct ContentKey {
  Secret key;
  std::optional<std::size_t> recipient;  ///< index into Layer::recipients
  std::optional<certificates::Certificate> certificate;
  std::vector<std::string> weak;
};

/// One key when a recipient is named by a key's certificate, or when unwrapping proves the key. Several when keys
/// came without certificates and RSA PKCS#1 v1.5 cannot tell which of them fits: the content has to. Fails with
/// no-key, no-matching-recipient, or why the fitting one did not work (key-unwrap, invalid-peer-key,
/// unsupported-algorithm). v1.5 never fails on a damaged block: it gives a pseudo-random key (RFC 3218).
Result<std::vector<ContentKey>> recover_content_keys(const std::vector<RecipientInfo>& recipients,
                                                     const KeyProvider* keys, crypto::ContentCipher cipher);

/// For EncryptedData: every shared secret of a fitting length.
Result<std::vector<ContentKey>> secret_content_keys(const KeyProvider* keys, crypto::ContentCipher cipher);

/// Index of the key whose plaintext of `ciphertext`, the first octets of the content, looks like a message.
std::size_t choose_content_key(const std::vector<ContentKey>& keys, crypto::ContentCipher cipher, ByteView iv,
                               ByteView ciphertext);

}  // namespace sealgate::cms::detail
