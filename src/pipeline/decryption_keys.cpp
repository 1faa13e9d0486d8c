#include "pipeline/decryption_keys.h"

#include <algorithm>

#include "base/bytes.h"
#include "certificates/usage.h"
#include "pipeline/certificate_checks.h"
#include "pipeline/errors.h"

namespace sealgate::pipeline {
namespace {

using artifacts::CertificateAssignment;
using artifacts::RevocationPolicy;

/// How a recipient that means this certificate is named in reports.
std::vector<std::string> identifiers_of(const Certificate& certificate) {
  std::vector<std::string> all{"serial " + to_hex_upper(certificate.serial())};
  if (const auto id = certificate.subject_key_id()) all.push_back("key id " + to_hex_upper(*id));
  return all;
}

bool is_recipient(const std::vector<std::string>& identifiers, const smime::Report& report) {
  return std::ranges::any_of(report.layers, [&](const smime::LayerReport& layer) {
    return std::ranges::any_of(layer.recipients, [&](const smime::RecipientReport& recipient) {
      return std::ranges::find(identifiers, recipient.identifier) != identifiers.end();
    });
  });
}

}  // namespace

DecryptionKeys::DecryptionKeys(const Environment& environment, const artifacts::Host& host,
                               const artifacts::DecoderSettings& settings)
    : host_(host) {
  CertificateUse use;
  use.usage = certificates::Usage::Decrypt;
  use.place = "host " + host.name;
  use.account = host.account;
  // Only a list that names it counts: that nobody can say is no reason to leave a message closed.
  const auto& group = environment.artifacts.group;
  const bool asked = settings.check_revocation && !(group && group->revocation.policy == RevocationPolicy::Off);
  use.revocation = asked ? RevocationPolicy::Prefer : RevocationPolicy::Off;
  for (const CertificateAssignment& assignment : host.decryption_certificates) {
    const auto own = find_own(environment.certificates, use, assignment.certificate);
    if (!own) {
      const OwnCertificate* without_key = environment.certificates.find_own(host.account, assignment.certificate);
      unusable_.push_back(
          {without_key != nullptr ? identifiers_of(without_key->certificate) : std::vector<std::string>{},
           own.error()});
      continue;
    }
    const Certificate& certificate = (*own)->certificate;
    if (!assignment.in_force(environment.now)) {
      unusable_.push_back({identifiers_of(certificate),
                           Error{kCertificateNotInForce,
                                 "the message is encrypted to a certificate that is not in force: " +
                                     artifacts::why_none_in_force({assignment}, environment.now),
                                 where(use, certificate.thumbprint()),
                                 "change its window under decryption_certificates of the host, then resume"}});
      continue;
    }
    auto fit = check_certificate(environment.certificates, use, certificate, environment.now, nullptr);
    if (!fit && settings.allow_expired_decryption && fit.error().code == kCertificateExpired) fit = {};
    if (fit) {
      usable_.push_back({*(*own)->key, certificate});
    } else {
      Error reason = std::move(fit).error();
      if (reason.code == kCertificateExpired) {
        reason.remedy =
            "give the partner your new certificate; to open what came meanwhile, set allow_expired_decryption of the "
            "decoder, then resume";
      }
      unusable_.push_back({identifiers_of(certificate), std::move(reason)});
    }
  }
}

Error DecryptionKeys::explain(Error failure, const smime::Report& report) const {
  for (const Unusable& own : unusable_) {
    if (is_recipient(own.identifiers, report)) return own.reason;
  }
  if (host_.decryption_certificates.empty()) {
    failure.remedy =
        "host " + host_.name +
        " has no decryption_certificates: import the certificate with its key into Personal of account " +
        host_.account + ", name its thumbprint on the host, then resume; ";
  } else {
    failure.remedy.clear();
    for (const Unusable& own : unusable_) {
      // A certificate that is not here may well be the one: then its error is the message's.
      if (own.identifiers.empty() && usable_.empty() && host_.decryption_certificates.size() == 1) return own.reason;
      failure.remedy += own.reason.what + " (" + own.reason.where + "); ";
    }
  }
  failure.remedy += "or ask the partner which certificate was used";
  return failure;
}

}  // namespace sealgate::pipeline
