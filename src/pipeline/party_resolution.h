#pragma once
// The party resolution component: which party sent this message. By certificate first (BTS.SignatureCertificate, set
// by the decoder or by an adapter that saw a client certificate), then by account (BTS.WindowsUser). A certificate
// that is present but belongs to nobody ends the search: no fall-back to the account, so that a forged header cannot
// mend a wrong signature.

#include "pipeline/stages.h"

namespace sealgate::pipeline {

/// Sets BTS.SourcePartyID (the party's name, or the guest) and Party.Name (only when found), both promoted.
/// Gives the party, or nullptr for the guest; it lives as long as `set`. A certificate counts while it is assigned.
/// `signer`: the certificate that BTS.SignatureCertificate names, where it is at hand. The property holds its SHA-1
/// thumbprint only; with the certificate, a party that names it by SHA-256 is found too.
const artifacts::Party* resolve_party(const artifacts::PartyResolutionSettings& settings,
                                      const artifacts::ArtifactSet& set, messaging::MessageContext& context, Time now,
                                      const certificates::Certificate* signer = nullptr);

/// ResolveParty stage.
Result<> run_party_resolution(const ReceiveRun& run, const artifacts::PartyResolutionSettings& settings,
                              InFlight& message);

/// Marks the message as coming from nobody known, whatever adapters wrote.
void set_guest(messaging::MessageContext& context);

}  // namespace sealgate::pipeline
