#pragma once
// Looks at a TLS server from the outside, one step after the other, and tells what is wrong: its addresses, versions
// and ciphers, chain, names, revocation, what it wants of its clients. Sends no password and, without one in the
// options, no certificate; changes nothing. Everything is bounded: each step, the whole, bytes and handshakes.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "artifacts/certificate_settings.h"
#include "certificates/crl.h"
#include "net/tls_identity.h"
#include "probe/report.h"
#include "probe/tunnel.h"

namespace sealgate::probe {

/// Trusted and other certificates that we have.
struct OurCertificates {
  std::vector<certificates::Certificate> roots = {};
  std::vector<certificates::Certificate> intermediates = {};
  std::vector<certificates::Thumbprint> distrusted = {};
  std::vector<certificates::Crl> crls = {};
  std::vector<OwnCandidate> own = {};  ///< with private keys; `obstacle` is filled here
};

struct ProbeOptions {
  std::string url = {};                   ///< http[s]://host[:port][/path]; plain http has no TLS to look at
  std::string server_name = {};           ///< SNI, and the name that the certificate must bear; empty: the URL's host
  std::chrono::milliseconds step{5'000};  ///< an attempt to connect, a handshake, a request
  std::chrono::milliseconds whole{60'000};  ///< everything
  TlsVersion lowest = TlsVersion::Tls12;    ///< what the send port accepts
  bool check_name = true;                   ///< false: a wrong name is a warning
  Proxy proxy = {};
  bool ciphers = true;  ///< find every version and cipher
  std::optional<net::TlsIdentity> identity = {};
  artifacts::RevocationSettings revocation = {};
  artifacts::RevocationPolicy policy = artifacts::RevocationPolicy::Prefer;
  bool download_lists = false;  ///< those that the certificates name
  /// Asked before each connection to the server with the numeric address; one that it refuses is not connected to
  /// (probe.address-refused). Not asked about a proxy. Empty: any.
  std::function<bool(const std::string& numeric)> accept_address = {};
};

/// A fault of the server is part of the report. An error is one of ours: net.bad-url, net.bad-tls-identity,
/// probe.cannot-probe.
Result<Report> probe(const ProbeOptions& options, OurCertificates ours, const Clock& clock);

}  // namespace sealgate::probe
