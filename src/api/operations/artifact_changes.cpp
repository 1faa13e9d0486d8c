#include "api/operations/artifact_changes.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/foresight.h"
#include "api/errors.h"
#include "artifacts/errors.h"
#include "artifacts/veil.h"
#include "base/text.h"
#include "crypto/digest.h"

namespace sealgate::api {
namespace {

using namespace artifacts;
using Json = nlohmann::ordered_json;

constexpr std::size_t kTagOctets = 16;

}  // namespace

std::string path_of(Kind kind) {
  if (kind == Kind::Party) return "parties";
  std::string path;
  for (const char c : to_string(kind)) {
    if (c >= 'A' && c <= 'Z' && !path.empty()) path.push_back('-');
    path.push_back(ascii_lower(c));
  }
  return path + "s";
}

Result<Kind> kind_of_path(const Call& call) {
  const std::string word = call.parameters.text_or_empty("kind");
  const auto kind = parse_kind(word);
  if (!kind) return fail(kInternal, "a kind of the description is not known", word);
  return *kind;
}

std::string tag_of(const Artifact& artifact, Revision revision) {
  Artifact veiled = artifact;
  veil(veiled);
  std::string text = to_yaml(veiled);
  if (!(veiled == artifact)) text += std::to_string(revision);
  const auto digest = crypto::digest(crypto::DigestAlgorithm::Sha256, as_bytes(text));
  return "\"" + (digest ? to_hex(digest->view().first(kTagOctets)) : std::string("?")) + "\"";
}

std::string tag_of(Revision revision) {
  return "\"r" + std::to_string(revision) + "\"";
}

bool names_tag(const std::string& list, const std::string& tag) {
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    const std::string_view one = trim(std::string_view(list).substr(at, end - at));
    at = end + 1;
    if (one == "*" || one == tag) return true;
  }
  return false;
}

Result<> may_change(const Call& call, Kind kind) {
  const Permission needed =
      kind == Kind::Party || kind == Kind::Agreement ? Permission::Partners : Permission::Configure;
  if (call.caller.allows(needed)) return {};
  return fail(kForbidden, call.caller.who() + " may not change this", std::string(to_string(kind)),
              "somebody with the permission " + std::string(to_string(needed)) + " may");
}

Result<std::vector<SourcedArtifact>> read_documents(const Call& call, const ArtifactSet& stored) {
  // JSON is YAML once it is written without the escapes that only JSON knows.
  std::string text = call.body;
  if (call.json) {
    text.clear();
    const auto add = [&](const nlohmann::json& document) { text += "---\n" + document.dump() + "\n"; };
    if (call.json->is_array()) {
      for (const auto& document : *call.json) add(document);
    } else {
      add(*call.json);
    }
  }
  SG_TRY_ASSIGN(auto documents, parse_documents(text, "body"));
  for (SourcedArtifact& document : documents) SG_TRY(unveil(document.artifact, stored));
  return documents;
}

std::string who_changed(store::Store& store, const RevisionFilter& filter, const std::string& what) {
  const auto last = store.revisions().list(filter, 0, 1);
  if (!last || last->empty()) return "somebody else changed " + what + " meanwhile";
  const RevisionSummary& revision = last->front();
  return (revision.who.empty() ? std::string("somebody else") : "'" + revision.who + "'") + " changed " + what +
         " at " + to_rfc3339(revision.at) + " (revision " + std::to_string(revision.number) + ")";
}

Result<> approve_all(const Call& call, store::Store& store, const Plan& plan) {
  const auto match = call.parameters.text("If-Match");
  if (match && !names_tag(*match, tag_of(plan.base.revision))) {
    return fail(kPreconditionFailed, who_changed(store, {}, "the configuration"), {},
                "look at what it is now, and try again");
  }
  for (const Change& change : plan.changes) {
    if (change.change != ChangeKind::Unchanged) SG_TRY(may_change(call, change.kind));
  }
  return {};
}

admin::ConfigureOptions options_of(const Call& call, std::function<Result<>(const Plan& plan)> approve) {
  admin::ConfigureOptions options{.author = {call.caller, call.parameters.text_or_empty("comment")}};
  // A change of state keeps its word; what became of which artifact is told by the others.
  if (call.operation.audit.ends_with(".state")) options.author.action = call.operation.audit;
  options.dry_run = call.parameters.flag("dry-run");
  options.accept_wrong_usage = call.parameters.flag("accept-wrong-usage");
  options.approve = std::move(approve);
  return options;
}

Result<> settle(Call& call, Services& services, const admin::Configured& done) {
  if (done.refused) {
    call.faults = done.review.misfits;
    Error first = call.faults.front();
    first.remedy += "; or accept it with accept-wrong-usage";
    return fail(std::move(first));
  }
  call.recorded = done.stored();
  if (done.stored()) services.changed();
  return {};
}

Result<admin::Configured> change(Call& call, Services& services, const admin::MakePlan& make,
                                 std::function<Result<>(const Plan& plan)> approve) {
  const admin::ConfigureOptions options = options_of(call, std::move(approve));
  store::Store& store = services.store();
  SG_TRY_ASSIGN(const auto applications, admin::affiliate_applications(store));
  SG_TRY_ASSIGN(auto done, admin::configure(store.artifacts(), store.certificates(), applications, store.clock(),
                                            make, options));
  SG_TRY(settle(call, services, done));
  return done;
}

Json change_json(const Change& change) {
  return {{"kind", to_string(change.kind)},
          {"name", change.name},
          {"change", to_string(change.change)},
          {"diff", change.change == ChangeKind::Unchanged ? std::string()
                                                          : diff_lines(veiled_text(change.kind, change.before),
                                                                       veiled_text(change.kind, change.after))}};
}

Json applied_json(const Call& call, const admin::Configured& done) {
  Json changes = Json::array();
  for (const Change& change : done.plan.changes) changes.push_back(change_json(change));
  Json warnings = Json::array();
  for (const std::string& warning : done.review.warnings) warnings.push_back(warning);
  for (const Error& misfit : done.review.misfits) warnings.push_back(misfit.where + ": " + misfit.what);
  return {{"revision", done.revision},
          {"dry_run", call.parameters.flag("dry-run")},
          {"changes", std::move(changes)},
          {"assigned", done.review.assigned},
          {"warnings", std::move(warnings)}};
}

}  // namespace sealgate::api
