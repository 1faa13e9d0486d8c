#include "store/common/account_keys.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cstdlib>
#include <set>

#include "store/common/errors.h"
#include "store/common/token_key_file.h"

namespace sealgate::store {
namespace {

namespace fs = std::filesystem;
using certificates::AccountKey;

constexpr std::string_view kEnding = ".key";

std::optional<fs::path> credentials_folder() {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): never set here
  return folder == nullptr || *folder == '\0' ? std::nullopt : std::optional<fs::path>(folder);
}

bool is_missing(const Error& error) {
  return error.code == kKeyFileMissing;
}

Result<AccountKey> read_both(const AccountKeyPlace& place, const std::string& account) {
  // The next key first: at its end a renewal makes it the key, and whoever looks in this order misses neither.
  auto next = read_account_key_file(place.next(), account, place.owner());
  if (!next && !is_missing(next.error())) return next;
  auto key = read_account_key_file(place.path, account, place.owner());
  if (!next) return key;
  if (!key) return is_missing(key.error()) ? std::move(next) : std::move(key);
  return next->id() == key->id() ? std::move(*key) : next->with_older(*key);
}

bool same_file(int fd, const fs::path& path) {
  struct stat held {};
  struct stat named {};
  return ::fstat(fd, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
         held.st_dev == named.st_dev;
}

}  // namespace

AccountKeyPlace account_key_place(const fs::path& data, std::string_view account) {
  if (const auto folder = credentials_folder()) {
    AccountKeyPlace place{KeyOrigin::Credential, *folder / (std::string(account) + std::string(kEnding))};
    std::error_code error;
    if (fs::exists(place.path, error) || fs::exists(place.next(), error)) return place;
  }
  return {KeyOrigin::File, account_key_path(data, account)};
}

Result<AccountKey> read_account_key(const fs::path& data, const std::string& account) {
  SG_TRY(certificates::check_account_name(account));
  return read_both(account_key_place(data, account), account);
}

Result<HeldAccountKey> hold_account_key(const fs::path& data, const std::string& account) {
  SG_TRY(certificates::check_account_name(account));
  const AccountKeyPlace place = account_key_place(data, account);
  for (;;) {
    auto there = read_both(place, account);
    if (!there) {
      if (!is_missing(there.error()) || place.origin == KeyOrigin::Credential) return fail(std::move(there.error()));
      SG_TRY(open_or_create_account_key_file(place.path, account));
    }
    io::FileDescriptor lock(::open(place.path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!lock.valid() && errno == ENOENT) continue;  // renewed in this very moment
    if (!lock.valid() || ::flock(lock.get(), LOCK_SH) != 0) {
      return fail(kKeyFileUnreadable, "the key file of account '" + account + "' cannot be locked",
                  place.path.string(), "run as the user that owns the file");
    }
    if (!same_file(lock.get(), place.path)) continue;
    SG_TRY_ASSIGN(AccountKey key, read_both(place, account));
    return HeldAccountKey{std::move(key), std::move(lock)};
  }
}

AccountKeyFacts account_key_facts(const fs::path& data, const std::string& account) {
  AccountKeyFacts facts;
  facts.place = account_key_place(data, account);
  std::error_code error;
  facts.being_renewed = fs::exists(facts.place.next(), error);
  const fs::path& newest = facts.being_renewed ? facts.place.next() : facts.place.path;
  struct stat status {};
  if (::stat(newest.c_str(), &status) == 0) {
    facts.since = Time(std::chrono::duration_cast<Time::duration>(std::chrono::seconds(status.st_mtim.tv_sec)));
  }
  if (const auto content = io::read_file(newest.string()); content && is_token_key_file(*content)) {
    if (const auto uri = token_of_key_file(as_text(*content))) facts.token = uri->display();
  }
  auto key = read_account_key(data, account);
  if (key) {
    facts.id = key->id();
  } else {
    facts.trouble = std::move(key.error());
  }
  return facts;
}

std::vector<std::string> accounts_with_keys(const fs::path& data) {
  std::set<std::string> accounts;
  for (const auto& folder : {std::optional<fs::path>(data / "keys"), credentials_folder()}) {
    if (!folder) continue;
    std::error_code error;
    fs::directory_iterator iterator(*folder, error);
    for (; !error && iterator != fs::directory_iterator(); iterator.increment(error)) {
      const std::string name = iterator->path().stem().string();
      if (iterator->path().extension() == kEnding && certificates::check_account_name(name)) accounts.insert(name);
    }
  }
  return {accounts.begin(), accounts.end()};
}

}  // namespace sealgate::store
