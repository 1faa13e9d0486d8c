#include "credentials/seal.h"

#include "credentials/errors.h"
#include "crypto/aead.h"
#include "crypto/digest.h"
#include "crypto/kdf.h"
#include "crypto/random.h"

namespace sealgate::credentials {
namespace {

constexpr std::string_view kWrapMagic = "SGM1";
constexpr std::string_view kSealMagic = "SGC1";

/// Names hold no zero (application.h, principal.h), so the parts cannot run together.
Bytes context(std::initializer_list<std::string_view> parts, std::int64_t generation) {
  Bytes bytes;
  for (const std::string_view part : parts) {
    append(bytes, as_bytes(part));
    bytes.push_back(0);
  }
  append(bytes, as_bytes(std::to_string(generation)));
  return bytes;
}

Bytes context_of(const SealedRecord& record) {
  return context({"sealgate credential 1", to_string(record.key.kind), record.key.application, record.key.name,
                  std::to_string(record.place)},
                 record.generation);
}

Bytes context_of(const WrappedSecret& wrapped) {
  return context({"sealgate master secret 1", wrapped.account}, wrapped.generation);
}

Bytes with_magic(std::string_view magic, ByteView sealed) {
  Bytes bytes = to_bytes(magic);
  append(bytes, sealed);
  return bytes;
}

bool has_magic(std::string_view magic, ByteView bytes) {
  return bytes.size() >= magic.size() && as_text(bytes.first(magic.size())) == magic;
}

std::string place_of(const RecordKey& key) {
  if (key.application.empty()) return "credentials of the group, " + std::string(to_string(key.kind));
  return "affiliate application " + key.application + (key.name.empty() ? "" : ", " + key.name);
}

}  // namespace

Result<MasterSecret> make_master_secret(std::int64_t generation) {
  SG_TRY_ASSIGN(Secret key, crypto::random_secret(crypto::kAeadKeySize));
  return MasterSecret{generation, std::move(key)};
}

std::string id_of(const MasterSecret& secret) {
  const auto id =
      crypto::hkdf(crypto::DigestAlgorithm::Sha256, secret.key.view(), {}, as_bytes("sealgate master secret id"), 8);
  return id ? to_hex(id->view()) : std::string();
}

Result<WrappedSecret> wrap(const MasterSecret& secret, const certificates::AccountKey& account_key, Time made) {
  WrappedSecret wrapped{secret.generation, account_key.account(), {}, made};
  SG_TRY_ASSIGN(const Bytes sealed,
                crypto::aead_seal(account_key.secret().view(), secret.key.view(), context_of(wrapped)));
  wrapped.wrapped = with_magic(kWrapMagic, sealed);
  return wrapped;
}

Result<Unwrapped> unwrap(const WrappedSecret& wrapped, const certificates::AccountKey& account_key) {
  const auto open_with = [&](const Secret& key) -> Result<Secret> {
    return crypto::aead_open(key.view(), ByteView(wrapped.wrapped).subspan(kWrapMagic.size()), context_of(wrapped));
  };
  if (has_magic(kWrapMagic, wrapped.wrapped) && wrapped.account == account_key.account()) {
    if (auto opened = open_with(account_key.secret())) {
      return Unwrapped{{wrapped.generation, std::move(*opened)}, true};
    }
    for (const Secret& older : account_key.older()) {
      if (auto opened = open_with(older)) return Unwrapped{{wrapped.generation, std::move(*opened)}, false};
    }
  }
  return fail(kSecretUnwrapFailed,
              "the master secret of credentials cannot be opened with the key of account '" + wrapped.account + "'",
              "generation " + std::to_string(wrapped.generation),
              "the key file was replaced, or the stored secret was changed: restore the key file, or the secret from "
              "its backup (sealgate sso secret restore)");
}

Result<SealedRecord> seal(const MasterSecret& secret, RecordKey key, std::int64_t place, ByteView content,
                          Time changed) {
  SealedRecord record{std::move(key), place, secret.generation, {}, changed};
  SG_TRY_ASSIGN(const Bytes sealed, crypto::aead_seal(secret.key.view(), content, context_of(record)));
  record.sealed = with_magic(kSealMagic, sealed);
  return record;
}

Result<Secret> open(const MasterSecret& secret, const SealedRecord& record) {
  if (record.generation == secret.generation && has_magic(kSealMagic, record.sealed)) {
    auto opened =
        crypto::aead_open(secret.key.view(), ByteView(record.sealed).subspan(kSealMagic.size()), context_of(record));
    if (opened) return opened;
  }
  return fail(kDamaged, "what is stored cannot be opened: it was changed or moved, or sealed by another secret",
              place_of(record.key), "restore the store from its backup, or remove it and give the credentials again");
}

Result<Secret> ticket_key(const MasterSecret& secret) {
  return crypto::hkdf(crypto::DigestAlgorithm::Sha256, secret.key.view(), {}, as_bytes("sealgate sso ticket key 1"),
                      crypto::kAeadKeySize);
}

}  // namespace sealgate::credentials
