#include "api/activity.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace sealgate::api {
namespace {

using namespace artifacts;
using store::figures::FigureBook;
using store::figures::SubjectKind;
using Json = nlohmann::ordered_json;

}  // namespace

Result<ActivityTable> ActivityTable::read(Services& services, const std::shared_ptr<StatusBoard>& board,
                                          std::initializer_list<SubjectKind> kinds) {
  ActivityTable table;
  table.now_ = services.now();
  FigureBook book(services.store().tracking_storage());
  for (const SubjectKind kind : kinds) {
    SG_TRY_ASSIGN(table.all_[kind], book.activities(kind));
  }
  SG_TRY_ASSIGN(table.expiries_, board->expiries());
  return table;
}

const ActivityTable::Activity* ActivityTable::find(SubjectKind kind, const std::string& name) const {
  const auto all = all_.find(kind);
  if (all == all_.end()) return nullptr;
  const auto found = all->second.find(name);
  return found == all->second.end() ? nullptr : &found->second;
}

Json ActivityTable::json_of(const Activity& activity, const std::vector<std::string>& places) const {
  const auto sums = activity.sums(now_);
  Json json{{"hour", sums.hour},
            {"hour_failures", sums.hour_failures},
            {"day", sums.day},
            {"day_failures", sums.day_failures},
            {"by_hour", activity.by_hour(now_)}};
  if (activity.last_message) json["last_message"] = to_rfc3339(*activity.last_message);
  if (activity.last_failure) {
    json["last_failure"] = to_rfc3339(*activity.last_failure);
    json["last_failure_code"] = activity.last_failure_code;
  }
  const NextExpiry* next = nullptr;
  for (const std::string& place : places) {
    const auto found = expiries_->by_place.find(place);
    if (found == expiries_->by_place.end()) continue;
    if (next == nullptr || found->second.not_after < next->not_after) next = &found->second;
  }
  if (next != nullptr) {
    json["certificate"] = {{"name", next->name},
                           {"thumbprint", next->thumbprint},
                           {"not_after", to_rfc3339(next->not_after)},
                           {"days_left", next->days_left(now_)}};
  }
  return json;
}

Json ActivityTable::of_location(const std::string& name) const {
  const Activity* activity = find(SubjectKind::Location, name);
  return json_of(activity == nullptr ? Activity() : *activity, {"location " + name});
}

Json ActivityTable::of(const ArtifactSet& set, const Artifact& artifact) const {
  Activity sum;
  std::vector<std::string> places;
  const auto add = [&](SubjectKind kind, const std::string& name) {
    if (const Activity* activity = find(kind, name)) sum.add(*activity);
  };
  if (const auto* receive = std::get_if<ReceivePort>(&artifact)) {
    add(SubjectKind::ReceivePort, receive->name);
    for (const ReceiveLocation& location : receive->locations) places.push_back("location " + location.name);
  } else if (const auto* send = std::get_if<SendPort>(&artifact)) {
    add(SubjectKind::SendPort, send->name);
    places.push_back("SendPort " + send->name);
  } else if (const auto* group = std::get_if<SendPortGroup>(&artifact)) {
    for (const std::string& port : group->send_ports) {
      add(SubjectKind::SendPort, port);
      places.push_back("SendPort " + port);
    }
  } else if (const auto* party = std::get_if<Party>(&artifact)) {
    add(SubjectKind::Party, party->name);
    for (const SendPort& port : set.send_ports) {
      if (port.party == party->name) add(SubjectKind::SendPort, port.name);
    }
    places.push_back("party " + party->name);
  } else {
    return nullptr;
  }
  return json_of(sum, places);
}

Result<Json> activities_of(Services& services, const std::shared_ptr<StatusBoard>& board, const ArtifactSet& set,
                           Kind kind, const std::vector<Artifact>& items) {
  const bool sends = kind == Kind::SendPort || kind == Kind::SendPortGroup;
  if (!sends && kind != Kind::ReceivePort && kind != Kind::Party) return Json(nullptr);
  SG_TRY_ASSIGN(const auto table,
                kind == Kind::ReceivePort ? ActivityTable::read(services, board, {SubjectKind::ReceivePort})
                : sends                   ? ActivityTable::read(services, board, {SubjectKind::SendPort})
                        : ActivityTable::read(services, board, {SubjectKind::Party, SubjectKind::SendPort}));
  Json all = Json::object();
  for (const Artifact& artifact : items) all[name_of(artifact)] = table.of(set, artifact);
  return all;
}

}  // namespace sealgate::api
