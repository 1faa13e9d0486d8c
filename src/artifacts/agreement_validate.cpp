#include "artifacts/agreement_validate.h"

#include <algorithm>
#include <map>

#include "artifacts/built_in_pipelines.h"
#include "artifacts/errors.h"

namespace sealgate::artifacts {
namespace {

/// Both hold at some moment.
bool overlap(const Agreement& a, const Agreement& b) {
  const auto begins_before_end = [](const Agreement& one, const Agreement& other) {
    return !one.from || !other.until || *one.from < *other.until;
  };
  return begins_before_end(a, b) && begins_before_end(b, a);
}

bool can_carry_as2(std::string_view adapter) {
  return adapter != "FILE" && adapter != "SFTP" && adapter != "SOAP";
}

class AgreementChecker {
 public:
  AgreementChecker(const ArtifactSet& set, Time now, const PipelineFault& fault)
      : set_(set), now_(now), fault_(fault) {}

  void run() {
    for (const Agreement& agreement : set_.agreements) {
      agreement_ = &agreement;
      user_ = "agreement '" + agreement.name + "'";
      check_side(agreement.us);
      check_side(agreement.partner);
      if (agreement.until && *agreement.until <= now_) continue;
      check_ports();
      check_certificates();
      check_algorithms();
      check_unambiguous();
    }
  }

 private:
  void say(ErrorCode code, std::string what, std::string remedy) {
    fault_(code, Kind::Agreement, agreement_->name, user_ + " " + std::move(what), std::move(remedy));
  }

  void check_side(const AgreementSide& side) {
    const Party* party = set_.find_party(side.party);
    if (party == nullptr) {
      return say(kMissingReference, "names party '" + side.party + "', which does not exist",
                 "add a document 'kind: Party' with this name, or correct the name");
    }
    if (side.profile.empty() ||
        std::ranges::find(party->profiles, side.profile, &PartyProfile::name) != party->profiles.end()) {
      return;
    }
    say(kMissingReference, "names profile '" + side.profile + "', which party '" + party->name + "' does not have",
        "add it to 'profiles' of the party, or correct the name");
  }

  void check_ports() {
    for (const std::string& name : agreement_->sending.send_ports) {
      const SendPort* port = set_.find_send_port(name);
      if (port == nullptr) {
        say(kMissingReference, "names send port '" + name + "', which does not exist",
            "add a document 'kind: SendPort' with this name, or take it off 'send_ports'");
        continue;
      }
      if (!can_carry_as2(adapter_name(port->transport))) {
        say(kContradiction,
            "names send port '" + name + "', which sends by " + std::string(adapter_name(port->transport)),
            "AS2 goes by HTTP: name a port that does");
      } else if (!sends_as2(set_, port->pipeline)) {
        say(kContradiction, "names send port '" + name + "', whose pipeline does not send by AS2",
            "give the port pipeline AS2Send, or take it off 'send_ports'");
      }
      if (!port->party.empty() && port->party != agreement_->partner.party) {
        say(kContradiction,
            "is with party '" + agreement_->partner.party + "', but its send port '" + name + "' belongs to party '" +
                port->party + "'",
            "correct 'party' of one of the two");
      }
    }
  }

  /// What `field` of the agreement leaves to its ports, every one of them must have.
  bool all_ports_have(CertificateAssignments SendPort::*field) const {
    const auto& names = agreement_->sending.send_ports;
    return !names.empty() && std::ranges::all_of(names, [&](const std::string& name) {
      const SendPort* port = set_.find_send_port(name);
      return port == nullptr || !(port->*field).empty();  // a missing one is told elsewhere
    });
  }

