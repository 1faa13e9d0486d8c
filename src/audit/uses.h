#pragma once
// Who uses which certificate for what: every place of a configuration that assigns certificates, with the store and
// the account in which its certificates must lie and with the ports and partners that depend on it.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "artifacts/artifacts.h"
#include "certificates/certificate.h"
#include "certificates/certificate_store.h"
#include "certificates/usage.h"

namespace sealgate::audit {

/// One place that assigns certificates for one job. The signing certificates of the group are a place for each
/// account that signs with them.
struct Place {
  certificates::Usage usage = certificates::Usage::Sign;
  certificates::StoreName store = certificates::StoreName::Personal;
  std::string account = {};  ///< of Personal; empty: no host needs it so far
  artifacts::Kind kind = artifacts::Kind::Group;
  std::string artifact = {};
  std::string location = {};  ///< of a receive port; else empty
  std::string field = {};     ///< "encryption_certificates"
  std::string party = {};     ///< the partner at the other end; may be empty
  artifacts::CertificateAssignments assignments = {};
  bool needed = true;              ///< messages fail when none is in force
  std::vector<std::string> ports;  ///< "SendPort Orders", "location Orders by HTTP": what fails with it
  bool expired_opens = false;      ///< of decryption: all who decrypt set allow_expired_decryption
  artifacts::RevocationPolicy revocation = artifacts::RevocationPolicy::Require;

  /// "SendPort Orders, encryption_certificates".
  std::string where() const;
  /// "Personal store of account default", "OtherPeople store".
  std::string store_description() const;
  /// Those that are used at `time`: one for signing and TLS, else all whose window holds.
  std::vector<const artifacts::CertificateAssignment*> used_at(Time time) const;
};

/// In the order of kinds and names.
std::vector<Place> places_of(const artifacts::ArtifactSet& set);

struct Use {
  const Place* place = nullptr;
  const artifacts::CertificateAssignment* assignment = nullptr;
};

/// Answers for any certificate, whichever kind of thumbprint the documents name it by. Owns its places.
class Uses {
 public:
  explicit Uses(const artifacts::ArtifactSet& set);
  Uses(const Uses&) = delete;
  Uses& operator=(const Uses&) = delete;
  const std::vector<Place>& places() const { return places_; }
  std::vector<Use> of(const certificates::Certificate& certificate) const;

 private:
  std::vector<Place> places_;
  std::map<certificates::Thumbprint, std::vector<Use>> by_thumbprint_;
};

/// "from 2027-01-01T00:00:00Z until ..."; empty for an assignment without dates.
std::string window_of(const artifacts::CertificateAssignment& assignment);

/// Partners' certificates (of OtherPeople) that something in `before` uses and nothing in `after` does: what may go
/// with a party. Own certificates are never among them.
Result<std::vector<certificates::Certificate>> orphaned(const artifacts::ArtifactSet& before,
                                                        const artifacts::ArtifactSet& after,
                                                        const certificates::CertificateStore& store);

/// True when a host other than `host` runs as the same account: then its Personal store is still needed.
bool account_is_shared(const artifacts::ArtifactSet& set, const artifacts::Host& host);

/// What is left in the Personal store of an account when `host` goes: everything there, unless another host runs as
/// the same account. Empty when there is nothing to clean up.
Result<std::vector<certificates::StoredCertificate>> left_behind(const artifacts::ArtifactSet& set,
                                                                 const artifacts::Host& host,
                                                                 const certificates::CertificateStore& store);

}  // namespace sealgate::audit
