#include "credentials/directory.h"

#include <algorithm>

#include "credentials/errors.h"

namespace sealgate::credentials {
namespace {

/// So often somebody else may be faster.
constexpr int kTries = 20;

RecordKey key_of(const std::string& application) {
  return {RecordKind::Application, application, {}};
}

Result<ListedApplication> listed(const Secrets& secrets, const SealedRecord& record) {
  SG_TRY_ASSIGN(const Secret content, secrets.open(record));
  SG_TRY_ASSIGN(Application application, decode_application(content.view()));
  return ListedApplication{std::move(application), 0, record.changed};
}

tl::unexpected<Error> no_such(const std::string& name) {
  return fail(kNoSuchApplication, "there is no such affiliate application", name,
              "'sealgate sso list' shows those that there are");
}

/// Group applications: their mappings in a new order, without gaps.
std::vector<const SealedRecord*> ordered(const std::vector<SealedRecord>& records) {
  std::vector<const SealedRecord*> mappings;
  for (const SealedRecord& record : records) {
    if (record.key.kind == RecordKind::Mapping) mappings.push_back(&record);
  }
  std::ranges::stable_sort(mappings, {}, [](const SealedRecord* record) { return record->place; });
  return mappings;
}

}  // namespace

struct Directory::Found {
  Contents contents;
  Secrets secrets;
  ListedApplication listed;
  const SealedRecord* record = nullptr;  ///< of the application, in `contents`

