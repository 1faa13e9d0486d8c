#include "pipeline/party_resolution.h"

#include <algorithm>

#include "certificates/errors.h"
#include "messaging/property_names.h"

namespace sealgate::pipeline {
namespace {

namespace names = messaging::names;

/// One search, evidence by evidence.
class Search {
 public:
  Search(const PartyIndex& parties, const CertificateView& certificates, Time now)
      : parties_(parties), certificates_(certificates), now_(now) {}

  Result<Resolution> by_signer(const Certificate& signer) {
    Resolution found = by_sha256(EvidenceKind::Certificate, signer.thumbprint_sha256());
    if (found.party != nullptr || parties_.owners(signer.thumbprint()).empty()) return found;
    auto stored = certificates_.find_partner(signer.thumbprint());
    if (!stored && stored.error().code != certificates::kThumbprintAmbiguous) return fail(std::move(stored).error());
    if (!stored || (*stored && !(**stored == signer))) {
      found.reason = "another certificate has the SHA-1 thumbprint that a party names";
      return found;
    }
    take(parties_.owners(signer.thumbprint()), found);
    return found;
  }

  /// Its path was judged when the envelope was opened.
  Result<Resolution> by_envelope_signer(const Thumbprint& sha256) {
    Resolution found = by_sha256(EvidenceKind::Certificate, sha256);
    if (found.party != nullptr) return found;
    SG_TRY_ASSIGN(const auto stored, certificates_.find_partner(sha256));
    if (stored) take(parties_.owners(stored->thumbprint()), found);
    return found;
  }

  /// The handshake proved that the client has the key; what the certificate is worth is judged here.
  Result<Resolution> by_client_certificate(const Thumbprint& sha256) {
    Resolution found = by_sha256(EvidenceKind::ClientCertificate, sha256);
    SG_TRY_ASSIGN(const auto stored, certificates_.find_partner(sha256));
    if (found.party == nullptr && stored) take(parties_.owners(stored->thumbprint()), found);
    if (found.party == nullptr) return found;
    if (!stored) return refused(std::move(found), "the client certificate is not in OtherPeople");
    if (!stored->valid_at(now_)) return refused(std::move(found), "the client certificate is not valid now");
    const auto& untrusted = certificates_.untrusted;
    if (std::ranges::any_of(untrusted, [&](const auto& one) { return stored->has_thumbprint(one); })) {
      return refused(std::move(found), "the client certificate is in Untrusted");
    }
    return found;
  }

  Resolution by_user(const std::string& user) const {
    Resolution found;
    found.kind = EvidenceKind::WindowsUser;
    found.value = user;
    found.party = parties_.find_by_alias("WindowsUser", user);
    if (found.party == nullptr) found.reason = "no party has the account as its alias";
    return found;
  }

 private:
  static Resolution refused(Resolution found, std::string why) {
    found.party = nullptr;
    found.reason = std::move(why);
    return found;
  }

  Resolution by_sha256(EvidenceKind kind, const Thumbprint& sha256) const {
    Resolution found;
    found.kind = kind;
    found.value = sha256.to_hex();
    found.reason = "no party has the certificate";
    take(parties_.owners(sha256), found);
    return found;
  }

  void take(const std::vector<PartyIndex::Owner>& owners, Resolution& found) const {
    for (const PartyIndex::Owner& owner : owners) {
      if (owner.assignment->in_force(now_)) {
        found.party = owner.party;
        found.reason.clear();
        return;
      }
      found.reason = "the certificate is not in force for party " + owner.party->name + ": " +
                     artifacts::why_none_in_force({*owner.assignment}, now_);
    }
  }

  const PartyIndex& parties_;
  const CertificateView& certificates_;
  Time now_;
};

/// Pieces of one interchange have the same evidence: it is told once.
void tell(messaging::TrackingDetails* details, const Resolution& resolution, const artifacts::Host& host) {
  if (details == nullptr) return;
  const auto add = [&](std::string_view name, std::string value) {
    std::pair<std::string, std::string> detail(name, std::move(value));
    if (std::ranges::find(*details, detail) == details->end()) details->push_back(std::move(detail));
  };
  if (resolution.kind != EvidenceKind::None) {
    add("party.evidence", std::string(to_string(resolution.kind)) + " " + resolution.value);
  }
  std::string reason = resolution.reason;
  if (resolution.party != nullptr && !host.authentication_trusted) {
    reason = "host " + host.name + " is not authentication trusted";
  }
  if (!reason.empty()) add("party.guest", std::move(reason));
}

}  // namespace

std::string_view to_string(EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::None:
      return "";
    case EvidenceKind::Certificate:
      return "Certificate";
    case EvidenceKind::ClientCertificate:
      return "ClientCertificate";
    case EvidenceKind::WindowsUser:
      return "WindowsUser";
  }
  return "";
}

