#include "cli/key_files.h"

#include <algorithm>

#include "cli/errors.h"
#include "io/file.h"

namespace sealgate::cli {
namespace {

constexpr std::size_t kMaxKeyFile = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kMaxPasswordFile = 4096;
constexpr std::size_t kMaxSecretLines = std::size_t{64} * 1024;

Result<Bytes> read_small(const std::string& path, std::size_t limit) {
  if (path != "-") return io::read_file(path, limit);
  SG_TRY_ASSIGN(const io::FileDescriptor input, io::open_input(path));
  BufferSink sink(limit);
  SG_TRY(io::pump(input.get(), sink, path));
  return sink.take();
}

// The certificate that this key belongs to, if it is among these.
std::optional<certificates::Certificate> certificate_of(const crypto::PrivateKey& key,
                                                        const std::vector<certificates::Certificate>& certificates) {
  for (const auto& certificate : certificates) {
    const auto public_key = certificate.public_key();
    if (public_key && crypto::matches(key, *public_key)) return certificate;
  }
  return std::nullopt;
}

std::vector<certificates::Certificate> certificates_of(const certificates::ImportBundle& bundle) {
  std::vector<certificates::Certificate> all;
  for (const auto& entry : bundle.certificates) all.push_back(entry.certificate);
  return all;
}

}  // namespace

Result<Secret> read_password_file(const std::string& path) {
  SG_TRY_ASSIGN(Bytes bytes, read_small(path, kMaxPasswordFile));
  const auto end = std::find_if(bytes.begin(), bytes.end(), [](Byte b) { return b == '\n' || b == '\r'; });
  Secret line = Secret::from_text(as_text(ByteView(bytes.data(), static_cast<std::size_t>(end - bytes.begin()))));
  wipe(bytes.data(), bytes.size());
  return line;
}

Result<std::vector<Secret>> read_secret_lines(const std::string& path) {
  SG_TRY_ASSIGN(Bytes bytes, read_small(path, kMaxSecretLines));
  std::vector<Secret> lines;
  for (std::string_view rest = as_text(bytes); !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(Secret::from_text(line));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  wipe(bytes.data(), bytes.size());
  return lines;
}

Result<Bytes> read_bundle_file(const std::string& path) {
  return read_small(path, kMaxKeyFile);
}

Result<certificates::ImportBundle> load_bundle(const std::string& path, const Secret* password) {
  SG_TRY_ASSIGN(Bytes bytes, read_small(path, kMaxKeyFile));
  certificates::ImportOptions options;
  options.password = password;
  auto bundle = certificates::import_bundle(bytes, options);
  wipe(bytes.data(), bytes.size());
  if (!bundle) return fail(std::move(bundle.error()).at(path));
  return bundle;
}

Result<std::vector<certificates::Certificate>> load_certificates(const std::vector<std::string>& paths,
                                                                 const Secret* password) {
  std::vector<certificates::Certificate> all;
  for (const auto& path : paths) {
    SG_TRY_ASSIGN(const auto bundle, load_bundle(path, password));
    if (bundle.certificates.empty()) {
      return fail(kNoCertificate, "the file holds no certificate", path, "name a file with a certificate in it");
    }
    for (const auto& entry : bundle.certificates) all.push_back(entry.certificate);
  }
  return all;
}

Result<std::vector<certificates::Crl>> load_crls(const std::vector<std::string>& paths) {
  std::vector<certificates::Crl> all;
  for (const auto& path : paths) {
    SG_TRY_ASSIGN(auto bundle, load_bundle(path, nullptr));
    if (bundle.crls.empty()) {
      return fail(kNoCrl, "the file holds no revocation list", path, "name a file with a CRL in it");
    }
    for (auto& crl : bundle.crls) all.push_back(std::move(crl));
  }
  return all;
}

Result<std::vector<smime::DecryptionKey>> load_keys(const std::vector<std::string>& paths, const Secret* password,
                                                    const std::vector<certificates::Certificate>& certificates) {
  std::vector<smime::DecryptionKey> keys;
  for (const auto& path : paths) {
    SG_TRY_ASSIGN(const auto bundle, load_bundle(path, password));
    if (bundle.keys.empty()) {
      return fail(kNoPrivateKey, "the file holds no private key", path, "name the file of the private key");
    }
    for (const auto& key : bundle.keys) {
      auto certificate = certificate_of(key, certificates_of(bundle));
      if (!certificate) certificate = certificate_of(key, certificates);
      keys.push_back({key, std::move(certificate)});
    }
  }
  return keys;
}

Result<SigningIdentity> load_signer(const std::string& certificate_path, const std::string& key_path,
                                    const Secret* password) {
  SG_TRY_ASSIGN(const auto bundle, load_bundle(certificate_path, password));
  std::vector<crypto::PrivateKey> keys = bundle.keys;
  if (!key_path.empty()) {
    SG_TRY_ASSIGN(const auto key_bundle, load_bundle(key_path, password));
    keys = key_bundle.keys;
  }
  if (bundle.certificates.empty()) {
    return fail(kNoCertificate, "the file holds no certificate", certificate_path,
                "name the file of the signing certificate");
  }
  if (keys.empty()) {
    return fail(kNoPrivateKey, "the file holds no private key", key_path.empty() ? certificate_path : key_path,
                "name the file of the signing key with --signer-key");
  }
  std::vector<certificates::Certificate> all = certificates_of(bundle);
  for (const auto& key : keys) {
    const auto own = certificate_of(key, all);
    if (!own) continue;
    all.erase(std::find(all.begin(), all.end(), *own));
    return SigningIdentity{*own, key, std::move(all)};
  }
  return SigningIdentity{all.front(), keys.front(), {}};  // the encoder says that they do not fit
}

}  // namespace sealgate::cli
