#pragma once
// The certificates that pipelines may use, at one moment. hosts/ makes a new view when a store changed; a message
// sees one view from its first byte to its last. Immutable once made, so it may be shared between threads.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "certificates/certificate.h"
#include "certificates/certificate_lookup.h"
#include "certificates/crl.h"
#include "certificates/revocation_check.h"
#include "crypto/key.h"

namespace sealgate::pipeline {

using certificates::Certificate;
using certificates::Thumbprint;

/// A certificate of a Personal store. Without a key, `key_error` tells why it could not be opened.
struct OwnCertificate {
  Certificate certificate;
  std::optional<crypto::PrivateKey> key;
  std::optional<Error> key_error;
};

struct CertificateView {
  std::map<std::string, std::vector<OwnCertificate>> personal;  ///< by account
  /// OtherPeople, which may be very large: looked up one by one.
  std::shared_ptr<const certificates::CertificateFinder> other_people = certificates::find_among({});
  std::vector<Certificate> trusted_roots;
  std::vector<Certificate> intermediates;
  std::vector<Thumbprint> untrusted;
  std::vector<certificates::Crl> crls;
  /// Asks the network for what nobody here knows; null: nobody is asked. Outlives the view.
  certificates::StatusService* online = nullptr;

  /// nullptr when the account's Personal store does not hold it.
  const OwnCertificate* find_own(std::string_view account, const Thumbprint& thumbprint) const;
  /// In OtherPeople; absent when it is not there. An error is one of the store.
  Result<std::optional<Certificate>> find_partner(const Thumbprint& thumbprint) const {
    return other_people->find(thumbprint);
  }
};

}  // namespace sealgate::pipeline