  void check_certificates() {
    const SendingAgreement& sending = agreement_->sending;
    const ReceivingAgreement& receiving = agreement_->receiving;
    const bool group_signs = set_.group && !set_.group->signing_certificates.empty();
    const bool nobody_signs = sending.signing_certificates.empty() && !group_signs;
    if (nobody_signs && sending.sign && !all_ports_have(&SendPort::signing_certificates)) {
      say(kNoSigningCertificate, "signs, but neither it nor the group has a signing certificate",
          "set 'signing_certificates' in 'sending' or in the document 'kind: Group', or 'sign: false'");
    } else if (nobody_signs && receiving.receipt.rule == ReceiptRule::Agreement && receiving.receipt.is_signed &&
               receiving.receipt.mode != ReceiptMode::None) {
      say(kNoSigningCertificate, "gives signed receipts, but neither it nor the group has a signing certificate",
          "set 'signing_certificates' in 'sending' or in the document 'kind: Group'");
    }
    // Without ports, the port that a message comes through decides; then it fails there.
    if (sending.encrypt && sending.encryption_certificates.empty() && !sending.send_ports.empty() &&
        !all_ports_have(&SendPort::encryption_certificates)) {
      say(kNoEncryptionCertificate,
          "encrypts, but neither it nor each of its send ports has an encryption certificate",
          "name the partner's certificate under 'encryption_certificates' in 'sending', or set 'encrypt: false'");
    }
    const Party* partner = set_.find_party(agreement_->partner.party);
    if (partner == nullptr) return;
    for (const CertificateAssignment& one : receiving.verification_certificates) {
      if (std::ranges::find(partner->verification_certificates, one.certificate,
                            &CertificateAssignment::certificate) != partner->verification_certificates.end()) {
        continue;
      }
      say(kMissingReference,
          "takes signatures by certificate " + one.certificate.to_biztalk() + ", which party '" + partner->name +
              "' does not have",
          "add it to 'verification_certificates' of the party, or remove it here");
    }
  }

  void check_weak(std::string_view algorithm) {
    if (has_named_weak(set_.find_party(agreement_->partner.party), algorithm)) return;
    say(kWeakAlgorithm, "uses the weak algorithm " + std::string(algorithm) + ", which its partner does not allow",
        "use a stronger one, or allow it under 'weak_algorithms' of party '" + agreement_->partner.party +
            "' with a reason and an end date");
  }
  template <typename Algorithm>
  void check_weak_one(bool used, Algorithm algorithm) {
    if (used && crypto::is_weak(algorithm)) check_weak(crypto::name(algorithm));
  }

  void check_algorithms() {
    const SendingAgreement& sending = agreement_->sending;
    const ReceivingAgreement& receiving = agreement_->receiving;
    check_weak_one(sending.encrypt, sending.encryption_algorithm);
    check_weak_one(sending.sign, sending.digest);
    for (const auto digest : sending.receipt.digests) {
      check_weak_one(sending.receipt.mode != ReceiptMode::None, digest);
    }
    for (const auto cipher : receiving.encryption_algorithms) check_weak_one(true, cipher);
    check_weak_one(receiving.receipt.rule == ReceiptRule::Agreement && receiving.receipt.mode != ReceiptMode::None,
                   receiving.receipt.digest);
  }

  /// Under one key only one agreement holds at a time.
  void check_unambiguous() {
    if (!agreement_->enabled) return;
    const SendingAgreement& sending = agreement_->sending;
    const ReceivingAgreement& receiving = agreement_->receiving;
    const auto names = [](const std::string& from, const std::string& to) { return from + "' to '" + to + "'"; };
    claim("messages that come in from '" + names(receiving.as2_from, receiving.as2_to));
    claim("messages that go out from '" + names(sending.as2_from, sending.as2_to));
    if (!sending.as2_to_alias.empty()) claim("messages with the alias '" + sending.as2_to_alias + "'");
    for (const std::string& port : sending.send_ports) claim("messages through send port '" + port + "'");
  }
  void claim(std::string what) {
    std::vector<const Agreement*>& claimed = claimed_[what];
    for (const Agreement* other : claimed) {
      if (!overlap(*other, *agreement_)) continue;
      say(kAmbiguousAgreement, "and agreement '" + other->name + "' hold at the same time for " + what,
          "let one end ('until') before the other begins ('from'), disable one, or change a name");
      break;
    }
    claimed.push_back(agreement_);
  }

  const ArtifactSet& set_;
  Time now_;
  const PipelineFault& fault_;
  const Agreement* agreement_ = nullptr;
  std::string user_;
  std::map<std::string, std::vector<const Agreement*>> claimed_;
};

}  // namespace

void check_agreements(const ArtifactSet& set, Time now, const PipelineFault& fault) {
  AgreementChecker(set, now, fault).run();
}

}  // namespace sealgate::artifacts
