#pragma once
// The path of a certificate as the stores have it.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "certificates/certificate_store.h"
#include "certificates/path_validation.h"

namespace sealgate::admin {

struct ChainStatus {
  certificates::PathResult path;
  bool revocation_checked = false;
};

/// The path as a message from this certificate would be judged now; revocation only where a list of the issuer is
/// there.
Result<ChainStatus> check_chain(const certificates::CertificateStore& store,
                                const certificates::Certificate& certificate, Time now);

/// Whether the verdict says anything about revocation.
std::string revocation_state(const ChainStatus& status);
nlohmann::json chain_json(const ChainStatus& status);

/// The authorities above the certificate that are in the stores, as far as they go.
Result<std::vector<certificates::Certificate>> chain_of(const certificates::CertificateStore& store,
                                                        const certificates::Certificate& certificate);

}  // namespace sealgate::admin
