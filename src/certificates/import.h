#pragma once
// Reads whatever file of certificates, keys and revocation lists a partner sends: PEM (any number of objects), DER
// certificate, DER revocation list, PKCS#7 (certs-only), PKCS#12 (old and new encryption), PKCS#8 and the older key
// formats. The content decides what it is, never the file name.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/secret.h"
#include "certificates/certificate.h"
#include "certificates/crl.h"
#include "crypto/key.h"

namespace sealgate::certificates {

enum class ImportKind { Pem, Certificate, Crl, Pkcs7, Pkcs12, PrivateKey, EncryptedPrivateKey };

/// "PEM", "PKCS#12", …
std::string_view to_string(ImportKind kind);

struct ImportedCertificate {
  Certificate certificate;
  std::string friendly_name;             ///< of PKCS#12; else empty
  std::optional<std::size_t> key_index;  ///< into ImportBundle::keys, when a key of this bundle fits the certificate
};

struct ImportBundle {
  ImportKind kind = ImportKind::Pem;
  /// In the order of the file, without duplicates; with PKCS#12, certificates that a key of the bundle fits come
  /// first.
  std::vector<ImportedCertificate> certificates;
  std::vector<crypto::PrivateKey> keys;
  std::vector<Crl> crls;
  /// What was passed over or is remarkable, one sentence each: "the file has no integrity check", …
  std::vector<std::string> notes;
};

struct ImportOptions {
  /// Opens PKCS#12 and encrypted keys; null: none is known. Borrowed for the call.
  const Secret* password = nullptr;
  std::size_t max_bytes = std::size_t{16} * 1024 * 1024;
  std::size_t max_objects = 2000;            ///< certificates, keys and lists together
  std::uint64_t max_iterations = 5'000'000;  ///< of one password derivation; more is a trap, not security
};

/// What `data` looks like; absent when it is none of these.
std::optional<ImportKind> detect_import_kind(ByteView data);

/// Fails as a whole or gives everything that is in the file. Codes import.*: a wrong password is
/// import.wrong-password, a missing one import.password-required. A PKCS#12 file without a MAC is read and noted.
Result<ImportBundle> import_bundle(ByteView data, const ImportOptions& options = {});

}  // namespace sealgate::certificates
