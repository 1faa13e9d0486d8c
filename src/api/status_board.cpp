#include "api/status_board.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/foresight.h"
#include "store/common/figures/figure_book.h"

namespace sealgate::api {
namespace {

using namespace messaging;
using store::figures::FigureBook;
using store::figures::Figures;
using Json = nlohmann::ordered_json;

constexpr std::chrono::milliseconds kFresh{900};
constexpr std::chrono::minutes kExpiryFresh{1};
constexpr std::chrono::seconds kRateWindow{60};
constexpr int kSoon = 14;  ///< days

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json work_json(const Counts& counts) {
  return {{"ready", counts.ready},          {"active", counts.active},       {"retrying", counts.retrying},
          {"scheduled", counts.scheduled},  {"suspended", counts.suspended}, {"completed", counts.completed},
          {"terminated", counts.terminated}};
}

/// What the hub draws, too. The spans of figures are a quarter of a minute wide, so it is of up to 75 seconds.
Result<Figures> last_minute(store::Store& store, Time now) {
  SG_TRY_ASSIGN(const auto series, FigureBook(store.tracking_storage()).series(now - kRateWindow, now, now));
  Figures sum;
  for (const Figures& span : series.spans) sum.add(span);
  return sum;
}

struct Liveness {
  std::size_t alive = 0, silent = 0;
};

Result<Liveness> liveness_of(Cluster& cluster, Time now) {
  SG_TRY_ASSIGN(const auto members, cluster.members());
  Liveness liveness;
  for (const Instance& one : members) ++(now - one.seen < kInstanceTimeout ? liveness.alive : liveness.silent);
  return liveness;
}

/// The answer to "how is it?", and how bad that is.
struct Verdict {
  std::string health = "good";
  std::string sentence = {};
};

Verdict verdict_of(const admin::Suspended& suspended, const Liveness& liveness, const Json& expiry,
                   const Figures& rates) {
  Verdict verdict;
  const auto worse = [&](const char* health, const std::string& sentence) {
    if (verdict.health == "good" || std::string_view(health) == "bad") verdict.health = health;
    verdict.sentence += (verdict.sentence.empty() ? "" : " ") + sentence;
  };
  if (liveness.alive == 0) worse("bad", "No host instance is running.");
  if (liveness.silent > 0) {
    worse("warning", std::to_string(liveness.silent) +
                         (liveness.silent == 1 ? " host instance is" : " host instances are") + " not heard of.");
  }
  if (suspended.total > 0) worse("warning", admin::sentence_of(suspended));
  if (!expiry.is_null() && expiry.at("days_left").get<int>() <= kSoon) {
    const int days = expiry.at("days_left").get<int>();
    const std::string name = expiry.at("name").get<std::string>();
    worse(
        days < 0 ? "bad" : "warning",
        "Certificate '" + name + "' " +
            (days < 0 ? "has expired."
                      : "expires " + (days == 0 ? std::string("today.") : "in " + std::to_string(days) + " days.")));
  }
  if (verdict.sentence.empty()) {
    verdict.sentence = "All is well: " + std::to_string(rates.received) + " received and " +
                       std::to_string(rates.sent) + " sent in the last minute.";
  }
  return verdict;
}

Json first_of(const std::vector<audit::Expiry>& all, Time now) {
  const auto first = std::ranges::find_if(all, [](const audit::Expiry& one) { return !one.covered(); });
  if (first == all.end()) return nullptr;
  Json json{{"thumbprint", first->certificate.thumbprint().to_biztalk()},
            {"name", first->certificate.short_name()},
            {"not_after", to_rfc3339(first->expires())},
            {"days_left", first->days_left(now)},
            {"uses", Json::array()}};
  for (const audit::AffectedUse& use : first->uses) json["uses"].push_back(use.where);
  return json;
}

/// They come in the order of their expiry: the first of each place stays.
void remember(std::map<std::string, NextExpiry, std::less<>>& by_place, const audit::Expiry& expiry) {
  const certificates::Certificate& certificate = expiry.certificate;
  for (const audit::AffectedUse& use : expiry.uses) {
    if (use.covered) continue;
    const NextExpiry next{certificate.short_name(), certificate.thumbprint().to_biztalk(), expiry.expires()};
    for (const std::string& port : use.ports) by_place.try_emplace(port, next);
    if (!use.party.empty()) by_place.try_emplace("party " + use.party, next);
  }
}

}  // namespace

int NextExpiry::days_left(Time now) const {
  return static_cast<int>(std::chrono::floor<std::chrono::days>(not_after - now).count());
}

Result<std::shared_ptr<const GroupState>> StatusBoard::look() {
  const std::lock_guard lock(mutex_);
  const Time now = services_->now();
  if (state_ && now >= looked_ && now - looked_ < kFresh) return state_;
  SG_TRY_ASSIGN(state_, look_anew(now));
  looked_ = now;
  return state_;
}

Result<std::shared_ptr<const Expiries>> StatusBoard::expiries() {
  const std::lock_guard lock(mutex_);
  SG_TRY_ASSIGN(const auto configuration, services_->configuration());
  SG_TRY_ASSIGN(const std::uint64_t certificates, services_->store().certificates().revision());
  return look_at_expiries(configuration->revision, certificates, services_->now());
}

Result<std::shared_ptr<const Expiries>> StatusBoard::look_at_expiries(artifacts::Revision configuration,
                                                                      std::uint64_t certificates, Time now) {
  const bool known = expiries_ && expiry_configuration_ == configuration && expiry_certificates_ == certificates &&
                     now >= expiry_looked_ && now - expiry_looked_ < kExpiryFresh;
  if (known) return expiries_;
  SG_TRY_ASSIGN(const auto foresight, admin::look_ahead(services_->store(), {}));
  const auto all = audit::forecast(foresight.uses->places(), foresight.holdings, now);
  auto fresh = std::make_shared<Expiries>();
  fresh->first = dump(first_of(all, now));
  for (const audit::Expiry& one : all) remember(fresh->by_place, one);
  expiries_ = std::move(fresh);
  expiry_configuration_ = configuration;
  expiry_certificates_ = certificates;
  expiry_looked_ = now;
  return expiries_;
}

Result<std::shared_ptr<const GroupState>> StatusBoard::look_anew(Time now) {
  store::Store& store = services_->store();
  SG_TRY_ASSIGN(const auto configuration, services_->configuration());
  auto state = std::make_shared<GroupState>();
  state->configuration = configuration->revision;
  SG_TRY_ASSIGN(state->certificates, store.certificates().revision());
  SG_TRY_ASSIGN(const Counts counts, store.box().counts());
  SG_TRY_ASSIGN(const Liveness liveness, liveness_of(store.cluster(), now));
  SG_TRY_ASSIGN(const Figures rates, last_minute(store, now));
  SG_TRY_ASSIGN(const auto expiries, look_at_expiries(state->configuration, state->certificates, now));
  const Json expiry = Json::parse(expiries->first);
  admin::Suspended suspended;
  if (counts.suspended > 0) {
    SG_TRY_ASSIGN(suspended, admin::look_at_suspended(store.box(), configuration->set));
  }
  Json largest = Json::array();
  for (const auto& group : suspended.groups) {
    if (largest.size() < 5) largest.push_back({{"code", group.code}, {"count", group.count}});
  }
  const Verdict verdict = verdict_of(suspended, liveness, expiry, rates);
  const auto& group = configuration->set.group;
  Json json{{"sentence", verdict.sentence},
            {"health", verdict.health},
            {"group", group ? group->name : ""},
            {"version", services_->version()},
            {"revision", state->configuration},
            {"work", work_json(counts)},
            {"rates",
             {{"seconds", kRateWindow.count()},
              {"received", rates.received},
              {"sent", rates.sent},
              {"failed", rates.failed}}},
            {"instances", {{"alive", liveness.alive}, {"silent", liveness.silent}}},
            {"suspended", std::move(largest)},
            {"expires_next", expiry}};
  state->figures = dump(json);
  json["at"] = to_rfc3339(now);
  state->status = dump(json);
  return state;
}

}  // namespace sealgate::api
