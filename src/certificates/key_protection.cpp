#include "certificates/key_protection.h"

#include <algorithm>

#include "certificates/errors.h"
#include "crypto/aead.h"
#include "crypto/errors.h"
#include "crypto/random.h"

namespace sealgate::certificates {
namespace {

constexpr std::string_view kMagic = "SGK1";
constexpr std::size_t kMaxAccountName = 64;
/// The largest PKCS#8 encoding of any key in use is a few KiB.
constexpr std::size_t kMaxWrappedKey = std::size_t{64} * 1024;

/// What the wrapped key is bound to. The account's name cannot contain a zero, so the parts cannot run together.
Bytes context(const AccountKey& account_key, const Thumbprint& certificate) {
  Bytes bytes = to_bytes("sealgate private key 1");
  bytes.push_back(0);
  append(bytes, as_bytes(account_key.account()));
  bytes.push_back(0);
  append(bytes, certificate.bytes());
  return bytes;
}

}  // namespace

Result<> check_account_name(std::string_view account) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  if (account.empty() || account.size() > kMaxAccountName || account.front() == '.' ||
      !std::all_of(account.begin(), account.end(), allowed)) {
    return fail(kBadAccountName,
                "'" + std::string(account.substr(0, kMaxAccountName)) + "' cannot be an account's name", {},
                "use 1 to 64 letters, digits, dots, underscores and hyphens, not starting with a dot");
  }
  return {};
}

Result<AccountKey> AccountKey::from_bytes(std::string account, Secret key) {
  SG_TRY(check_account_name(account));
  if (key.size() != kSize) {
    return fail(kBadAccountKey, "the account's key has " + std::to_string(key.size()) + " bytes instead of 32",
                account,
                "restore the key file from its backup; without it the private keys of this account cannot be opened");
  }
  return AccountKey(std::move(account), std::move(key));
}

Result<AccountKey> AccountKey::generate(std::string account) {
  SG_TRY(check_account_name(account));
  SG_TRY_ASSIGN(Secret key, crypto::random_secret(kSize));
  return AccountKey(std::move(account), std::move(key));
}

Result<Bytes> wrap_private_key(const AccountKey& account_key, const Thumbprint& certificate,
                               const crypto::PrivateKey& key) {
  SG_TRY_ASSIGN(const Secret encoded, key.pkcs8_der());
  SG_TRY_ASSIGN(const Bytes sealed,
                crypto::aead_seal(account_key.secret().view(), encoded.view(), context(account_key, certificate)));
  Bytes wrapped = to_bytes(kMagic);
  append(wrapped, sealed);
  return wrapped;
}

Result<crypto::PrivateKey> unwrap_private_key(const AccountKey& account_key, const Thumbprint& certificate,
                                              ByteView wrapped) {
  const auto refuse = [&] {
    return fail(kKeyUnwrapFailed,
                "the private key cannot be opened with the key file of account '" + account_key.account() + "'",
                "certificate " + certificate.to_hex(),
                "the key file was replaced, or the stored key was changed or belongs to another account: restore the "
                "key file from its backup or import the private key again");
  };
  if (wrapped.size() < kMagic.size() || wrapped.size() > kMaxWrappedKey ||
      as_text(wrapped.first(kMagic.size())) != kMagic) {
    return refuse();
  }
  const auto opened = crypto::aead_open(account_key.secret().view(), wrapped.subspan(kMagic.size()),
                                        context(account_key, certificate));
  if (!opened) return refuse();
  auto key = crypto::PrivateKey::from_pkcs8_der(opened->view());
  if (!key) return refuse();
  return std::move(*key);
}

}  // namespace sealgate::certificates
