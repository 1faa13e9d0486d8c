#include "store/common/account_key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "io/file.h"
#include "store/common/errors.h"
#include "store/common/token_key_file.h"

namespace sealgate::store {
namespace {

using certificates::AccountKey;

/// One that is wrapped by a token holds the token's address as well.
constexpr std::size_t kMaxKeyFile = std::size_t{16} * 1024;

std::string reason(int error) {
  return std::generic_category().message(error);
}

tl::unexpected<Error> not_private(std::string what, const std::string& path) {
  return fail(
      kKeyFileNotPrivate, std::move(what), path,
      "give it to the user that runs this account's hosts and take it from all others: chown USER and chmod 600; "
      "if others could read it, renew the private keys of the account");
}

}  // namespace

Result<> sync_key_folder(const std::filesystem::path& folder) {
  const io::FileDescriptor fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid() || ::fsync(fd.get()) != 0) {
    return fail(kIoFailed, "the folder cannot be written to the disk: " + reason(errno), folder.string(),
                "check the disk");
  }
  return {};
}

Result<> write_new_key_file(const std::filesystem::path& path, ByteView content) {
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
  // Without a name until it is whole: whoever is killed in between leaves no key lying about. Some file systems of
  // networks cannot do that.
  std::string temporary;
  io::FileDescriptor fd(::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!fd.valid()) {
    temporary = path.string() + ".XXXXXX";
    fd = io::FileDescriptor(::mkostemp(temporary.data(), O_CLOEXEC));  // mode 0600
  }
  if (!fd.valid()) {
    return fail(kIoFailed, "the key file cannot be made: " + reason(errno), path.string(),
                "check that the data folder may be written");
  }
  Result<> written = io::write_all(fd.get(), content, path.string());
  if (written && ::fsync(fd.get()) != 0) {
    written = fail(kIoFailed, "the key file cannot be written: " + reason(errno), path.string(), "check the disk");
  }
  // A link, not a rename: a key file that somebody made meanwhile must stay.
  const std::string source = temporary.empty() ? "/proc/self/fd/" + std::to_string(fd.get()) : temporary;
  if (written && ::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) != 0 &&
      errno != EEXIST) {
    written = fail(kIoFailed, "the key file cannot be made: " + reason(errno), path.string(), "check the disk");
  }
  if (!temporary.empty()) ::unlink(temporary.c_str());
  if (!written) return written;
  return sync_key_folder(folder);
}

std::filesystem::path account_key_path(const std::filesystem::path& data, std::string_view account) {
  return data / "keys" / (std::string(account) + ".key");
}

Result<AccountKey> read_account_key_file(const std::filesystem::path& path, const std::string& account,
                                         io::PrivateFileOwner owner) {
  SG_TRY(certificates::check_account_name(account));
  using Kind = io::PrivateFileFailure::Kind;
  auto content = io::read_private_file(path.string(), kMaxKeyFile, owner);
  if (!content) {
    const std::string what = "the key file of account '" + account + "' " + content.error().what;
    if (content.error().kind == Kind::NotPrivate) return not_private(what, path.string());
    const bool missing = content.error().kind == Kind::Missing;
    return fail(missing ? kKeyFileMissing : kKeyFileUnreadable, what, path.string(),
                missing
                    ? "import a certificate with its private key for this account first, or restore the file from "
                      "its backup"
                    : "run as the user that owns the file");
  }
  auto key = is_token_key_file(content->view()) ? open_token_key_file(content->text(), account)
                                                : AccountKey::from_bytes(account, std::move(*content));
  if (!key) return fail(std::move(key.error()).at(path.string()));
  return key;
}

Result<AccountKey> open_or_create_account_key_file(const std::filesystem::path& path, const std::string& account) {
  auto existing = read_account_key_file(path, account);
  if (existing || existing.error().code != kKeyFileMissing) return existing;
  SG_TRY_ASSIGN(const AccountKey fresh, AccountKey::generate(account));
  SG_TRY(write_new_key_file(path, fresh.secret().view()));
  return read_account_key_file(path, account);
}

}  // namespace sealgate::store
