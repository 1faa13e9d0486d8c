#include "store/common/credential_audit.h"

namespace sealgate::store {

Result<> CredentialAudit::record(const credentials::AuditEntry& entry) {
  const bool look_up = entry.event == credentials::AuditEntry::Event::LookUp;
  messaging::TrackingRecord record;
  record.at = clock_.now();
  record.event = look_up ? messaging::TrackingEvent::CredentialsAsked : messaging::TrackingEvent::CredentialsChanged;
  record.message = messaging::MessageId(entry.message);
  record.port = entry.port;
  record.party = entry.party;
  record.instance = instance_;
  if (!entry.application.empty()) record.details.emplace_back(kApplicationDetail, entry.application);
  record.details.emplace_back("outcome", entry.outcome);
  for (const auto& detail : entry.details) record.details.push_back(detail);
  const Bytes encoded = messaging::encode_record(record);
  return storage_.write([&](tracking::TrackingRows& rows) { return rows.append(encoded); });
}

}  // namespace sealgate::store
