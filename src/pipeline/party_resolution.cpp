#include "pipeline/party_resolution.h"

#include "messaging/property_names.h"

namespace sealgate::pipeline {

namespace names = messaging::names;

void set_guest(messaging::MessageContext& context) {
  context.promote(names::kSourcePartyId, std::string(names::kGuest));
  context.remove(names::kPartyName);
}

const artifacts::Party* resolve_party(const artifacts::PartyResolutionSettings& settings,
                                      const artifacts::ArtifactSet& set, messaging::MessageContext& context, Time now,
                                      const certificates::Certificate* signer) {
  const artifacts::Party* party = nullptr;
  const auto certificate = context.text(names::kSignatureCertificate);
  if (settings.resolve_by_certificate && certificate) {
    if (const auto thumbprint = artifacts::Thumbprint::parse(*certificate)) {
      party = set.find_party_by_certificate(*thumbprint, now);
    }
    if (party == nullptr && signer != nullptr)
      party = set.find_party_by_certificate(signer->thumbprint_sha256(), now);
  } else if (settings.resolve_by_sid) {
    if (const auto user = context.text(names::kWindowsUser)) party = set.find_party_by_alias("WindowsUser", *user);
  }
  if (party == nullptr) {
    set_guest(context);
    return nullptr;
  }
  context.promote(names::kSourcePartyId, party->name);
  context.promote(names::kPartyName, party->name);
  return party;
}

Result<> run_party_resolution(const ReceiveRun& run, const artifacts::PartyResolutionSettings& settings,
                              InFlight& message) {
  message.party = resolve_party(settings, run.environment.artifacts, message.message.context, run.environment.now,
                                message.signer ? &*message.signer : nullptr);
  return {};
}

}  // namespace sealgate::pipeline
