#include "store/common/folder_certificate_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <mutex>
#include <system_error>

#include "certificates/errors.h"
#include "io/file.h"
#include "store/common/errors.h"

namespace sealgate::store {
namespace {

using namespace certificates;
namespace fs = std::filesystem;

constexpr std::size_t kMaxCertificateFile = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kMaxListFile = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kMaxNameFile = 4096;

tl::unexpected<Error> io_failed(const std::string& what, const std::error_code& error, const fs::path& path) {
  return fail(kIoFailed, what + ": " + error.message(), path.string(), "check the folder's permissions and the disk");
}

tl::unexpected<Error> damaged(const std::string& what, const fs::path& path) {
  return fail(kStoreDamaged, what, path.string(), "replace the file from a backup, or move it out of the store");
}

Result<> sync_folder(const fs::path& folder) {
  const io::FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || ::fsync(fd.get()) != 0) {
    return io_failed("the folder cannot be written to the disk", {errno, std::generic_category()}, folder);
  }
  return {};
}

/// Removes the file if it is there.
Result<> remove_file(const fs::path& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return {};
  return io_failed("the file cannot be removed", {errno, std::generic_category()}, path);
}

/// Paths of the files with this extension, sorted; nothing when there is no folder.
Result<std::vector<fs::path>> files_in(const fs::path& folder, const std::string& extension) {
  std::vector<fs::path> found;
  std::error_code error;
  fs::directory_iterator iterator(folder, error);
  if (error == std::errc::no_such_file_or_directory) return found;
  for (; !error && iterator != fs::directory_iterator(); iterator.increment(error)) {
    if (iterator->path().extension() == extension) found.push_back(iterator->path());
  }
  if (error) return io_failed("the folder cannot be listed", error, folder);
  std::sort(found.begin(), found.end());
  return found;
}

class FolderCertificateStore final : public CertificateStore {
 public:
  explicit FolderCertificateStore(fs::path root) : root_(std::move(root)) {}

  Result<std::vector<StoredCertificate>> page(const StoreId& id, const Page& page) const override {
    SG_TRY(check_store_id(id));
    SG_TRY_ASSIGN(std::vector<fs::path> files, files_in(folder_of(id), ".der"));
    if (page.after) std::erase_if(files, [&](const fs::path& file) { return file <= file_of(id, *page.after); });
    std::vector<StoredCertificate> result;
    for (const fs::path& file : files) {
      if (result.size() >= page.limit) break;
      SG_TRY_ASSIGN(std::optional<StoredCertificate> entry, load(file));
      if (!entry || !page.search.matches(entry->certificate, entry->friendly_name)) continue;
      result.push_back(std::move(*entry));
    }
    return result;
  }

  /// Looks at every file: for the few that a folder holds.
  Result<std::vector<StoredCertificate>> find_named(const StoreId& id, CertificateQuery::Kind kind,
                                                    ByteView key) const override {
    SG_TRY_ASSIGN(std::vector<StoredCertificate> entries, list(id));
    std::erase_if(entries, [&](const StoredCertificate& entry) {
      return as_text(lookup_keys_of(entry.certificate).of(kind)) != as_text(key);
    });
    if (entries.size() > kMaxMatches) entries.erase(entries.begin() + kMaxMatches, entries.end());
    return entries;
  }

  Result<std::optional<StoredCertificate>> find(const StoreId& id, const Thumbprint& thumbprint) const override {
    SG_TRY(check_store_id(id));
    if (thumbprint.kind() == Thumbprint::Kind::Sha1) return load(file_of(id, thumbprint));
    SG_TRY_ASSIGN(std::vector<StoredCertificate> entries, list(id));
    for (StoredCertificate& entry : entries) {
      if (entry.certificate.has_thumbprint(thumbprint)) return std::optional(std::move(entry));
    }
    return std::optional<StoredCertificate>();
  }

