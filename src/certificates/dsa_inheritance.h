#pragma once
// DSA keys whose parameters stand in the issuer's certificate only (RFC 3279 section 2.3.2). OpenSSL does not follow
// them; PKITS test 4.1.5 and RFC 4134's examples need it. Private to certificates/.

#include <span>
#include <vector>

#include "certificates/certificate.h"
#include "certificates/openssl_handles.h"

namespace sealgate::certificates {

/// True when the certificate holds a DSA key without parameters.
bool lacks_dsa_parameters(const Certificate& certificate);

/// The certificate's own key, or, where its parameters are inherited, the completed one. The parameters come only
/// from an issuer whose key verifies the signature of the certificate. Empty when there is none.
crypto::PublicKey complete_dsa_key(const Certificate& certificate,
                                   std::span<const std::span<const Certificate>> candidates);

/// A copy of the certificate's object that holds `key`; its encoding, and so its signature, stay as they are.
X509Handle with_public_key(const Certificate& certificate, const crypto::PublicKey& key);

}  // namespace sealgate::certificates
