#include "admin/rollover.h"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "admin/errors.h"
#include "audit/uses.h"
#include "certificates/export.h"

namespace sealgate::admin {

using namespace artifacts;
using certificates::Certificate;
using certificates::Usage;

namespace {

std::string when(Time time) {
  // "2027-01-01 00:00 UTC": for people, to the minute.
  const std::string text = to_rfc3339(time);
  return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

/// Visits everything of an artifact that assigns certificates and can say from when to when.
using Visit = std::function<void(CertificateAssignments&, Usage, const std::string& field)>;

struct Visitor {
  const Visit& visit;

  void operator()(Group& group) const { visit(group.signing_certificates, Usage::Sign, "signing_certificates"); }
  void operator()(Host& host) const {
    visit(host.decryption_certificates, Usage::Decrypt, "decryption_certificates");
    for (HttpListener& listener : host.listeners) {
      visit(listener.certificates, Usage::HttpsServer, "listeners." + listener.name + ".certificates");
    }
  }
  void operator()(Party& party) const {
    visit(party.verification_certificates, Usage::Verify, "verification_certificates");
  }
  void operator()(ReceivePort& port) const {
    for (ReceiveLocation& location : port.locations) {
      visit(location.response_encryption_certificates, Usage::Encrypt,
            location.name + ", response_encryption_certificates");
    }
  }
  void operator()(SendPort& port) const {
    visit(port.encryption_certificates, Usage::Encrypt, "encryption_certificates");
    visit(port.signing_certificates, Usage::Sign, "signing_certificates");
  }
  void operator()(Agreement& agreement) const {
    visit(agreement.sending.signing_certificates, Usage::Sign, "sending.signing_certificates");
    visit(agreement.sending.encryption_certificates, Usage::Encrypt, "sending.encryption_certificates");
    visit(agreement.receiving.verification_certificates, Usage::Verify, "receiving.verification_certificates");
  }
  template <typename Other>
  void operator()(Other& /*assigns none*/) const {}
};

HttpSendSettings* http_of(SendTransport& transport) {
  if (auto* http = std::get_if<HttpSendSettings>(&transport)) return http;
  auto* soap = std::get_if<SoapSendSettings>(&transport);
  return soap == nullptr ? nullptr : &soap->http;
}

class Planner {
 public:
  Planner(const ArtifactSet& set, const RolloverRequest& request, Time now)
      : set_(set), request_(request), now_(now), end_(request.from + request.overlap) {}

  Result<Rollover> run() {
    SG_TRY(check());
    for (Artifact& artifact : set_.all()) {
      const Artifact was = artifact;
      where_ = std::string(to_string(kind_of(artifact))) + " " + name_of(artifact);
      const Visit visit = [this](CertificateAssignments& all, Usage usage, const std::string& field) {
        exchange(all, usage, field);
      };
      std::visit(Visitor{visit}, artifact);
      if (auto* port = std::get_if<SendPort>(&artifact)) {
        client(port->transport, "transport.client_certificate");
        if (port->backup) client(port->backup->transport, "backup.client_certificate");
      }
      if (!(artifact == was)) plan_.changed.push_back(std::move(artifact));
    }
    if (plan_.steps.empty()) {
      return fail(kNothingToRollOver, "nothing assigns the certificate " + name(request_.before),
                  request_.before.thumbprint().to_biztalk(), "assign the new one where it is wanted");
    }
    tell();
    return std::move(plan_);
  }

 private:
  static std::string name(const Certificate& certificate) { return "'" + certificate.short_name() + "'"; }

  Result<> check() const {
    const auto bad = [&](const std::string& what, const std::string& remedy) {
      return fail(kBadRollover, what, request_.after.thumbprint().to_biztalk(), remedy);
    };
    if (request_.before == request_.after) return bad("this is the old certificate itself", "choose the new one");
    if (request_.after.not_after() <= std::max(request_.from, now_)) {
      return bad("the new certificate has expired by the switch, on " + when(request_.after.not_after()),
                 "choose one that is valid then");
    }
    if (request_.after.not_before() > std::max(request_.from, now_)) {
      return bad("the new certificate is not valid before " + when(request_.after.not_before()),
                 "choose a later moment for the switch");
    }
    return {};
  }

  /// As the documents have named the old one.
  Thumbprint named_like(const Thumbprint& old) const {
    return old.kind() == Thumbprint::Kind::Sha1 ? request_.after.thumbprint() : request_.after.thumbprint_sha256();
  }

  void exchange(CertificateAssignments& all, Usage usage, const std::string& field) {
    const auto old = std::ranges::find_if(
        all, [&](const CertificateAssignment& one) { return request_.before.has_thumbprint(one.certificate); });
    if (old == all.end()) return;
    const bool at_once = usage == Usage::Decrypt || usage == Usage::Verify;
    const bool overlaps = at_once || usage == Usage::Sign;
    const Time until = overlaps ? std::max(end_, now_) : std::max(request_.from, now_);
    CertificateAssignment next{named_like(old->certificate)};
    // Of those that sign the one whose date is the latest counts.
    if (usage == Usage::Sign || (!at_once && request_.from > now_)) next.from = std::max(request_.from, now_);
    const bool there = std::ranges::any_of(
        all, [&](const CertificateAssignment& one) { return request_.after.has_thumbprint(one.certificate); });

    // What would have ended by then ends as it was to; what would never have begun goes.
    if (until <= now_ || (old->from && *old->from >= next.from.value_or(until))) {
      *old = next;
      if (there) all.erase(old);
    } else {
      old->until = old->until ? std::min(*old->until, until) : until;
      if (!there) all.insert(old + 1, next);
    }
    note(usage, field, there, until);
  }

  void note(Usage usage, const std::string& field, bool there, Time until) {
    const std::string begins = request_.from > now_ ? "from " + when(request_.from) + " on" : "at once";
    const std::string ends = until > now_ ? "until " + when(until) : "no more";
    std::string what = there ? "the new one is assigned already; " : "";
    switch (usage) {
      case Usage::Sign:
        what += "the new one signs " + begins + "; the old one stays beside it " + ends;
        break;
      case Usage::Decrypt:
        what += "both open messages at once; the old one " + ends;
        break;
      case Usage::Verify:
      case Usage::PartyResolution:
        what += "both are taken at once; the old one " + ends;
        break;
      case Usage::Encrypt:
        what += "messages are encrypted to the new one " + begins + ", to the old one " + ends;
        break;
      case Usage::HttpsServer:
      case Usage::HttpsClient:
        what += "the new one is shown " + begins + ", the old one " + ends;
        break;
    }
    plan_.steps.push_back({where_ + ", " + field, usage, std::move(what), true});
  }

  void client(SendTransport& transport, const std::string& field) {
    HttpSendSettings* settings = http_of(transport);
    if (settings == nullptr || !settings->client_certificate ||
        !request_.before.has_thumbprint(*settings->client_certificate)) {
      return;
    }
    const std::string where = where_ + ", " + field;
    if (request_.from > now_) {
      plan_.steps.push_back(
          {where, Usage::HttpsClient, "it has no dates: exchange it on " + when(request_.from) + " by hand", false});
      return;
    }
    settings->client_certificate = named_like(*settings->client_certificate);
    note(Usage::HttpsClient, field, false, now_);
  }

  // What is told.

  std::string party_of(const std::string& user) const {
    const auto behind = [&](std::string_view word) -> std::string {
      const std::size_t at = user.find(word);
      return at == std::string::npos ? std::string() : user.substr(at + word.size());
    };
    if (const SendPort* port = set_.find_send_port(behind("SendPort "))) return port->party;
    if (const Agreement* agreement = set_.find_agreement(behind("Agreement "))) return agreement->partner.party;
    return {};
  }

  void tell() {
    const audit::Uses uses(set_);
    std::set<std::string> ours;    // parties that see our certificate
    std::set<std::string> theirs;  // whose certificate it is
    std::set<std::string> jobs;
    for (const audit::Use& use : uses.of(request_.before)) {
      const audit::Place& place = *use.place;
      if (place.store == certificates::StoreName::OtherPeople) {
        theirs.insert(place.party);
        continue;
      }
      jobs.insert(std::string(to_string(place.usage)));
      if (!place.party.empty()) ours.insert(place.party);
      for (const std::string& user : place.ports) ours.insert(party_of(user));
      // Whoever sends to us may encrypt to it; which party that is no location says.
      if (place.usage == Usage::Decrypt) {
        for (const Agreement& agreement : set_.agreements) ours.insert(agreement.partner.party);
      }
    }
    ours.erase("");
    theirs.erase("");
    if (!jobs.empty() && ours.empty()) ours.insert("");
    for (const std::string& party : ours) plan_.notices.push_back({party, of_ours(jobs)});
    for (const std::string& party : theirs) plan_.notices.push_back({party, of_theirs()});
  }

  std::string facts(const Certificate& certificate) const {
    return "  Subject: " + certificate.subject() + "\n  Issuer: " + certificate.issuer() +
           "\n  Serial number: " + certificate.serial_hex() + "\n  Valid: " + when(certificate.not_before()) +
           " to " + when(certificate.not_after()) + "\n  Key: " + certificate.key_description() +
           "\n  SHA-1 thumbprint: " + certificate.thumbprint().to_biztalk() +
           "\n  SHA-256 thumbprint: " + certificate.thumbprint_sha256().to_biztalk() + "\n";
  }

  std::string of_ours(const std::set<std::string>& jobs) const {
    const std::string date = request_.from > now_ ? "on " + when(request_.from) : "now";
    std::string text = "We change a certificate " + date + ".\n\nThe new one:\n" + facts(request_.after) +
                       "\nIt follows:\n  SHA-1 thumbprint: " + request_.before.thumbprint().to_biztalk() +
                       ", valid until " + when(request_.before.not_after()) + "\n\n";
    if (jobs.contains("sign")) {
      text += "From then on we sign with the new one. Please import it before, beside the old one, and accept both" +
              std::string(request_.overlap.count() > 0 ? " until " + when(end_) : "") + ".\n";
    }
    if (jobs.contains("decrypt")) {
      text += "Please encrypt what you send us to the new one from then on. We open both until " + when(end_) + ".\n";
    }
    if (jobs.contains("https-client")) {
      text += "From then on our connections to you show the new one. Please register it before.\n";
    }
    if (jobs.contains("https-server")) {
      text += "From then on our server shows the new one. Please register it before, if you trust it by itself.\n";
    }
    return text + "\nThe certificate is attached. Please confirm that you have it.\n";
  }

  std::string of_theirs() const {
    const std::string date = request_.from > now_ ? "on " + when(request_.from) : "now";
    return "We have your new certificate and change to it " + date + ".\n\nThe new one:\n" + facts(request_.after) +
           "\nIt follows:\n  SHA-1 thumbprint: " + request_.before.thumbprint().to_biztalk() +
           "\n\nSignatures of both are accepted until " + when(end_) +
           "; what we send you is encrypted to the new one from the change on.\n\nPlease compare the thumbprint and "
           "tell us if the date does not suit you.\n";
  }

  const ArtifactSet& set_;
  const RolloverRequest& request_;
  const Time now_;
  const Time end_;
  std::string where_;
  Rollover plan_;
};

nlohmann::ordered_json named(const Certificate& certificate) {
  return {{"thumbprint", certificate.thumbprint().to_biztalk()},
          {"name", certificate.short_name()},
          {"not_before", to_rfc3339(certificate.not_before())},
          {"not_after", to_rfc3339(certificate.not_after())}};
}

}  // namespace

Result<Rollover> plan_rollover(const ArtifactSet& set, const RolloverRequest& request, Time now) {
  return Planner(set, request, now).run();
}

nlohmann::ordered_json rollover_json(const Rollover& rollover, const RolloverRequest& request) {
  nlohmann::ordered_json steps = nlohmann::ordered_json::array();
  for (const RolloverStep& step : rollover.steps) {
    steps.push_back(
        {{"where", step.where}, {"usage", to_string(step.usage)}, {"what", step.what}, {"changed", step.changed}});
  }
  nlohmann::ordered_json notices = nlohmann::ordered_json::array();
  for (const RolloverNotice& notice : rollover.notices) {
    notices.push_back({{"party", notice.party}, {"text", notice.text}});
  }
  return {{"before", named(request.before)},
          {"after", named(request.after)},
          {"from", to_rfc3339(request.from)},
          {"until", to_rfc3339(request.from + request.overlap)},
          {"steps", steps},
          {"notices", notices},
          {"pem", certificates::export_pem(std::span(&request.after, 1))}};
}

}  // namespace sealgate::admin
