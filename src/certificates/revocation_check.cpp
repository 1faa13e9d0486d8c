#include "certificates/revocation_check.h"

#include <algorithm>

#include "certificates/openssl_handles.h"
#include "certificates/path_outcomes.h"
#include "certificates/revocation_lists.h"

namespace sealgate::certificates {
namespace {

/// One certificate of the path and its issuer.
class Question {
 public:
  Question(const Certificate& certificate, const Certificate& issuer, const RevocationInputs& inputs)
      : certificate_(certificate), issuer_(issuer), inputs_(inputs) {
    add_lists(inputs.crls);
    for (const Crl& list : inputs.unproven_crls) {
      if (is_signed_by(list, issuer)) add_lists(std::span(&list, 1));
    }
    add_responses(inputs.ocsp_responses);
  }

  RevocationVerdict answer() {
    RevocationVerdict verdict = judge();
    if (inputs_.fetcher == nullptr || verdict.status == RevocationStatus::Revoked) return verdict;
    const bool needed = verdict.status == RevocationStatus::Unknown;
    const StatusEvidence more = inputs_.fetcher->fetch_status(certificate_, issuer_, needed);
    if (more.crls.empty() && more.ocsp_responses.empty()) return verdict;
    add_lists(more.crls);
    add_responses(more.ocsp_responses);
    return judge();
  }

 private:
  /// Lists that can be about this certificate: of its issuer's name, or of another issuer that its distribution
  /// points name (indirect lists). A group knows many authorities, and the library looks at each list that it is
  /// given.
  void add_lists(std::span<const Crl> lists) {
    const X509_NAME* issuer = X509_get_issuer_name(certificate_.native());
    for (const Crl& list : lists) {
      const X509_NAME* name = X509_CRL_get_issuer(list.native());
      if (X509_NAME_cmp(name, issuer) == 0 || is_other_issuer(name)) lists_.push_back(list);
    }
  }

  bool is_other_issuer(const X509_NAME* name) {
    if (!points_) {
      const ErrorQueueGuard guard;
      points_.reset(static_cast<CRL_DIST_POINTS*>(
          X509_get_ext_d2i(certificate_.native(), NID_crl_distribution_points, nullptr, nullptr)));
      if (!points_) points_.reset(CRL_DIST_POINTS_new());
    }
    for (int index = 0; index < sk_DIST_POINT_num(points_.get()); ++index) {
      const GENERAL_NAMES* issuers = sk_DIST_POINT_value(points_.get(), index)->CRLissuer;
      for (int place = 0; place < sk_GENERAL_NAME_num(issuers); ++place) {
        const GENERAL_NAME* issuer = sk_GENERAL_NAME_value(issuers, place);
        if (issuer->type == GEN_DIRNAME && X509_NAME_cmp(issuer->d.directoryName, name) == 0) return true;
      }
    }
    return false;
  }

  void add_responses(std::span<const Bytes> responses) {
    responses_.insert(responses_.end(), responses.begin(), responses.end());
  }

  RevocationVerdict judge() const {
    RevocationVerdict online = judge_responses();
    if (online.status == RevocationStatus::Revoked) return online;
    const RevocationVerdict listed = judge_lists();
    if (listed.status == RevocationStatus::Revoked || online.status == RevocationStatus::Unknown) return listed;
    return online;
  }

  RevocationVerdict judge_responses() const {
    RevocationVerdict verdict;
    verdict.status = RevocationStatus::Unknown;
    OcspRules rules;
    rules.time = inputs_.time;
    rules.candidates = inputs_.candidates;
    rules.distrusted = inputs_.distrusted;
    rules.crls = lists_;
    for (const Bytes& response : responses_) {
      const auto answer = check_ocsp_response(response, certificate_, issuer_, rules);
      if (!answer || answer->status == RevocationStatus::Unknown) continue;
      verdict.status = answer->status;
      verdict.source = "OCSP of " + answer->responder;
      if (answer->status == RevocationStatus::Revoked) {
        verdict.outcome = "chain:revoked";
        verdict.text = said("is revoked" + (answer->revoked_at ? " since " + to_rfc3339(*answer->revoked_at) : "") +
                            ", says " + verdict.source);
        return verdict;
      }
    }
    return verdict;
  }

  RevocationVerdict judge_lists() const {
    RevocationVerdict verdict;
    PathPolicy policy;
    policy.time = inputs_.time;
    policy.crl_check = CrlCheck::Leaf;
    policy.extended_crl = true;
    policy.use_deltas = true;
    policy.distrusted.assign(inputs_.distrusted.begin(), inputs_.distrusted.end());
    std::vector<Certificate> candidates(inputs_.candidates.begin(), inputs_.candidates.end());
    candidates.push_back(issuer_);
    const PathResult path = validate_path(certificate_, candidates, inputs_.anchors, lists_, policy);
    verdict.source = lists_.empty() ? std::string() : "list of " + lists_.front().issuer();
    if (path.ok() && !is_named_by_delta()) return verdict;
    verdict.outcome = path.outcome;
    verdict.text = path.text;
    verdict.status = RevocationStatus::Unknown;
    // A list that is out of date, or whose path is not in order, still says who was revoked.
    if (path.outcome == "chain:revoked" || is_listed_as_revoked(certificate_, lists_)) {
      verdict.status = RevocationStatus::Revoked;
      verdict.outcome = "chain:revoked";
      verdict.text = said("is revoked, says the " + verdict.source);
    }
    return verdict;
  }

  /// The library passes over a delta that adds to another complete list than the one at hand, or that neither that
  /// list nor the certificate announces. Whom the issuer names in it is revoked all the same.
  bool is_named_by_delta() const {
    return is_listed_as_revoked(certificate_, lists_) && std::ranges::any_of(lists_, [&](const Crl& list) {
             return list.is_delta() && is_listed_as_revoked(certificate_, std::span(&list, 1)) &&
                    is_signed_by(list, issuer_);
           });
  }

  std::string said(const std::string& what) const {
    return "the certificate '" + certificate_.subject() + "' (" + certificate_.thumbprint().to_biztalk() + ") " +
           what;
  }

  const Certificate& certificate_;
  const Certificate& issuer_;
  const RevocationInputs& inputs_;
  std::unique_ptr<CRL_DIST_POINTS, Deleter<CRL_DIST_POINTS_free>> points_;
  std::vector<Crl> lists_;
  std::vector<Bytes> responses_;
};

}  // namespace

RevocationVerdict check_revocation(std::span<const Certificate> path, const RevocationInputs& inputs) {
  RevocationVerdict result;
  for (std::size_t index = 0; index + 1 < path.size(); ++index) {
    RevocationVerdict verdict = Question(path[index], path[index + 1], inputs).answer();
    verdict.depth = static_cast<int>(index);
    if (verdict.status == RevocationStatus::Revoked) return verdict;
    // The first that is unknown is told, unless one above it is revoked.
    if (result.status == RevocationStatus::Unknown) continue;
    if (index == 0 || verdict.status == RevocationStatus::Unknown) result = std::move(verdict);
  }
  return result;
}

}  // namespace sealgate::certificates
