#pragma once
// Credentials over a storage in memory, with keys of accounts, a clock that stands still and a log of look-ups.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "credentials/directory.h"
#include "credentials/errors.h"
#include "credentials/look_up.h"
#include "credentials/master_secret.h"

namespace sealgate::credentials::testing_support {

class MemoryStorage final : public Storage {
 public:
  Result<Contents> read(const Selection& selection) override {
    const std::lock_guard lock(mutex_);
    if (away) return fail(*away);
    Contents contents;
    for (const auto& [key, secret] : secrets) contents.secrets.push_back(secret);
    for (const auto& [key, record] : records) {
      if (is_wanted(selection, key)) contents.records.push_back(record);
    }
    std::ranges::stable_sort(contents.records, {}, [](const SealedRecord& record) {
      return std::tuple(record.key.kind, record.key.application, record.place, record.key.name);
    });
    return contents;
  }
  Result<std::vector<SealedRecord>> older(std::int64_t generation, std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    std::vector<SealedRecord> found;
    for (const auto& [key, record] : records) {
      if (record.generation < generation && found.size() < limit) found.push_back(record);
    }
    return found;
  }
  Result<std::vector<std::pair<std::string, std::int64_t>>> count_mappings() override {
    const std::lock_guard lock(mutex_);
    std::map<std::string, std::int64_t> counts;
    for (const auto& [key, record] : records) {
      if (key.kind == RecordKind::Mapping) ++counts[key.application];
    }
    return std::vector<std::pair<std::string, std::int64_t>>(counts.begin(), counts.end());
  }
  Result<bool> change(const Change& change) override {
    const std::lock_guard lock(mutex_);
    if (away) return fail(*away);
    if (!holds(change)) return false;
    for (const RecordKey& key : change.remove) records.erase(key);
    std::erase_if(records, [&](const auto& entry) {
      return change.remove_application && entry.first.application == *change.remove_application;
    });
    for (const WrappedSecret& secret : change.remove_secrets) secrets.erase({secret.generation, secret.account});
    for (const SealedRecord& record : change.put) records[record.key] = record;
    for (const WrappedSecret& secret : change.put_secrets) secrets[{secret.generation, secret.account}] = secret;
    std::erase_if(secrets, [&](const auto& entry) { return entry.first.first < change.oldest; });
    return true;
  }

  std::map<RecordKey, SealedRecord> records;
  std::map<std::pair<std::int64_t, std::string>, WrappedSecret> secrets;
  std::optional<Error> away;  ///< what every call fails with

 private:
  static bool is_wanted(const Selection& selection, const RecordKey& key) {
    if (key.kind == RecordKind::System || key.kind == RecordKind::TicketKey) return true;
    if (!selection.application) return key.kind == RecordKind::Application;
    if (key.application != *selection.application) return false;
    return key.kind == RecordKind::Application || !selection.names ||
           std::ranges::find(*selection.names, key.name) != selection.names->end();
  }
  bool holds(const Change& change) const {
    if ((secrets.empty() ? 0 : secrets.rbegin()->first.first) != change.newest) return false;
    for (const auto& expected : change.expected) {
      const auto found = records.find(expected.key);
      if (found == records.end() ? expected.sealed.has_value() : expected.sealed != found->second.sealed)
        return false;
    }
    for (const WrappedSecret& expected : change.expected_secrets) {
      const auto found = secrets.find({expected.generation, expected.account});
      if (found == secrets.end() || found->second != expected) return false;
    }
    return std::ranges::none_of(records, [&](const auto& entry) { return entry.second.generation < change.oldest; });
  }
  std::mutex mutex_;
};

class RecordingAuditor final : public Auditor {
 public:
  Result<> record(const AuditEntry& entry) override {
    const std::lock_guard lock(mutex_);
    if (broken) return fail(*broken);
    entries.push_back(entry);
    return {};
  }
  /// "application outcome port name=value …" of the last.
  std::string last() const {
    if (entries.empty()) return "nothing";
    const AuditEntry& entry = entries.back();
    std::string text = entry.application + " " + entry.outcome + " " + entry.port;
    for (const auto& [name, value] : entry.details) text += " " + name + "=" + value;
    return text;
  }
  std::vector<AuditEntry> entries;
  std::optional<Error> broken;

 private:
  std::mutex mutex_;
};

class CredentialsTest : public testing::Test {
 protected:
  CredentialsTest() { give_key("default"); }

  void give_key(const std::string& account) {
    keys_.insert_or_assign(account, *certificates::AccountKey::generate(account));
  }
  AccountKeySource keys() {
    return [this](const std::string& account) -> Result<certificates::AccountKey> {
      const auto found = keys_.find(account);
      if (found == keys_.end()) return fail(kNotGranted, "no key of " + account);
      return found->second.clone();
    };
  }
  MasterSecrets secrets(CrashPoint crash_point = nullptr) {
    return MasterSecrets(storage_, keys(), keys(), auditor_, clock_, "tester", crash_point);
  }
  void make_secret(const std::vector<std::string>& accounts = {"default"}) {
    const auto made = secrets().create(accounts);
    ASSERT_TRUE(made) << made.error().to_string();
  }
  Directory directory() { return Directory(storage_, keyring_, auditor_, clock_, "tester"); }
  Service service() { return Service(storage_, keys(), auditor_, clock_); }

  static Application application(const std::string& name, ApplicationType type = ApplicationType::Individual) {
    Application made;
    made.name = name;
    made.type = type;
    made.fields = {{"user", false}, {"password", true}};
    return made;
  }
  void add(const Application& application) {
    const auto added = directory().create(application);
    ASSERT_TRUE(added) << added.error().to_string();
  }
  Result<> map(const std::string& application, const std::string& principal, const std::string& user,
               const std::string& password, std::int64_t place = 0) {
    Mapping mapping;
    mapping.principal = principal;
    mapping.place = place;
    mapping.values.push_back(Secret::from_text(user));
    mapping.values.push_back(Secret::from_text(password));
    return directory().map(application, mapping);
  }
  static LookUp asking(const std::string& application) {
    LookUp request;
    request.application = application;
    request.port = "Out";
    request.account = "default";
    return request;
  }
  /// "user/password", or the code of the error.
  std::string looked_up(const LookUp& request) {
    const auto found = service().look_up(request);
    if (!found) return std::string(found.error().code.id);
    return found->user + "/" + std::string(found->password->text());
  }
  void tickets(bool on) {
    const auto set = directory().set([on](SystemSettings& settings) { settings.tickets = on; });
    ASSERT_TRUE(set) << set.error().to_string();
  }

  std::map<std::string, certificates::AccountKey> keys_;
  MemoryStorage storage_;
  RecordingAuditor auditor_;
  ManualClock clock_{*parse_rfc3339("2026-06-01T12:00:00Z")};
  Keyring keyring_{keys()};
};

}  // namespace sealgate::credentials::testing_support
