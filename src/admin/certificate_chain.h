#pragma once
// The path of a certificate as the stores have it.

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "certificates/certificate_store.h"
#include "certificates/path_validation.h"

namespace sealgate::admin {

/// One certificate of a path, as it stands by itself.
struct ChainNode {
  certificates::Certificate certificate;
  std::string store = {};                ///< where it lies: "TrustedRoots"; empty: in none of them
  std::vector<std::string> faults = {};  ///< for people; empty: nothing is the matter
  std::string revocation = {};           ///< good, revoked, unknown; empty: not asked (a root, or no path)
  std::string revocation_text = {};      ///< who said it, or why nobody could
  std::optional<Time> list_made = {};    ///< of the newest list of its issuer
  std::optional<Time> list_until = {};
};

struct ChainStatus {
  certificates::PathResult path;
  bool revocation_checked = false;
  std::vector<ChainNode> nodes = {};  ///< of path.chain
};

/// The path as a message from this certificate would be judged now; revocation only where a list of the issuer is
/// there.
Result<ChainStatus> check_chain(const certificates::CertificateStore& store,
                                const certificates::Certificate& certificate, Time now);

/// Whether the verdict says anything about revocation.
std::string revocation_state(const ChainStatus& status);
nlohmann::json chain_json(const ChainStatus& status);

/// PKCS#12 of an own certificate with its private key under `password`, and with `chain`.
/// certificates.export-password-required for an empty one, certificates.no-private-key, errors of opening the key.
Result<Bytes> export_with_key(const certificates::CertificateStore& store,
                              const certificates::AccountKey& account_key,
                              const certificates::StoredCertificate& entry,
                              std::span<const certificates::Certificate> chain, const Secret& password);

/// The authorities above the certificate that are in the stores, as far as they go.
Result<std::vector<certificates::Certificate>> chain_of(const certificates::CertificateStore& store,
                                                        const certificates::Certificate& certificate);

}  // namespace sealgate::admin
