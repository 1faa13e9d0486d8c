#include "admin/sealing.h"

#include <chrono>
#include <thread>

#include "evidence/dossier.h"

namespace sealgate::admin {
namespace {

/// The gateway seals a second after the commit: who exports right away waits for that.
constexpr std::chrono::seconds kSealing{4};
constexpr std::chrono::milliseconds kLook{100};

Result<bool> is_sealed(messaging::TrackingLog& log, const std::string& message) {
  SG_TRY_ASSIGN(const evidence::Dossier dossier, evidence::find_dossier(log, message));
  SG_TRY_ASSIGN(const auto sealed, log.sealed_record(dossier.records.back().sequence));
  return sealed.has_value();
}

}  // namespace

Result<> wait_for_seal(messaging::TrackingLog& log, const std::string& message) {
  const auto deadline = std::chrono::steady_clock::now() + kSealing;
  for (;;) {
    SG_TRY_ASSIGN(const bool sealed, is_sealed(log, message));
    if (sealed || std::chrono::steady_clock::now() >= deadline) return {};
    std::this_thread::sleep_for(kLook);
  }
}

}  // namespace sealgate::admin
