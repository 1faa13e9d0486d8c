#pragma once
// The calls of xmlsec1 (OpenSSL flavour): signatures over and encryption of parts of a tree. What may be called, and
// over what, is decided by those who call: here are no policies but that nothing is looked for outside of the
// document and that transforms are of a white list.

#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"
#include "crypto/key.h"
#include "soap/tree.h"

namespace sealgate::soap {

/// xmlsec1 as a process: initialised once, without its loaders of files and addresses.
Result<> use_xmlsec();

/// The bytes that each reference of the signature was computed over, in their order.
using Digested = std::vector<Bytes>;

/// Verifies a ds:Signature element with this key, whatever its KeyInfo says; Ids are announced. soap.bad-signature
/// for whatever does not hold.
Result<Digested> verify_signature(xmlNodePtr signature, const crypto::PublicKey& key);
/// Fills in the digests and the value of a ds:Signature element. crypto.key-stays for a key that stays in a token.
Result<> make_signature(xmlNodePtr signature, const crypto::PrivateKey& key);

/// An element with everything in it by exclusive canonicalisation without comments (RFC 3741), with these prefixes as
/// inclusive ones.
Result<Bytes> canonical(xmlNodePtr element, const std::vector<std::string>& inclusive_prefixes);

/// Decrypts the CipherValue of an xenc:EncryptedData element with an AES key. soap.decrypt-failed, for any reason.
Result<Secret> decrypt_data(xmlNodePtr encrypted_data, ByteView key);
/// Fills in the CipherValue of an xenc:EncryptedData element.
Result<> encrypt_data(xmlNodePtr encrypted_data, ByteView key, ByteView content);

/// In one line.
std::string base64(ByteView bytes);

}  // namespace sealgate::soap
