#pragma once
// The certificate that the API answers with: one that somebody put there, else one of our own, made at the first
// start and kept.
//
//   DATA/api/tls.pem   certificate, with intermediates behind it
//   DATA/api/tls.key   its private key, mode 0600

#include <filesystem>
#include <string>

#include "base/clock.h"
#include "certificates/certificate.h"
#include "net/tls_identity.h"

namespace sealgate::api {

struct OwnIdentity {
  net::TlsIdentity identity;
  certificates::Certificate certificate;
  bool made = false;  ///< just now
};

/// `address`: the numeric one that it listens on. One of our own is made anew when it has less than 30 days left.
/// api.no-identity.
Result<OwnIdentity> own_identity(const std::filesystem::path& data, const std::string& address, Time now);

}  // namespace sealgate::api
