// What a finished layer is worth: signers, certificate paths, weak algorithms.

#include <algorithm>

#include "base/text.h"
#include "cms/errors.h"
#include "smime/detail/context.h"
#include "smime/errors.h"

namespace sealgate::smime::detail {
namespace {

LayerType type_of(cms::LayerKind kind) {
  switch (kind) {
    case cms::LayerKind::Data:
      return LayerType::Unknown;
    case cms::LayerKind::Signed:
      return LayerType::Signed;
    case cms::LayerKind::Enveloped:
      return LayerType::Enveloped;
    case cms::LayerKind::AuthEnveloped:
      return LayerType::AuthEnveloped;
    case cms::LayerKind::Compressed:
      return LayerType::Compressed;
    case cms::LayerKind::Digested:
      return LayerType::Digested;
    case cms::LayerKind::Encrypted:
      return LayerType::Encrypted;
  }
  return LayerType::Unknown;
}

std::string_view kind_of(cms::RecipientType type) {
  switch (type) {
    case cms::RecipientType::KeyTransport:
      return "ktri";
    case cms::RecipientType::KeyAgreement:
      return "kari";
    case cms::RecipientType::KeyEncryptionKey:
      return "kekri";
    case cms::RecipientType::Password:
      return "pwri";
    case cms::RecipientType::Other:
      return "ori";
  }
  return "ori";
}

RecipientReport describe(const cms::Recipient& recipient, bool matched) {
  RecipientReport report;
  report.kind = kind_of(recipient.type);
  report.algorithm = recipient.algorithm;
  report.ours = matched;
  if (recipient.id) {
    report.identifier = recipient.id->to_string();
  } else if (!recipient.kek_id.empty()) {
    report.identifier = "key id " + to_hex_upper(recipient.kek_id);
  }
  return report;
}

SignerReport describe(const cms::Signer& signer) {
  SignerReport report;
  report.digest = signer.digest;
  report.signature_digest = signer.signature_digest;
  report.algorithm = signer.signature;
  report.signed_attributes = signer.signed_attributes;
  report.signing_time = signer.signing_time;
  report.certificate = signer.certificate;
  if (!signer.certificate) {
    report.serial = signer.id.to_string();
    return report;
  }
  const auto& certificate = *signer.certificate;
  report.subject = certificate.subject();
  report.issuer = certificate.issuer();
  report.serial = certificate.serial_hex();
  report.thumbprint = certificate.thumbprint().to_hex();
  report.thumbprint_sha256 = certificate.thumbprint_sha256().to_hex();
  report.not_after = certificate.not_after();
  report.emails = certificate.email_addresses();
  return report;
}

// Content was there, but hashed with other algorithms than the signature's: a large part whose micalg was wrong.
Error explain(const Error& error, const LayerReport& layer) {
  if (!(error.code == cms::kNoContent) || layer.form != "clear") return error;
  return Error{kWrongMicalg,
               "the signature uses another digest than the message announces in micalg",
               {},
               "ask the sender to state the right micalg"};
}

/// What is weak about one signer, as cms::Layer::weak names it. A certificate is as strong as the digest its issuer
/// signed; who signed for itself proves nothing by it, and who checks no path does not rely on it.
std::vector<std::string> weaknesses(const cms::Signer& signer, bool with_path) {
  std::vector<std::string> weak;
  const auto note = [&weak](std::optional<crypto::DigestAlgorithm> digest) {
    if (digest && crypto::is_weak(*digest)) weak.emplace_back(crypto::name(*digest));
  };
  note(crypto::digest_from_name(signer.digest));
  note(crypto::digest_from_name(signer.signature_digest));
  if (!signer.certificate) return weak;
  if (with_path && !signer.certificate->self_signed()) note(signer.certificate->signature_digest());
  const auto key = signer.certificate->public_key();
  if (key && crypto::is_weak_key(key->type(), key->bits())) {
    weak.push_back(ascii_lower(crypto::name(key->type())) + '-' + std::to_string(key->bits()));
  }
  return weak;
}

certificates::PathResult judge_path(const TrustOptions& trust, const cms::Layer& layer,
                                    const certificates::Certificate& signer,
                                    std::span<const certificates::Certificate> candidates) {
  if (trust.judge != nullptr) return trust.judge->judge(signer, {candidates, layer.crls, layer.ocsp_responses});
  std::vector<certificates::Crl> crls = layer.crls;
  crls.insert(crls.end(), trust.crls.begin(), trust.crls.end());
  return certificates::validate_path(signer, candidates, trust.anchors, crls, trust.path);
}

Outcome outcome_of_path(const certificates::PathResult& path) {
  const auto status = path.status();
  if (status) return {};
  return Outcome{status.error(), std::string(path.outcome)};
}

}  // namespace

void describe(const cms::Layer& layer, LayerReport& report) {
  report.type = type_of(layer.kind);
  report.algorithms = layer.algorithms();
  report.bytes = layer.content_bytes;
  report.certificate_count = layer.certificates.size();
  report.crl_count = layer.crls.size();
  const auto inner = cms::layer_kind_from_oid(layer.content_type);
  report.inner_content_type = inner ? std::string(cms::name(*inner)) : layer.content_type;
  report.cipher = layer.cipher;
  report.weak = layer.weak;
  report.authenticated = layer.authenticated;
  report.recipients.clear();
  for (std::size_t i = 0; i < layer.recipients.size(); ++i) {
    report.recipients.push_back(describe(layer.recipients[i], layer.matched_recipient == i));
  }
  if (layer.matched_certificate) report.decryption_thumbprint = layer.matched_certificate->thumbprint().to_hex();
}

void judge_signed(const Context& context, const cms::Layer& layer, LayerNode& node) {
  const auto& trust = context.options.trust;
  auto& report = node.report;
  if (layer.error) {
    report.signature = outcome_of(explain(*layer.error, report));
    report.outcome = report.signature;
  }
  std::vector<certificates::Certificate> candidates = layer.certificates;
  candidates.insert(candidates.end(), trust.intermediates.begin(), trust.intermediates.end());
  candidates.insert(candidates.end(), context.options.certificates.begin(), context.options.certificates.end());

  report.signers.clear();
  for (const auto& signer : layer.signers) {
    SignerReport found = describe(signer);
    if (signer.error) found.signature = outcome_of(explain(*signer.error, report));
    found.verify = found.signature;
    for (const std::string& weak : weaknesses(signer, trust.check_chain)) {
      if (std::ranges::find(report.weak, weak) == report.weak.end()) report.weak.push_back(weak);
      if (!found.verify.ok()) continue;
      if (const auto allowed = context.options.weak.check_reported(weak); !allowed)
        found.verify = outcome_of(allowed.error());
    }
    if (found.verify.ok() && trust.check_chain && signer.certificate) {
      std::vector<certificates::Certificate> issuers = candidates;
      const auto more = context.signers.issuers(*signer.certificate, layer.certificates);
      issuers.insert(issuers.end(), more.begin(), more.end());
      const auto path = judge_path(trust, layer, *signer.certificate, issuers);
      found.verify = outcome_of_path(path);
      found.user_policy_set = path.user_policies;
    }
    if (found.verify.error) {
      Error& error = *found.verify.error;
      if (!found.subject.empty()) error = std::move(error).at("signer " + found.subject);
    }
    if (!signer.content_variant.empty()) report.digest_variant = signer.content_variant;
    // The first signer that fails decides; the mathematics goes before the certificates.
    if (report.outcome.ok() && !found.verify.ok()) report.outcome = found.verify;
    report.signers.push_back(std::move(found));
  }
}

}  // namespace sealgate::smime::detail
