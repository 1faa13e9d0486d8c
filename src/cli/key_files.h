#pragma once
// Certificates, private keys and revocation lists from files of any format, for the offline commands.

#include <optional>
#include <string>
#include <vector>

#include "base/secret.h"
#include "certificates/import.h"
#include "smime/decoder.h"

namespace sealgate::cli {

/// The first line of a file, without its line end. "-" is standard input.
Result<Secret> read_password_file(const std::string& path);

/// The lines of a file, without their line ends. "-" is standard input.
Result<std::vector<Secret>> read_secret_lines(const std::string& path);

/// The content of such a file, for whoever reads it elsewhere. "-" is standard input.
Result<Bytes> read_bundle_file(const std::string& path);

/// Reads one file; errors name it. `password` may be null.
Result<certificates::ImportBundle> load_bundle(const std::string& path, const Secret* password);

/// The certificates of several files, in their order. A file without one is cli.no-certificate.
Result<std::vector<certificates::Certificate>> load_certificates(const std::vector<std::string>& paths,
                                                                 const Secret* password);

/// The revocation lists of several files. A file without one is cli.no-crl.
Result<std::vector<certificates::Crl>> load_crls(const std::vector<std::string>& paths);

/// Private keys with their certificates: those in the same file, else those among `certificates` that fit. A file
/// without key is cli.no-private-key.
Result<std::vector<smime::DecryptionKey>> load_keys(const std::vector<std::string>& paths, const Secret* password,
                                                    const std::vector<certificates::Certificate>& certificates);

/// A key and its certificate for signing, with what else the files hold as its chain. `key_path` may be empty when
/// the first file holds the key too.
struct SigningIdentity {
  certificates::Certificate certificate;
  crypto::PrivateKey key;
  std::vector<certificates::Certificate> chain;
};
Result<SigningIdentity> load_signer(const std::string& certificate_path, const std::string& key_path,
                                    const Secret* password);

}  // namespace sealgate::cli
