#include "access/audit_log.h"

#include <algorithm>

#include "access/begun.h"
#include "access/errors.h"

namespace sealgate::access {
namespace {

constexpr std::size_t kAtOnce = 500;

}  // namespace

bool passes(const AuditFilter& filter, const AuditRecord& record) {
  if (filter.from && record.at < *filter.from) return false;
  if (filter.until && record.at >= *filter.until) return false;
  if (filter.refused && (record.outcome == "ok" || record.outcome == kBegun)) return false;
  const auto is_or_begins = [](const std::string& text, const std::string& wanted, char separator) {
    return wanted.empty() || text == wanted || text.starts_with(wanted + separator);
  };
  return is_or_begins(record.who, filter.who, '/') && is_or_begins(record.action, filter.action, '.') &&
         record.object.find(filter.object) != std::string::npos;
}

Result<> AuditLog::record(const Principal& by, AuditAction action, std::string_view outcome) {
  std::vector<AuditAction> actions;
  actions.push_back(std::move(action));
  return record_all(by, std::move(actions), outcome);
}

Result<> AuditLog::record_all(const Principal& by, std::vector<AuditAction> actions, std::string_view outcome) {
  if (actions.empty()) return {};
  Change change;
  for (AuditAction& one : actions) {
    change.audit.push_back({clock_.now(), by.who(), by.address(), std::move(one.action), std::move(one.object),
                            std::move(one.before), std::move(one.after), std::string(outcome),
                            std::move(one.details)});
  }
  SG_TRY(storage_.change(change));
  return {};
}

Result<AuditLog::Page> AuditLog::list(const AuditFilter& filter, std::int64_t before, std::size_t limit) {
  Page page;
  std::int64_t at = before;
  for (std::size_t scanned = 0; scanned < kMaxScanned;) {
    SG_TRY_ASSIGN(const auto entries, storage_.audit(at, true, kAtOnce));
    for (const AuditEntry& entry : entries) {
      if (page.records.size() == limit) {
        page.next = at;
        return page;
      }
      at = entry.sequence;
      ++scanned;
      auto record = decode_audit_record(entry.record);
      // What somebody spoilt is shown as far as it goes; verify() tells of it.
      if (!record) record = damaged_audit_record();
      if (passes(filter, *record)) page.records.push_back({entry.sequence, std::move(*record)});
    }
    if (entries.size() < kAtOnce) return page;
  }
  page.next = at;
  return page;
}

Result<AuditEntry> AuditLog::show(std::int64_t sequence) {
  SG_TRY_ASSIGN(const auto found, storage_.audit(sequence - 1, false, 1));
  if (sequence > 0 && !found.empty() && found.front().sequence == sequence) return found.front();
  return fail(kNoSuchAuditRecord, "the audit log has no such record", std::to_string(sequence),
              "see 'sealgate audit-log list'");
}

Result<AuditVerdict> AuditLog::verify(ByteView anchor) {
  AuditVerdict verdict;
  const auto bad = [&](std::int64_t sequence, std::string reason) {
    verdict.first_bad = sequence;
    verdict.reason = std::move(reason);
    return verdict;
  };
  for (;;) {
    SG_TRY_ASSIGN(const auto entries, storage_.audit(verdict.head.sequence, false, kAtOnce));
    for (const AuditEntry& entry : entries) {
      SG_TRY_ASSIGN(const AuditEntry expected, chain(verdict.head, entry.record));
      if (entry.sequence != expected.sequence) return bad(expected.sequence, "the record is missing");
      if (entry.hash != expected.hash) {
        return bad(entry.sequence, "the hash is not that of the record and of the one before");
      }
      if (!decode_audit_record(entry.record)) return bad(entry.sequence, "the record cannot be read");
      verdict.head = entry;
      ++verdict.records;
      if (!anchor.empty() && std::ranges::equal(entry.hash, anchor)) verdict.found_anchor = true;
    }
    if (entries.size() < kAtOnce) return verdict;
  }
}

}  // namespace sealgate::access
