#include "probe/standing.h"

#include <algorithm>

#include "certificates/access_points.h"
#include "certificates/errors.h"
#include "certificates/import.h"
#include "probe/errors.h"
#include "revocation/errors.h"
#include "revocation/list_intake.h"
#include "revocation/online_status.h"

namespace sealgate::probe {
namespace {

using audit::Severity;
using certificates::Certificate;
using certificates::RevocationStatus;

/// The issuer of the server's certificate: the next of the path, or among what is at hand.
const Certificate* issuer_of(const Report& report, std::span<const Certificate> candidates) {
  const auto& path = report.chain.path;
  if (path.size() > 1) return &path[1].certificate;
  const Certificate& leaf = path.front().certificate;
  const auto found = std::ranges::find_if(
      candidates, [&](const Certificate& each) { return each.subject_der() == leaf.issuer_der(); });
  return found == candidates.end() ? nullptr : &*found;
}

void judge_staple(const StandingInputs& inputs, Report& report) {
  RevocationReport& standing = report.revocation;
  standing.stapled = !inputs.staple.empty();
  if (!standing.stapled) return;
  const Certificate* issuer = issuer_of(report, inputs.candidates);
  if (issuer == nullptr) {
    standing.staple = "cannot be checked without the certificate of the issuer";
    return;
  }
  certificates::OcspRules rules;
  rules.time = inputs.now;
  rules.candidates = inputs.sent;
  rules.distrusted = inputs.distrusted;
  rules.crls = inputs.crls;
  const auto answer =
      certificates::check_ocsp_response(inputs.staple, report.chain.path.front().certificate, *issuer, rules);
  const std::string remedy = "ask the partner to look at OCSP stapling on the server; strict clients refuse it";
  if (answer) {
    standing.staple = std::string(to_string(answer->status)) + " until " + to_rfc3339(answer->valid_until);
    if (answer->status == RevocationStatus::Unknown) {
      report.add(Severity::Warning, kStapleUnusable, "the stapled answer does not know the certificate",
                 answer->responder, remedy);
    }
    return;
  }
  const Error& error = answer.error();
  standing.staple = error.what;
  const ErrorCode& code = error.code == certificates::kOcspStale          ? kStapleStale
                          : error.code == certificates::kOcspUnauthorized ? kStapleWrongSigner
                                                                          : kStapleUnusable;
  report.add(Severity::Warning, code, "the stapled answer about revocation is worth nothing: " + error.what,
             error.where, remedy);
}

}  // namespace

Fetcher::Fetcher(const artifacts::RevocationSettings& settings, bool lists, const Clock& clock, Deadline deadline)
    : settings_(settings), lists_(lists), deadline_(deadline), ocsp_(downloader_, clock) {
  downloader_.allow_private_hosts(settings.allowed_private_hosts);
}

Result<Bytes> Fetcher::download(const std::string& address, std::size_t max_bytes) {
  const int left = left_until(deadline_);
  if (left == 0 || downloads_++ >= kMaxDownloads) return fail(revocation::kNoTimeLeft, "not asked", address);
  revocation::DownloadRules rules;
  rules.max_bytes = max_bytes;
  rules.total_time = rules.connect_time = std::chrono::milliseconds(left);
  return downloader_.get(address, rules);
}

certificates::StatusEvidence Fetcher::fetch_status(const Certificate& certificate, const Certificate& issuer,
                                                   bool needed) {
  certificates::StatusEvidence evidence;
  if (!needed) return evidence;
  const auto points = certificates::access_points(certificate);
  if (settings_.ocsp && downloads_++ < kMaxDownloads) {
    if (auto answer = ocsp_.ask(certificate, issuer, points.responders, deadline_)) {
      evidence.ocsp_responses.push_back(std::move(*answer));
      return evidence;
    }
  }
  if (!lists_) return evidence;
  for (const std::string& address : points.lists) {
    const auto bytes = download(address, kMaxListDownload);
    if (!bytes) continue;
    auto lists = revocation::read_lists(*bytes);
    if (!lists) continue;
    evidence.crls = std::move(*lists);
    break;
  }
  return evidence;
}

std::vector<Certificate> Fetcher::fetch_issuers(const Certificate& certificate) {
  std::vector<Certificate> found;
  if (!settings_.fetch_issuers) return found;
  for (const std::string& address : certificates::access_points(certificate).issuers) {
    const auto bytes = download(address, revocation::kMaxIssuerBytes);
    certificates::ImportOptions options;
    options.max_bytes = revocation::kMaxIssuerBytes;
    options.max_objects = 50;
    const auto bundle = bytes ? certificates::import_bundle(*bytes, options) : tl::unexpected(bytes.error());
    if (!bundle) continue;
    for (const auto& entry : bundle->certificates) {
      if (entry.certificate.subject_der() == certificate.issuer_der()) found.push_back(entry.certificate);
    }
    if (!found.empty()) break;
  }
  return found;
}

void judge_standing(const StandingInputs& inputs, Report& report) {
  judge_staple(inputs, report);
  RevocationReport& standing = report.revocation;
  // The word of an authority counts also about a path that has another fault, such as a date; but it must be a path.
  std::vector<Certificate> path;
  for (const ChainLink& each : report.chain.path) path.push_back(each.certificate);
  if (!report.chain.trusted) return;
  certificates::RevocationInputs evidence;
  evidence.candidates = inputs.candidates;
  evidence.anchors = inputs.roots;
  evidence.crls = inputs.crls;
  const Bytes staple(inputs.staple.begin(), inputs.staple.end());
  if (!staple.empty()) evidence.ocsp_responses = {&staple, 1};
  evidence.distrusted = inputs.distrusted;
  evidence.time = inputs.now;
  evidence.fetcher = inputs.fetcher;
  const auto verdict = certificates::check_revocation(path, evidence);
  standing.status = to_string(verdict.status);
  standing.source = verdict.source;
  standing.text = verdict.text;
  const auto at = std::min(static_cast<std::size_t>(verdict.depth), path.size() - 1);
  if (verdict.status == RevocationStatus::Revoked) {
    report.chain.path[at].faults.push_back(std::string(kRevoked.id) + ": it is revoked");
    report.add(Severity::Error, kRevoked, verdict.text, path[at].subject(),
               "do not connect; ask the partner for the certificate that replaces it");
  } else if (verdict.status == RevocationStatus::Unknown) {
    const bool required = inputs.policy == artifacts::RevocationPolicy::Require;
    report.add(required ? Severity::Error : Severity::Note, kRevocationUnknown, verdict.text, path[at].subject(),
               "sealgate crl update; or let the probe ask: --online");
  }
}

}  // namespace sealgate::probe
