// Ports, groups and locations started and stopped; locations in one list.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/activity.h"
#include "api/operations/artifact_changes.h"
#include "api/operations/operations.h"
#include "api/paging.h"
#include "api/problem.h"
#include "artifacts/built_in_pipelines.h"

namespace sealgate::api {
namespace {

using namespace artifacts;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

SendPortState state_of(const Call& call) {
  const std::string word = call.json->at("state").get<std::string>();
  if (word == to_string(SendPortState::Bound)) return SendPortState::Bound;
  return word == to_string(SendPortState::Stopped) ? SendPortState::Stopped : SendPortState::Started;
}

template <typename Port>
Result<net::HttpResponse> set_state(const Shared& services, Call& call, Kind kind) {
  const SendPortState state = state_of(call);
  const std::string name = call.parameters.text_or_empty("name");
  const auto plan = [&] {
    return admin::plan_change(services->store().artifacts(), kind, name, services->now(),
                              [&](Artifact& artifact) -> Result<> {
                                std::get<Port>(artifact).state = state;
                                return {};
                              });
  };
  SG_TRY_ASSIGN(const auto done, change(call, *services, plan));
  return json_answer(200, applied_json(call, done));
}

Result<net::HttpResponse> set_location_state(const Shared& services, Call& call) {
  const bool enabled = call.json->at("enabled").get<bool>();
  const std::string name = call.parameters.text_or_empty("name");
  const auto plan = [&] {
    return admin::plan_location_change(services->store().artifacts(), name, services->now(),
                                       [&](ReceiveLocation& location) { location.enabled = enabled; });
  };
  SG_TRY_ASSIGN(const auto done, change(call, *services, plan));
  return json_answer(200, applied_json(call, done));
}

struct Place {
  const ReceivePort* port;
  const ReceiveLocation* location;
};

bool passes(const Call& call, const ArtifactSet& set, const Place& place) {
  const auto equals = [&](const char* name, std::string_view value) {
    const auto wanted = call.parameters.text(name);
    return !wanted || *wanted == value;
  };
  const std::string search = call.parameters.text_or_empty("search");
  const ReceiveLocation& location = *place.location;
  return equals("port", place.port->name) && equals("host", location.host) &&
         (equals("adapter", adapter_name(location.transport)) ||
          (equals("adapter", "AS2") && takes_as2(set, location.pipeline))) &&
         call.parameters.optional_flag("enabled").value_or(location.enabled) == location.enabled &&
         (holds(location.name, search) || holds(place.port->name, search) ||
          holds(address(location.transport), search));
}

Json location_json(const Place& place, const ActivityTable& activities) {
  const ReceiveLocation& location = *place.location;
  return {{"name", location.name},
          {"description", location.description},
          {"port", place.port->name},
          {"enabled", location.enabled},
          {"host", location.host},
          {"adapter", adapter_name(location.transport)},
          {"address", address(location.transport)},
          {"pipeline", location.pipeline.name},
          {"activity", activities.of_location(location.name)}};
}

Result<net::HttpResponse> list_locations(const Shared& services, const Live& live, Call& call) {
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  SG_TRY_ASSIGN(const std::string after, cursor_place(call));
  std::vector<Place> all;
  for (const ReceivePort& port : configuration->set.receive_ports) {
    for (const ReceiveLocation& location : port.locations) {
      if (passes(call, configuration->set, {&port, &location})) all.push_back({&port, &location});
    }
  }
  std::ranges::sort(all, {}, [](const Place& place) -> const std::string& { return place.location->name; });
  Json json{{"items", Json::array()}, {"total", all.size()}};
  const std::size_t limit = limit_of(call);
  SG_TRY_ASSIGN(const auto activities,
                ActivityTable::read(*services, live.board, {store::figures::SubjectKind::Location}));
  for (const Place& place : all) {
    if (!after.empty() && place.location->name <= after) continue;
    if (json["items"].size() == limit) {
      json["next"] = make_cursor(call, json["items"].back()["name"].get<std::string>());
      break;
    }
    json["items"].push_back(location_json(place, activities));
  }
  return json_answer(200, json);
}

}  // namespace

void add_ports(Actions& actions, const Shared& services, const Live& live) {
  actions["setSendPortState"] = [services](Call& call) {
    return set_state<SendPort>(services, call, Kind::SendPort);
  };
  actions["setSendPortGroupState"] = [services](Call& call) {
    return set_state<SendPortGroup>(services, call, Kind::SendPortGroup);
  };
  actions["setLocationState"] = [services](Call& call) { return set_location_state(services, call); };
  actions["listReceiveLocations"] = [services, live](Call& call) { return list_locations(services, live, call); };
}

}  // namespace sealgate::api
