// sealgate tls probe: a server of a partner, looked at from here.

#include "admin/tls_probe.h"
#include "cli/data_folder.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/terminal.h"
#include "cli/tls_command.h"
#include "store/common/errors.h"

namespace sealgate::cli {
namespace {

constexpr const char* kExamples =
    "  sealgate tls probe https://partner.example/orders\n"
    "  sealgate tls probe --port Orders              # with the trust and the client certificate of this send port\n"
    "  sealgate tls probe https://partner.example --online -o json\n";

struct ProbeCommand {
  StoreChoice where;
  std::string url;
  std::string port;
  std::string server_name;
  std::string output = "text";
  int timeout = 5;
  bool online = false;
  bool no_ciphers = false;
};

Result<admin::ProbePlan> make_plan(const ProbeCommand& command) {
  admin::ProbeRequest request;
  request.url = command.url;
  request.port = command.port;
  request.server_name = command.server_name;
  request.step = std::chrono::seconds(command.timeout);
  request.ciphers = !command.no_ciphers;
  request.online = command.online;
  const auto store = open_chosen_store(command.where, false);
  if (!store && (!command.port.empty() || store.error().code != store::kCannotOpen)) return fail(store.error());
  if (!store) print_note("there is no store here: only the roots of the system are trusted");
  SG_TRY_ASSIGN(auto plan, admin::plan_probe(request, store ? store->get() : nullptr, command.where.data));
  for (const std::string& note : plan.notes) print_note(note);
  return plan;
}

int run(const ProbeCommand& command) {
  auto plan = make_plan(command);
  if (!plan) return print_error(plan.error());
  const auto report = probe::probe(plan->options, std::move(plan->ours), SystemClock());
  if (!report) return print_error(report.error());
  if (is_document(command.output)) {
    print_probe_document(*report, command.output);
  } else {
    print_probe(*report);
  }
  return report->verdict ? exit_status(report->verdict->error_class) : 0;
}

}  // namespace

int run_tls_probe(const Args& args) {
  CLI::App app{
      "Look at a TLS server without sending a login: addresses, versions, chain, revocation, what it asks for"};
  configure_app(app, "sealgate tls probe", kExamples);
  ProbeCommand command;
  command.where = default_store_choice();
  auto* url = app.add_option("URL", command.url, "https://host[:port][/path]");
  app.add_option("--port", command.port, "With the address and the settings of this send port")
      ->type_name("SEND-PORT")
      ->excludes(url);
  app.add_option("--server-name", command.server_name, "Ask for this name, and expect it in the certificate")
      ->type_name("NAME");
  app.add_option("--timeout", command.timeout, "Seconds for each step; the whole takes at most a minute")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 60))
      ->capture_default_str();
  app.add_flag("--online", command.online, "Ask the responders, lists and issuers that the certificates name");
  app.add_flag("--no-ciphers", command.no_ciphers, "One handshake only: not every version and cipher is tried");
  add_form_option(app, command.output, {"text"});
  add_store_options(app, command.where);
  if (const auto status = parse(app, args)) return *status;
  if (command.url.empty() && command.port.empty()) {
    return print_usage_error("give a URL or --port NAME", "sealgate tls probe");
  }
  return run(command);
}

}  // namespace sealgate::cli
