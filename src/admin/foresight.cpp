#include "admin/foresight.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "audit/check.h"
#include "audit/references.h"
#include "store/common/account_keys.h"
#include "store/common/errors.h"
#include "tokens/errors.h"

namespace sealgate::admin {
namespace {

/// Each account's key is read once.
class KeyRing {
 public:
  KeyRing(const certificates::CertificateStore& store, std::string data) : store_(store), data_(std::move(data)) {}

  audit::KeyTrial open(const std::string& account, const certificates::Certificate& certificate) {
    auto known = keys_.find(account);
    if (known == keys_.end()) known = keys_.emplace(account, store::read_account_key(data_, account)).first;
    if (!known->second) return failed(known->second.error(), account);
    const auto opened = certificates::open_private_key(store_, *known->second, certificate.thumbprint_sha256());
    return opened ? audit::KeyTrial{} : failed(opened.error(), account);
  }

 private:
  audit::KeyTrial failed(const Error& error, const std::string& account) const {
    return {error, !is_out_of_reach(error, store::account_key_place(data_, account))};
  }

  /// What the service manager hands to the gateway alone, and files of the user that it runs as.
  static bool is_out_of_reach(const Error& error, const store::AccountKeyPlace& place) {
    if (error.code == store::kKeyFileMissing) {
      return std::getenv("CREDENTIALS_DIRECTORY") == nullptr;  // NOLINT(concurrency-mt-unsafe): never set here
    }
    if (error.code == store::kKeyFileNotPrivate) {
      struct stat status {};
      return ::lstat(place.path.c_str(), &status) == 0 && status.st_uid != ::geteuid();
    }
    return error.code == store::kKeyFileUnreadable || error.code == tokens::kPinMissing ||
           error.code == tokens::kPinNotPrivate;
  }

  const certificates::CertificateStore& store_;
  std::string data_;
  std::map<std::string, Result<certificates::AccountKey>> keys_;
};

}  // namespace

Result<Foresight> look_ahead(store::Store& store, const std::string& data) {
  SG_TRY_ASSIGN(auto snapshot, store.artifacts().load());
  Foresight foresight;
  foresight.set = std::move(snapshot.set);
  foresight.uses = std::make_unique<audit::Uses>(foresight.set);
  audit::KeyCheck can_open;
  KeyRing keys(store.certificates(), data);
  if (!data.empty()) {
    can_open = [&keys](const std::string& account, const certificates::Certificate& certificate) {
      return keys.open(account, certificate);
    };
  }
  SG_TRY_ASSIGN(foresight.holdings, audit::Holdings::read(store.certificates(), foresight.uses->places(), can_open));
  return foresight;
}

Result<std::vector<std::string>> affiliate_applications(store::Store& store) {
  SG_TRY_ASSIGN(const credentials::Contents contents, store.credentials().read({}));
  std::vector<std::string> names;
  for (const credentials::SealedRecord& record : contents.records) {
    if (record.key.kind == credentials::RecordKind::Application) names.push_back(record.key.application);
  }
  return names;
}

nlohmann::ordered_json findings_json(const std::vector<audit::Finding>& findings) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const audit::Finding& finding : findings) {
    all.push_back({{"severity", to_string(finding.severity)},
                   {"code", finding.code},
                   {"what", finding.what},
                   {"where", finding.where},
                   {"remedy", finding.remedy},
                   {"at", finding.at ? nlohmann::ordered_json(to_rfc3339(*finding.at)) : nlohmann::ordered_json()}});
  }
  return all;
}

Result<std::vector<audit::Finding>> check(store::Store& store, const Foresight& foresight, Time now, Time until) {
  auto findings = audit::check(foresight.uses->places(), foresight.holdings, now, until);
  SG_TRY_ASSIGN(const auto applications, affiliate_applications(store));
  SG_TRY_ASSIGN(const auto missing,
                audit::check_references(foresight.set.send_ports, applications, store.certificates(), now));
  findings.insert(findings.end(), missing.begin(), missing.end());
  audit::sort_findings(findings);
  return findings;
}

nlohmann::ordered_json check_json(const std::vector<audit::Finding>& findings, Time from, Time until) {
  const auto errors = std::ranges::count(findings, audit::Severity::Error, &audit::Finding::severity);
  return {{"from", to_rfc3339(from)},
          {"until", to_rfc3339(until)},
          {"errors", errors},
          {"findings", findings_json(findings)}};
}

nlohmann::ordered_json forecast_json(const std::vector<audit::Expiry>& all, Time now) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const audit::Expiry& expiry : all) {
    nlohmann::ordered_json uses = nlohmann::ordered_json::array();
    for (const audit::AffectedUse& use : expiry.uses) {
      uses.push_back({{"where", use.where},
                      {"usage", use.usage},
                      {"party", use.party},
                      {"hits", use.ports},
                      {"window", use.window},
                      {"covered", use.covered}});
    }
    rows.push_back({{"thumbprint", expiry.certificate.thumbprint().to_biztalk()},
                    {"sha256", expiry.certificate.thumbprint_sha256().to_hex()},
                    {"name", expiry.certificate.short_name()},
                    {"not_after", to_rfc3339(expiry.expires())},
                    {"days_left", expiry.days_left(now)},
                    {"covered", expiry.covered()},
                    {"uses", uses}});
  }
  return rows;
}

nlohmann::ordered_json flows_json(const std::vector<audit::Flow>& flows) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const audit::Flow& flow : flows) {
    nlohmann::ordered_json threats = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < audit::kStride.size(); ++i) {
      threats.push_back({{"threat", audit::kStride.at(i)},
                         {"protections", flow.threats.at(i).protections},
                         {"open", flow.threats.at(i).open}});
    }
    all.push_back({{"flow", flow.name}, {"from", flow.from}, {"to", flow.to}, {"threats", threats}});
  }
  return all;
}

std::vector<std::string> uses_in_words(const audit::Uses& uses, const certificates::Certificate& certificate,
                                       Time now) {
  std::vector<std::string> lines;
  for (const audit::Use& use : uses.of(certificate)) {
    std::string line = use.place->where() + " (" + std::string(certificates::to_string(use.place->usage));
    if (use.place->store == certificates::StoreName::Personal && !use.place->account.empty()) {
      line += ", account " + use.place->account;
    }
    line += ")";
    if (const std::string window = audit::window_of(*use.assignment); !window.empty()) line += ", " + window;
    const auto used = use.place->used_at(now);
    const bool current = std::ranges::find(used, use.assignment) != used.end();
    if (!current) {
      line += use.assignment->until && *use.assignment->until <= now ? ": over"
              : use.assignment->from && now < *use.assignment->from  ? ": not yet"
                                                                     : ": another one is used";
    }
    // When the next one of the list takes over.
    for (const artifacts::CertificateAssignment& other : use.place->assignments) {
      if (current && other.from && *other.from > now && use.place->usage == certificates::Usage::Sign &&
          use.assignment->in_force(*other.from)) {
        line += "; " + other.certificate.to_biztalk() + " takes over on " + to_rfc3339(*other.from);
        break;
      }
    }
    if (std::ranges::find(lines, line) == lines.end()) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace sealgate::admin
