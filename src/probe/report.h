#pragma once
// Everything that a probe saw, and what it makes of it.

#include <optional>
#include <string>
#include <vector>

#include "audit/finding.h"
#include "certificates/certificate.h"
#include "probe/offers.h"

namespace sealgate::probe {

/// One way in.
struct AddressReport {
  std::string address = {};
  bool connected = false;
  std::chrono::milliseconds took{0};
  std::optional<Error> failure = {};
};

/// One certificate of the path, as it is drawn.
struct ChainLink {
  certificates::Certificate certificate;
  bool sent = false;                  ///< by the server; else it is ours
  bool trusted = false;               ///< among the trusted roots
  std::vector<std::string> faults{};  ///< "probe.expired: it expired on 2020-01-31"
};

struct ChainReport {
  std::size_t sent = 0;
  std::vector<ChainLink> path = {};      ///< server first, as far as it could be built
  std::vector<ChainLink> unneeded = {};  ///< sent, but not of the path
  bool trusted = false;                  ///< the path ends at a trusted root
  std::vector<std::string> names = {};   ///< that the server's certificate bears
  bool name_fits = false;
};

struct RevocationReport {
  bool stapled = false;
  std::string staple = {};  ///< "good until 2026-12-01T…", or why it is worth nothing; empty: none
  std::string status = {};  ///< good, revoked, unknown; empty: it could not be asked
  std::string source = {};  ///< who said it
  std::string text = {};    ///< why it is not good
};

/// One of our certificates with its private key.
struct OwnCandidate {
  std::string account = {};
  certificates::Certificate certificate;
  std::string obstacle = {};  ///< why the server would not take it; empty: it fits
};

struct ClientReport {
  bool asked = false;
  bool demanded = false;
  bool shown = false;                         ///< we had one to show
  std::vector<std::string> authorities = {};  ///< that it names; empty: any
  std::vector<OwnCandidate> candidates = {};  ///< of ours; only when it asks
};

struct HttpReport {
  int status = 0;  ///< 0: no answer
  std::string server = {};
  std::vector<std::string> schemes = {};  ///< "Basic realm=\"Orders\"", as the server said them
  std::string failure = {};
};

struct Report {
  std::string url = {};
  std::string host = {};
  std::string port = {};
  bool tls = true;
  Time time{};
  std::vector<AddressReport> addresses = {};
  std::optional<Handshake> handshake = {};  ///< the widest that it takes
  std::vector<AcceptedVersion> versions = {};
  ChainReport chain = {};
  RevocationReport revocation = {};
  ClientReport client = {};
  std::optional<HttpReport> http = {};
  std::vector<audit::Finding> findings = {};  ///< in the order of the way; the first error is the verdict
  std::optional<ErrorCode> verdict = {};      ///< absent: nothing stands in the way

  /// Adds one. The first error becomes the verdict.
  void add(audit::Severity severity, const ErrorCode& code, std::string what, std::string where = {},
           std::string remedy = {});
  void add(audit::Severity severity, const Error& error);
  /// The finding behind the verdict; nullptr when there is none.
  const audit::Finding* decisive() const;
};

}  // namespace sealgate::probe
