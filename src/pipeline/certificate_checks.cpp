#include "pipeline/certificate_checks.h"

#include <algorithm>

#include "base/log.h"
#include "certificates/certificate_store.h"
#include "certificates/path_validation.h"
#include "certificates/revocation_lists.h"
#include "pipeline/errors.h"

namespace sealgate::pipeline {
namespace {

using artifacts::RevocationPolicy;
using certificates::StoreName;
using certificates::Usage;

bool is_own(const CertificateUse& use) {
  return !use.account.empty();
}

std::string store_of(const CertificateUse& use) {
  return is_own(use) ? "Personal store of account " + use.account : "OtherPeople store";
}

/// "the signing certificate".
std::string_view name_of(Usage usage) {
  switch (usage) {
    case Usage::Sign:
      return "the signing certificate";
    case Usage::Verify:
    case Usage::PartyResolution:
      return "the partner's signing certificate";
    case Usage::Encrypt:
      return "the encryption certificate";
    case Usage::Decrypt:
      return "the decryption certificate";
    case Usage::HttpsClient:
      return "the client certificate";
    case Usage::HttpsServer:
      return "the server certificate";
  }
  return "the certificate";
}

std::string import_words(const CertificateUse& use) {
  return is_own(use) ? "import it with its private key (sealgate cert import FILE --account " + use.account + ")"
                     : "import the partner's certificate (sealgate cert import FILE --store OtherPeople)";
}

bool holds(const std::vector<Certificate>& store, const Thumbprint& thumbprint) {
  return std::ranges::any_of(store, [&](const Certificate& held) { return held.has_thumbprint(thumbprint); });
}

/// Why it is not where it must be.
Error absence(const CertificateView& view, const CertificateUse& use, const Thumbprint& thumbprint) {
  const std::string what = std::string(name_of(use.usage)) + " is not in the " + store_of(use);
  const std::string remedy = import_words(use) + ", then resume";
  std::string other;
  for (const auto& [account, held] : view.personal) {
    if (view.find_own(account, thumbprint) == nullptr) continue;
    if (is_own(use)) {
      return Error{kCertificateOfOtherAccount, what + ", but in that of account " + account, where(use, thumbprint),
                   remedy + "; or give the host the account that has it"};
    }
    other = "Personal of account " + account;
  }
  const auto partner = view.find_partner(thumbprint);
  if (is_own(use) && partner && *partner) other = to_string(StoreName::OtherPeople);
  if (holds(view.trusted_roots, thumbprint)) other = to_string(StoreName::TrustedRoots);
  if (holds(view.intermediates, thumbprint)) other = to_string(StoreName::IntermediateAuthorities);
  if (!other.empty()) {
    return Error{kCertificateInWrongStore, what + ", but in " + other, where(use, thumbprint), remedy};
  }
  return Error{kCertificateMissing, what, where(use, thumbprint), remedy};
}

std::string replacement(const CertificateUse& use) {
  return is_own(use) ? "get a new certificate from your authority, import and assign it, then resume"
                     : "ask the partner for the new certificate, import and assign it, then resume";
}

/// Over the path to a trusted root. Without one nobody entitled can be found; then a list of the issuer's name that
/// names the certificate is enough to stop it.
certificates::RevocationVerdict ask_revocation(const CertificateView& view, const CertificateUse& use,
                                               const Certificate& certificate, Time now) {
  certificates::PathPolicy policy;
  policy.time = now;
  policy.distrusted = view.untrusted;
  const auto path = certificates::validate_path(certificate, view.intermediates, view.trusted_roots, {}, policy);
  if (!path.ok()) {
    certificates::RevocationVerdict verdict;
    const bool listed = certificates::is_listed_as_revoked(certificate, view.crls);
    verdict.status = listed ? certificates::RevocationStatus::Revoked : certificates::RevocationStatus::Unknown;
    verdict.outcome = listed ? "chain:revoked" : path.outcome;
    verdict.text = path.text;
    return verdict;
  }
  certificates::RevocationInputs inputs;
  inputs.candidates = view.intermediates;
  inputs.anchors = view.trusted_roots;
  inputs.crls = view.crls;
  inputs.distrusted = view.untrusted;
  inputs.time = now;
  inputs.fetcher = use.online;
  return certificates::check_revocation(path.chain, inputs);
}

}  // namespace

std::string where(const CertificateUse& use, const Thumbprint& thumbprint) {
  std::string text = use.place;
  if (!use.party.empty()) text += ", party " + use.party;
  return text + ", " + store_of(use) + ", certificate " + thumbprint.to_biztalk();
}

Result<const OwnCertificate*> find_own(const CertificateView& view, const CertificateUse& use,
                                       const Thumbprint& thumbprint) {
  const OwnCertificate* own = view.find_own(use.account, thumbprint);
  if (own == nullptr) return fail(absence(view, use, thumbprint));
  if (own->key) return own;
  if (own->key_error) {
    return fail(
        kPrivateKeyUnusable,
        "the private key of " + std::string(name_of(use.usage)) + " cannot be opened: " + own->key_error->what,
        where(use, thumbprint), own->key_error->remedy);
  }
  return fail(kPrivateKeyUnusable, std::string(name_of(use.usage)) + " is there without its private key",
              where(use, thumbprint), "import it again together with its key, then resume");
}

Result<Certificate> find_partner(const CertificateView& view, const CertificateUse& use,
                                 const Thumbprint& thumbprint) {
  SG_TRY_ASSIGN(const auto certificate, view.find_partner(thumbprint));
  if (!certificate) return fail(absence(view, use, thumbprint));
  return *certificate;
}

Result<> check_certificate(const CertificateView& view, const CertificateUse& use, const Certificate& certificate,
                           Time now, messaging::TrackingDetails* evidence) {
  const std::string place = where(use, certificate.thumbprint()) + " (" + certificate.short_name() + ")";
  const std::string name(name_of(use.usage));
  const auto check = certificates::check_usage(certificate, use.usage);
  if (!check.allowed) {
    return fail(kCertificateUnsuitable, name + " is not meant for this use: " + check.reason, place,
                "assign a certificate that was issued for it (docs/certificates.md tells what each use needs), then "
                "resume");
  }
  if (now > certificate.not_after() && use.allow_expired) {
    log(LogLevel::Warning, "an expired certificate is used, as was agreed on",
        {{"use", use.place}, {"certificate", certificate.thumbprint().to_biztalk()}});
    if (evidence != nullptr)
      evidence->emplace_back("certificate.expired",
                             certificate.thumbprint().to_hex() + " on " + to_rfc3339(certificate.not_after()));
  } else if (now > certificate.not_after()) {
    return fail(kCertificateExpired, name + " expired on " + to_rfc3339(certificate.not_after()), place,
                replacement(use));
  }
  if (now < certificate.not_before()) {
    return fail(
        kCertificateNotYetValid, name + " is not valid before " + to_rfc3339(certificate.not_before()), place,
        "assign the one that is valid until then, or wait and resume; look at the clock of this computer, too");
  }
  if (std::ranges::any_of(view.untrusted, [&](const Thumbprint& t) { return certificate.has_thumbprint(t); })) {
    return fail(kCertificateDistrusted, name + " is in the Untrusted store", place,
                "assign another certificate, or remove it from Untrusted if it was put there by mistake");
  }
  if (use.revocation == RevocationPolicy::Off) return {};
  const certificates::RevocationVerdict verdict = ask_revocation(view, use, certificate, now);
  if (verdict.status == certificates::RevocationStatus::Revoked) {
    return fail(kCertificateRevoked, name + " was revoked by its issuer", place, replacement(use));
  }
  if (verdict.status == certificates::RevocationStatus::Good) return {};
  if (use.revocation == RevocationPolicy::Require) {
    return fail(
        kRevocationUnknown, "nobody can say whether " + name + " was revoked: " + verdict.text, place,
        "see sealgate crl list; import a current revocation list of its issuer and the certificates above it, "
        "or name a source (Group.revocation), then resume; or set 'revocation: prefer' where this may pass");
  }
  log(LogLevel::Warning, "nobody can say whether a certificate was revoked; used by policy",
      {{"use", use.place}, {"certificate", certificate.thumbprint().to_biztalk()}, {"reason", verdict.text}});
  if (evidence != nullptr) {
    evidence->emplace_back("revocation.unknown",
                           certificate.thumbprint().to_hex() + " " + std::string(verdict.outcome));
  }
  return {};
}

artifacts::RevocationPolicy outbound_policy(const artifacts::ArtifactSet& set,
                                            std::optional<artifacts::RevocationPolicy> port,
                                            const artifacts::Party* party) {
  const auto own = artifacts::strictest(port, party != nullptr ? party->revocation : std::nullopt);
  if (own) return *own;
  return (set.group ? set.group->revocation : artifacts::RevocationSettings()).outbound();
}

}  // namespace sealgate::pipeline
