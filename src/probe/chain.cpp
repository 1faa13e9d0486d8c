#include "probe/chain.h"

#include <algorithm>

#include "base/network.h"
#include "certificates/path_validation.h"
#include "certificates/usage.h"
#include "probe/errors.h"

namespace sealgate::probe {
namespace {

using audit::Severity;
using certificates::Certificate;
using certificates::PathPolicy;
using certificates::PathPurpose;
using certificates::PathResult;

constexpr int kWeakBits = 112;
constexpr int kAcceptedByOpenssl = 2;  ///< its level of security that the HTTP client works at
constexpr int kMaxIssuersFetched = 4;

bool contains(std::span<const Certificate> all, const Certificate& one) {
  return std::ranges::find(all, one) != all.end();
}

std::string days_between(Time from, Time until) {
  const auto days = std::chrono::floor<std::chrono::days>(until - from).count();
  return std::to_string(days) + (days == 1 ? " day" : " days");
}

class Judge {
 public:
  Judge(const ChainInputs& inputs, Report& report) : inputs_(inputs), report_(report), leaf_(inputs.sent.front()) {}

  void run() {
    ChainReport& chain = report_.chain;
    chain.sent = inputs_.sent.size();
    const PathResult built = validate(inputs_.sent, policy());
    std::vector<Certificate> path = built.chain;
    if (path.empty()) path.push_back(leaf_);
    for (const Certificate& each : path) chain.path.push_back(link(each));
    chain.trusted = built.outcome != "chain:no-issuer" && built.outcome != "chain:untrusted-root" &&
                    contains(inputs_.roots, path.back());
    judge_trust(built);
    for (ChainLink& each : chain.path) judge_one(each);
    judge_usage();
    judge_name();
    judge_order();
    const bool faultless = std::ranges::all_of(chain.path, [](const ChainLink& each) { return each.faults.empty(); });
    if (faultless || !report_.verdict) judge_as_client();
  }

 private:
  PathPolicy policy() const {
    PathPolicy policy;
    policy.time = inputs_.now;
    policy.distrusted.assign(inputs_.distrusted.begin(), inputs_.distrusted.end());
    policy.partial_chain = contains(inputs_.roots, leaf_);  // the server's own is trusted as it is
    return policy;
  }

  PathResult validate(std::span<const Certificate> candidates, const PathPolicy& policy) const {
    return certificates::validate_path(leaf_, candidates, inputs_.roots, {}, policy);
  }

  ChainLink link(const Certificate& certificate) const {
    return {certificate, contains(inputs_.sent, certificate), contains(inputs_.roots, certificate), {}};
  }

  void fault(ChainLink& link, Severity severity, const ErrorCode& code, const std::string& what,
             const std::string& remedy) {
    link.faults.push_back(std::string(code.id) + ": it " + what);
    report_.add(severity, code, "the certificate '" + link.certificate.short_name() + "' " + what,
                link.certificate.subject() + " (" + link.certificate.thumbprint().to_biztalk() + ")", remedy);
  }

  void judge_trust(const PathResult& built) {
    ChainLink& top = report_.chain.path.back();
    if (built.outcome == "chain:no-issuer") {
      judge_missing(top);
    } else if (built.outcome == "chain:untrusted-root") {
      const bool alone = report_.chain.path.size() == 1;
      fault(top, Severity::Error, alone ? kSelfSigned : kUntrustedRoot,
            alone ? "is signed by nobody but itself, and is not trusted" : "is a root that is not trusted",
            "compare the thumbprint with the partner by telephone, then sealgate cert import FILE --trust-roots");
    }
  }

  /// Nobody above `top` is known: forgotten by the server, or an authority that we do not know at all?
  void judge_missing(ChainLink& top) {
    std::vector<Certificate> candidates(inputs_.sent.begin(), inputs_.sent.end());
    candidates.insert(candidates.end(), inputs_.intermediates.begin(), inputs_.intermediates.end());
    PathResult completed = validate(candidates, policy());
    std::string from = "our IntermediateAuthorities";
    for (int round = 0; completed.outcome == "chain:no-issuer" && inputs_.fetch_issuers && round < kMaxIssuersFetched;
         ++round) {
      const auto fetched = inputs_.fetch_issuers(completed.chain.empty() ? top.certificate : completed.chain.back());
      if (fetched.empty()) break;
      candidates.insert(candidates.end(), fetched.begin(), fetched.end());
      completed = validate(candidates, policy());
      from = "the address that the certificate names";
    }
    if (completed.outcome == "chain:no-issuer" || completed.outcome == "chain:untrusted-root") {
      fault(top, Severity::Error, kUnknownIssuer,
            "comes from an authority that is not known: '" + top.certificate.issuer() +
                "' was neither sent nor is it among the trusted roots",
            "ask the partner for the certificates above it: an intermediate one belongs into the server's chain, its "
            "root, after a comparison of thumbprints, into TrustedRoots");
      return;
    }
    std::string missing = top.certificate.issuer();
    for (const Certificate& each : completed.chain) {
      if (!contains(inputs_.sent, each) && !contains(inputs_.roots, each)) missing = each.subject();
    }
    fault(
        top, Severity::Error, kMissingIntermediate,
        "leads to a trusted root, but the server does not send '" + missing + "' in between (it is in " + from + ")",
        "ask the partner to configure the full chain on the server; the client does not look elsewhere for it");
  }

