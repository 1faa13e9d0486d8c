#pragma once
// Writes certificates and keys in the formats that partners' tools read.

#include <span>
#include <string>

#include "base/bytes.h"
#include "base/secret.h"
#include "certificates/certificate.h"
#include "crypto/key.h"

namespace sealgate::certificates {

/// "-----BEGIN CERTIFICATE-----" blocks, one after the other.
std::string export_pem(std::span<const Certificate> certificates);

/// Degenerate PKCS#7 SignedData (certs-only, .p7b), DER.
Result<Bytes> export_pkcs7(std::span<const Certificate> certificates);

struct Pkcs12Contents {
  const Certificate& certificate;
  const crypto::PrivateKey& key;
  std::span<const Certificate> chain = {};  ///< further certificates
  std::string friendly_name = {};
};

/// PKCS#12 with PBES2 AES-256-CBC, PBKDF2-HMAC-SHA-256 and a SHA-256 MAC. An empty password is
/// export.password-required; a key that does not fit the certificate is export.key-does-not-fit.
Result<Bytes> export_pkcs12(const Pkcs12Contents& contents, const Secret& password);

}  // namespace sealgate::certificates
