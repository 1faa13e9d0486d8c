#include "api/services.h"

namespace sealgate::api {

Result<std::shared_ptr<const artifacts::Snapshot>> Services::configuration() {
  SG_TRY_ASSIGN(const artifacts::Revision revision, store_.artifacts().revision());
  {
    const std::lock_guard lock(mutex_);
    if (configuration_ && configuration_->revision == revision) return configuration_;
  }
  SG_TRY_ASSIGN(artifacts::Snapshot read, store_.artifacts().load());
  auto fresh = std::make_shared<const artifacts::Snapshot>(std::move(read));
  const std::lock_guard lock(mutex_);
  if (!configuration_ || configuration_->revision < fresh->revision) configuration_ = fresh;
  return fresh;
}

}  // namespace sealgate::api
