// What became of the configuration: revisions, of everything and of one artifact; and going back.

#include <nlohmann/json.hpp>

#include "admin/foresight.h"
#include "admin/revision_words.h"
#include "admin/rollback.h"
#include "api/errors.h"
#include "api/operations/artifact_changes.h"
#include "api/operations/operations.h"
#include "api/paging.h"
#include "api/problem.h"
#include "artifacts/errors.h"

namespace sealgate::api {
namespace {

using namespace artifacts;
using admin::revision_json;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

/// One more than asked for was read, so it is known whether there are more.
template <typename Entry>
bool cut(std::vector<Entry>& found, std::size_t limit) {
  const bool more = found.size() > limit;
  if (more) found.resize(limit);
  return more;
}

Result<net::HttpResponse> list_revisions(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const Revision before, cursor_number(call, 0));
  RevisionFilter filter;
  filter.kind = parse_kind(call.parameters.text_or_empty("kind"));
  filter.name = call.parameters.text_or_empty("name");
  filter.who = call.parameters.text_or_empty("user");
  const std::size_t limit = limit_of(call);
  SG_TRY_ASSIGN(auto found, services->store().revisions().list(filter, before, limit + 1));
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  const bool more = cut(found, limit);
  Json json{{"items", Json::array()}, {"newest", configuration->revision}};
  for (const RevisionSummary& revision : found) json["items"].push_back(revision_json(revision));
  if (more) json["next"] = make_cursor(call, std::to_string(found.back().number));
  return json_answer(200, json);
}

Result<RevisionSummary> revision_of(const Shared& services, const Call& call) {
  const Revision number = call.parameters.number("revision").value_or(0);
  SG_TRY_ASSIGN(auto found, services->store().revisions().find(number));
  if (found) return std::move(*found);
  return fail(kNoRevision, "there is no revision " + std::to_string(number) + ", or no more", {},
              "list what is kept: GET /revisions");
}

/// A place among the changes of one revision: the word of a kind, a blank, a name.
ArtifactKey key_of(const std::string& place) {
  const std::size_t blank = place.find(' ');
  if (blank == std::string::npos) return {};
  return {place.substr(0, blank), place.substr(blank + 1)};
}

Result<net::HttpResponse> get_revision(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const RevisionSummary revision, revision_of(services, call));
  SG_TRY_ASSIGN(const std::string place, cursor_place(call));
  const std::size_t limit = limit_of(call);
  SG_TRY_ASSIGN(auto found, services->store().revisions().changes(revision.number, key_of(place), limit + 1));
  const bool more = cut(found, limit);
  Json json = revision_json(revision);
  json["items"] = Json::array();
  for (const Change& change : found) {
    Json item = change_json(change);
    item["before"] = change.before;
    item["after"] = change.after;
    json["items"].push_back(std::move(item));
  }
  if (more) json["next"] = make_cursor(call, std::string(to_string(found.back().kind)) + " " + found.back().name);
  return json_answer(200, json);
}

Result<net::HttpResponse> get_history(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const Kind kind, kind_of_path(call));
  const std::string name = call.parameters.text_or_empty("name");
  SG_TRY_ASSIGN(const Revision before, cursor_number(call, 0));
  const std::size_t limit = limit_of(call);
  SG_TRY_ASSIGN(auto found, services->store().revisions().history(kind, name, before, limit + 1));
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  if (found.empty() && before == 0 && !configuration->set.find(kind, name)) {
    return fail(kNotFound, "there is no " + std::string(to_string(kind)) + " '" + name + "', and none is remembered",
                {}, "list what was changed: GET /revisions");
  }
  const bool more = cut(found, limit);
  Json json{{"items", Json::array()}, {"newest", configuration->revision}};
  for (const KeptChange& kept : found) {
    Json item = revision_json(kept.revision);
    item.update(change_json(kept.change));
    json["items"].push_back(std::move(item));
  }
  if (more) json["next"] = make_cursor(call, std::to_string(found.back().revision.number));
  return json_answer(200, json);
}

Result<net::HttpResponse> roll_back(const Shared& services, Call& call) {
  const Revision to = call.parameters.number("revision").value_or(0);
  store::Store& store = services->store();
  SG_TRY_ASSIGN(const auto applications, admin::affiliate_applications(store));
  const auto approve = [&](const Plan& plan) { return approve_all(call, store, plan); };
  SG_TRY_ASSIGN(const auto all,
                admin::roll_back({store.artifacts(), store.revisions(), store.certificates(), applications}, to,
                                 store.clock(), options_of(call, approve), &call.faults));
  std::vector<Error> refusals = all.refusals;
  if (all.done.refused && call.parameters.flag("dry-run")) {
    const auto& misfits = all.done.review.misfits;
    refusals.insert(refusals.end(), misfits.begin(), misfits.end());
  } else {
    SG_TRY(settle(call, *services, all.done));
  }
  Json json = applied_json(call, all.done);
  json["restores"] = to;
  json["refusals"] = Json::array();
  for (const Error& refusal : refusals) json["refusals"].push_back(fault_json(refusal));
  auto response = json_answer(200, json);
  response.headers.add("ETag", tag_of(all.done.revision));
  return response;
}

}  // namespace

void add_revisions(Actions& actions, const Shared& services) {
  actions["listRevisions"] = [services](Call& call) { return list_revisions(services, call); };
  actions["getRevision"] = [services](Call& call) { return get_revision(services, call); };
  actions["getArtifactHistory"] = [services](Call& call) { return get_history(services, call); };
  actions["rollBack"] = [services](Call& call) { return roll_back(services, call); };
}

}  // namespace sealgate::api
