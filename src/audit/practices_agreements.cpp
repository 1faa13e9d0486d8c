// Practices of agreements.

#include <algorithm>

#include "audit/practice_codes.h"
#include "audit/practices_parts.h"

namespace sealgate::audit {

using namespace artifacts;

namespace {

class AgreementJudge {
 public:
  AgreementJudge(const Agreement& agreement, Time now, std::vector<Finding>& out)
      : agreement_(agreement), now_(now), out_(out) {}

  void run() {
    judge_algorithms();
    judge_sending();
    judge_requested_receipt();
    judge_receiving();
    judge_given_receipt();
  }

 private:
  void say(Severity severity, std::string_view code, std::string what, std::string remedy) {
    out_.push_back({severity, code, std::move(what), "Agreement " + agreement_.name, std::move(remedy)});
  }

  template <typename Algorithm>
  void judge_algorithm(bool used, Algorithm algorithm, std::string_view what) {
    if (!used || !crypto::is_weak(algorithm)) return;
    say(Severity::Warning, kWeakSent, std::string(what) + " " + std::string(crypto::name(algorithm)),
        "agree on AES-256 and SHA-256 with the partner");
  }

  void judge_algorithms() {
    const SendingAgreement& sending = agreement_.sending;
    const GivenReceipt& given = agreement_.receiving.receipt;
    judge_algorithm(sending.encrypt, sending.encryption_algorithm, "messages go out under");
    judge_algorithm(sending.sign, sending.digest, "messages go out under");
    for (const auto digest : sending.receipt.digests) {
      judge_algorithm(sending.receipt.mode != ReceiptMode::None, digest, "receipts are asked for under");
    }
    judge_algorithm(given.rule == ReceiptRule::Agreement, given.digest, "receipts go out under");
  }

  void judge_sending() {
    const SendingAgreement& sending = agreement_.sending;
    if (!sending.encrypt) {
      say(Severity::Warning, kAgreementInClear, "messages go out in clear", "set sending.encrypt: true");
    } else if (!sending.sign) {
      say(Severity::Note, kUnsignedSent,
          "messages are encrypted but not signed: the partner cannot tell that they are yours",
          "set sending.sign: true");
    }
    judge_revocation(sending.revocation, "sending.revocation");
    if (!sending.http.check_server_name.value_or(true)) judge_name("sending.http");
    if (is_plain_http(sending.receipt.delivery_url) && !is_loopback(sending.receipt.delivery_url)) {
      say(Severity::Note, kPlainHttp, "the partner is asked to send receipts by HTTP without TLS",
          "use https:// in sending.receipt.delivery_url");
    }
    if (sending.sign && !sending.archive.encoded) {
      say(Severity::Note, kNoEvidence, "signed messages are not kept as they went",
          "set sending.archive.encoded and receipts, if you must prove later what was sent");
    }
  }

  void judge_requested_receipt() {
    const RequestedReceipt& receipt = agreement_.sending.receipt;
    const Compatibility& compatibility = agreement_.compatibility;
    if (receipt.mode == ReceiptMode::None) {
      return say(Severity::Warning, kNoReceipt,
                 "no receipt is asked for: a message that the partner lost is taken as "
                 "delivered",
                 "set sending.receipt.mode: sync or async");
    }
    if (!receipt.is_signed || compatibility.unsigned_receipts) {
      say(Severity::Warning, kReceiptProvesNothing, "receipts need no signature: anybody can write them",
          "set sending.receipt.signed: true, and compatibility.unsigned_receipts: false");
    }
    if (compatibility.receipts_without_mic) {
      say(Severity::Note, kReceiptProvesNothing, "a receipt counts that does not say what was received",
          "set compatibility.receipts_without_mic: false when the partner writes Received-Content-MIC");
    }
  }

  void judge_receiving() {
    const ReceivingAgreement& receiving = agreement_.receiving;
    if (!receiving.require_signature) {
      say(Severity::Warning, kUnsignedAccepted, "messages that nobody signed are taken",
          "set receiving.require_signature: true");
    }
    if (!receiving.require_encryption) {
      say(Severity::Warning, kAgreementInClear, "messages in clear are taken",
          "set receiving.require_encryption: true");
    }
    judge_revocation(receiving.revocation, "receiving.revocation");
    if (receiving.require_signature && !receiving.archive.encoded) {
      say(Severity::Note, kNoEvidence, "signed messages are not kept as they came",
          "set receiving.archive.encoded and receipts, if you must prove later what was received");
    }
    if (receiving.allow_expired_until && now_ < *receiving.allow_expired_until) {
      say(Severity::Warning, kExpiredAllowed,
          "expired certificates of the partner count until " + to_rfc3339(*receiving.allow_expired_until),
          "get the partner's new certificate, then remove receiving.allow_expired_until");
    }
    if (receiving.remember_duplicates == Duration(0) || receiving.duplicates == DuplicateRule::Deliver) {
      say(Severity::Warning, kReplayed, "a message that comes again is published again",
          "set receiving.duplicates: answer, and receiving.remember_duplicates");
    }
  }

  void judge_given_receipt() {
    const GivenReceipt& receipt = agreement_.receiving.receipt;
    if (!receipt.http.check_server_name) judge_name("receiving.receipt.http");
    const bool wide = std::ranges::any_of(receipt.delivery_hosts, [](const std::string& host) {
      return host.starts_with("*.") && std::ranges::count(host, '.') < 2;
    });
    if (wide) {
      say(Severity::Warning, kReceiptsAnywhere, "a whole top-level domain may be named for receipts to go to",
          "name the partner's hosts in receiving.receipt.delivery_hosts");
    }
  }

  void judge_revocation(const std::optional<RevocationPolicy>& policy, const std::string& field) {
    if (policy == RevocationPolicy::Off) {
      say(Severity::Warning, kRevocationOff, "nobody asks for revocation (" + field + ")", "set it to require");
    } else if (policy == RevocationPolicy::Prefer) {
      say(Severity::Note, kRevocationSoft, "certificates of unknown revocation pass (" + field + ")",
          "set it to require");
    }
  }

  void judge_name(const std::string& where) {
    say(Severity::Warning, kNameUnchecked, "the name in the server's certificate is not checked",
        "leave " + where + ".check_server_name out");
  }

  const Agreement& agreement_;
  Time now_;
  std::vector<Finding>& out_;
};

}  // namespace

void judge_agreements(const ArtifactSet& set, Time now, std::vector<Finding>& out) {
  const bool holds = std::ranges::any_of(set.agreements, [&](const Agreement& one) { return one.in_force(now); });
  bool served = false;
  for (const ReceivePort& port : set.receive_ports) {
    for (const ReceiveLocation& location : port.locations) {
      if (!takes_as2(set, location) || !location.enabled) continue;
      served = true;
      if (holds) continue;
      out.push_back({Severity::Warning, kNoAgreement,
                     "AS2 comes in here, but no agreement holds: every message is refused",
                     "ReceivePort " + port.name + ", location " + location.name,
                     "apply an agreement with the partner, or disable the location"});
    }
  }
  for (const Agreement& agreement : set.agreements) {
    const bool ended = agreement.until && *agreement.until <= now;
    if (!agreement.enabled || ended) continue;
    AgreementJudge(agreement, now, out).run();
    if (served) continue;
    out.push_back({Severity::Note, kNotServed,
                   "no location takes AS2: the partner's messages and asynchronous receipts have nowhere to come in",
                   "Agreement " + agreement.name, "add an HTTP location with pipeline AS2Receive"});
  }
}

}  // namespace sealgate::audit
