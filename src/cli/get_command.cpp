// sealgate get: what is configured.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "admin/artifact_json.h"
#include "artifacts/errors.h"
#include "cli/artifact_output.h"
#include "cli/command.h"
#include "cli/data_folder.h"
#include "cli/parse.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using namespace artifacts;

constexpr const char* kExamples =
    "  sealgate get SendPort\n"
    "  sealgate get SendPort Orders -o yaml\n"
    "  sealgate get all -o yaml > backup.yaml\n";

void print_json(const std::vector<Artifact>& all, bool single) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Artifact& artifact : all) json.push_back(admin::artifact_json(artifact));
  if (single) json = nlohmann::ordered_json(json.front());
  std::printf("%s\n", json.dump(2).c_str());
}

void print_yaml(const std::vector<Artifact>& all) {
  bool first = true;
  for (const Artifact& artifact : all) {
    std::printf("%s%s", first ? "" : "---\n", to_yaml(artifact).c_str());
    first = false;
  }
}

void print_tables(const std::vector<Artifact>& all, std::optional<Kind> wanted) {
  bool first = true;
  for (const Kind kind : kAllKinds) {
    if (wanted && *wanted != kind) continue;
    std::vector<Artifact> some;
    for (const Artifact& artifact : all) {
      if (kind_of(artifact) == kind) some.push_back(artifact);
    }
    if (some.empty() && !wanted) continue;
    if (!wanted) std::printf("%s%s\n", first ? "" : "\n", std::string(to_string(kind)).c_str());
    first = false;
    print_artifact_table(kind, some);
  }
}

Result<std::vector<Artifact>> select(const ArtifactSet& set, std::optional<Kind> kind, const std::string& name) {
  std::vector<Artifact> chosen;
  for (Artifact& artifact : set.all()) {
    if (kind && kind_of(artifact) != *kind) continue;
    if (!name.empty() && name_of(artifact) != name) continue;
    chosen.push_back(std::move(artifact));
  }
  if (chosen.empty() && !name.empty()) {
    const std::string kind_name(kind ? to_string(*kind) : "artifact");
    return fail(kNotFound, "there is no " + kind_name + " '" + name + "'", {},
                "list what is there with 'sealgate get " + (kind ? kind_name : std::string("all")) + "'");
  }
  return chosen;
}

}  // namespace

int run_get(const Args& args) {
  CLI::App app("Show what is configured");
  configure_app(app, "sealgate get", kExamples);
  std::string kind_word;
  std::string name;
  std::string output = "table";
  StoreChoice where;
  app.add_option("KIND", kind_word, kind_list() + " or all")->required();
  app.add_option("NAME", name, "Only the one of this name");
  app.add_option("-o", output, "Form of the output: table, json or yaml")
      ->type_name("FORM")
      ->check(CLI::IsMember({"table", "json", "yaml"}))
      ->capture_default_str();
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  const std::optional<Kind> kind = parse_kind(kind_word);
  if (!kind && kind_word != "all") {
    return print_error(
        Error{kUnknownKind, "there is no kind '" + kind_word + "'", {}, "use one of " + kind_list() + ", all"});
  }
  const auto store = open_chosen_store(where, false);
  if (!store) return print_error(store.error());
  const auto snapshot = (*store)->artifacts().load();
  if (!snapshot) return print_error(snapshot.error());
  const auto chosen = select(snapshot->set, kind, name);
  if (!chosen) return print_error(chosen.error());
  if (output == "json") {
    print_json(*chosen, !name.empty() && chosen->size() == 1);
  } else if (output == "yaml") {
    print_yaml(*chosen);
  } else {
    print_tables(*chosen, kind);
  }
  return 0;
}

}  // namespace sealgate::cli