  Change change() const {
    Change change;
    change.newest = contents.newest();
    change.expected.push_back({record->key, record->sealed});
    return change;
  }
};

Directory::Directory(Storage& storage, Keyring& keyring, Auditor& auditor, const Clock& clock, std::string by)
    : storage_(storage), keyring_(keyring), auditor_(auditor), clock_(clock), by_(std::move(by)) {}

Result<Directory::Found> Directory::find(const std::string& name,
                                         const std::optional<std::vector<std::string>>& names) {
  Found found;
  SG_TRY_ASSIGN(found.contents, storage_.read({name, names}));
  SG_TRY_ASSIGN(found.secrets, keyring_.open_as_any(found.contents));
  for (const SealedRecord& record : found.contents.records) {
    if (record.key == key_of(name)) found.record = &record;
  }
  if (found.record == nullptr) return no_such(name);
  SG_TRY_ASSIGN(found.listed, listed(found.secrets, *found.record));
  return found;
}

Result<> Directory::change(const std::function<Result<Change>()>& make) {
  for (int i = 0; i < kTries; ++i) {
    SG_TRY_ASSIGN(const Change change, make());
    SG_TRY_ASSIGN(const bool done, storage_.change(change));
    if (done) return {};
  }
  return fail(kChangedMeanwhile, "somebody else changes it at the same time", {}, "try again");
}

Result<> Directory::told(std::string action, const std::string& application, const std::string& principal,
                         Result<> outcome) {
  AuditEntry entry;
  entry.event = AuditEntry::Event::Change;
  entry.application = application;
  entry.outcome = outcome ? "ok" : std::string(outcome.error().code.id);
  entry.details = {{"action", std::move(action)}, {"by", by_}};
  if (!principal.empty()) entry.details.emplace_back("principal", principal);
  const auto recorded = auditor_.record(entry);
  return outcome ? recorded : outcome;
}

Result<std::vector<ListedApplication>> Directory::applications() {
  SG_TRY_ASSIGN(const Contents contents, storage_.read({}));
  SG_TRY_ASSIGN(const Secrets secrets, keyring_.open_as_any(contents));
  SG_TRY_ASSIGN(const auto counts, storage_.count_mappings());
  std::vector<ListedApplication> all;
  for (const SealedRecord& record : contents.records) {
    if (record.key.kind != RecordKind::Application) continue;
    SG_TRY_ASSIGN(ListedApplication one, listed(secrets, record));
    const auto count = std::ranges::find(counts, record.key.application, [](const auto& pair) { return pair.first; });
    if (count != counts.end()) one.mappings = count->second;
    all.push_back(std::move(one));
  }
  return all;
}

Result<ListedApplication> Directory::application(const std::string& name) {
  SG_TRY_ASSIGN(Found found, find(name, std::nullopt));
  found.listed.mappings = static_cast<std::int64_t>(ordered(found.contents.records).size());
  return found.listed;
}

Result<> Directory::create(const Application& application) {
  SG_TRY(check_application(application));
  auto done = change([&]() -> Result<Change> {
    SG_TRY_ASSIGN(const Contents contents, storage_.read({application.name, std::vector<std::string>()}));
    SG_TRY_ASSIGN(const Secrets secrets, keyring_.open_as_any(contents));
    for (const SealedRecord& record : contents.records) {
      if (record.key != key_of(application.name)) continue;
      return fail(kApplicationExists, "there is an affiliate application of this name", application.name,
                  "choose another name, or change that one with 'sealgate sso update'");
    }
    Change make;
    make.newest = contents.newest();
    make.expected.push_back({key_of(application.name), std::nullopt});
    SG_TRY_ASSIGN(SealedRecord record,
                  seal(secrets.newest(), key_of(application.name), 0, encode(application).view(), clock_.now()));
    make.put.push_back(std::move(record));
    return make;
  });
  return told("create", application.name, {}, std::move(done));
}

Result<> Directory::update(const std::string& name, const std::function<void(Application&)>& alter) {
  auto done = change([&]() -> Result<Change> {
    SG_TRY_ASSIGN(const Found found, find(name, std::vector<std::string>()));
    Application application = found.listed.application;
    alter(application);
    application.name = found.listed.application.name;
    application.type = found.listed.application.type;
    application.fields = found.listed.application.fields;
    SG_TRY(check_application(application));
    Change make = found.change();
    SG_TRY_ASSIGN(SealedRecord record,
                  seal(found.secrets.newest(), key_of(name), 0, encode(application).view(), clock_.now()));
    make.put.push_back(std::move(record));
    return make;
  });
  return told("update", name, {}, std::move(done));
}

Result<> Directory::remove(const std::string& name) {
  auto done = change([&]() -> Result<Change> {
    SG_TRY_ASSIGN(const Found found, find(name, std::vector<std::string>()));
    Change make = found.change();
    make.remove_application = name;
    return make;
  });
  return told("delete", name, {}, std::move(done));
}

Result<std::vector<ListedMapping>> Directory::mappings(const std::string& name) {
  SG_TRY_ASSIGN(const Found found, find(name, std::nullopt));
  const auto& fields = found.listed.application.fields;
  std::vector<ListedMapping> all;
  for (const SealedRecord* record : ordered(found.contents.records)) {
    SG_TRY_ASSIGN(const Secret content, found.secrets.open(*record));
    SG_TRY_ASSIGN(const auto values, decode_values(content.view()));
    ListedMapping& mapping = all.emplace_back();
    mapping.principal = record->key.name;
    mapping.place = record->place;
    mapping.changed = record->changed;
    for (std::size_t i = 0; i < values.size() && i < fields.size(); ++i) {
      mapping.values.push_back(fields[i].masked ? std::nullopt : std::optional<std::string>(values[i].text()));
    }
  }
  return all;
}

Result<> Directory::map(const std::string& name, const Mapping& mapping) {
  const RecordKey key{RecordKind::Mapping, name, mapping.principal};
  auto done = change([&]() -> Result<Change> {
    SG_TRY_ASSIGN(const Found probe, find(name, std::vector<std::string>()));
    const Application& application = probe.listed.application;
    SG_TRY(check_mapping(application, mapping));
    const bool group = application.type == ApplicationType::Group;
    if (!group && mapping.place != 0) {
      return fail(kBadMapping, "an individual application has no order", name, "leave --place out");
    }
    // All of a group application, for its order; of an individual one, which may have very many, only this.
    const auto wanted = group ? std::nullopt : std::optional(std::vector<std::string>{mapping.principal});
    SG_TRY_ASSIGN(const Found found, find(name, wanted));
    auto others = ordered(found.contents.records);
    const auto same = std::ranges::find(others, key, [](const SealedRecord* record) { return record->key; });
    const SealedRecord* old = same == others.end() ? nullptr : *same;
    Change make = found.change();
    make.expected.push_back({key, old == nullptr ? std::nullopt : std::optional(old->sealed)});
    if (old != nullptr) others.erase(same);
    const Secret content = encode_values(mapping.values);
    const auto put = [&](const RecordKey& at, std::int64_t place, ByteView values, Time changed) -> Result<> {
      SG_TRY_ASSIGN(SealedRecord record, seal(found.secrets.newest(), at, place, values, changed));
      make.put.push_back(std::move(record));
      return {};
    };
    if (!group || (mapping.place == 0 && old != nullptr)) {
      SG_TRY(put(key, old == nullptr ? 0 : old->place, content.view(), clock_.now()));
      return make;
    }
    const auto last = static_cast<std::int64_t>(others.size()) + 1;
    if (last > kMaxGroupAccounts) {
      return fail(kTooMany, "a group application has at most " + std::to_string(kMaxGroupAccounts) + " accounts",
                  name, "make a second application, or an individual one");
    }
    const std::int64_t place = mapping.place == 0 ? last : std::min(mapping.place, last);
    SG_TRY(put(key, place, content.view(), clock_.now()));
    std::int64_t next = 0;
    for (const SealedRecord* other : others) {
      if (++next == place) ++next;
      if (other->place == next) continue;
      SG_TRY_ASSIGN(const Secret values, found.secrets.open(*other));
      make.expected.push_back({other->key, other->sealed});
      SG_TRY(put(other->key, next, values.view(), other->changed));
    }
    return make;
  });
  return told("map", name, mapping.principal, std::move(done));
}

Result<> Directory::unmap(const std::string& name, const std::string& principal) {
  const RecordKey key{RecordKind::Mapping, name, principal};
  auto done = change([&]() -> Result<Change> {
    SG_TRY_ASSIGN(const Found found, find(name, std::vector<std::string>{principal}));
    for (const SealedRecord& record : found.contents.records) {
      if (record.key != key) continue;
      Change make = found.change();
      make.expected.push_back({key, record.sealed});
      make.remove.push_back(key);
      return make;
    }
    return fail(kNoMapping, "there are no credentials for " + principal, "affiliate application " + name,
                "'sealgate sso show " + name + "' shows those that there are");
  });
  return told("unmap", name, principal, std::move(done));
}

Result<SystemSettings> Directory::settings() {
  SG_TRY_ASSIGN(const Contents contents, storage_.read({std::string(), std::vector<std::string>()}));
  SG_TRY_ASSIGN(const Secrets secrets, keyring_.open_as_any(contents));
  for (const SealedRecord& record : contents.records) {
    if (record.key.kind != RecordKind::System) continue;
    SG_TRY_ASSIGN(const Secret content, secrets.open(record));
    return decode_settings(content.view());
  }
  return SystemSettings{};
}

Result<> Directory::set(const std::function<void(SystemSettings&)>& alter) {
  auto done = change([&]() -> Result<Change> {
    SG_TRY_ASSIGN(const Contents contents, storage_.read({std::string(), std::vector<std::string>()}));
    SG_TRY_ASSIGN(const Secrets secrets, keyring_.open_as_any(contents));
    Change make;
    make.newest = contents.newest();
    SystemSettings settings;
    std::optional<Bytes> before;
    for (const SealedRecord& record : contents.records) {
      if (record.key.kind != RecordKind::System) continue;
      before = record.sealed;
      SG_TRY_ASSIGN(const Secret content, secrets.open(record));
      SG_TRY_ASSIGN(settings, decode_settings(content.view()));
    }
    alter(settings);
    SG_TRY(check_settings(settings));
    make.expected.push_back({RecordKey{}, std::move(before)});
    SG_TRY_ASSIGN(SealedRecord record, seal(secrets.newest(), RecordKey{}, 0, encode(settings).view(), clock_.now()));
    make.put.push_back(std::move(record));
    return make;
  });
  return told("settings", {}, {}, std::move(done));
}

}  // namespace sealgate::credentials
