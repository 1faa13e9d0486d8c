// Artifacts one by one and in lists.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/artifact_json.h"
#include "api/activity.h"
#include "api/errors.h"
#include "api/operations/artifact_changes.h"
#include "api/operations/operations.h"
#include "api/paging.h"
#include "api/problem.h"
#include "artifacts/built_in_pipelines.h"
#include "artifacts/errors.h"
#include "artifacts/veil.h"
#include "audit/references.h"
#include "audit/uses.h"

namespace sealgate::api {
namespace {

using namespace artifacts;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

constexpr std::string_view kYaml = "application/yaml";

Json veiled_json(Artifact artifact) {
  veil(artifact);
  return admin::artifact_json(artifact);
}

std::string veiled_yaml(Artifact artifact) {
  veil(artifact);
  return to_yaml(artifact);
}

Result<net::HttpResponse> list_kinds(const Shared& services) {
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  const std::vector<Artifact> all = configuration->set.all();
  Json kinds = Json::array();
  for (const Kind kind : kAllKinds) {
    const auto count = std::ranges::count(all, kind, [](const Artifact& artifact) { return kind_of(artifact); });
    kinds.push_back({{"kind", to_string(kind)}, {"path", path_of(kind)}, {"count", count}});
  }
  auto response = json_answer(200, {{"revision", configuration->revision}, {"kinds", std::move(kinds)}});
  response.headers.add("ETag", tag_of(configuration->revision));
  return response;
}

/// What goes by AS2 goes by HTTP, and is found by either.
constexpr std::string_view kAs2 = "AS2";

/// What the filters of a list look at.
struct Traits {
  std::string description = {};
  std::vector<std::string> hosts = {}, parties = {}, adapters = {};
  std::string state = {};
};

Traits traits_of(const ArtifactSet& set, const Artifact& artifact) {
  Traits traits;
  std::visit(
      [&](const auto& one) {
        if constexpr (requires { one.description; }) traits.description = one.description;
      },
      artifact);
  if (const auto* port = std::get_if<SendPort>(&artifact)) {
    traits.hosts = {port->host};
    traits.parties = {port->party};
    traits.state = to_string(port->state);
    if (!port->dynamic) traits.adapters.emplace_back(adapter_name(port->transport));
    if (sends_as2(set, port->pipeline)) traits.adapters.emplace_back(kAs2);
  } else if (const auto* group = std::get_if<SendPortGroup>(&artifact)) {
    traits.state = to_string(group->state);
  } else if (const auto* agreement = std::get_if<Agreement>(&artifact)) {
    traits.parties = {agreement->us.party, agreement->partner.party};
  } else if (const auto* receive = std::get_if<ReceivePort>(&artifact)) {
    for (const ReceiveLocation& location : receive->locations) {
      traits.hosts.push_back(location.host);
      traits.adapters.emplace_back(adapter_name(location.transport));
      if (takes_as2(set, location.pipeline)) traits.adapters.emplace_back(kAs2);
    }
  }
  return traits;
}

bool passes(const Call& call, const ArtifactSet& set, const Artifact& artifact) {
  const Traits traits = traits_of(set, artifact);
  const auto among = [&](const char* name, const std::vector<std::string>& values) {
    const auto wanted = call.parameters.text(name);
    return !wanted || std::ranges::find(values, *wanted) != values.end();
  };
  const std::string search = call.parameters.text_or_empty("search");
  return (holds(name_of(artifact), search) || holds(traits.description, search)) && among("host", traits.hosts) &&
         among("party", traits.parties) && among("adapter", traits.adapters) && among("state", {traits.state});
}

struct Page {
  std::vector<Artifact> items;
  std::string next;
  std::size_t total = 0;
};

Result<Page> page_of(const Call& call, const ArtifactSet& set, Kind kind) {
  SG_TRY_ASSIGN(const std::string after, cursor_place(call));
  const std::size_t limit = limit_of(call);
  Page page;
  for (Artifact& artifact : set.all()) {
    if (kind_of(artifact) != kind || !passes(call, set, artifact)) continue;
    ++page.total;
    if (!after.empty() && name_of(artifact) <= after) continue;
    if (page.items.size() < limit) {
      page.items.push_back(std::move(artifact));
    } else if (page.next.empty()) {
      page.next = make_cursor(call, name_of(page.items.back()));
    }
  }
  return page;
}

Result<net::HttpResponse> list_artifacts(const Shared& services, const Live& live, Call& call) {
  SG_TRY_ASSIGN(const Kind kind, kind_of_path(call));
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  SG_TRY_ASSIGN(const Page page, page_of(call, configuration->set, kind));
  net::HttpResponse response;
  if (call.accepted == kYaml) {
    std::string text;
    for (const Artifact& artifact : page.items) text += (text.empty() ? "" : "---\n") + veiled_yaml(artifact);
    response = answer(200, kYaml, std::move(text));
  } else {
    Json items = Json::array();
    for (const Artifact& artifact : page.items) items.push_back(veiled_json(artifact));
    Json json{{"items", std::move(items)}, {"total", page.total}, {"revision", configuration->revision}};
    if (!page.next.empty()) json["next"] = page.next;
    SG_TRY_ASSIGN(Json activity, activities_of(*services, live.board, configuration->set, kind, page.items));
    if (!activity.is_null()) json["activity"] = std::move(activity);
    response = json_answer(200, json);
  }
  if (!page.next.empty()) response.headers.add("Link", "<?cursor=" + page.next + ">; rel=\"next\"");
  response.headers.add("ETag", tag_of(configuration->revision));
  return response;
}

Result<net::HttpResponse> get_artifact(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const Kind kind, kind_of_path(call));
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  const std::string name = call.parameters.text_or_empty("name");
  const auto artifact = configuration->set.find(kind, name);
  if (!artifact) {
    return fail(kNotFound, "there is no " + std::string(to_string(kind)) + " '" + name + "'", {},
                "list what is there: GET /artifacts/" + path_of(kind));
  }
  auto response =
      call.accepted == kYaml ? answer(200, kYaml, veiled_yaml(*artifact)) : json_answer(200, veiled_json(*artifact));
  response.headers.add("ETag", tag_of(*artifact, configuration->revision));
  return response;
}

/// Whether a change may be made to what is stored now, by If-Match and If-None-Match.
Result<> check_conditions(const Call& call, store::Store& store, const Plan& plan, Kind kind,
                          const std::string& name) {
  const auto match = call.parameters.text("If-Match");
  const auto none = call.parameters.text("If-None-Match");
  const std::string what = std::string(to_string(kind)) + " '" + name + "'";
  const auto stored = plan.base.set.find(kind, name);
  if (!stored) {
    if (!match) return {};
    return fail(kPreconditionFailed,
                "there is no " + what + " any more: " + who_changed(store, {kind, name, {}}, "it"), {},
                "look what became of it");
  }
  const std::string tag = tag_of(*stored, plan.base.revision);
  if (none && names_tag(*none, tag)) {
    return fail(kPreconditionFailed, "there is a " + what + " already", {}, "read it, and send its ETag as If-Match");
  }
  if (!match) {
    return fail(kPreconditionRequired, "a change of what is there needs If-Match", what,
                "read it, and send its ETag as If-Match");
  }
  if (names_tag(*match, tag)) return {};
  return fail(kPreconditionFailed, who_changed(store, {kind, name, {}}, what), {},
              "read it again, and change what it is now");
}

Result<> check_identity(const std::vector<SourcedArtifact>& documents, Kind kind, const std::string& name) {
  if (documents.size() == 1 && kind_of(documents.front().artifact) == kind &&
      name_of(documents.front().artifact) == name) {
    return {};
  }
  return fail(kInvalidBody, "the body is not " + std::string(to_string(kind)) + " '" + name + "' alone", "body",
              "send one document with the kind and the name of the path; several go to apply");
}

Result<net::HttpResponse> put_artifact(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const Kind kind, kind_of_path(call));
  SG_TRY(may_change(call, kind));
  const std::string name = call.parameters.text_or_empty("name");
  ArtifactStore& artifacts = services->store().artifacts();
  const auto plan = [&]() -> Result<Plan> {
    SG_TRY_ASSIGN(const auto configuration, services->configuration());
    SG_TRY_ASSIGN(const auto documents, read_documents(call, configuration->set));
    SG_TRY(check_identity(documents, kind, name));
    call.faults.clear();
    return plan_apply(artifacts, documents, services->now(), &call.faults);
  };
  SG_TRY_ASSIGN(const auto done, change(call, *services, plan, [&](const Plan& made) {
                  return check_conditions(call, services->store(), made, kind, name);
                }));
  const bool made = done.plan.changes.front().change == ChangeKind::Created;
  auto response = json_answer(made && !call.parameters.flag("dry-run") ? 201 : 200, applied_json(call, done));
  if (const auto now = done.plan.result.find(kind, name)) response.headers.add("ETag", tag_of(*now, done.revision));
  return response;
}

