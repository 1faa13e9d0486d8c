#include "credentials/keyring.h"

#include "credentials/errors.h"

namespace sealgate::credentials {
namespace {

tl::unexpected<Error> no_secret() {
  return fail(kNoSecret, "there is no master secret for credentials", {},
              "make one with 'sealgate sso secret create', or restore it with 'sealgate sso secret restore'");
}

}  // namespace

void Secrets::add(std::shared_ptr<const MasterSecret> secret) {
  const std::int64_t generation = secret->generation;
  secrets_[generation] = std::move(secret);
}

const MasterSecret* Secrets::find(std::int64_t generation) const {
  const auto found = secrets_.find(generation);
  return found == secrets_.end() ? nullptr : found->second.get();
}

Result<Secret> Secrets::open(const SealedRecord& record) const {
  const MasterSecret* secret = find(record.generation);
  return credentials::open(secret == nullptr ? newest() : *secret, record);
}

Result<Secrets> Keyring::open(const Contents& contents, const std::string& account) {
  if (contents.secrets.empty()) return no_secret();
  Secrets secrets;
  for (const WrappedSecret& wrapped : contents.secrets) {
    if (wrapped.account != account) continue;
    SG_TRY_ASSIGN(auto secret, unwrap(wrapped));
    secrets.add(std::move(secret));
  }
  if (secrets.find(contents.newest()) != nullptr) return secrets;
  return fail(kNotGranted, "the account may not open credentials", "account " + account,
              "allow it with 'sealgate sso secret grant --account " + account + "'");
}

Result<Secrets> Keyring::open_as_any(const Contents& contents) {
  if (contents.secrets.empty()) return no_secret();
  std::optional<Error> first;
  for (const WrappedSecret& wrapped : contents.secrets) {
    if (wrapped.generation != contents.newest()) continue;
    auto secrets = open(contents, wrapped.account);
    if (secrets) return secrets;
    if (!first) first = std::move(secrets.error());
  }
  return fail(std::move(*first));
}

Result<std::shared_ptr<const MasterSecret>> Keyring::unwrap(const WrappedSecret& wrapped) {
  const auto place = std::pair(wrapped.generation, wrapped.account);
  {
    const std::lock_guard lock(mutex_);
    const auto found = opened_.find(place);
    if (found != opened_.end() && found->second.wrapped == wrapped.wrapped) return found->second.secret;
  }
  SG_TRY_ASSIGN(const certificates::AccountKey key, account_keys_(wrapped.account));
  SG_TRY_ASSIGN(Unwrapped opened, credentials::unwrap(wrapped, key));
  auto secret = std::make_shared<const MasterSecret>(std::move(opened.secret));
  const std::lock_guard lock(mutex_);
  // Generations that are gone are not kept in memory.
  std::erase_if(opened_, [&](const auto& entry) {
    return entry.first.second == wrapped.account && entry.first.first + 1 < wrapped.generation;
  });
  opened_[place] = Opened{wrapped.wrapped, secret};
  return secret;
}

}  // namespace sealgate::credentials