  void judge_one(ChainLink& link) {
    const Certificate& certificate = link.certificate;
    const Time now = inputs_.now;
    if (certificate.not_after() < now) {
      fault(link, Severity::Error, kExpired,
            "expired on " + to_rfc3339(certificate.not_after()) + ", " + days_between(certificate.not_after(), now) +
                " ago",
            "ask the partner to renew it; until then no connection is possible");
    } else if (certificate.not_before() > now) {
      fault(link, Severity::Error, kNotYetValid, "is valid from " + to_rfc3339(certificate.not_before()) + " on",
            "check the clock of this computer; else the partner has to put the earlier certificate back");
    } else if (certificate.not_after() - now < kExpiresSoonWithin) {
      fault(
          link, Severity::Warning, kExpiresSoon,
          "expires in " + days_between(now, certificate.not_after()) + ", on " + to_rfc3339(certificate.not_after()),
          "ask the partner when it will be renewed");
    }
    const auto digest = certificate.signature_digest();
    const bool weak = digest == crypto::DigestAlgorithm::Md5 || digest == crypto::DigestAlgorithm::Sha1;
    if (weak && !certificate.self_issued()) {
      fault(link, Severity::Error, kWeakSignature, "is signed with " + certificate.signature_algorithm(),
            "ask the partner for a certificate that is signed with SHA-256 or better");
    }
    if (const int bits = certificate.key_security_bits(); bits > 0 && bits < kWeakBits) {
      fault(link, Severity::Error, kWeakKey, "has a weak key, " + certificate.key_description(),
            "ask the partner for a certificate with at least RSA 2048 or EC P-256");
    }
  }

  void judge_usage() {
    const auto usage = certificates::check_usage(leaf_, certificates::Usage::HttpsServer);
    if (usage.allowed) return;
    fault(report_.chain.path.front(), Severity::Error, kWrongUsage, "is not for TLS servers: " + usage.reason,
          "ask the partner for a certificate with Digital Signature and Server Authentication");
  }

  void judge_name() {
    ChainReport& chain = report_.chain;
    chain.names = leaf_.dns_names();
    // A certificate that trusts itself has no other fault left than its name.
    PathPolicy alone;
    alone.time = leaf_.not_before();
    alone.purpose = PathPurpose::None;
    alone.partial_chain = true;
    name_into(alone);
    const auto result = certificates::validate_path(leaf_, {}, {&leaf_, 1}, {}, alone);
    chain.name_fits = result.outcome != "chain:peer-name";
    if (chain.name_fits) return;
    std::string names;
    for (const std::string& name : chain.names) names += (names.empty() ? "" : ", ") + name;
    fault(chain.path.front(), inputs_.check_name ? Severity::Error : Severity::Warning, kWrongName,
          "does not bear the name " + inputs_.host + (names.empty() ? std::string() : ", but " + names),
          "check the address; else ask the partner for a certificate with that name");
  }

  void name_into(PathPolicy& policy) const {
    (normal_address(inputs_.host) ? policy.peer_ip : policy.peer_dns) = inputs_.host;
  }

  /// The path is found in any order; some clients insist on RFC 5246 section 7.4.2 all the same.
  void judge_order() {
    ChainReport& chain = report_.chain;
    std::vector<const Certificate*> of_path;
    for (const Certificate& each : inputs_.sent) {
      const bool used = std::ranges::any_of(chain.path, [&](const ChainLink& l) { return l.certificate == each; });
      if (used) {
        of_path.push_back(&each);
      } else {
        chain.unneeded.push_back(link(each));
      }
    }
    const bool ordered = std::ranges::is_sorted(of_path, {}, [&](const Certificate* each) {
      return std::ranges::find(chain.path, *each, &ChainLink::certificate) - chain.path.begin();
    });
    if (!ordered) {
      report_.add(Severity::Warning, kWrongOrder, "the server sends its certificates in a wrong order", {},
                  "ask the partner to send each before the one that issued it; some clients refuse another order");
    }
    if (!chain.unneeded.empty()) {
      report_.add(
          Severity::Note, kNotNeeded,
          "the server sends " + std::to_string(chain.unneeded.size()) + " certificates that the path does not need",
          chain.unneeded.front().certificate.subject());
    }
  }

  /// What is left when nothing above has a name for it.
  void judge_as_client() {
    PathPolicy strict = policy();
    strict.purpose = PathPurpose::SslServer;
    strict.auth_level = kAcceptedByOpenssl;
    if (inputs_.check_name) name_into(strict);
    const PathResult result = validate(inputs_.sent, strict);
    if (result.ok()) return;
    const auto at = std::min(static_cast<std::size_t>(result.depth), report_.chain.path.size() - 1);
    report_.chain.path[at].faults.push_back(std::string(kChainRefused.id) + ": " + std::string(result.outcome));
    report_.add(Severity::Error, kChainRefused, result.text, "certificate " + std::to_string(result.depth),
                result.remedy);
  }

  const ChainInputs& inputs_;
  Report& report_;
  const Certificate& leaf_;
};

}  // namespace

void judge_chain(const ChainInputs& inputs, Report& report) {
  Judge(inputs, report).run();
}

}  // namespace sealgate::probe
