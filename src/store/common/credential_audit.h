#pragma once
// Look-ups and changes of credentials as records of the tracking log, which is chained by hashes, archived and
// searched like all of it (docs/tracking.md).

#include <string>

#include "base/clock.h"
#include "credentials/audit.h"
#include "store/common/tracking/tracking_rows.h"

namespace sealgate::store {

/// The detail by which the records of one application are found.
inline constexpr std::string_view kApplicationDetail = "application";

class CredentialAudit final : public credentials::Auditor {
 public:
  /// `storage` and `clock` must outlive it.
  CredentialAudit(tracking::TrackingStorage& storage, const Clock& clock, std::string instance)
      : storage_(storage), clock_(clock), instance_(std::move(instance)) {}
  Result<> record(const credentials::AuditEntry& entry) override;

 private:
  tracking::TrackingStorage& storage_;
  const Clock& clock_;
  std::string instance_;
};

}  // namespace sealgate::store
