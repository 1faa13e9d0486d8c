#include "audit/check.h"

#include <algorithm>
#include <array>
#include <set>

#include "certificates/path_validation.h"
#include "certificates/revocation_lists.h"

namespace sealgate::audit {
namespace {

using namespace certificates;
using artifacts::CertificateAssignment;
using artifacts::RevocationPolicy;

constexpr std::array kCodes{kMissing,    kWrongStore,  kExpired,        kNotYetValid, kRevoked, kWrongUsage,
                            kNoKey,      kKeyUnusable, kKeyNotExamined, kDistrusted,  kNoPath,  kNoRevocationList,
                            kNoneInForce};

/// Validity ends with its last millisecond; lists and windows end at it.
constexpr std::chrono::milliseconds kTick{1};

class PlaceCheck {
 public:
  PlaceCheck(const Place& place, const Holdings& holdings, Time now, Time until, std::vector<Finding>& findings)
      : place_(place), holdings_(holdings), now_(now), until_(until), findings_(findings) {}

  void run() {
    for (const Time time : moments()) {
      const auto used = place_.used_at(time);
      if (used.empty() && place_.needed) none_in_force(time);
      for (const CertificateAssignment* assignment : used) judge(*assignment, time);
    }
  }

 private:
  /// When something may change: windows, validities, lists.
  std::set<Time> moments() const {
    std::set<Time> times{now_};
    const auto add = [&](Time time) {
      if (time > now_ && time <= until_) times.insert(time);
    };
    add(until_);
    for (const CertificateAssignment& assignment : place_.assignments) {
      if (assignment.from) add(*assignment.from);
      if (assignment.until) add(*assignment.until);
      const Holding* holding = holdings_.find(place_, assignment.certificate);
      if (holding == nullptr) continue;
      add(holding->certificate.not_before());
      add(holding->certificate.not_after() + kTick);
      for (const Crl& crl : holdings_.crls) {
        if (crl.next_update() && crl.issuer() == holding->certificate.issuer()) add(*crl.next_update() + kTick);
      }
    }
    for (const auto* authorities : {&holdings_.roots, &holdings_.intermediates}) {
      for (const Certificate& authority : *authorities) add(authority.not_after() + kTick);
    }
    return times;
  }

  void none_in_force(Time time) {
    std::string what =
        place_.assignments.empty() ? "no certificate is assigned" : "none of the assigned certificates is in force";
    const std::string why = artifacts::why_none_in_force(place_.assignments, time);
    if (!why.empty()) what += ": " + why;
    say(Severity::Error, kNoneInForce, std::move(what), {}, "assign a certificate whose window covers this time",
        time);
  }

  void judge(const CertificateAssignment& assignment, Time time) {
    if (place_.store == StoreName::Personal && place_.account.empty()) return;
    const Holding* holding = holdings_.find(place_, assignment.certificate);
    if (holding == nullptr) return absent(assignment.certificate, time);
    const Certificate& certificate = holding->certificate;
    const std::string name = "'" + certificate.short_name() + "' (" + certificate.thumbprint().to_biztalk() + ")";
    if (const std::string reason = misfit(certificate, place_.usage); !reason.empty()) {
      say(Severity::Error, kWrongUsage, name + " cannot be used here: " + reason, assignment.certificate,
          "assign a certificate that was made for this use", time);
    }
    judge_key(*holding, name, assignment.certificate, time);
    if (!certificate.valid_at(time)) {
      const bool expired = time > certificate.not_after();
      const bool still_opens = expired && place_.expired_opens;
      say(still_opens ? Severity::Warning : expires_loudly(assignment, time), expired ? kExpired : kNotYetValid,
          name +
              (expired ? " expired on " + to_rfc3339(certificate.not_after())
                       : " is not valid before " + to_rfc3339(certificate.not_before())) +
              (still_opens ? "; what is encrypted to it is still opened (allow_expired_decryption)" : ""),
          assignment.certificate, "get its successor, import it and assign it beside this one (docs/certificates.md)",
          time);
      return;  // a path at that time says the same once more
    }
    judge_path(certificate, name, assignment.certificate, time);
  }

  /// What opens and verifies goes on with another certificate that is in force and valid.
  Severity expires_loudly(const CertificateAssignment& expired, Time time) const {
    if (place_.usage != Usage::Verify && place_.usage != Usage::Decrypt) return Severity::Error;
    for (const CertificateAssignment* other : place_.used_at(time)) {
      if (other == &expired) continue;
      const Holding* holding = holdings_.find(place_, other->certificate);
      if (holding != nullptr && holding->certificate.valid_at(time)) return Severity::Warning;
    }
    return Severity::Error;
  }

  void absent(const Thumbprint& thumbprint, Time time) {
    const std::string other = holdings_.elsewhere(place_, thumbprint);
    const std::string what =
        "certificate " + thumbprint.to_biztalk() + " is not in the " + place_.store_description();
    // The partner may attach it to each message.
    const Severity severity = place_.usage == Usage::Verify ? Severity::Warning : Severity::Error;
    if (other.empty()) {
      say(severity, kMissing, what, thumbprint, "import it: sealgate cert import FILE" + import_words(), time);
    } else {
      say(severity, kWrongStore, what + ", but in " + other, thumbprint,
          "import it where it is used: sealgate cert import FILE" + import_words(), time);
    }
  }

