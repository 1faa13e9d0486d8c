#pragma once
// What a Security header carries or names: certificates, names with passwords.

#include <optional>

#include "soap/security/reader.h"

namespace sealgate::soap {

/// Base64 text of an element; absent when it is none.
std::optional<Bytes> decode_text(const xmlNode* element);
/// Of a wsse:BinarySecurityToken (X509v3, Base64). soap.bad-security.
Result<certificates::Certificate> certificate_of_token(const xmlNode* token);
/// Of a ds:X509Certificate. soap.bad-security.
Result<certificates::Certificate> certificate_of_text(const xmlNode* element);
/// A certificate that a SecurityTokenReference names by KeyIdentifier: subject key identifier or SHA-1 thumbprint.
/// soap.unknown-signer.
Result<certificates::Certificate> find_known_signer(const xmlNode* reference,
                                                    const certificates::CertificateFinder* partners);
/// Whether a SecurityTokenReference names this certificate; true when it does not say in a way that is read.
bool may_mean(const xmlNode* reference, const certificates::Certificate& certificate);
/// soap.bad-security.
Result<UsernameToken> read_username_token(const xmlNode* token);
/// The digest of a UsernameToken: SHA-1 over nonce, created, password (UsernameToken Profile 1.1, 3.1).
Result<Bytes> password_digest(ByteView nonce, std::string_view created, const Secret& password);

}  // namespace sealgate::soap