  Result<AddOutcome> add(const StoreId& id, const NewCertificate& entry) override {
    SG_TRY(check_new_certificate(id, entry));
    const std::scoped_lock lock(mutex_);
    const fs::path file = file_of(id, entry.certificate.thumbprint());
    SG_TRY_ASSIGN(const std::optional<StoredCertificate> there, load(file));
    if (there && !(there->certificate == entry.certificate)) return ambiguous(id, entry.certificate.thumbprint());
    if (!there) {
      SG_TRY_ASSIGN(const std::vector<fs::path> files, files_in(folder_of(id), ".der"));
      if (files.size() >= kMaxCertificates) return store_full(id);
      SG_TRY(make_folder(id));
    }
    const bool personal = id.name == StoreName::Personal;
    const bool key_is_new = entry.wrapped_key && !(there && there->has_private_key);
    if (key_is_new) SG_TRY(io::write_file_atomically(with(file, ".key"), *entry.wrapped_key, 0600));
    if (!entry.friendly_name.empty() && !(there && !there->friendly_name.empty())) {
      const std::string_view name = std::string_view(entry.friendly_name).substr(0, kMaxNameFile);
      SG_TRY(io::write_file_atomically(with(file, ".name"), as_bytes(name), personal ? 0600 : 0644));
    }
    // The certificate comes last: what has no .der does not exist.
    if (!there) {
      SG_TRY(io::write_file_atomically(file.string(), entry.certificate.der(), personal ? 0600 : 0644));
      return AddOutcome::Added;
    }
    return key_is_new ? AddOutcome::KeyAdded : AddOutcome::AlreadyThere;
  }

  Result<> remove(const StoreId& id, const Thumbprint& thumbprint, bool with_key) override {
    SG_TRY(check_store_id(id));
    const std::scoped_lock lock(mutex_);
    SG_TRY_ASSIGN(const std::optional<StoredCertificate> entry, find(id, thumbprint));
    SG_TRY(check_removal(id, thumbprint, entry.has_value(), entry && entry->has_private_key, with_key));
    const fs::path file = file_of(id, entry->certificate.thumbprint());
    // The secret goes first: a crash in between leaves a certificate that can be removed again, never a stray key.
    SG_TRY(remove_file(with(file, ".key")));
    SG_TRY(sync_folder(folder_of(id)));
    SG_TRY(remove_file(with(file, ".name")));
    SG_TRY(remove_file(file));
    return sync_folder(folder_of(id));
  }

  Result<std::optional<Bytes>> wrapped_key(const StoreId& id, const Thumbprint& thumbprint) const override {
    SG_TRY_ASSIGN(const std::optional<StoredCertificate> entry, find(id, thumbprint));
    if (!entry || !entry->has_private_key) return std::optional<Bytes>();
    SG_TRY_ASSIGN(Bytes wrapped,
                  io::read_file(with(file_of(id, entry->certificate.thumbprint()), ".key"), kMaxCertificateFile));
    return std::optional(std::move(wrapped));
  }

  Result<std::size_t> replace_keys(const StoreId& id, const std::vector<KeyReplacement>& keys) override {
    SG_TRY(check_store_id(id));
    const std::scoped_lock lock(mutex_);
    std::size_t replaced = 0;
    for (const KeyReplacement& key : keys) {
      SG_TRY_ASSIGN(const std::optional<Bytes> stored, wrapped_key(id, key.certificate));
      if (stored != key.expected) continue;
      SG_TRY_ASSIGN(const std::optional<StoredCertificate> entry, find(id, key.certificate));
      const std::string file = with(file_of(id, entry->certificate.thumbprint()), ".key");
      SG_TRY(io::write_file_atomically(file, key.wrapped, 0600));
      ++replaced;
    }
    return replaced;
  }

  /// Only wrapped keys are ever rewritten, each as a new file; otherwise the names say it all.
  Result<std::uint64_t> revision() const override {
    std::vector<std::string> names;
    std::error_code error;
    fs::recursive_directory_iterator iterator(root_, error);
    for (; !error && iterator != fs::recursive_directory_iterator(); iterator.increment(error)) {
      names.push_back(iterator->path().string());
      struct stat status {};
      if (iterator->path().extension() == ".key" && ::stat(iterator->path().c_str(), &status) == 0) {
        names.back() += " " + std::to_string(status.st_ino) + " " + std::to_string(status.st_mtim.tv_sec) + "." +
                        std::to_string(status.st_mtim.tv_nsec);
      }
    }
    if (error && error != std::errc::no_such_file_or_directory) {
      return io_failed("the folder cannot be listed", error, root_);
    }
    std::sort(names.begin(), names.end());
    std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
    for (const std::string& name : names) {
      for (const char c : name + "\n") hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    }
    return hash;
  }

