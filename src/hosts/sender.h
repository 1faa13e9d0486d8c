#pragma once
// The send port behind an adapter: in whose name it sends, and what it proves itself with.

#include <memory>
#include <string>

#include "artifacts/artifacts.h"
#include "net/tls_identity.h"
#include "pipeline/certificate_checks.h"
#include "pipeline/certificate_view.h"

namespace sealgate::hosts {

struct Sender {
  std::string port = {};
  std::string party = {};            ///< at the other end; may be empty
  std::string party_qualifier = {};  ///< of its first alias
  std::string account = {};          ///< of the sending host; empty when there is no such host
  std::string host = {};
  artifacts::CertificateAssignments signing = {};     ///< the port's, else the group's
  artifacts::CertificateAssignments encryption = {};  ///< of the partner
  artifacts::RevocationPolicy revocation = artifacts::RevocationPolicy::Off;
  std::shared_ptr<const pipeline::CertificateView> certificates = {};
};

Sender sender_of(const artifacts::SendPort& port, const artifacts::ArtifactSet& set,
                 std::shared_ptr<const pipeline::CertificateView> certificates);

/// A certificate of our own with its key, and the certificates above it, for TLS. The errors of
/// pipeline/certificate_checks.h, and those of crypto/ for a key that cannot leave its device.
Result<net::TlsIdentity> own_tls_identity(const pipeline::CertificateView& view, const pipeline::CertificateUse& use,
                                          const certificates::Thumbprint& thumbprint, Time now);

/// The client certificate with its key, and the certificates above it, for TLS. The errors of
/// pipeline/certificate_checks.h, and those of crypto/ for a key that cannot leave its device.
Result<net::TlsIdentity> client_identity(const Sender& sender, const certificates::Thumbprint& thumbprint, Time now);

}  // namespace sealgate::hosts
