// sealgate history: what became of the configuration, of all of it or of one artifact.

#include "cli/history_command.h"

#include <cstdio>

#include "api/operations/artifact_changes.h"
#include "artifacts/errors.h"
#include "cli/artifact_output.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using artifacts::Kind;

constexpr const char* kExamples =
    "  sealgate history\n"
    "  sealgate history SendPort Orders\n"
    "  sealgate history --user alice --limit 20 -o json\n"
    "  sealgate history show 57\n"
    "  sealgate history --api https://gateway.example:8443 --token-file token\n";

struct HistoryOptions {
  Place place;
  std::string first;   ///< KIND, or "show"
  std::string second;  ///< NAME, or the number
  std::string user;
  std::size_t limit = 50;
  std::string output = "table";
};

std::string text_of(const Json& json, const char* name) {
  const auto field = json.find(name);
  return field != json.end() && field->is_string() ? field->get<std::string>() : std::string();
}

std::string number_of(const Json& json, const char* name) {
  return std::to_string(json.value(name, std::int64_t{0}));
}

std::string who(const Json& revision) {
  const std::string by = text_of(revision, "by");
  return by.empty() ? "-" : by;
}

/// "SendPort Orders, back to revision 12: because".
std::string told(const Json& revision) {
  std::string text = text_of(revision, "about");
  if (revision.contains("restores")) text += ", back to revision " + number_of(revision, "restores");
  const std::string comment = text_of(revision, "comment");
  return comment.empty() ? text : text + ": " + comment;
}

Result<> list(ApiClient& api, std::optional<Kind> kind, const HistoryOptions& options) {
  ApiRequest request{"GET", "/revisions"};
  if (kind) request.query.emplace_back("kind", api::path_of(*kind));
  if (!options.user.empty()) request.query.emplace_back("user", options.user);
  bool more = false;
  SG_TRY_ASSIGN(const auto found, api.items(request, options.limit, more));
  if (is_document(options.output)) {
    print_document(Json(found), options.output);
    return {};
  }
  std::vector<std::vector<std::string>> rows;
  for (const Json& one : found) {
    rows.push_back({number_of(one, "number"), text_of(one, "at"), who(one), text_of(one, "origin"), told(one)});
  }
  print_table({"REVISION", "TIME", "WHO", "FROM", "WHAT"}, rows);
  return {};
}

Result<> list_of(ApiClient& api, Kind kind, const HistoryOptions& options) {
  bool more = false;
  auto found = api.items({"GET", "/artifacts" + segment(api::path_of(kind)) + segment(options.second) + "/history"},
                         options.limit, more);
  if (!found && found.error().code == artifacts::kNotFound) found.error().remedy = "see all of it: sealgate history";
  if (!found) return fail(found.error());
  if (is_document(options.output)) {
    print_document(Json(*found), options.output);
    return {};
  }
  for (const Json& one : *found) {
    const std::string heading = "revision " + number_of(one, "number") + ", " + text_of(one, "at") + ", " +
                                printable(text_of(one, "by")) + " (" + text_of(one, "origin") + ")";
    std::printf("%s\n", coloured(heading, Colour::Bold, use_colours(stdout)).c_str());
    if (const std::string comment = text_of(one, "comment"); !comment.empty()) {
      std::printf("  %s\n", printable(comment).c_str());
    }
    print_differences(Json::array({one}));
  }
  return {};
}

/// With all that it changed, over as many pages as it takes.
Result<Json> revision_of(ApiClient& api, const std::string& number) {
  const auto unknown = [&](const std::string& what) {
    return fail(artifacts::kNoRevision, what, {}, "list what is kept: sealgate history");
  };
  if (number.empty()) return unknown("'show' wants the number of a revision");
  if (number.size() > 15 || number.find_first_not_of("0123456789") != std::string::npos)
    return unknown("there is no revision '" + number + "'");
  ApiRequest request{"GET", "/revisions" + segment(number), {{"limit", "1000"}}};
  Json revision;
  for (std::string next;;) {
    auto page = api.json(request);
    if (!page && page.error().code == artifacts::kNoRevision) return unknown(page.error().what);
    if (!page) return fail(page.error());
    next = text_of(*page, "next");
    page->erase("next");
    if (revision.is_null()) {
      revision = std::move(*page);
    } else {
      for (Json& item : (*page)["items"]) revision["items"].push_back(std::move(item));
    }
    if (next.empty()) return revision;
    request.query = {{"limit", "1000"}, {"cursor", next}};
  }
}

Result<> show(ApiClient& api, const HistoryOptions& options) {
  SG_TRY_ASSIGN(const Json revision, revision_of(api, options.second));
  if (is_document(options.output)) {
    print_document(revision, options.output);
    return {};
  }
  print_field("Revision", number_of(revision, "number"));
  print_field("Time", text_of(revision, "at"));
  print_field("Who",
              who(revision) + " from " + text_of(revision, "address") + " (" + text_of(revision, "origin") + ")");
  print_field("What", told(revision));
  print_differences(revision.value("items", Json::array()));
  return {};
}

Result<> run(const HistoryOptions& options) {
  const bool shows = options.first == "show";
  const auto kind = artifacts::parse_kind(options.first);
  if (!kind && !options.first.empty() && !shows) {
    Error unknown = unknown_kind(options.first, false);
    if (!unknown.remedy.starts_with("did you")) unknown.remedy += ", or show";
    return fail(std::move(unknown));
  }
  SG_TRY_ASSIGN(const auto api, ApiClient::open(options.place));
  if (shows) return show(*api, options);
  return kind && !options.second.empty() ? list_of(*api, *kind, options) : list(*api, kind, options);
}

}  // namespace

void print_differences(const Json& changes) {
  for (const Json& change : changes) {
    const std::string diff = text_of(change, "diff");
    print_change({text_of(change, "change"), text_of(change, "kind"), text_of(change, "name"), diff});
    if (text_of(change, "change") == "changed" && diff.empty()) std::puts("    only a password, which is not shown");
  }
}

int run_history(const Args& args) {
  CLI::App app("Show what became of the configuration: who changed what, when and why");
  configure_app(app, "sealgate history", kExamples);
  HistoryOptions options;
  app.add_option("KIND", options.first,
                 artifacts::kind_list() + "; or show, to see one revision with the lines that differ");
  app.add_option("NAME", options.second, "Only the artifact of this name; or the number of the revision to show");
  app.add_option("--user", options.user, "Only changes by this user, also through his tokens")->type_name("NAME");
  app.add_option("--limit", options.limit, "At most so many, the newest first")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  add_form_option(app, options.output);
  add_place_options(app, options.place);
  if (const auto status = parse(app, args)) return *status;
  settle(app, options.place);
  const auto done = run(options);
  return done ? 0 : print_error(done.error());
}

}  // namespace sealgate::cli
