#pragma once
// The notes of SFTP deliveries, as memos of the store: every host instance sees them.

#include "adapters/sftp/delivery_notes.h"
#include "base/clock.h"
#include "store/common/memos.h"

namespace sealgate::hosts {

class SftpNotes final : public adapters::sftp::DeliveryNotes {
 public:
  /// Both must outlive it. Forgets notes older than 30 days.
  SftpNotes(store::Memos& memos, const Clock& clock);
  Result<std::optional<adapters::sftp::DeliveryNote>> find(const std::string& delivery_id) override;
  Result<> keep(const std::string& delivery_id, const adapters::sftp::DeliveryNote& note) override;

 private:
  store::Memos& memos_;
  const Clock& clock_;
};

}  // namespace sealgate::hosts
