#pragma once
// Whether the certificate that a client showed is good: the path to a trusted root, meant for TLS clients, its dates,
// and revocation as the receive location, the party or the group ask for it. Whose it is, is for party resolution.

#include <map>
#include <mutex>
#include <string>

#include "hosts/configuration.h"
#include "messaging/message_box.h"

namespace sealgate::hosts {

/// Thread-safe. A verdict holds for a minute, or until configuration or certificates change: a partner sends many
/// requests with one certificate.
class ClientCertificates {
 public:
  /// All must outlive it.
  ClientCertificates(const ConfigurationHolder& configuration, messaging::MessageBox& box, const Clock& clock)
      : configuration_(configuration), box_(box), clock_(clock) {}

  /// The errors of path validation (class Trust or Revocation), or of a certificate that cannot be read. May ask the
  /// network about revocation.
  Result<> judge(ByteView der, const std::string& location);

 private:
  struct Verdict {
    ConfigurationRef configuration;
    Time until{};
    Result<> result;
  };
  const ConfigurationHolder& configuration_;
  messaging::MessageBox& box_;
  const Clock& clock_;
  std::mutex mutex_;
  std::map<std::string, Verdict> verdicts_;  ///< by location and SHA-256
};

}  // namespace sealgate::hosts
