// Suspended work by its reason, and all of it that a filter leaves resumed or given up.

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "admin/message_search.h"
#include "admin/suspended.h"
#include "admin/work_changes.h"
#include "api/operations/operations.h"
#include "api/problem.h"

namespace sealgate::api {
namespace {

using namespace messaging;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

constexpr std::size_t kMaxChanged = 10'000;  ///< by one call
constexpr std::size_t kPage = 500;

Json counts_json(const std::map<std::string, std::size_t>& counts) {
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted, std::greater{}, &std::pair<std::string, std::size_t>::second);
  Json json = Json::array();
  for (const auto& [name, count] : sorted) json.push_back({{"name", name}, {"count", count}});
  return json;
}

Result<net::HttpResponse> list_suspended(const Shared& services) {
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  SG_TRY_ASSIGN(const admin::Suspended suspended,
                admin::look_at_suspended(services->store().box(), configuration->set));
  Json groups = Json::array();
  for (const admin::SuspendedGroup& group : suspended.groups) {
    groups.push_back({{"code", group.code},
                      {"text", group.text},
                      {"remedy", group.remedy},
                      {"count", group.count},
                      {"resumable", group.resumable},
                      {"ports", counts_json(group.ports)},
                      {"parties", counts_json(group.parties)},
                      {"oldest", to_rfc3339(group.oldest)},
                      {"newest", to_rfc3339(group.newest)},
                      {"example", group.example.text()}});
  }
  return json_answer(200, {{"sentence", admin::sentence_of(suspended)},
                           {"total", suspended.total},
                           {"complete", suspended.complete},
                           {"groups", std::move(groups)}});
}

struct Filter {
  ListQuery query;
  std::string party;  ///< from it or to it
  std::optional<std::string> code;
  bool force = false;
};

Filter filter_of(const Call& call) {
  Filter filter;
  filter.query.states = {WorkState::Suspended};
  filter.query.limit = kPage;
  filter.query.port = call.json->value("port", "");
  filter.party = call.json->value("party", "");
  if (call.json->contains("code")) filter.code = call.json->at("code").get<std::string>();
  if (const auto kind = parse_work_kind(call.json->value("kind", ""))) filter.query.kinds = {*kind};
  filter.force = call.json->value("force", false);
  return filter;
}

/// What a bulk operation did, or would do.
class Bulk {
 public:
  Bulk(const admin::WorkPlace& place, bool resumes, bool dry_run)
      : place_(place), resumes_(resumes), dry_run_(dry_run) {}

  void change(const WorkSummary& work, Time now) {
    const auto changed = dry_run_ ? foresee(work) : run(work, now);
    if (!changed) {
      const Error& error = changed.error();
      ++stay_.try_emplace(error.to_string(), 0, error).first->second.first;
    } else {
      ++count_;
      ++ports_[work.port];
    }
  }
  std::size_t count() const { return count_; }
  Json json(bool more) const {
    Json stay = Json::array();
    for (const auto& [text, entry] : stay_) {
      stay.push_back({{"count", entry.first}, {"error", fault_json(entry.second)}});
    }
    return {{"dry_run", dry_run_},
            {"count", count_},
            {"ports", counts_json(ports_)},
            {"stay", std::move(stay)},
            {"more", more}};
  }

 private:
  Result<> run(const WorkSummary& work, Time now) const {
    if (resumes_) SG_TRY(admin::check_resumable(place_, work));
    SG_TRY((resumes_ ? admin::resume : admin::terminate)(place_, work, now));
    return {};
  }
  Result<> foresee(const WorkSummary& work) const {
    return resumes_ ? admin::check_resumable(place_, work) : Result<>();
  }

  const admin::WorkPlace& place_;
  const bool resumes_;
  const bool dry_run_;
  std::size_t count_ = 0;
  std::map<std::string, std::size_t> ports_;
  std::map<std::string, std::pair<std::size_t, Error>> stay_;
};

Result<net::HttpResponse> change_suspended(const Shared& services, Call& call, bool resumes) {
  Filter filter = filter_of(call);
  MessageBox& box = services->store().box();
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  const admin::WorkPlace place{box, configuration->set, filter.force, {}, call.caller.who()};
  Bulk bulk(place, resumes, call.parameters.flag("dry-run"));
  for (;;) {
    SG_TRY_ASSIGN(const auto page, box.list(filter.query));
    for (const WorkSummary& work : page) {
      if (filter.code && (!work.failure || work.failure->code != *filter.code)) continue;
      if (!filter.party.empty() && !admin::concerns(configuration->set, work, filter.party)) continue;
      if (bulk.count() == kMaxChanged) return json_answer(200, bulk.json(true));
      bulk.change(work, services->now());
    }
    if (page.size() < kPage) return json_answer(200, bulk.json(false));
    filter.query.after = page.back().id;
  }
}

}  // namespace

void add_suspended(Actions& actions, const Shared& services) {
  actions["listSuspended"] = [services](Call&) { return list_suspended(services); };
  actions["resumeSuspended"] = [services](Call& call) { return change_suspended(services, call, true); };
  actions["terminateSuspended"] = [services](Call& call) { return change_suspended(services, call, false); };
}

}  // namespace sealgate::api