  std::string import_words() const {
    std::string words = " --store " + std::string(certificates::to_string(place_.store));
    if (place_.store == StoreName::Personal) words += " --account " + place_.account + ", with its private key";
    return words;
  }

  void judge_key(const Holding& holding, const std::string& name, const Thumbprint& thumbprint, Time time) {
    if (place_.store != StoreName::Personal) return;
    if (!holding.has_private_key) {
      say(Severity::Error, kNoKey, name + " is there without its private key", thumbprint,
          "import it again together with its key", time);
    } else if (holding.key_error && !holding.key_examined) {
      say(Severity::Warning, kKeyNotExamined,
          "whether the private key of " + name + " opens was not examined: " + holding.key_error->what, thumbprint,
          "run this as the user of the gateway, with the same CREDENTIALS_DIRECTORY when keys or PINs are systemd "
          "credentials; if they are not: " +
              holding.key_error->remedy,
          time);
    } else if (holding.key_error) {
      say(Severity::Error, kKeyUnusable,
          "the private key of " + name + " cannot be opened: " + holding.key_error->what, thumbprint,
          holding.key_error->remedy, time);
    }
  }

  void judge_path(const Certificate& certificate, const std::string& name, const Thumbprint& thumbprint, Time time) {
    if (is_listed_as_revoked(certificate, holdings_.crls) && place_.revocation != RevocationPolicy::Off) {
      return say(Severity::Error, kRevoked, name + " was revoked by its issuer", thumbprint,
                 "get a new certificate, import and assign it", time);
    }
    PathPolicy policy;
    policy.time = time;
    policy.distrusted = holdings_.untrusted;
    policy.max_candidates = CertificateStore::kMaxCertificates;
    const PathResult path =
        validate_path(certificate, holdings_.intermediates, holdings_.roots, holdings_.crls, policy);
    // Own certificates and the partner's for encryption were assigned by thumbprint; whose message is accepted needs
    // a path.
    const Severity severity = place_.usage == Usage::Verify ? Severity::Error : Severity::Warning;
    if (path.outcome == "chain:distrusted") {
      return say(Severity::Error, kDistrusted, name + " is distrusted: " + path.text, thumbprint, path.remedy, time);
    }
    if (!path.ok()) {
      return say(severity, kNoPath, name + " has no path to a trusted root: " + path.text, thumbprint, path.remedy,
                 time);
    }
    if (place_.revocation == RevocationPolicy::Off) return;
    policy.crl_check = CrlCheck::Leaf;
    const PathResult known =
        validate_path(certificate, holdings_.intermediates, holdings_.roots, holdings_.crls, policy);
    if (known.ok()) return;
    if (known.outcome == "chain:revoked") {
      return say(Severity::Error, kRevoked, name + " was revoked by its issuer", thumbprint,
                 "get a new certificate, import and assign it", time);
    }
    const bool required = place_.revocation == RevocationPolicy::Require;
    say(required ? Severity::Error : Severity::Warning, kNoRevocationList,
        "whether " + name + " is revoked is not known: " + known.text, thumbprint,
        "name a source under revocation of the Group, or import the list of its issuer (sealgate cert import)", time);
  }

  void say(Severity severity, std::string_view code, std::string what, std::optional<Thumbprint> thumbprint,
           std::string remedy, Time time) {
    // From one moment to the next the same trouble goes on.
    if (!said_.emplace(code, thumbprint).second) return;
    std::string where = place_.where();
    if (!place_.ports.empty()) {
      where += " (hits ";
      for (std::size_t i = 0; i < std::min<std::size_t>(place_.ports.size(), 5); ++i) {
        where += (i > 0 ? ", " : "") + place_.ports[i];
      }
      if (place_.ports.size() > 5) where += " and " + std::to_string(place_.ports.size() - 5) + " more";
      where += ")";
    }
    // What is assigned but not used hurts nobody yet.
    if (!place_.needed && place_.usage != Usage::Verify) severity = std::min(severity, Severity::Warning);
    findings_.push_back({severity, code, std::move(what), std::move(where), std::move(remedy),
                         time > now_ ? std::optional(time) : std::nullopt});
  }

  const Place& place_;
  const Holdings& holdings_;
  Time now_;
  Time until_;
  std::vector<Finding>& findings_;
  std::set<std::pair<std::string_view, std::optional<Thumbprint>>> said_;
};

}  // namespace

std::span<const std::string_view> check_codes() {
  return kCodes;
}

std::vector<Finding> check(const std::vector<Place>& places, const Holdings& holdings, Time now, Time until) {
  std::vector<Finding> findings;
  for (const Place& place : places) PlaceCheck(place, holdings, now, std::max(now, until), findings).run();
  sort_findings(findings);
  return findings;
}

std::string misfit(const Certificate& certificate, Usage usage) {
  return check_usage(certificate, usage).reason;
}

}  // namespace sealgate::audit
