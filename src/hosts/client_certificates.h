#pragma once
// Whether the certificate that a client showed is good: the path to a trusted root, meant for TLS clients, its dates,
// and revocation as the receive location, the party or the group ask for it. Whose it is, is for party resolution.
// Certificates that the client sends along help to find the path, and are not trusted for that.

#include <map>
#include <mutex>
#include <string>

#include "hosts/configuration.h"
#include "messaging/message_box.h"
#include "net/http_server.h"

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
  Result<> judge(const net::TlsClientCertificate& shown, const std::string& location);

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
  std::map<std::string, Verdict> verdicts_;  ///< by location, SHA-256 and how much came along
  /// What came along with those that were good, by SHA-256: a resumed session has nothing of it.
  std::map<std::string, std::vector<certificates::Certificate>> came_along_;
};

}  // namespace sealgate::hosts
