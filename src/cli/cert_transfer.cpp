#include "cli/cert_transfer.h"
#include "cli/audit_trail.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "certificates/errors.h"
#include "certificates/export.h"
#include "cli/errors.h"
#include "cli/key_files.h"
#include "crypto/errors.h"
#include "io/errors.h"
#include "io/file.h"
#include "store/common/account_key_file.h"

namespace sealgate::cli {
namespace {

using namespace certificates;
namespace files = std::filesystem;

/// Certificates in one PKCS#7 file: an import takes no more than 2,000 objects at once.
constexpr std::size_t kPerFile = 1000;
constexpr const char* kPublicFile = "certificates-";

Result<> make_folder(const files::path& path) {
  std::error_code problem;
  files::create_directories(path, problem);
  if (!problem) files::permissions(path, files::perms::owner_all, problem);
  if (!problem) return {};
  return fail(kExportFailed, "cannot create the folder: " + problem.message(), path.string(),
              "check the permissions of the folder above it");
}

Result<Bytes> with_key(const CertificateStore& store, const AccountKey& account_key, const StoredCertificate& entry,
                       const Secret& password) {
  SG_TRY_ASSIGN(const crypto::PrivateKey key,
                open_private_key(store, account_key, entry.certificate.thumbprint_sha256()));
  const std::string name = entry.friendly_name.empty() ? entry.certificate.short_name() : entry.friendly_name;
  return export_pkcs12({entry.certificate, key, {}, name}, password);
}

class Exporter {
 public:
  Exporter(const TransferOptions& options, const CertStores& stores, const Secret* password)
      : options_(options), stores_(stores), password_(password) {}

  Result<TransferCount> to_folder(const files::path& folder) {
    for (const StoreName name : stores_.names()) {
      if (name != StoreName::Personal) {
        SG_TRY_ASSIGN(const auto entries, stores_.store().list({name, {}}));
        SG_TRY(write_public(folder / std::string(to_string(name)), entries));
        continue;
      }
      SG_TRY_ASSIGN(const auto accounts, stores_.accounts());
      for (const std::string& account : accounts) SG_TRY(personal(folder / "Personal" / account, account));
    }
    return count_;
  }

  /// The public certificates of the chosen stores in one file.
  Result<Bytes> to_file(bool pem) {
    std::vector<Certificate> all;
    for (const StoreName name : stores_.names()) {
      const std::string account = name == StoreName::Personal ? options_.common.account : std::string();
      SG_TRY_ASSIGN(const auto entries, stores_.store().list({name, account}));
      for (const StoredCertificate& entry : entries) {
        if (std::ranges::find(all, entry.certificate) == all.end()) all.push_back(entry.certificate);
      }
    }
    count_.certificates = all.size();
    if (all.empty()) return fail(kNoCertificate, "there is no certificate to export", {}, "see: sealgate cert list");
    if (pem) return to_bytes(export_pem(all));
    return export_pkcs7(all);
  }
  const TransferCount& count() const { return count_; }

 private:
  Result<> personal(const files::path& folder, const std::string& account) {
    SG_TRY_ASSIGN(const auto entries, stores_.store().list({StoreName::Personal, account}));
    std::vector<StoredCertificate> others;
    std::optional<AccountKey> account_key;
    for (const StoredCertificate& entry : entries) {
      if (!options_.with_keys || !entry.has_private_key) {
        others.push_back(entry);
        continue;
      }
      if (!account_key) {
        SG_TRY_ASSIGN(account_key, stores_.account_key_of(account));
      }
      const auto content = with_key(stores_.store(), *account_key, entry, *password_);
      if (!content && content.error().code == crypto::kKeyStays) {
        // A token gives no key away; its certificate goes alone.
        others.push_back(entry);
        ++count_.stayed;
        continue;
      }
      if (!content) return tl::unexpected(content.error());
      SG_TRY(make_folder(folder));
      const files::path file = folder / (entry.certificate.thumbprint().to_hex() + ".p12");
      SG_TRY(io::write_file_atomically(file.string(), *content, 0600));
      ++count_.certificates;
      ++count_.keys;
    }
    return write_public(folder, others);
  }

