#pragma once
// Makes the snapshot of all stores that pipelines work with.

#include <functional>

#include "artifacts/artifacts.h"
#include "certificates/certificate_store.h"
#include "hosts/own_hosts.h"
#include "pipeline/certificate_view.h"

namespace sealgate::hosts {

/// Opens the key of an account; fails when its key file is missing, unreadable or open to others.
using AccountKeySource = std::function<Result<certificates::AccountKey>(const std::string& account)>;

/// Personal stores of the accounts whose hosts run here, and the stores of the whole computer. A private key that
/// cannot be opened does not fail this: the reason is kept beside its certificate. `online` becomes the view's.
Result<std::shared_ptr<const pipeline::CertificateView>> load_certificates(
    const certificates::CertificateStore& store, const AccountKeySource& account_keys,
    const artifacts::ArtifactSet& set, const OwnHosts& own = OwnHosts(),
    certificates::StatusService* online = nullptr);

}  // namespace sealgate::hosts
