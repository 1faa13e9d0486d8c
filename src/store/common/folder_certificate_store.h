#pragma once
// Certificates as plain files, for those who keep them in a configuration repository or look at them with other
// tools:
//
//   ROOT/ACCOUNT/Personal/THUMBPRINT.der    one certificate, SHA-1 thumbprint in upper-case hex
//   ROOT/ACCOUNT/Personal/THUMBPRINT.key    its private key, wrapped (certificates/key_protection.h)
//   ROOT/ACCOUNT/Personal/THUMBPRINT.name   its friendly name, UTF-8; only when it has one
//   ROOT/computer/OtherPeople/…             stores of the whole computer, TrustedRoots and so on likewise
//   ROOT/computer/RevocationLists/SHA256.crl
//
// Every file appears as a whole and is on the disk when the call returns. Files that were put there by hand count,
// too.

#include <filesystem>
#include <memory>

#include "certificates/certificate_store.h"

namespace sealgate::store {

/// `root` need not exist; it is made with the first certificate. Safe for several threads and processes.
std::unique_ptr<certificates::CertificateStore> make_folder_certificate_store(std::filesystem::path root);

}  // namespace sealgate::store
