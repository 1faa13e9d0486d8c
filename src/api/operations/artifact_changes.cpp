#include "api/operations/artifact_changes.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/foresight.h"
#include "admin/veil.h"
#include "api/errors.h"
#include "artifacts/errors.h"
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
  admin::veil(veiled);
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
  for (SourcedArtifact& document : documents) SG_TRY(admin::unveil(document.artifact, stored));
  return documents;
}

Result<admin::Configured> change(Call& call, Services& services, const admin::MakePlan& make,
                                 std::function<Result<>(const Plan& plan)> approve) {
  admin::ConfigureOptions options;
  options.dry_run = call.parameters.flag("dry-run");
  options.accept_wrong_usage = call.parameters.flag("accept-wrong-usage");
  options.approve = std::move(approve);
  store::Store& store = services.store();
  SG_TRY_ASSIGN(const auto applications, admin::affiliate_applications(store));
  SG_TRY_ASSIGN(auto done, admin::configure(store.artifacts(), store.certificates(), applications, store.clock(),
                                            make, options));
  if (done.refused) {
    call.faults = done.review.misfits;
    Error first = call.faults.front();
    first.remedy += "; or accept it with accept-wrong-usage";
    return fail(std::move(first));
  }
  if (!options.dry_run) services.changed();
  return done;
}

Json applied_json(const Call& call, const admin::Configured& done) {
  Json changes = Json::array();
  for (const Change& change : done.plan.changes) {
    std::string diff;
    if (change.change == ChangeKind::Changed) {
      diff =
          diff_lines(admin::veiled_text(change.kind, change.before), admin::veiled_text(change.kind, change.after));
    }
    changes.push_back({{"kind", to_string(change.kind)},
                       {"name", change.name},
                       {"change", to_string(change.change)},
                       {"diff", std::move(diff)}});
  }
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
