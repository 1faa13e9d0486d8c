#pragma once
// The party resolution component: which party sent this message. Evidence is looked at in this order, and the first
// that is there decides: the certificate of the outermost signature, that of the signature over a SOAP envelope
// (WS-Security), the client certificate of the TLS connection, the account that the adapter authenticated. A
// certificate that belongs to nobody ends the search, so that a weaker evidence cannot mend a wrong one, unless the
// pipeline says fall_back.
//
// Certificates are looked up by SHA-256. A party that names one by its SHA-1 thumbprint is found when that names this
// very certificate: another one under the same thumbprint in OtherPeople is no match.

#include <optional>
#include <string>

#include "pipeline/party_index.h"
#include "pipeline/stages.h"

namespace sealgate::pipeline {

/// What is known of the sender. Only what was proven: a signature that holds, a finished handshake, a password.
struct SenderEvidence {
  std::optional<Certificate> signer = {};
  std::optional<Thumbprint> envelope_signer = {};     ///< SHA-256; of WS-Security, judged when it came in
  std::optional<Thumbprint> client_certificate = {};  ///< SHA-256
  std::optional<std::string> user = {};               ///< domain\user
};

enum class EvidenceKind { None, Certificate, ClientCertificate, WindowsUser };
std::string_view to_string(EvidenceKind kind);  ///< as BTS.SourcePartyEvidenceQualifier has it; "" for None

struct Resolution {
  const artifacts::Party* party = nullptr;  ///< nullptr: the guest; lives as long as the artifacts
  EvidenceKind kind = EvidenceKind::None;   ///< what decided, also for the guest; None: there was nothing to look at
  std::string value = {};                   ///< SHA-256 thumbprint in hexadecimal, or the account
  std::string reason = {};                  ///< why it is the guest, one sentence
};

/// An error is one of the store that holds partners' certificates; then nothing is known.
Result<Resolution> resolve_party(const artifacts::PartyResolutionSettings& settings, const PartyIndex& parties,
                                 const CertificateView& certificates, const SenderEvidence& evidence, Time now);

/// What the adapter proved, and the decoder (`signer`).
SenderEvidence evidence_of(const messaging::MessageContext& context, const std::optional<Certificate>& signer);

/// Sets BTS.SourcePartyID (the party's name, or the guest) and Party.Name (only when found), both promoted, and what
/// decided: BTS.SourcePartyEvidenceQualifier and BTS.SourcePartyEvidence.
void record(const Resolution& resolution, messaging::MessageContext& context);

/// ResolveParty stage.
Result<> run_party_resolution(const ReceiveRun& run, const artifacts::PartyResolutionSettings& settings,
                              InFlight& message);

/// Marks the message as coming from nobody known, whatever adapters wrote.
void set_guest(messaging::MessageContext& context);

}  // namespace sealgate::pipeline
