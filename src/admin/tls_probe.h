#pragma once
// A look at a partner's TLS server with our trust and our certificates, or with the eyes of a send port.

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "probe/probe.h"
#include "store/common/store.h"

namespace sealgate::admin {

struct ProbeRequest {
  std::string url = {};          ///< or
  std::string port = {};         ///< a send port, with its address and its settings
  std::string server_name = {};  ///< SNI, and the name that is expected; empty: the host of the address
  std::chrono::milliseconds step{5'000};
  bool online = false;  ///< ask the responders, lists and issuers that the certificates name
  bool ciphers = true;  ///< find every version and cipher
  /// An address that is not public is connected to only where the configuration names its host: as the target of a
  /// send port or among allowed_private_hosts. For whoever must not look around behind the firewall.
  bool guarded = false;
};

struct ProbePlan {
  probe::ProbeOptions options = {};
  probe::OurCertificates ours = {};
  std::vector<std::string> notes = {};  ///< what could not be taken into account
};

/// `store` may be null: then only the roots of the system are trusted, and no port can be named. `data`: where the
/// key files of accounts are. admin.no-such-port; errors of the store, of keys and of the password of a proxy.
Result<ProbePlan> plan_probe(const ProbeRequest& request, store::Store* store, const std::string& data);

nlohmann::ordered_json probe_json(const probe::Report& report);

}  // namespace sealgate::admin
