#include "pipeline/evidence.h"

#include <algorithm>

#include "crypto/algorithms.h"

namespace sealgate::pipeline {
namespace {

using messaging::TrackingDetails;

/// Messages have one to four layers and one signer; who sends a hundred gets the first ones logged.
constexpr std::size_t kLayers = 8;
constexpr std::size_t kSigners = 4;
constexpr std::size_t kRecipients = 10;

void add(TrackingDetails& details, std::string_view name, std::string value) {
  if (!value.empty()) details.emplace_back(std::string(name), std::move(value));
}

void add_layer(TrackingDetails& details, const smime::LayerReport& layer) {
  std::string what(to_string(layer.type));
  for (const std::string& more : {layer.form, layer.cipher}) {
    if (!more.empty()) what += " " + more;
  }
  if (!layer.part.empty()) what += " part " + layer.part;
  if (!layer.outcome.ok()) what += " " + layer.outcome.to_string();
  add(details, "layer", std::move(what));
  if (const auto own = certificates::Thumbprint::parse(layer.decryption_thumbprint)) {
    add(details, "decryption.thumbprint", own->to_hex());
  }
  for (std::size_t i = 0; i < std::min(kSigners, layer.signers.size()); ++i) {
    const smime::SignerReport& signer = layer.signers[i];
    add(details, "signer", signer.subject.empty() ? "(no certificate found)" : signer.subject);
    if (signer.certificate) add(details, "signer.thumbprint", signer.certificate->thumbprint().to_hex());
    add(details, "signer.digest", signer.digest);
    add(details, "signer.result", signer.verify.to_string());
  }
}

}  // namespace

void add_evidence(TrackingDetails& details, const smime::Report& report) {
  for (std::size_t i = 0; i < std::min(kLayers, report.layers.size()); ++i) add_layer(details, report.layers[i]);
}

void add_evidence(TrackingDetails& details, const smime::EncodeOptions& options) {
  if (options.sign) {
    add(details, "signing.thumbprint", options.sign->certificate.thumbprint().to_hex());
    add(details, "signing.digest", std::string(crypto::name(options.sign->digest)));
  }
  if (!options.encrypt) return;
  add(details, "cipher", std::string(crypto::name(options.encrypt->cipher)));
  const auto& recipients = options.encrypt->recipients;
  for (std::size_t i = 0; i < std::min(kRecipients, recipients.size()); ++i) {
    add(details, "encryption.thumbprint", recipients[i].thumbprint().to_hex());
  }
}

}  // namespace sealgate::pipeline