void set_guest(messaging::MessageContext& context) {
  context.promote(names::kSourcePartyId, std::string(names::kGuest));
  context.remove(names::kPartyName);
}

Result<Resolution> resolve_party(const artifacts::PartyResolutionSettings& settings, const PartyIndex& parties,
                                 const CertificateView& certificates, const SenderEvidence& evidence, Time now) {
  Search search(parties, certificates, now);
  Resolution first;  // of the strongest evidence: what the guest is told by
  const auto decided = [&](Resolution found) {
    const bool done = found.party != nullptr || !settings.fall_back;
    if (done || first.kind == EvidenceKind::None) first = std::move(found);
    return done;
  };
  if (settings.resolve_by_certificate && evidence.signer) {
    SG_TRY_ASSIGN(auto found, search.by_signer(*evidence.signer));
    if (decided(std::move(found))) return first;
  }
  if (settings.resolve_by_certificate && evidence.envelope_signer) {
    SG_TRY_ASSIGN(auto found, search.by_envelope_signer(*evidence.envelope_signer));
    if (decided(std::move(found))) return first;
  }
  if (settings.resolve_by_certificate && evidence.client_certificate) {
    SG_TRY_ASSIGN(auto found, search.by_client_certificate(*evidence.client_certificate));
    if (decided(std::move(found))) return first;
  }
  if (settings.resolve_by_sid && evidence.user) {
    if (decided(search.by_user(*evidence.user))) return first;
  }
  if (first.kind == EvidenceKind::None) first.reason = "the message brings no evidence of its sender";
  return first;
}

SenderEvidence evidence_of(const messaging::MessageContext& context, const std::optional<Certificate>& signer) {
  SenderEvidence evidence;
  evidence.signer = signer;
  const auto thumbprint_in = [&context](std::string_view name) -> std::optional<Thumbprint> {
    const auto text = context.text(name);
    const auto thumbprint = Thumbprint::parse(text.value_or(""));
    return text && thumbprint ? std::optional(*thumbprint) : std::nullopt;
  };
  evidence.envelope_signer = thumbprint_in(names::kSoapSignerSha256);
  evidence.client_certificate = thumbprint_in(names::kHttpClientCertificateSha256);
  evidence.user = context.text(names::kWindowsUser);
  return evidence;
}

void record(const Resolution& resolution, messaging::MessageContext& context) {
  context.remove(names::kPartyEvidence);
  context.write(names::kPartyEvidenceQualifier, std::string(to_string(resolution.kind)));
  if (!resolution.value.empty()) context.write(names::kPartyEvidence, resolution.value);
  if (resolution.party == nullptr) return set_guest(context);
  context.promote(names::kSourcePartyId, resolution.party->name);
  context.promote(names::kPartyName, resolution.party->name);
}

Result<> run_party_resolution(const ReceiveRun& run, const artifacts::PartyResolutionSettings& settings,
                              InFlight& message) {
  const Environment& environment = run.environment;
  const PartyIndex local = environment.parties == nullptr ? PartyIndex(environment.artifacts) : PartyIndex();
  const PartyIndex& parties = environment.parties == nullptr ? local : *environment.parties;
  SG_TRY_ASSIGN(const Resolution resolution,
                resolve_party(settings, parties, environment.certificates,
                              evidence_of(message.message.context, message.signer), environment.now));
  message.party = resolution.party;
  record(resolution, message.message.context);
  tell(environment.evidence, resolution, run.host);
  // Where nothing is signed, BizTalk's property names the certificate of the connection.
  messaging::MessageContext& context = message.message.context;
  const auto client = context.text(names::kHttpClientCertificate);
  if (!message.signer && !context.text(names::kSoapSignerSha256) && client) {
    context.promote(names::kSignatureCertificate, *client);
  }
  return {};
}

}  // namespace sealgate::pipeline
