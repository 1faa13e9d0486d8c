// sealgate history: what became of the configuration, of all of it or of one artifact.

#include "cli/history_command.h"

#include <charconv>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "admin/revision_words.h"
#include "artifacts/errors.h"
#include "artifacts/veil.h"
#include "cli/artifact_output.h"
#include "cli/command.h"
#include "cli/data_folder.h"
#include "cli/foresight.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using namespace artifacts;
using nlohmann::ordered_json;

constexpr const char* kExamples =
    "  sealgate history\n"
    "  sealgate history SendPort Orders\n"
    "  sealgate history --user alice --limit 20 -o json\n"
    "  sealgate history show 57\n";

struct HistoryOptions {
  StoreChoice where;
  std::string first;   ///< KIND, or "show"
  std::string second;  ///< NAME, or the number
  std::string user;
  std::size_t limit = 50;
  std::string output = "table";
};

ordered_json json_of(const Change& change) {
  return {{"kind", to_string(change.kind)},
          {"name", change.name},
          {"change", to_string(change.change)},
          {"before", change.before},
          {"after", change.after}};
}

/// "SendPort Orders, back to revision 12: because".
std::string told(const RevisionSummary& revision) {
  std::string text = revision.about;
  if (revision.restores) text += ", back to revision " + std::to_string(*revision.restores);
  return revision.comment.empty() ? text : text + ": " + revision.comment;
}

void print_revisions(const std::vector<RevisionSummary>& revisions) {
  std::vector<std::vector<std::string>> rows;
  for (const RevisionSummary& one : revisions) {
    rows.push_back({std::to_string(one.number), to_rfc3339(one.at), one.who.empty() ? "-" : one.who,
                    std::string(to_string(one.origin)), told(one)});
  }
  print_table({"REVISION", "TIME", "WHO", "FROM", "WHAT"}, rows);
}

Result<> list(RevisionLog& log, std::optional<Kind> kind, const HistoryOptions& options) {
  SG_TRY_ASSIGN(const auto found, log.list({kind, {}, options.user}, 0, options.limit));
  if (options.output == "table") {
    print_revisions(found);
    return {};
  }
  ordered_json all = ordered_json::array();
  for (const RevisionSummary& one : found) all.push_back(admin::revision_json(one));
  print_document(all, options.output);
  return {};
}

Result<> list_of(RevisionLog& log, Kind kind, const HistoryOptions& options) {
  SG_TRY_ASSIGN(const auto found, log.history(kind, options.second, 0, options.limit));
  ordered_json all = ordered_json::array();
  for (const KeptChange& kept : found) {
    if (options.output == "table") {
      std::printf("%s\n", coloured("revision " + std::to_string(kept.revision.number) + ", " +
                                       to_rfc3339(kept.revision.at) + ", " + printable(kept.revision.who) + " (" +
                                       std::string(to_string(kept.revision.origin)) + ")",
                                   Colour::Bold, use_colours(stdout))
                              .c_str());
      if (!kept.revision.comment.empty()) std::printf("  %s\n", printable(kept.revision.comment).c_str());
      print_differences({kept.change});
    } else {
      ordered_json json = admin::revision_json(kept.revision);
      json.update(json_of(kept.change));
      all.push_back(std::move(json));
    }
  }
  if (is_document(options.output)) print_document(all, options.output);
  return {};
}

Result<> show(RevisionLog& log, const HistoryOptions& options) {
  Revision number = 0;
  const char* const end = options.second.data() + options.second.size();
  const bool good = std::from_chars(options.second.data(), end, number).ptr == end && !options.second.empty();
  SG_TRY_ASSIGN(const auto revision, log.find(good ? number : -1));
  if (!revision) {
    return fail(kNoRevision, "there is no revision '" + options.second + "', or no more", {},
                "list what is kept: sealgate history");
  }
  SG_TRY_ASSIGN(const auto changes, log.changes(number, {}, revision->changes));
  if (is_document(options.output)) {
    ordered_json json = admin::revision_json(*revision);
    json["items"] = ordered_json::array();
    for (const Change& change : changes) json["items"].push_back(json_of(change));
    print_document(json, options.output);
    return {};
  }
  print_field("Revision", std::to_string(number));
  print_field("Time", to_rfc3339(revision->at));
  print_field("Who", (revision->who.empty() ? "-" : revision->who) + " from " + revision->address + " (" +
                         std::string(to_string(revision->origin)) + ")");
  print_field("What", told(*revision));
  print_differences(changes);
  return {};
}

Result<> run(const HistoryOptions& options) {
  const auto kind = parse_kind(options.first);
  if (!kind && !options.first.empty() && options.first != "show") {
    return fail(kUnknownKind, "there is no kind '" + options.first + "'", {},
                "use one of " + kind_list() + ", or show");
  }
  SG_TRY_ASSIGN(const auto store, open_chosen_store(options.where, false));
  if (options.first == "show") return show(store->revisions(), options);
  return kind && !options.second.empty() ? list_of(store->revisions(), *kind, options)
                                         : list(store->revisions(), kind, options);
}

}  // namespace

void print_differences(const std::vector<Change>& changes) {
  for (const Change& kept : changes) {
    Change change = kept;
    change.before = veiled_text(change.kind, change.before);
    change.after = veiled_text(change.kind, change.after);
    print_change(shown(change));
    if (change.change != ChangeKind::Changed) print_diff(change, use_colours(stdout));
    if (change.change == ChangeKind::Changed && change.before == change.after) {
      std::puts("    only a password, which is not shown");
    }
  }
}

int run_history(const Args& args) {
  CLI::App app("Show what became of the configuration: who changed what, when and why");
  configure_app(app, "sealgate history", kExamples);
  HistoryOptions options;
  app.add_option("KIND", options.first, kind_list() + "; or show, to see one revision with the lines that differ");
  app.add_option("NAME", options.second, "Only the artifact of this name; or the number of the revision to show");
  app.add_option("--user", options.user, "Only changes by this user, also through his tokens")->type_name("NAME");
  app.add_option("--limit", options.limit, "At most so many, the newest first")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  add_form_option(app, options.output);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  const auto done = run(options);
  return done ? 0 : print_error(done.error());
}

}  // namespace sealgate::cli
