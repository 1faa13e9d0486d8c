#pragma once
// Whether the certificates of a path are revoked, from everything that is at hand: revocation lists with their deltas
// (RFC 5280 section 6.3) and OCSP responses, those in the message included. What is missing can be asked for by a
// StatusFetcher, within its own limits of time.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "certificates/ocsp.h"
#include "certificates/path_validation.h"

namespace sealgate::certificates {

/// What was found about a certificate.
struct StatusEvidence {
  std::vector<Crl> crls = {};
  std::vector<Bytes> ocsp_responses = {};  ///< DER, checked again before they are believed
};

/// Brings over the network what nobody has at hand. Returns in bounded time, with nothing when that is over.
class StatusFetcher {
 public:
  StatusFetcher() = default;
  StatusFetcher(const StatusFetcher&) = delete;
  StatusFetcher& operator=(const StatusFetcher&) = delete;
  virtual ~StatusFetcher() = default;

  /// `needed`: nothing at hand tells the status. Else it may ask a responder for a fresher word, or do nothing.
  virtual StatusEvidence fetch_status(const Certificate& certificate, const Certificate& issuer, bool needed) = 0;
  /// Certificates of the issuer from where `certificate` says they are (AIA); not trusted for that.
  virtual std::vector<Certificate> fetch_issuers(const Certificate& certificate) = 0;
};

/// Gives each message a fetcher of its own, which knows how long that one may wait. Thread-safe.
class StatusService {
 public:
  StatusService() = default;
  StatusService(const StatusService&) = delete;
  StatusService& operator=(const StatusService&) = delete;
  virtual ~StatusService() = default;
  /// For one message, on one thread; must not outlive the service.
  virtual std::unique_ptr<StatusFetcher> session() = 0;
};

struct RevocationInputs {
  std::span<const Certificate> candidates = {};  ///< for the paths of those who sign lists
  std::span<const Certificate> anchors = {};
  std::span<const Crl> crls = {};
  /// Of the message itself: whoever sent it may have made them, so they count only when the issuer of the certificate
  /// signed them.
  std::span<const Crl> unproven_crls = {};
  std::span<const Bytes> ocsp_responses = {};
  std::span<const Thumbprint> distrusted = {};
  Time time{};
  StatusFetcher* fetcher = nullptr;  ///< null: only what is at hand
};

struct RevocationVerdict {
  RevocationStatus status = RevocationStatus::Good;
  /// Of path validation: "ok", "chain:revoked", or why it is unknown, "chain:crl-missing", "chain:crl-expired", …
  std::string_view outcome = "ok";
  int depth = 0;            ///< which certificate of the path decided, 0 is the leaf
  std::string source = {};  ///< who said it: "list of CN=Authority", "OCSP of CN=Responder"; empty when nobody did
  std::string text = {};    ///< for people, one sentence; empty for good
};

/// `path` is leaf first and ends with its anchor, as PathResult::chain of a good path; the anchor itself is not asked
/// about. Revoked when anybody entitled to it, or any list of the issuer's name, says so of any of them; else unknown
/// when nothing current speaks for one of them.
RevocationVerdict check_revocation(std::span<const Certificate> path, const RevocationInputs& inputs);

}  // namespace sealgate::certificates
