#include "revocation/online_status.h"

#include <algorithm>
#include <optional>

#include "base/log.h"
#include "certificates/access_points.h"
#include "certificates/import.h"
#include "revocation/errors.h"
#include "revocation/list_intake.h"

namespace sealgate::revocation {
namespace {

using certificates::Certificate;
using certificates::Crl;
using std::chrono::milliseconds;

/// A source that failed is left alone for so long by messages; the schedule has its own back-off.
constexpr std::chrono::minutes kPause{1};
/// Until the certificates' snapshot has what was fetched, those who come next take it from here.
constexpr std::chrono::seconds kHandOver{30};
constexpr std::chrono::hours kKeepIssuers{24};

milliseconds left_until(std::chrono::steady_clock::time_point deadline) {
  return std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
}

}  // namespace

class OnlineStatus::Session final : public certificates::StatusFetcher {
 public:
  Session(OnlineStatus& service, milliseconds patience)
      : service_(service), settings_(service.settings()), patience_(patience) {}

  certificates::StatusEvidence fetch_status(const Certificate& certificate, const Certificate& issuer,
                                            bool needed) override {
    certificates::StatusEvidence evidence;
    if (!needed && !settings_->ocsp) return evidence;
    const auto points = certificates::access_points(certificate);
    if (settings_->ocsp) {
      // A silent responder must leave time to ask for the list.
      const bool list_may_follow = needed && !points.lists.empty();
      const auto until =
          list_may_follow ? std::min(deadline(), std::chrono::steady_clock::now() + patience_ / 2) : deadline();
      if (auto response = service_.ocsp_.ask(certificate, issuer, points.responders, until)) {
        evidence.ocsp_responses.push_back(std::move(*response));
        return evidence;
      }
    }
    if (!needed) return evidence;
    for (const auto* addresses : {&points.lists, &points.deltas}) {
      for (const std::string& address : *addresses) {
        auto lists = service_.fetch_lists(address, deadline());
        const bool got = !lists.empty();
        for (Crl& list : lists) evidence.crls.push_back(std::move(list));
        if (got) break;  // the others are copies of it
      }
    }
    return evidence;
  }

  std::vector<Certificate> fetch_issuers(const Certificate& certificate) override {
    std::vector<Certificate> found;
    if (!settings_->fetch_issuers) return found;
    for (const std::string& address : certificates::access_points(certificate).issuers) {
      if (fetched_ >= kMaxIssuerFetches) break;
      ++fetched_;
      for (Certificate& candidate : service_.fetch_issuers(address, deadline())) {
        if (candidate.subject_der() == certificate.issuer_der()) found.push_back(std::move(candidate));
      }
      if (!found.empty()) break;
    }
    return found;
  }

 private:
  /// Patience runs from the first question on: a large body may have taken its time before.
  std::chrono::steady_clock::time_point deadline() {
    if (!deadline_) deadline_ = std::chrono::steady_clock::now() + patience_;
    return *deadline_;
  }

  OnlineStatus& service_;
  const std::shared_ptr<const artifacts::RevocationSettings> settings_;
  const milliseconds patience_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  int fetched_ = 0;
};

OnlineStatus::OnlineStatus(Updater& updater, Downloader& downloader, const Clock& clock, OcspLimits ocsp,
                           milliseconds patience)
    : updater_(updater),
      downloader_(downloader),
      clock_(clock),
      patience_(patience),
      ocsp_(downloader, clock, ocsp),
      lists_(200, std::size_t{2} * kMaxListBytes),
      issuers_(1'000, std::size_t{16} * 1024 * 1024),
      settings_(std::make_shared<const artifacts::RevocationSettings>()) {}

void OnlineStatus::configure(const artifacts::RevocationSettings& settings) {
  const std::lock_guard lock(mutex_);
  if (*settings_ == settings) return;
  settings_ = std::make_shared<const artifacts::RevocationSettings>(settings);
  // What was refused by the old rules may be asked again.
  ocsp_.forget();
  lists_.clear();
  issuers_.clear();
}

std::shared_ptr<const artifacts::RevocationSettings> OnlineStatus::settings() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

std::unique_ptr<certificates::StatusFetcher> OnlineStatus::session() {
  return std::make_unique<Session>(*this, patience_);
}

std::vector<Crl> OnlineStatus::fetch_lists(const std::string& address, Deadline deadline) {
  if (auto kept = lists_.find(address, clock_.now())) return std::move(*kept);
  const auto turn = flight_.begin(address, deadline);
  if (auto kept = lists_.find(address, clock_.now())) return std::move(*kept);
  if (!turn.mine() || left_until(deadline).count() <= 0) return {};
  const auto updated =
      updater_.update({address, SourceKind::Address, false}, settings()->refresh, left_until(deadline), true);
  std::vector<Crl> lists;
  if (updated) {
    lists = updated->lists;
  } else {
    log(LogLevel::Warning, "a fetched revocation list cannot be stored", {{"reason", updated.error().to_string()}});
  }
  std::size_t bytes = address.size();
  for (const Crl& list : lists) bytes += list.der().size();
  lists_.put(address, lists, bytes, clock_.now() + (lists.empty() ? milliseconds(kPause) : milliseconds(kHandOver)));
  return lists;
}

std::vector<Certificate> OnlineStatus::fetch_issuers(const std::string& address, Deadline deadline) {
  if (auto kept = issuers_.find(address, clock_.now())) return std::move(*kept);
  const auto turn = flight_.begin(address, deadline);
  if (auto kept = issuers_.find(address, clock_.now())) return std::move(*kept);
  if (!turn.mine() || left_until(deadline).count() <= 0) return {};
  DownloadRules rules;
  rules.max_bytes = kMaxIssuerBytes;
  rules.total_time = left_until(deadline);
  rules.connect_time = rules.total_time;
  const auto fetch = [&]() -> Result<std::vector<Certificate>> {
    SG_TRY_ASSIGN(const Bytes bytes, downloader_.get(address, rules));
    certificates::ImportOptions options;
    options.max_bytes = kMaxIssuerBytes;
    options.max_objects = 50;
    const auto bundle = certificates::import_bundle(bytes, options);
    std::vector<Certificate> certificates;
    if (bundle) {
      for (const auto& entry : bundle->certificates) certificates.push_back(entry.certificate);
    }
    if (!certificates.empty()) return certificates;
    return fail(kNotACertificate, "this is no certificate", address, "ask the authority's operator");
  };
  auto fetched = fetch();
  if (!fetched) {
    log(LogLevel::Warning, "the issuer of a certificate cannot be fetched",
        {{"reason", fetched.error().to_string()}});
    fetched = std::vector<Certificate>();
  }
  std::size_t bytes = address.size();
  for (const Certificate& certificate : *fetched) bytes += certificate.der().size();
  issuers_.put(address, *fetched, bytes,
               clock_.now() + (fetched->empty() ? milliseconds(kPause) : milliseconds(kKeepIssuers)));
  return std::move(*fetched);
}

}  // namespace sealgate::revocation
