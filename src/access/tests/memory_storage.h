#pragma once
// A storage in memory, for tests of what works on one; and a clock for several threads.

#include <atomic>
#include <map>
#include <mutex>

#include "access/storage.h"

namespace sealgate::access::testing_support {

class MemoryStorage final : public Storage {
 public:
  Result<std::optional<Record>> find(const RecordKey& key) override {
    const std::lock_guard lock(mutex_);
    const auto found = records_.find({key.kind, key.id});
    return found == records_.end() ? std::nullopt : std::optional(found->second);
  }
  Result<std::vector<Record>> list(RecordKind kind, const std::string& owner, const std::string& after,
                                   std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    std::vector<Record> found;
    for (const auto& [key, record] : records_) {
      const bool wanted = key.first == kind && key.second > after && (owner.empty() || record.owner == owner);
      if (wanted && found.size() < limit) found.push_back(record);
    }
    return found;
  }
  Result<std::uint64_t> count(RecordKind kind, const std::string& owner) override {
    return list(kind, owner, {}, ~std::size_t{0})->size();
  }
  Result<bool> change(const Change& change) override {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, content] : change.expected) {
      const auto found = records_.find({key.kind, key.id});
      if ((found != records_.end()) != content.has_value()) return false;
      if (content && found->second.content != *content) return false;
    }
    for (const RecordKey& key : change.remove) records_.erase({key.kind, key.id});
    for (const Change::Owned& owned : change.remove_owned) {
      std::erase_if(records_, [&](const auto& one) {
        return one.first.first == owned.kind && one.second.owner == owned.owner;
      });
    }
    for (const Record& record : change.put) records_[{record.key.kind, record.key.id}] = record;
    for (const AuditRecord& record : change.audit) {
      log.push_back(chain(log.empty() ? AuditEntry() : log.back(), encode(record)).value());
    }
    return true;
  }
  Result<> purge(Time now) override {
    const std::lock_guard lock(mutex_);
    std::erase_if(records_, [&](const auto& one) { return one.second.until && *one.second.until <= now; });
    return {};
  }
  Result<AuditEntry> audit_head() override {
    const std::lock_guard lock(mutex_);
    return log.empty() ? AuditEntry() : log.back();
  }
  Result<std::vector<AuditEntry>> audit(std::int64_t from, bool downwards, std::size_t limit) override {
    const std::lock_guard lock(mutex_);
    std::vector<AuditEntry> found;
    for (std::size_t i = 0; i < log.size() && found.size() < limit; ++i) {
      const AuditEntry& entry = log[downwards ? log.size() - 1 - i : i];
      if (downwards ? from == 0 || entry.sequence < from : entry.sequence > from) found.push_back(entry);
    }
    return found;
  }

  std::vector<AuditEntry> log = {};  ///< as a test may spoil it

 private:
  std::mutex mutex_;
  std::map<std::pair<RecordKind, std::string>, Record> records_;
};

class SharedClock final : public Clock {
 public:
  Time now() const override { return Time(std::chrono::milliseconds(now_.load())); }
  void advance(std::chrono::milliseconds by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_{1'700'000'000'000};
};

}  // namespace sealgate::access::testing_support
