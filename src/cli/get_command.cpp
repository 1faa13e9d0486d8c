// sealgate get: what is configured.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "admin/artifact_json.h"
#include "artifacts/errors.h"
#include "cli/artifact_output.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/remote_configuration.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using namespace artifacts;

constexpr const char* kExamples =
    "  sealgate get SendPort\n"
    "  sealgate get SendPort Orders -o yaml\n"
    "  sealgate get all -o yaml > backup.yaml\n"
    "  sealgate get SendPort --api https://gateway.example:8443 --token-file token\n";

nlohmann::ordered_json document_of(const std::vector<Artifact>& all, bool single) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const Artifact& artifact : all) json.push_back(admin::artifact_json(artifact));
  if (single) json = nlohmann::ordered_json(json.front());
  return json;
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

struct GetOptions {
  Place place;
  std::optional<Kind> kind;
  std::string name;
  std::string output;
};

Result<std::vector<Artifact>> load(const GetOptions& options) {
  if (is_remote(options.place)) {
    SG_TRY_ASSIGN(const auto api, ApiClient::open(options.place));
    return fetch_artifacts(*api, options.kind);
  }
  SG_TRY_ASSIGN(const auto store, open_chosen_store(options.place.store, false));
  SG_TRY_ASSIGN(const auto snapshot, store->artifacts().load());
  return snapshot.set.all();
}

Result<std::vector<Artifact>> select(const GetOptions& options) {
  const auto& [place, kind, name, output] = options;
  SG_TRY_ASSIGN(std::vector<Artifact> all, load(options));
  std::vector<Artifact> chosen;
  for (Artifact& artifact : all) {
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

int show(const GetOptions& options) {
  const auto chosen = select(options);
  if (!chosen) return print_error(chosen.error());
  // While a watch appends, YAML would not tell where a document ends.
  if (options.output == "json" || (options.output == "yaml" && is_appending())) {
    print_document(document_of(*chosen, !options.name.empty() && chosen->size() == 1), options.output);
  } else if (options.output == "yaml") {
    print_yaml(*chosen);
  } else {
    print_tables(*chosen, options.kind);
  }
  return 0;
}

}  // namespace

int run_get(const Args& args) {
  CLI::App app("Show what is configured");
  configure_app(app, "sealgate get", kExamples);
  std::string kind_word;
  GetOptions options;
  Watch watch;
  app.add_option("KIND", kind_word, kind_list() + " or all")->type_name("KIND|all")->required();
  app.add_option("NAME", options.name, "Only the one of this name")->type_name("ARTIFACT");
  add_form_option(app, options.output);
  add_watch_option(app, watch);
  add_place_options(app, options.place);
  if (const auto status = parse(app, args)) return *status;
  settle(app, options.place);
  options.kind = parse_kind(kind_word);
  if (!options.kind && kind_word != "all") return print_error(unknown_kind(kind_word, true));
  return run_watch(app, watch, [&] { return show(options); });
}

}  // namespace sealgate::cli
