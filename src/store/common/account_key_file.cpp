#include "store/common/account_key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "io/file.h"
#include "store/common/errors.h"

namespace sealgate::store {
namespace {

using certificates::AccountKey;

std::string reason(int error) {
  return std::generic_category().message(error);
}

tl::unexpected<Error> not_private(std::string what, const std::string& path) {
  return fail(
      kKeyFileNotPrivate, std::move(what), path,
      "give it to the user that runs this account's hosts and take it from all others: chown USER and chmod 600; "
      "if others could read it, renew the private keys of the account");
}

Result<> sync_folder(const std::filesystem::path& folder) {
  const io::FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || ::fsync(fd.get()) != 0) {
    return fail(kIoFailed, "the folder cannot be written to the disk: " + reason(errno), folder.string(),
                "check the disk");
  }
  return {};
}

Result<> write_new_key_file(const std::filesystem::path& path, const AccountKey& key) {
  std::error_code error;
  const std::filesystem::path folder = path.parent_path();
  if (!std::filesystem::is_directory(folder, error)) {
    std::filesystem::create_directories(folder, error);
    if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
    if (error) {
      return fail(kIoFailed, "the folder of the key files cannot be made: " + error.message(), folder.string(),
                  "check that the data folder exists and may be written");
    }
  }
  std::string temporary = path.string() + ".XXXXXX";
  const io::FileDescriptor fd(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  if (!fd.valid()) {
    return fail(kIoFailed, "the key file cannot be made: " + reason(errno), path.string(),
                "check that the data folder may be written");
  }
  Result<> written = io::write_all(fd.get(), key.secret().view(), path.string());
  if (written && ::fsync(fd.get()) != 0) {
    written = fail(kIoFailed, "the key file cannot be written: " + reason(errno), path.string(), "check the disk");
  }
  // A link, not a rename: a key file that somebody made meanwhile must stay.
  if (written && ::link(temporary.c_str(), path.c_str()) != 0 && errno != EEXIST) {
    written = fail(kIoFailed, "the key file cannot be made: " + reason(errno), path.string(), "check the disk");
  }
  ::unlink(temporary.c_str());
  if (!written) return written;
  return sync_folder(folder);
}

}  // namespace

std::filesystem::path account_key_path(const std::filesystem::path& data, std::string_view account) {
  return data / "keys" / (std::string(account) + ".key");
}

Result<AccountKey> read_account_key_file(const std::filesystem::path& path, const std::string& account) {
  SG_TRY(certificates::check_account_name(account));
  const io::FileDescriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd.valid()) {
    if (errno == ELOOP) return not_private("the key file is a symbolic link", path.string());
    const bool missing = errno == ENOENT;
    return fail(missing ? kKeyFileMissing : kKeyFileUnreadable,
                "the key file of account '" + account + "' " +
                    (missing ? std::string("does not exist") : "cannot be read: " + reason(errno)),
                path.string(),
                missing
                    ? "import a certificate with its private key for this account first, or restore the file from "
                      "its backup"
                    : "run as the user that owns the file");
  }
  struct stat status {};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return not_private("the key file is no plain file", path.string());
  }
  if ((status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return not_private("the key file can be reached by others than its owner", path.string());
  }
  if (status.st_uid != ::geteuid()) return not_private("the key file belongs to another user", path.string());
  Secret bytes(AccountKey::kSize + 1);
  std::size_t size = 0;
  while (size < bytes.size()) {
    SG_TRY_ASSIGN(const std::size_t more,
                  io::read_some(fd.get(), {bytes.data() + size, bytes.size() - size}, path.string()));
    if (more == 0) break;
    size += more;
  }
  bytes.resize(size);
  auto key = AccountKey::from_bytes(account, std::move(bytes));
  if (!key) return fail(std::move(key.error()).at(path.string()));
  return key;
}

Result<AccountKey> open_or_create_account_key_file(const std::filesystem::path& path, const std::string& account) {
  auto existing = read_account_key_file(path, account);
  if (existing || existing.error().code != kKeyFileMissing) return existing;
  SG_TRY_ASSIGN(const AccountKey fresh, AccountKey::generate(account));
  SG_TRY(write_new_key_file(path, fresh));
  return read_account_key_file(path, account);
}

}  // namespace sealgate::store
