#include "certificates/key_protection.h"

#include <algorithm>

#include "base/hex.h"
#include "certificates/errors.h"
#include "crypto/aead.h"
#include "crypto/digest.h"
#include "crypto/errors.h"
#include "crypto/random.h"

namespace sealgate::certificates {
namespace {

/// What is wrapped: the first four bytes, and the words that its context begins with.
struct Kind {
  std::string_view magic;
  std::string_view context;
};
constexpr Kind kPrivateKey{"SGK1", "sealgate private key 1"};
constexpr Kind kTokenAddress{"SGT1", "sealgate token key 1"};
constexpr std::size_t kMaxAccountName = 64;
/// The largest PKCS#8 encoding of any key in use is a few KiB.
constexpr std::size_t kMaxWrappedKey = std::size_t{64} * 1024;

/// What the wrapped key is bound to. The account's name cannot contain a zero, so the parts cannot run together.
Bytes context(const Kind& kind, const AccountKey& account_key, const Thumbprint& certificate) {
  Bytes bytes = to_bytes(kind.context);
  bytes.push_back(0);
  append(bytes, as_bytes(account_key.account()));
  bytes.push_back(0);
  append(bytes, certificate.bytes());
  return bytes;
}

bool is_of(const Kind& kind, ByteView wrapped) {
  return wrapped.size() >= kind.magic.size() && as_text(wrapped.first(kind.magic.size())) == kind.magic;
}

Result<Bytes> wrap(const Kind& kind, const AccountKey& account_key, const Thumbprint& certificate, ByteView content) {
  SG_TRY_ASSIGN(const Bytes sealed,
                crypto::aead_seal(account_key.secret().view(), content, context(kind, account_key, certificate)));
  Bytes wrapped = to_bytes(kind.magic);
  append(wrapped, sealed);
  return wrapped;
}

tl::unexpected<Error> refuse(const AccountKey& account_key, const Thumbprint& certificate) {
  return fail(kKeyUnwrapFailed,
              "the private key cannot be opened with the key file of account '" + account_key.account() + "'",
              "certificate " + certificate.to_hex(),
              "the key file was replaced, or the stored key was changed or belongs to another account: restore the "
              "key file from its backup or import the private key again");
}

struct Opened {
  Secret content;
  bool with_newest;
};

/// With the newest key first, then with older ones.
Result<Opened> open(const Kind& kind, const AccountKey& account_key, const Thumbprint& certificate,
                    ByteView wrapped) {
  if (!is_of(kind, wrapped) || wrapped.size() > kMaxWrappedKey) return refuse(account_key, certificate);
  const ByteView sealed = wrapped.subspan(kind.magic.size());
  const Bytes bound_to = context(kind, account_key, certificate);
  auto opened = crypto::aead_open(account_key.secret().view(), sealed, bound_to);
  if (opened) return Opened{std::move(*opened), true};
  for (const Secret& older : account_key.older()) {
    opened = crypto::aead_open(older.view(), sealed, bound_to);
    if (opened) return Opened{std::move(*opened), false};
  }
  return refuse(account_key, certificate);
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

std::string AccountKey::id() const {
  Bytes labelled = to_bytes("sealgate account key id");
  labelled.push_back(0);
  append(labelled, key_.view());
  const auto digest = crypto::digest(crypto::DigestAlgorithm::Sha256, labelled);
  wipe(labelled.data(), labelled.size());
  return digest ? to_hex(digest->view().first(8)) : std::string();
}

AccountKey AccountKey::with_older(const AccountKey& older) const {
  AccountKey both = clone();
  both.older_.push_back(older.key_.clone());
  return both;
}

AccountKey AccountKey::clone() const {
  AccountKey copy(account_, key_.clone());
  for (const Secret& older : older_) copy.older_.push_back(older.clone());
  return copy;
}

Result<Bytes> wrap_private_key(const AccountKey& account_key, const Thumbprint& certificate,
                               const crypto::PrivateKey& key) {
  SG_TRY_ASSIGN(const Secret encoded, key.pkcs8_der());
  return wrap(kPrivateKey, account_key, certificate, encoded.view());
}

Result<crypto::PrivateKey> unwrap_private_key(const AccountKey& account_key, const Thumbprint& certificate,
                                              ByteView wrapped) {
  SG_TRY_ASSIGN(const Opened opened, open(kPrivateKey, account_key, certificate, wrapped));
  auto key = crypto::PrivateKey::from_pkcs8_der(opened.content.view());
  if (!key) return refuse(account_key, certificate);
  return std::move(*key);
}

Result<Bytes> wrap_token_address(const AccountKey& account_key, const Thumbprint& certificate, std::string_view uri) {
  return wrap(kTokenAddress, account_key, certificate, as_bytes(uri));
}

bool is_token_address(ByteView wrapped) {
  return is_of(kTokenAddress, wrapped);
}

Result<std::string> unwrap_token_address(const AccountKey& account_key, const Thumbprint& certificate,
                                         ByteView wrapped) {
  SG_TRY_ASSIGN(const Opened opened, open(kTokenAddress, account_key, certificate, wrapped));
  return std::string(opened.content.text());
}

Result<std::optional<Bytes>> rewrap(const AccountKey& account_key, const Thumbprint& certificate, ByteView wrapped) {
  const Kind& kind = is_token_address(wrapped) ? kTokenAddress : kPrivateKey;
  SG_TRY_ASSIGN(const Opened opened, open(kind, account_key, certificate, wrapped));
  if (opened.with_newest) return std::optional<Bytes>();
  SG_TRY_ASSIGN(Bytes anew, wrap(kind, account_key, certificate, opened.content.view()));
  return std::optional(std::move(anew));
}

}  // namespace sealgate::certificates
