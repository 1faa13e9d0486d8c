#include "cli/remote_configuration.h"

#include <algorithm>
#include <cstdlib>

#include "api/operations/artifact_changes.h"
#include "artifacts/errors.h"

namespace sealgate::cli {
namespace {

using artifacts::Kind;

constexpr const char* kYaml = "application/yaml";

/// Of a Link header to the next page: "<?cursor=…>; rel=\"next\"". "" when there is none.
std::string next_cursor(const net::HttpHeaders& headers) {
  const std::string* link = headers.find("Link");
  if (link == nullptr) return {};
  constexpr std::string_view kBefore = "<?cursor=";
  const auto begin = link->find(kBefore);
  const auto end = link->find('>');
  if (begin == std::string::npos || end == std::string::npos) return {};
  return link->substr(begin + kBefore.size(), end - begin - kBefore.size());
}

Result<> add_kind(ApiClient& api, Kind kind, std::vector<artifacts::Artifact>& all) {
  std::string cursor;
  do {
    ApiRequest request;
    request.path = "/artifacts" + segment(api::path_of(kind));
    request.accept = kYaml;
    request.query = {{"limit", "1000"}};
    if (!cursor.empty()) request.query.emplace_back("cursor", cursor);
    SG_TRY_ASSIGN(const ApiAnswer answer, api.send(request));
    if (!answer.body.empty()) {
      SG_TRY_ASSIGN(auto documents, artifacts::parse_documents(answer.body, "the gateway's answer"));
      for (artifacts::SourcedArtifact& document : documents) all.push_back(std::move(document.artifact));
    }
    cursor = next_cursor(answer.headers);
  } while (!cursor.empty());
  return {};
}

std::vector<std::string> texts_of(const Json& json, const char* name) {
  std::vector<std::string> texts;
  if (!json.contains(name)) return texts;
  for (const Json& one : json[name]) {
    if (one.is_string()) texts.push_back(one.get<std::string>());
  }
  return texts;
}

/// The API says "body:12:1, ..." of what it was sent; people want to know the place in their files.
std::string place_of(const std::string& where, const std::vector<artifacts::SourcedArtifact>& documents,
                     const std::vector<std::size_t>& lines) {
  constexpr std::string_view kBody = "body:";
  if (!where.starts_with(kBody)) return where;
  const std::size_t line = std::strtoul(where.c_str() + kBody.size(), nullptr, 10);
  const auto after = std::ranges::upper_bound(lines, line);
  if (after == lines.begin()) return where;
  const auto rest = where.find_first_not_of("0123456789:", kBody.size());
  return documents[static_cast<std::size_t>(after - lines.begin()) - 1].where +
         (rest == std::string::npos ? std::string() : where.substr(rest));
}

}  // namespace

Result<std::vector<artifacts::Artifact>> fetch_artifacts(ApiClient& api, std::optional<Kind> kind) {
  std::vector<artifacts::Artifact> all;
  for (const Kind one : artifacts::kAllKinds) {
    if (!kind || *kind == one) SG_TRY(add_kind(api, one, all));
  }
  return all;
}

Applied applied_of(const Json& answer) {
  Applied applied;
  applied.dry_run = answer.value("dry_run", false);
  if (answer.contains("changes")) {
    for (const Json& change : answer["changes"]) {
      applied.changes.push_back({change.value("change", ""), change.value("kind", ""), change.value("name", ""),
                                 change.value("change", "") == "changed" ? change.value("diff", "") : std::string()});
    }
  }
  applied.assigned = texts_of(answer, "assigned");
  applied.warnings = texts_of(answer, "warnings");
  if (answer.contains("orphans")) {
    for (const Json& orphan : answer["orphans"]) {
      applied.orphans.push_back({orphan.value("thumbprint", ""), orphan.value("name", "")});
    }
  }
  for (const Json& left : answer.value("left_behind", Json::array())) {
    applied.left_behind.push_back({left.value("thumbprint", ""), left.value("name", ""), left.value("account", ""),
                                   left.value("private_key", false)});
  }
  return applied;
}

Result<Applied> apply_documents(ApiClient& api, const std::vector<artifacts::SourcedArtifact>& documents,
                                const ApplyWords& words, std::vector<Error>& faults) {
  ApiRequest request;
  request.method = "POST";
  request.path = "/apply";
  request.body_type = kYaml;
  if (words.dry_run) request.query.emplace_back("dry-run", "true");
  if (words.accept_wrong_usage) request.query.emplace_back("accept-wrong-usage", "true");
  if (!words.comment.empty()) request.query.emplace_back("comment", words.comment);
  std::vector<std::size_t> lines;  // at which each document begins
  std::size_t line = 1;
  for (const artifacts::SourcedArtifact& document : documents) {
    const std::string text = "---\n" + artifacts::to_yaml(document.artifact);
    lines.push_back(line + 1);
    line += static_cast<std::size_t>(std::ranges::count(text, '\n'));
    request.body += text;
  }
  auto answer = api.json(request, &faults);
  if (answer) return applied_of(*answer);
  for (Error& fault : faults) fault.where = place_of(fault.where, documents, lines);
  answer.error().where = place_of(answer.error().where, documents, lines);
  return fail(answer.error());
}

Result<Applied> remove_artifact(ApiClient& api, Kind kind, const std::string& name, const std::string& comment) {
  ApiRequest request;
  request.path = "/artifacts" + segment(api::path_of(kind)) + segment(name);
  auto now = api.send(request);
  if (!now && now.error().code == artifacts::kNotFound) {
    now.error().remedy = "list what is there with 'sealgate get " + std::string(to_string(kind)) + "'";
  }
  if (!now) return fail(now.error());
  if (const std::string* tag = now->headers.find("ETag"); tag != nullptr) request.if_match = *tag;
  request.method = "DELETE";
  if (!comment.empty()) request.query.emplace_back("comment", comment);
  SG_TRY_ASSIGN(const Json answer, api.json(request));
  return applied_of(answer);
}

}  // namespace sealgate::cli
