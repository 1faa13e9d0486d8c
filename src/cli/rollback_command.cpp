// sealgate rollback: the configuration as it was after an earlier revision, as a whole or not at all.

#include <cstdio>

#include "cli/command.h"
#include "cli/comment_option.h"
#include "cli/history_command.h"
#include "cli/parse.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

constexpr const char* kExamples =
    "  sealgate history\n"
    "  sealgate rollback 56 --dry-run\n"
    "  sealgate rollback 56 --comment 'the new port is not ready'\n";

constexpr std::int64_t kLast = (std::int64_t{1} << 53) - 1;  ///< that JSON has as a number everywhere

struct RollbackOptions {
  Place place;
  std::int64_t to = 0;
  bool dry_run = false;
  bool accept_wrong_usage = false;
  std::string comment;
};

/// All of them; the status of the first.
int print_all(const std::vector<Error>& refusals) {
  for (const Error& refusal : refusals) print_error(refusal);
  return exit_status(refusals.front().code.error_class);
}

int roll_back(ApiClient& api, const RollbackOptions& options) {
  ApiRequest request{"POST", "/revisions" + segment(std::to_string(options.to)) + "/rollback"};
  if (options.dry_run) request.query.emplace_back("dry-run", "true");
  if (options.accept_wrong_usage) request.query.emplace_back("accept-wrong-usage", "true");
  if (!options.comment.empty()) request.query.emplace_back("comment", options.comment);
  std::vector<Error> refusals;
  const auto done = api.json(request, &refusals);
  if (!done) return refusals.empty() ? print_error(done.error()) : print_all(refusals);
  const Json changes = done->value("changes", Json::array());
  print_differences(changes);
  for (const Json& warning : done->value("warnings", Json::array())) {
    std::fprintf(stderr, "warning: %s\n", printable(warning.get<std::string>()).c_str());
  }
  for (const Json& refusal : done->value("refusals", Json::array())) refusals.push_back(error_of(refusal, 409));
  if (!refusals.empty()) return print_all(refusals);
  const std::string to = "revision " + std::to_string(options.to);
  if (changes.empty()) {
    std::printf("everything is as it was after %s already\n", to.c_str());
  } else if (options.dry_run) {
    std::printf("%zu would go back to %s (dry run: nothing was stored)\n", changes.size(), to.c_str());
  } else {
    std::printf("%zu went back to %s, as revision %lld\n", changes.size(), to.c_str(),
                static_cast<long long>(done->value("revision", std::int64_t{0})));
  }
  return 0;
}

}  // namespace

int run_rollback(const Args& args) {
  CLI::App app("Make the configuration what it was after an earlier revision, as a whole or not at all");
  configure_app(app, "sealgate rollback", kExamples);
  RollbackOptions options;
  app.add_option("REVISION", options.to, "The number of the revision, of 'sealgate history'")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{0}, kLast))
      ->required();
  app.add_flag("--dry-run", options.dry_run, "Show what would change and whether it can be, but store nothing");
  app.add_flag("--accept-wrong-usage", options.accept_wrong_usage,
               "Also when certificates would be assigned to what their key usage does not allow");
  add_comment_option(app, options.comment);
  add_place_options(app, options.place);
  if (const auto status = parse(app, args)) return *status;
  settle(app, options.place);
  const auto api = ApiClient::open(options.place);
  return api ? roll_back(**api, options) : print_error(api.error());
}

}  // namespace sealgate::cli