/// What stays in the Personal store of the account that a host runs as, and nobody needs any more.
Result<Json> left_json(store::Store& store, const ArtifactSet& set, Kind kind, const std::string& name) {
  Json json = Json::array();
  const Host* host = kind == Kind::Host ? set.find_host(name) : nullptr;
  if (host == nullptr) return json;
  SG_TRY_ASSIGN(const auto left, audit::left_behind(set, *host, store.certificates()));
  for (const auto& entry : left) {
    json.push_back({{"thumbprint", entry.certificate.thumbprint().to_biztalk()},
                    {"name", entry.certificate.short_name()},
                    {"account", host->account},
                    {"private_key", entry.has_private_key}});
  }
  return json;
}

Result<net::HttpResponse> delete_artifact(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const Kind kind, kind_of_path(call));
  SG_TRY(may_change(call, kind));
  const std::string name = call.parameters.text_or_empty("name");
  store::Store& store = services->store();
  const auto plan = [&] { return plan_delete(store.artifacts(), kind, name, services->now()); };
  std::vector<certificates::Certificate> orphans;
  Json left = Json::array();
  SG_TRY_ASSIGN(const auto done, change(call, *services, plan, [&](const Plan& made) -> Result<> {
                  SG_TRY(check_conditions(call, store, made, kind, name));
                  SG_TRY_ASSIGN(left, left_json(store, made.base.set, kind, name));
                  SG_TRY_ASSIGN(orphans, audit::orphaned(made.base.set, made.result, store.certificates()));
                  return {};
                }));
  Json json = applied_json(call, done);
  json["orphans"] = Json::array();
  for (const auto& certificate : orphans) {
    json["orphans"].push_back(
        {{"thumbprint", certificate.thumbprint().to_biztalk()}, {"name", certificate.short_name()}});
  }
  if (kind == Kind::Host) json["left_behind"] = std::move(left);
  return json_answer(200, json);
}

}  // namespace

void add_artifacts(Actions& actions, const Shared& services, const Live& live) {
  actions["listKinds"] = [services](Call&) { return list_kinds(services); };
  actions["listArtifacts"] = [services, live](Call& call) { return list_artifacts(services, live, call); };
  actions["getArtifact"] = [services](Call& call) { return get_artifact(services, call); };
  actions["putArtifact"] = [services](Call& call) { return put_artifact(services, call); };
  actions["deleteArtifact"] = [services](Call& call) { return delete_artifact(services, call); };
}

}  // namespace sealgate::api
