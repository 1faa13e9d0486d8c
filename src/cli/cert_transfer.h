#pragma once
// All certificates of a group as a folder, from which another group imports them: a PKCS#12 file (AES-256, password)
// for each own certificate with its key, PKCS#7 files for the rest. Where a file lies says where its content belongs:
//
//   Personal/ACCOUNT/THUMBPRINT.p12      Personal/ACCOUNT/certificates-1.p7b
//   OtherPeople/certificates-1.p7b       TrustedRoots/...  IntermediateAuthorities/...  Untrusted/...

#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "cli/cert_command.h"

namespace sealgate::cli {

struct TransferOptions {
  CertOptions common;
  std::string out = {};  ///< a folder that does not exist yet, or a .p7b or .pem file
  std::string password_file = {};
  bool with_keys = false;
};

struct TransferCount {
  std::size_t certificates = 0;
  std::size_t keys = 0;
  std::size_t stayed = 0;  ///< keys that a token does not give away
};

/// Appears whole or not at all. cli.exists, cli.bad-option, export.password-required.
Result<TransferCount> export_all(const TransferOptions& options);

/// One file of such a folder.
struct TransferPiece {
  std::string file = {};
  certificates::StoreName store = certificates::StoreName::Personal;
  std::string account = {};  ///< of Personal
};

/// The pieces of a folder in the order of import; io.is-a-directory for a folder that is none.
Result<std::vector<TransferPiece>> pieces_of(const std::string& folder);

}  // namespace sealgate::cli
