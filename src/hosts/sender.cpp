#include "hosts/sender.h"

#include "certificates/export.h"
#include "certificates/path_validation.h"

namespace sealgate::hosts {

Sender sender_of(const artifacts::SendPort& port, const artifacts::ArtifactSet& set,
                 std::shared_ptr<const pipeline::CertificateView> certificates) {
  const artifacts::Host* host = set.find_host(port.host);
  Sender sender;
  sender.port = port.name;
  sender.party = port.party;
  const artifacts::Party* party = set.find_party(port.party);
  if (party != nullptr && !party->aliases.empty()) sender.party_qualifier = party->aliases.front().qualifier;
  if (host != nullptr) sender.account = host->account;
  sender.host = port.host;
  sender.signing = port.signing_certificates;
  if (sender.signing.empty() && set.group) sender.signing = set.group->signing_certificates;
  sender.encryption = port.encryption_certificates;
  sender.revocation = pipeline::outbound_policy(set, port.revocation, party);
  sender.certificates = std::move(certificates);
  return sender;
}

Result<net::TlsIdentity> client_identity(const Sender& sender, const certificates::Thumbprint& thumbprint, Time now) {
  pipeline::CertificateUse use;
  use.usage = certificates::Usage::HttpsClient;
  use.place = "send port " + sender.port;
  use.party = sender.party;
  use.account = sender.account;
  use.revocation = sender.revocation;
  return own_tls_identity(*sender.certificates, use, thumbprint, now);
}

Result<net::TlsIdentity> own_tls_identity(const pipeline::CertificateView& view, const pipeline::CertificateUse& use,
                                          const certificates::Thumbprint& thumbprint, Time now) {
  SG_TRY_ASSIGN(const pipeline::OwnCertificate* own, pipeline::find_own(view, use, thumbprint));
  SG_TRY(pipeline::check_certificate(view, use, own->certificate, now, nullptr));
  certificates::PathPolicy policy;
  policy.time = now;
  auto chain =
      certificates::validate_path(own->certificate, view.intermediates, view.trusted_roots, {}, policy).chain;
  if (chain.empty()) chain = {own->certificate};
  // The partner has the root, or does not trust it.
  if (chain.size() > 1 && chain.back().self_issued()) chain.pop_back();
  const std::string pem = certificates::export_pem(chain);
  net::TlsIdentity identity;
  identity.certificate_chain.assign(pem.begin(), pem.end());
  auto key = own->key->pkcs8_der();
  if (!key) return fail(std::move(key).error().at(pipeline::where(use, thumbprint)));
  identity.private_key = std::make_shared<const Secret>(std::move(*key));
  return identity;
}

}  // namespace sealgate::hosts
