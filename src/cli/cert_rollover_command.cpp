// sealgate cert rollover: from an old certificate to a new one, everywhere it is assigned.

#include <cstdio>

#include "base/clock.h"
#include "cli/api_client.h"
#include "cli/cert_command.h"
#include "cli/comment_option.h"
#include "cli/history_command.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

constexpr const char* kExamples =
    "  sealgate cert rollover OLD NEW --from 2027-01-01T00:00:00Z --overlap 14d --dry-run\n"
    "  sealgate cert rollover OLD NEW --overlap 14d --comment 'the old one expires'\n"
    "  sealgate cert rollover OLD NEW -o json                     # with the texts for partners and the PEM\n";

struct RolloverOptions {
  Place place;
  std::string before;
  std::string after;
  std::string from;
  std::string overlap = "0s";
  std::string comment;
  std::string output;
  bool dry_run = false;
  bool accept_wrong_usage = false;
};

std::string text_of(const Json& json, const char* name) {
  const auto field = json.find(name);
  return field != json.end() && field->is_string() ? field->get<std::string>() : std::string();
}

void print_rollover(const Json& told, bool dry_run) {
  std::vector<std::vector<std::string>> rows;
  std::size_t by_hand = 0;
  for (const Json& step : told.value("steps", Json::array())) {
    const bool changed = step.value("changed", true);
    if (!changed) ++by_hand;
    rows.push_back(
        {text_of(step, "where"), text_of(step, "usage"), (changed ? "" : "BY HAND: ") + text_of(step, "what")});
  }
  print_table({"WHERE", "USAGE", "WHAT"}, rows);
  const Json applied = told.value("applied", Json::object());
  print_differences(applied.value("changes", Json::array()));
  for (const Json& notice : told.value("notices", Json::array())) {
    const std::string party = text_of(notice, "party");
    std::printf("\nFor %s:\n\n", party.empty() ? "whoever it may concern" : printable(party).c_str());
    const std::string text = text_of(notice, "text");
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string line = printable(text.substr(at, end - at));
      std::printf("%s%s\n", line.empty() ? "" : "  ", line.c_str());
      at = end + 1;
    }
  }
  for (const Json& warning : applied.value("warnings", Json::array())) {
    std::fprintf(stderr, "warning: %s\n", printable(warning.get<std::string>()).c_str());
  }
  if (by_hand > 0) print_note("what says BY HAND has no dates: change it at that moment");
  std::printf("\n%zu %s%s\n", rows.size() - by_hand,
              rows.size() - by_hand == 1 ? "assignment changes" : "assignments change",
              dry_run ? " (dry run: nothing was stored)" : "");
}

int roll_over(ApiClient& api, const RolloverOptions& options) {
  Json wanted{{"before", options.before}, {"after", options.after}, {"overlap", options.overlap}};
  if (!options.from.empty()) {
    const auto from = parse_rfc3339(options.from);
    if (!from) return print_error(from.error());
    wanted["from"] = to_rfc3339(*from);
  }
  ApiRequest request{"POST", "/certificates/rollover"};
  request.body = wanted.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (options.dry_run) request.query.emplace_back("dry-run", "true");
  if (options.accept_wrong_usage) request.query.emplace_back("accept-wrong-usage", "true");
  if (!options.comment.empty()) request.query.emplace_back("comment", options.comment);
  std::vector<Error> faults;
  const auto told = api.json(request, &faults);
  if (!told && faults.empty()) return print_error(told.error());
  if (!told) {
    for (const Error& fault : faults) print_error(fault);
    return exit_status(told.error().code.error_class);
  }
  if (is_document(options.output)) {
    print_document(*told, options.output);
  } else {
    print_rollover(*told, options.dry_run);
  }
  return 0;
}

}  // namespace

int run_cert_rollover(const Args& args) {
  CLI::App app(
      "Change from an old certificate to a new one everywhere it is assigned, and write what partners must be told. "
      "The new one signs, encrypts and is shown by listeners from the date on; both decrypt and verify until the "
      "overlap is over");
  configure_app(app, "sealgate cert rollover", kExamples);
  RolloverOptions options;
  app.add_option("OLD", options.before, "Thumbprint of the certificate that is replaced")
      ->type_name("THUMBPRINT")
      ->required();
  app.add_option("NEW", options.after, "Thumbprint of the new one, which was imported before")
      ->type_name("THUMBPRINT")
      ->required();
  app.add_option("--from", options.from, "When the new one takes over (RFC 3339); without: now")->type_name("TIME");
  app.add_option("--overlap", options.overlap, "How long both hold afterwards, where two can: 14d, 36h, 45m")
      ->type_name("DURATION")
      ->capture_default_str();
  app.add_flag("--dry-run", options.dry_run, "Show what would change and what partners would be told; store nothing");
  app.add_flag("--accept-wrong-usage", options.accept_wrong_usage,
               "Also where the new certificate is not meant for what it would do");
  add_comment_option(app, options.comment);
  add_form_option(app, options.output);
  add_place_options(app, options.place);
  if (const auto status = parse(app, args)) return *status;
  settle(app, options.place);
  const auto api = ApiClient::open(options.place);
  return api ? roll_over(**api, options) : print_error(api.error());
}

}  // namespace sealgate::cli
