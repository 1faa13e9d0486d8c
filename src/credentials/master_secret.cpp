#include "credentials/master_secret.h"

#include <algorithm>
#include <set>

#include "credentials/application.h"
#include "credentials/errors.h"
#include "credentials/secret_backup.h"
#include "credentials/ticket.h"

namespace sealgate::credentials {
namespace {

/// So many at a time: others wait for a change only shortly.
constexpr std::size_t kBatch = 256;
constexpr int kTries = 20;

/// Only what concerns the group as a whole.
Selection group_only() {
  return {std::string(), std::vector<std::string>()};
}

std::vector<std::string> accounts_of(const Contents& contents) {
  std::set<std::string> accounts;
  for (const WrappedSecret& wrapped : contents.secrets) {
    if (wrapped.generation == contents.newest()) accounts.insert(wrapped.account);
  }
  return {accounts.begin(), accounts.end()};
}

Time made_at(const Contents& contents) {
  return contents.secrets.empty() ? Time{} : contents.secrets.back().made;
}

tl::unexpected<Error> changed_meanwhile() {
  return fail(kChangedMeanwhile, "somebody else changes the master secret at the same time", {}, "try again");
}

Result<> check_accounts(const std::vector<std::string>& accounts) {
  for (const std::string& account : accounts) SG_TRY(certificates::check_account_name(account));
  if (!accounts.empty()) return {};
  return fail(kLastAccount, "no account could open the master secret", {}, "name one with --account");
}

}  // namespace

MasterSecrets::MasterSecrets(Storage& storage, AccountKeySource keys, AccountKeySource wrapping_keys,
                             Auditor& auditor, const Clock& clock, std::string by, CrashPoint crash_point)
    : storage_(storage),
      wrapping_keys_(std::move(wrapping_keys)),
      keyring_(std::move(keys)),
      auditor_(auditor),
      clock_(clock),
      by_(std::move(by)),
      crash_point_(crash_point) {}

Result<> MasterSecrets::record(std::string action, const std::string& account) {
  AuditEntry entry;
  entry.event = AuditEntry::Event::Change;
  entry.outcome = "ok";
  entry.details = {{"action", "secret-" + std::move(action)}, {"by", by_}};
  if (!account.empty()) entry.details.emplace_back("account", account);
  return auditor_.record(entry);
}

Result<SecretStatus> MasterSecrets::status() {
  SG_TRY_ASSIGN(const Contents contents, storage_.read(group_only()));
  SecretStatus status;
  status.generation = contents.newest();
  if (status.generation == 0) return status;
  status.accounts = accounts_of(contents);
  status.made = made_at(contents);
  status.being_changed = contents.secrets.front().generation != status.generation;
  if (const auto secrets = keyring_.open_as_any(contents)) status.id = id_of(secrets->newest());
  return status;
}

Result<SecretStatus> MasterSecrets::create(const std::vector<std::string>& accounts) {
  SG_TRY(check_accounts(accounts));
  const Time now = clock_.now();
  SG_TRY_ASSIGN(const MasterSecret secret, make_master_secret(1));
  Change change;
  change.expected.push_back({RecordKey{}, std::nullopt});
  for (const std::string& account : accounts) {
    SG_TRY_ASSIGN(const certificates::AccountKey key, wrapping_keys_(account));
    SG_TRY_ASSIGN(WrappedSecret wrapped, wrap(secret, key, now));
    change.put_secrets.push_back(std::move(wrapped));
  }
  SG_TRY_ASSIGN(SealedRecord settings, seal(secret, RecordKey{}, 0, encode(SystemSettings{}).view(), now));
  change.put.push_back(std::move(settings));
  SG_TRY_ASSIGN(const bool done, storage_.change(change));
  if (!done) {
    return fail(
        kSecretExists, "there is a master secret already", {},
        "let an account open it with 'sealgate sso secret grant', change it with 'sealgate sso secret rotate', "
        "or restore it from its backup");
  }
  SG_TRY(record("create", {}));
  return status();
}

Result<> MasterSecrets::grant(const std::string& account) {
  for (int i = 0; i < kTries; ++i) {
    SG_TRY_ASSIGN(const Contents contents, storage_.read(group_only()));
    SG_TRY_ASSIGN(const Secrets secrets, keyring_.open_as_any(contents));
    SG_TRY_ASSIGN(const certificates::AccountKey key, wrapping_keys_(account));
    Change change;
    change.newest = contents.newest();
    std::set<std::int64_t> generations;
    for (const WrappedSecret& wrapped : contents.secrets) {
      const MasterSecret* secret = secrets.find(wrapped.generation);
      if (secret == nullptr || !generations.insert(wrapped.generation).second) continue;
      SG_TRY_ASSIGN(WrappedSecret more, wrap(*secret, key, wrapped.made));
      change.expected_secrets.push_back(wrapped);
      change.put_secrets.push_back(std::move(more));
    }
    SG_TRY_ASSIGN(const bool done, storage_.change(change));
    if (done) return record("grant", account);
  }
  return changed_meanwhile();
}

Result<> MasterSecrets::revoke(const std::string& account) {
  for (int i = 0; i < kTries; ++i) {
    SG_TRY_ASSIGN(const Contents contents, storage_.read(group_only()));
    Change change;
    change.newest = contents.newest();
    bool others = false;
    for (const WrappedSecret& wrapped : contents.secrets) {
      if (wrapped.account == account) {
        change.expected_secrets.push_back(wrapped);
        change.remove_secrets.push_back(wrapped);
      } else if (wrapped.generation == contents.newest() && !others) {
        others = true;
        change.expected_secrets.push_back(wrapped);
      }
    }
    if (change.remove_secrets.empty()) {
      return fail(kNotGranted, "the account may not open credentials anyway", "account " + account,
                  "'sealgate sso secret show' says which may");
    }
    if (!others) {
      return fail(kLastAccount, "no other account could open the master secret", "account " + account,
                  "let another one open it first: sealgate sso secret grant --account NAME");
    }
    SG_TRY_ASSIGN(const bool done, storage_.change(change));
    if (done) return record("revoke", account);
  }
  return changed_meanwhile();
}

Result<> MasterSecrets::add_generation(const Contents& contents, std::int64_t generation) {
  SG_TRY_ASSIGN(const MasterSecret fresh, make_master_secret(generation));
  Change change;
  change.newest = contents.newest();
  change.expected_secrets = contents.secrets;
  for (const std::string& account : accounts_of(contents)) {
    auto key = wrapping_keys_(account);
    if (!key) return fail(std::move(key.error()).at("account " + account + ", which may open credentials"));
    SG_TRY_ASSIGN(WrappedSecret wrapped, wrap(fresh, *key, clock_.now()));
    change.put_secrets.push_back(std::move(wrapped));
  }
  SG_TRY_ASSIGN(const bool done, storage_.change(change));
  return done ? Result<>() : changed_meanwhile();
}

Result<std::uint64_t> MasterSecrets::reseal(std::int64_t generation) {
  std::uint64_t resealed = 0;
  for (int misses = 0; misses < kTries;) {
    SG_TRY_ASSIGN(const Contents contents, storage_.read(group_only()));
    if (contents.newest() != generation) return changed_meanwhile();
    SG_TRY_ASSIGN(const Secrets secrets, keyring_.open_as_any(contents));
    SG_TRY_ASSIGN(const auto older, storage_.older(generation, kBatch));
    if (older.empty()) return resealed;
    Change change;
    change.newest = generation;
    for (const SealedRecord& record : older) {
      SG_TRY_ASSIGN(const Secret content, secrets.open(record));
      change.expected.push_back({record.key, record.sealed});
      SG_TRY_ASSIGN(SealedRecord anew,
                    seal(secrets.newest(), record.key, record.place, content.view(), record.changed));
      change.put.push_back(std::move(anew));
    }
    SG_TRY_ASSIGN(const bool done, storage_.change(change));
    misses = done ? 0 : misses + 1;
    if (!done) continue;
    resealed += older.size();
    pass("secret.resealed");
  }
  return changed_meanwhile();
}

Result<SealedRecord> MasterSecrets::kept_ticket_key(const MasterSecret& secret, const MasterSecret& sealing) {
  const Time now = clock_.now();
  SG_TRY_ASSIGN(const Secret content, encode_ticket_key(secret, now));
  return seal(sealing, {RecordKind::TicketKey, {}, std::to_string(secret.generation)}, 0, content.view(), now);
}

Result<> MasterSecrets::finish(std::int64_t generation, bool discard_tickets) {
  SG_TRY_ASSIGN(const Contents contents, storage_.read(group_only()));
  SG_TRY_ASSIGN(const Secrets secrets, keyring_.open_as_any(contents));
  Change change;
  change.newest = generation;
  change.oldest = generation;
  for (const SealedRecord& record : contents.records) {
    if (record.key.kind != RecordKind::TicketKey) continue;
    SG_TRY_ASSIGN(const Secret content, secrets.open(record));
    SG_TRY_ASSIGN(const bool of_use, ticket_key_is_of_use(content.view(), clock_.now()));
    if (discard_tickets || !of_use) change.remove.push_back(record.key);
  }
  std::set<std::int64_t> kept;
  for (const WrappedSecret& wrapped : contents.secrets) {
    const MasterSecret* secret = secrets.find(wrapped.generation);
    if (discard_tickets || wrapped.generation == generation || secret == nullptr) continue;
    if (!kept.insert(wrapped.generation).second) continue;
    SG_TRY_ASSIGN(SealedRecord key, kept_ticket_key(*secret, secrets.newest()));
    change.put.push_back(std::move(key));
  }
  SG_TRY_ASSIGN(const bool done, storage_.change(change));
  return done ? Result<>() : changed_meanwhile();
}

Result<SecretChange> MasterSecrets::rotate(bool discard_tickets) {
  SG_TRY_ASSIGN(const Contents contents, storage_.read(group_only()));
  SG_TRY_ASSIGN(const Secrets before, keyring_.open_as_any(contents));
  SecretChange report;
  const bool under_way = contents.secrets.front().generation != contents.newest();
  const MasterSecret* old = before.find(contents.secrets.front().generation);
  if (old != nullptr) report.old_id = id_of(*old);
  const std::int64_t generation = under_way ? contents.newest() : contents.newest() + 1;
  if (!under_way) SG_TRY(add_generation(contents, generation));
  pass("secret.generation-added");
  SG_TRY_ASSIGN(report.resealed, reseal(generation));
  pass("secret.all-resealed");
  SG_TRY(finish(generation, discard_tickets));
  pass("secret.old-removed");
  SG_TRY_ASSIGN(const SecretStatus now, status());
  report.new_id = now.id;
  SG_TRY(record("rotate", {}));
  return report;
}

Result<std::string> MasterSecrets::backup(const Secret& password) {
  SG_TRY_ASSIGN(const Contents contents, storage_.read(group_only()));
  SG_TRY_ASSIGN(const Secrets secrets, keyring_.open_as_any(contents));
  if (contents.secrets.front().generation != contents.newest()) {
    return fail(kChangedMeanwhile, "the master secret is being changed, and there are two", {},
                "finish it with 'sealgate sso secret rotate', then back up");
  }
  SG_TRY_ASSIGN(std::string text, write_backup(secrets.newest(), made_at(contents), password));
  SG_TRY(record("backup", {}));
  return text;
}

Result<SecretStatus> MasterSecrets::restore(std::string_view backup, const Secret& password,
                                            const std::vector<std::string>& accounts) {
  SG_TRY(check_accounts(accounts));
  SG_TRY_ASSIGN(const SecretFromBackup found, read_backup(backup, password));
  const MasterSecret& secret = found.secret;
  SG_TRY_ASSIGN(const Contents contents, storage_.read(group_only()));
  Change change;
  change.newest = contents.newest();
  change.expected_secrets = contents.secrets;
  change.remove_secrets = contents.secrets;
  bool fits = contents.secrets.empty();
  for (const SealedRecord& record : contents.records) {
    if (record.key.kind != RecordKind::System) continue;
    fits = open(secret, record).has_value();
    change.expected.push_back({record.key, record.sealed});
  }
  SG_TRY_ASSIGN(const auto older, storage_.older(secret.generation, 1));
  if (!fits || !older.empty() || contents.newest() > secret.generation) {
    return fail(kOtherSecret, "the backup holds another secret than the one that sealed what is stored", {},
                "use the backup that was made after the secret was changed last");
  }
  if (contents.secrets.empty() && contents.records.empty()) {
    change.expected.push_back({RecordKey{}, std::nullopt});
    SG_TRY_ASSIGN(SealedRecord settings, seal(secret, RecordKey{}, 0, encode(SystemSettings{}).view(), clock_.now()));
    change.put.push_back(std::move(settings));
  }
  for (const std::string& account : accounts) {
    SG_TRY_ASSIGN(const certificates::AccountKey key, wrapping_keys_(account));
    SG_TRY_ASSIGN(WrappedSecret wrapped, wrap(secret, key, found.made));
    change.put_secrets.push_back(std::move(wrapped));
  }
  SG_TRY_ASSIGN(const bool done, storage_.change(change));
  if (!done) return changed_meanwhile();
  SG_TRY(record("restore", {}));
  return status();
}

Result<RewrappedSecrets> rewrap_secrets(Storage& storage, const certificates::AccountKey& key) {
  RewrappedSecrets counts;
  SG_TRY_ASSIGN(const Contents contents, storage.read(group_only()));
  for (const WrappedSecret& wrapped : contents.secrets) {
    if (wrapped.account != key.account()) continue;
    ++counts.total;
    const auto opened = unwrap(wrapped, key);
    if (!opened) ++counts.unopened;
    if (!opened || opened->by_newest) continue;
    ++counts.found;
    Change change;
    change.newest = contents.newest();
    change.expected_secrets.push_back(wrapped);
    SG_TRY_ASSIGN(WrappedSecret anew, wrap(opened->secret, key, wrapped.made));
    change.put_secrets.push_back(std::move(anew));
    SG_TRY_ASSIGN(const bool done, storage.change(change));
    if (done) ++counts.replaced;
  }
  return counts;
}

}  // namespace sealgate::credentials
