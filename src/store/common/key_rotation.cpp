#include "store/common/key_rotation.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "certificates/errors.h"
#include "credentials/master_secret.h"
#include "store/common/account_keys.h"
#include "store/common/commit_point.h"
#include "store/common/errors.h"
#include "store/common/token_key_file.h"
#include "store/common/tracking/sealed_log.h"

namespace sealgate::store {
namespace {

using certificates::AccountKey;
using certificates::StoreId;
using certificates::StoreName;

/// So many at a time: a store that replaces in one transaction keeps others from writing only shortly.
constexpr std::size_t kBatch = 256;
/// New keys may come in between two passes; each pass that finds some is followed by another.
constexpr int kPasses = 100;

/// Waits for those that are about to store something under the old key.
Result<io::FileDescriptor> lock_out_importers(const std::filesystem::path& path) {
  io::FileDescriptor lock(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!lock.valid() || ::flock(lock.get(), LOCK_EX) != 0) {
    return fail(kKeyFileUnreadable, "the key file cannot be locked", path.string(),
                "run as the user that owns the file");
  }
  return lock;
}

/// The token that wraps the present key, if one does.
Result<std::optional<tokens::TokenUri>> present_token(const AccountKeyPlace& place) {
  SG_TRY_ASSIGN(const Bytes content, io::read_file(place.path.string()));
  if (!is_token_key_file(content)) return std::optional<tokens::TokenUri>();
  SG_TRY_ASSIGN(tokens::TokenUri uri, token_of_key_file(as_text(content)));
  return std::optional(std::move(uri));
}

Result<> make_next(const AccountKeyPlace& place, const std::string& account, const RotationOptions& options) {
  std::error_code error;
  if (std::filesystem::exists(place.next(), error)) {
    if (!options.token && !options.without_token) return {};
    return fail(kRotationUnderWay, "the key is being renewed already, and its next key is made",
                place.next().string(),
                "finish it first: sealgate key rotate --account " + account + ", without --token");
  }
  if (place.origin == KeyOrigin::Credential) {
    return fail(kKeyIsCredential,
                "the key of account '" + account +
                    "' is a systemd credential, which only the service "
                    "manager can replace",
                place.path.string(),
                "add a second credential " + place.next().filename().string() +
                    " (32 random bytes), restart the service, and rotate again with the same CREDENTIALS_DIRECTORY");
  }
  std::optional<tokens::TokenUri> token = options.token;
  if (!token && !options.without_token) {
    SG_TRY_ASSIGN(token, present_token(place));
  }
  SG_TRY_ASSIGN(const AccountKey fresh, AccountKey::generate(account));
  SG_TRY_ASSIGN(const io::FileDescriptor lock, lock_out_importers(place.path));
  commit_point("rotation.locked");
  if (!token) return write_new_key_file(place.next(), fresh.secret().view());
  SG_TRY_ASSIGN(const std::string content, make_token_key_file(fresh, *token));
  return write_new_key_file(place.next(), as_bytes(content));
}

struct Pass {
  std::size_t total = 0;
  std::size_t found = 0;  ///< under an older key
  std::size_t replaced = 0;
  std::vector<std::string> unopened;  ///< thumbprints
};

Result<Pass> rewrap_all(certificates::CertificateStore& store, const AccountKey& key) {
  const StoreId id{StoreName::Personal, key.account()};
  Pass pass;
  std::vector<certificates::KeyReplacement> batch;
  const auto replace = [&]() -> Result<> {
    if (batch.empty()) return {};
    SG_TRY_ASSIGN(const std::size_t replaced, store.replace_keys(id, batch));
    pass.replaced += replaced;
    batch.clear();
    commit_point("rotation.rewrapped");
    return {};
  };
  SG_TRY_ASSIGN(const auto entries, store.list(id));
  for (const auto& entry : entries) {
    if (!entry.has_private_key) continue;
    const certificates::Thumbprint& sha256 = entry.certificate.thumbprint_sha256();
    SG_TRY_ASSIGN(std::optional<Bytes> wrapped, store.wrapped_key(id, sha256));
    if (!wrapped) continue;
    ++pass.total;
    auto anew = certificates::rewrap(key, sha256, *wrapped);
    if (!anew) {
      pass.unopened.push_back(entry.certificate.thumbprint().to_biztalk());
      continue;
    }
    if (!*anew) continue;
    ++pass.found;
    batch.push_back({sha256, std::move(*wrapped), std::move(**anew)});
    if (batch.size() == kBatch) SG_TRY(replace());
  }
  SG_TRY(replace());
  return pass;
}

/// The account's copy of the master secret, too. True when none was found under an older key.
Result<bool> rewrap_secrets(credentials::Storage& storage, const AccountKey& key, RotationReport& report) {
  SG_TRY_ASSIGN(const auto rewrapped, credentials::rewrap_secrets(storage, key));
  report.secrets += rewrapped.replaced;
  if (rewrapped.replaced > 0) commit_point("rotation.secrets-rewrapped");
  if (rewrapped.unopened == 0) return rewrapped.found == 0;
  return fail(kKeysLeft, "the master secret of credentials opens with neither the old nor the new key",
              "account " + key.account(),
              "restore the key file that wrapped it, or the secret from its backup (sealgate sso secret restore), or "
              "take it from the account (sealgate sso secret revoke); then rotate again: what was done stays");
}

Result<> make_it_the_key(const AccountKeyPlace& place) {
  if (::rename(place.next().c_str(), place.path.c_str()) != 0) {
    return fail(kIoFailed, "the next key cannot take its place: " + std::generic_category().message(errno),
                place.next().string(), "check the folder's permissions; both keys are kept");
  }
  commit_point("rotation.renamed");
  return sync_key_folder(place.path.parent_path());
}

}  // namespace

Result<RotationReport> rotate_account_key(certificates::CertificateStore& store, credentials::Storage& credentials,
                                          const std::filesystem::path& data, const std::string& account,
                                          const RotationOptions& options) {
  SG_TRY(certificates::check_account_name(account));
  if (account_key_path(data, account) == tracking::tracking_key_path(data)) {
    return fail(kKeyIsNotRenewed, "this key seals tracked bodies, which are not wrapped anew", account,
                "let the bodies that it seals expire, then remove the file; a new one is made");
  }
  const AccountKeyPlace place = account_key_place(data, account);
  RotationReport report;
  report.next = place.next();
  if (auto old = read_account_key_file(place.path, account, place.owner())) {
    report.old_id = old->id();
  } else if (!(old.error().code == kKeyFileMissing && std::filesystem::exists(place.next()))) {
    return fail(std::move(old.error()));
  }
  SG_TRY(make_next(place, account, options));
  commit_point("rotation.prepared");
  SG_TRY_ASSIGN(const AccountKey key, read_account_key(data, account));
  report.new_id = key.id();
  if (options.only_prepare) {
    SG_TRY_ASSIGN(const WrappedKeys wrapped, count_wrapped_keys(store, account));
    report.total = wrapped.total;
    return report;
  }
  for (int passes = 0;; ++passes) {
    SG_TRY_ASSIGN(const Pass pass, rewrap_all(store, key));
    report.rewrapped += pass.replaced;
    report.total = pass.total;
    if (!pass.unopened.empty()) {
      return fail(kKeysLeft,
                  std::to_string(pass.unopened.size()) + " private keys open with neither the old nor the new key",
                  "certificate " + pass.unopened.front() + " of account " + account,
                  "restore the key file that wrapped them, or remove them (sealgate cert remove --with-key); then "
                  "rotate again: what was done stays, and both keys are kept");
    }
    SG_TRY_ASSIGN(const bool all_secrets, rewrap_secrets(credentials, key, report));
    if (pass.found == 0 && all_secrets) break;
    if (passes == kPasses) {
      return fail(kKeysLeft, "private keys are stored under the old key faster than they are wrapped anew", account,
                  "look who imports them, and rotate again");
    }
  }
  if (place.origin == KeyOrigin::File) SG_TRY(make_it_the_key(place));
  report.finished = true;
  return report;
}

Result<WrappedKeys> count_wrapped_keys(const certificates::CertificateStore& store, const std::string& account) {
  const StoreId id{StoreName::Personal, account};
  WrappedKeys keys;
  SG_TRY_ASSIGN(const auto entries, store.list(id));
  for (const auto& entry : entries) {
    if (!entry.has_private_key) continue;
    ++keys.total;
    SG_TRY_ASSIGN(const auto wrapped, store.wrapped_key(id, entry.certificate.thumbprint_sha256()));
    if (wrapped && certificates::is_token_address(*wrapped)) ++keys.in_tokens;
  }
  return keys;
}

}  // namespace sealgate::store
