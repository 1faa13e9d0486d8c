#include "cli/cert_uses.h"

#include "cli/foresight.h"

namespace sealgate::cli {

Result<std::unique_ptr<audit::Uses>> uses_beside(const CertStores& stores) {
  if (stores.database() == nullptr) return std::unique_ptr<audit::Uses>();
  SG_TRY_ASSIGN(const auto snapshot, stores.database()->artifacts().load());
  return std::make_unique<audit::Uses>(snapshot.set);
}

std::vector<std::string> used_by(const std::unique_ptr<audit::Uses>& uses,
                                 const certificates::Certificate& certificate, Time now) {
  return uses ? admin::uses_in_words(*uses, certificate, now) : std::vector<std::string>{};
}

}  // namespace sealgate::cli