  Result<> write_public(const files::path& folder, const std::vector<StoredCertificate>& entries) {
    for (std::size_t start = 0; start < entries.size(); start += kPerFile) {
      std::vector<Certificate> some;
      for (std::size_t i = start; i < std::min(entries.size(), start + kPerFile); ++i) {
        some.push_back(entries[i].certificate);
      }
      SG_TRY(make_folder(folder));
      SG_TRY_ASSIGN(const Bytes content, export_pkcs7(some));
      const files::path file = folder / (kPublicFile + std::to_string(start / kPerFile + 1) + ".p7b");
      SG_TRY(io::write_file_atomically(file.string(), content, 0600));
      count_.certificates += some.size();
    }
    return {};
  }

  const TransferOptions& options_;
  const CertStores& stores_;
  const Secret* password_;
  TransferCount count_;
};

Result<> check_options(const TransferOptions& options, bool single_file) {
  if (options.out.empty() || options.out == "-") {
    return fail(kBadOption, "all certificates go to a folder or a file", {}, "name it: --out DIR");
  }
  if (options.with_keys && options.password_file.empty()) {
    return fail(kExportPasswordRequired, "private keys are never written without a password", {},
                "give a password: --password-file FILE; without the keys: leave --with-keys out");
  }
  if (options.with_keys && single_file) {
    return fail(kBadOption, "private keys go to a folder, one PKCS#12 file each", options.out,
                "name a folder: --out DIR");
  }
  return {};
}

}  // namespace

Result<TransferCount> export_all(const TransferOptions& options) {
  const files::path out = options.out;
  const bool pem = out.extension() == ".pem";
  const bool single_file = pem || out.extension() == ".p7b";
  SG_TRY(check_options(options, single_file));
  std::optional<Secret> password;
  if (options.with_keys) {
    SG_TRY_ASSIGN(password, read_password_file(options.password_file));
  }
  SG_TRY_ASSIGN(const CertStores stores, CertStores::open(options.common, false));
  Exporter exporter(options, stores, password ? &*password : nullptr);
  if (single_file) {
    SG_TRY_ASSIGN(const Bytes content, exporter.to_file(pem));
    SG_TRY(io::write_file_atomically(out.string(), content, 0644));
    return exporter.count();
  }
  std::error_code problem;
  if (files::exists(out, problem)) {
    return fail(kExists, "the folder for the export exists already", out.string(), "name another, or remove it");
  }
  const files::path hidden = out.parent_path() / ("." + out.filename().string() + ".new");
  files::remove_all(hidden, problem);
  SG_TRY(make_folder(hidden));
  auto done = exporter.to_folder(hidden);
  if (done && options.with_keys && stores.database() != nullptr) {
    // Before anybody has them.
    const auto recorded = record(
        *stores.database(),
        {{"certificate.export-key", "all certificates", {}, std::to_string(done->keys) + " private keys", {}}});
    if (!recorded) done = fail(recorded.error());
  }
  if (done) files::rename(hidden, out, problem);
  if (done && !problem) return done;
  std::error_code ignored;
  files::remove_all(hidden, ignored);
  if (!done) return done;
  return fail(kExportFailed, "the export cannot be given its name: " + problem.message(), out.string(),
              "check the permissions of the folder above it");
}

Result<std::vector<TransferPiece>> pieces_of(const std::string& folder) {
  std::vector<TransferPiece> pieces;
  std::error_code problem;
  const auto add_files = [&](const files::path& place, StoreName store, const std::string& account) {
    std::vector<std::string> found;
    for (const auto& entry : files::directory_iterator(place, problem)) {
      const std::string end = entry.path().extension().string();
      if (entry.is_regular_file() && (end == ".p7b" || end == ".p12")) found.push_back(entry.path().string());
    }
    std::ranges::sort(found);
    for (std::string& file : found) pieces.push_back({std::move(file), store, account});
  };
  const files::path root = folder;
  // What is trusted comes first, so that the warnings about what follows are right.
  for (const StoreName name :
       {StoreName::TrustedRoots, StoreName::IntermediateAuthorities, StoreName::Untrusted, StoreName::OtherPeople}) {
    add_files(root / std::string(to_string(name)), name, {});
  }
  std::set<std::string> accounts;
  for (const auto& entry : files::directory_iterator(root / "Personal", problem)) {
    if (entry.is_directory()) accounts.insert(entry.path().filename().string());
  }
  for (const std::string& account : accounts) {
    SG_TRY(check_account_name(account));
    add_files(root / "Personal" / account, StoreName::Personal, account);
  }
  if (!pieces.empty()) return pieces;
  return fail(io::kIsDirectory, "the folder holds no exported certificates", folder,
              "name a folder that 'sealgate cert export --all' made, or single files");
}

}  // namespace sealgate::cli