  Result<std::vector<Crl>> list_crls() const override {
    SG_TRY_ASSIGN(const std::vector<fs::path> files, files_in(lists_folder(), ".crl"));
    std::vector<Crl> result;
    for (const fs::path& file : files) {
      SG_TRY_ASSIGN(const Bytes der, io::read_file(file.string(), kMaxListFile));
      auto crl = Crl::from_der(der);
      if (!crl) return damaged("the file is no revocation list", file);
      result.push_back(std::move(*crl));
    }
    return result;
  }

  Result<AddOutcome> add_crl(const Crl& crl) override {
    const std::scoped_lock lock(mutex_);
    const fs::path file = lists_folder() / (crl.sha256() + ".crl");
    std::error_code error;
    if (fs::exists(file, error)) return AddOutcome::AlreadyThere;
    SG_TRY(make_folders(lists_folder(), false));
    SG_TRY(io::write_file_atomically(file.string(), crl.der(), 0644));
    return AddOutcome::Added;
  }

  Result<> remove_crl(std::string_view sha256) override {
    const std::scoped_lock lock(mutex_);
    SG_TRY_ASSIGN(const std::vector<fs::path> files, files_in(lists_folder(), ".crl"));
    for (const fs::path& file : files) {
      if (file.stem() != sha256) continue;
      SG_TRY(remove_file(file));
      return sync_folder(lists_folder());
    }
    return crl_not_found(sha256);
  }

 private:
  fs::path folder_of(const StoreId& id) const { return root_ / id.effective_account() / to_string(id.name); }
  fs::path file_of(const StoreId& id, const Thumbprint& thumbprint) const {
    return folder_of(id) / (thumbprint.to_hex() + ".der");
  }
  fs::path lists_folder() const { return root_ / kComputerAccount / "RevocationLists"; }
  static std::string with(fs::path file, const char* extension) { return file.replace_extension(extension).string(); }

  Result<> make_folder(const StoreId& id) { return make_folders(folder_of(id), id.name == StoreName::Personal); }

  Result<> make_folders(const fs::path& folder, bool secret) {
    std::error_code error;
    if (fs::is_directory(folder, error)) return {};
    fs::create_directories(folder, error);
    if (error) return io_failed("the folder cannot be made", error, folder);
    if (secret) {
      for (const fs::path& path : {folder, folder.parent_path()}) {
        fs::permissions(path, fs::perms::owner_all, error);
        if (error) return io_failed("the folder cannot be closed to others", error, path);
      }
    }
    for (fs::path path = folder.parent_path(); path != root_.parent_path(); path = path.parent_path()) {
      SG_TRY(sync_folder(path));
    }
    return {};
  }

  /// Absent when there is no such file.
  static Result<std::optional<StoredCertificate>> load(const fs::path& file) {
    std::error_code error;
    if (!fs::exists(file, error) && (!error || error == std::errc::no_such_file_or_directory)) {
      return std::optional<StoredCertificate>();
    }
    SG_TRY_ASSIGN(const Bytes der, io::read_file(file.string(), kMaxCertificateFile));
    auto certificate = Certificate::from_der(der);
    if (!certificate) return damaged("the file is no certificate", file);
    if (certificate->thumbprint().to_hex() != file.stem().string()) {
      return damaged("the file holds another certificate than its name says", file);
    }
    StoredCertificate entry{std::move(*certificate), fs::exists(with(file, ".key"), error), {}};
    if (fs::exists(with(file, ".name"), error)) {
      SG_TRY_ASSIGN(const Bytes name, io::read_file(with(file, ".name"), kMaxNameFile));
      entry.friendly_name = as_text(name);
    }
    return std::optional(std::move(entry));
  }

  fs::path root_;
  mutable std::mutex mutex_;  ///< one change at a time; readers need none
};

}  // namespace

std::unique_ptr<CertificateStore> make_folder_certificate_store(fs::path root) {
  return std::make_unique<FolderCertificateStore>(fs::absolute(root));
}

}  // namespace sealgate::store
