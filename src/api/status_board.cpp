#include "api/status_board.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/foresight.h"

namespace sealgate::api {
namespace {

using namespace messaging;
using Json = nlohmann::ordered_json;

constexpr std::chrono::milliseconds kFresh{900};
constexpr std::chrono::minutes kExpiryFresh{1};
constexpr std::chrono::seconds kRateWindow{60};
constexpr std::size_t kMaxRateRecords = 20'000;
constexpr int kSoon = 14;  ///< days

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json work_json(const Counts& counts) {
  return {{"ready", counts.ready},          {"active", counts.active},       {"retrying", counts.retrying},
          {"scheduled", counts.scheduled},  {"suspended", counts.suspended}, {"completed", counts.completed},
          {"terminated", counts.terminated}};
}

struct Rates {
  std::size_t received = 0, sent = 0, failed = 0;
};

void count(Rates& rates, TrackingEvent event) {
  switch (event) {
    case TrackingEvent::Received:
      ++rates.received;
      break;
    case TrackingEvent::Sent:
      ++rates.sent;
      break;
    case TrackingEvent::Refused:
    case TrackingEvent::Unroutable:
    case TrackingEvent::Attempted:
    case TrackingEvent::Suspended:
      ++rates.failed;
      break;
    case TrackingEvent::Routed:
    case TrackingEvent::Resumed:
    case TrackingEvent::Resent:
    case TrackingEvent::Terminated:
    case TrackingEvent::Acknowledged:
    case TrackingEvent::BodyStored:
    case TrackingEvent::Dropped:
    case TrackingEvent::CredentialsAsked:
    case TrackingEvent::CredentialsChanged:
    case TrackingEvent::Repeated:
      break;
  }
}

Result<Rates> rates_of(TrackingLog& log, Time now) {
  Rates rates;
  TrackingQuery query;
  query.from = now - kRateWindow;
  query.newest_first = true;
  for (std::size_t seen = 0; seen < kMaxRateRecords;) {
    SG_TRY_ASSIGN(const TrackingPage page, log.search(query));
    for (const TrackingRecord& record : page.records) count(rates, record.event);
    seen += page.records.size();
    if (page.next == 0) break;
    query.after = page.next;
  }
  return rates;
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
                   const Rates& rates) {
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

}  // namespace

Result<std::shared_ptr<const GroupState>> StatusBoard::look() {
  const std::lock_guard lock(mutex_);
  const Time now = services_->now();
  if (state_ && now >= looked_ && now - looked_ < kFresh) return state_;
  SG_TRY_ASSIGN(state_, look_anew(now));
  looked_ = now;
  return state_;
}

Result<Json> StatusBoard::next_expiry(artifacts::Revision configuration, std::uint64_t certificates, Time now) {
  const bool known = expiry_configuration_ == configuration && expiry_certificates_ == certificates &&
                     now >= expiry_looked_ && now - expiry_looked_ < kExpiryFresh;
  if (known) return Json::parse(expiry_);
  SG_TRY_ASSIGN(const auto foresight, admin::look_ahead(services_->store(), {}));
  const auto all = audit::forecast(foresight.uses->places(), foresight.holdings, now);
  const auto first = std::ranges::find_if(all, [](const audit::Expiry& one) { return !one.covered(); });
  Json json;
  if (first != all.end()) {
    json = {{"thumbprint", first->certificate.thumbprint().to_biztalk()},
            {"name", first->certificate.short_name()},
            {"not_after", to_rfc3339(first->expires())},
            {"days_left", first->days_left(now)},
            {"uses", Json::array()}};
    for (const audit::AffectedUse& use : first->uses) json["uses"].push_back(use.where);
  }
  expiry_ = dump(json);
  expiry_configuration_ = configuration;
  expiry_certificates_ = certificates;
  expiry_looked_ = now;
  return json;
}

Result<std::shared_ptr<const GroupState>> StatusBoard::look_anew(Time now) {
  store::Store& store = services_->store();
  SG_TRY_ASSIGN(const auto configuration, services_->configuration());
  auto state = std::make_shared<GroupState>();
  state->configuration = configuration->revision;
  SG_TRY_ASSIGN(state->certificates, store.certificates().revision());
  SG_TRY_ASSIGN(const Counts counts, store.box().counts());
  SG_TRY_ASSIGN(const Liveness liveness, liveness_of(store.cluster(), now));
  SG_TRY_ASSIGN(const Rates rates, rates_of(store.tracking(), now));
  SG_TRY_ASSIGN(const Json expiry, next_expiry(state->configuration, state->certificates, now));
  admin::Suspended suspended;
  if (counts.suspended > 0) {
    SG_TRY_ASSIGN(suspended, admin::look_at_suspended(store.box()));
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
