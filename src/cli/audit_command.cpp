// sealgate audit: which practices are not kept, and the threat model of what is configured.

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "admin/audit_facts.h"
#include "audit/practices.h"
#include "audit/report.h"
#include "base/clock.h"
#include "cli/command.h"
#include "cli/foresight.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/terminal.h"
#include "io/file.h"

namespace sealgate::cli {
namespace {

constexpr const char* kExamples =
    "  sealgate audit\n"
    "  sealgate audit --threat-model -o html --out audit.html\n"
    "  sealgate audit --threshold warning            # for a nightly job\n";

struct AuditOptions {
  StoreChoice where;
  std::string output = "table";
  std::string out = "-";
  std::string threshold = "error";
  bool threats = false;
};

void print_flows(const std::vector<audit::Flow>& flows) {
  for (const audit::Flow& flow : flows) {
    std::puts(("\n" + coloured(printable(flow.name), Colour::Bold, use_colours(stdout))).c_str());
    std::puts(printable("  from " + flow.from + " to " + flow.to).c_str());
    for (std::size_t i = 0; i < audit::kStride.size(); ++i) {
      const audit::Threat& threat = flow.threats.at(i);
      for (const std::string& text : threat.protections) {
        std::puts(printable("  " + std::string(audit::kStride.at(i)) + ": " + text).c_str());
      }
      for (const std::string& text : threat.open) {
        std::puts(coloured(printable("  " + std::string(audit::kStride.at(i)) + ": OPEN: " + text), Colour::Red,
                           use_colours(stdout))
                      .c_str());
      }
    }
  }
}

Result<> write(const AuditOptions& options, const std::string& text) {
  SG_TRY_ASSIGN(const auto file, io::OutputFile::create(options.out, 0644));
  SG_TRY(file->write(as_bytes(text)));
  SG_TRY(file->finish());
  return file->commit(true);
}

int run(const AuditOptions& options) {
  const Time now = SystemClock().now();
  const auto store = open_chosen_store(options.where, false);
  if (!store) return print_error(store.error());
  const auto foresight = admin::look_ahead(**store, options.where.data);
  if (!foresight) return print_error(foresight.error());
  const auto facts = admin::gather_facts(foresight->set, **store, {options.where.data, options.where.url});
  if (!facts) return print_error(facts.error());
  audit::Report report;
  report.title = "Audit";
  report.group = foresight->set.group ? foresight->set.group->name : "(none)";
  report.made = now;
  report.findings = audit::audit(foresight->set, *foresight->uses, foresight->holdings, *facts, now);
  if (options.threats) report.flows = audit::threat_model(foresight->set, *facts);
  std::string text;
  if (options.output == "markdown") {
    text = to_markdown(report);
  } else if (options.output == "html") {
    text = to_html(report);
  } else if (is_document(options.output)) {
    nlohmann::ordered_json document = {
        {"group", report.group}, {"made", to_rfc3339(now)}, {"findings", admin::findings_json(report.findings)}};
    if (options.threats) document["threat_model"] = admin::flows_json(report.flows);
    text = options.output == "yaml" ? to_yaml(document) : dump(document) + "\n";
  }
  if (options.output == "table") {
    print_findings(report.findings, "every practice is kept");
    if (options.threats) print_flows(report.flows);
  } else if (const auto written = write(options, text); !written) {
    return print_error(written.error());
  }
  const audit::Severity threshold = audit::parse_severity(options.threshold).value_or(audit::Severity::Error);
  const bool over = std::ranges::any_of(report.findings,
                                        [&](const audit::Finding& finding) { return finding.severity >= threshold; });
  return over ? exit_status(ErrorClass::Policy) : 0;
}

}  // namespace

int run_audit(const Args& args) {
  CLI::App app("Check the configuration and this computer against best practices");
  configure_app(app, "sealgate audit", kExamples);
  AuditOptions options;
  add_form_option(app, options.output, {"table", "markdown", "html"});
  app.add_option("--out", options.out, "Write to this file (not with -o table); - is standard output")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_flag("--threat-model", options.threats, "With the threats of STRIDE for each flow of data");
  app.add_option("--threshold", options.threshold, "Exit with 8 from this severity on: error, warning or note")
      ->type_name("SEVERITY")
      ->check(CLI::IsMember({"error", "warning", "note"}))
      ->capture_default_str();
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  if (options.output == "table" && options.out != "-") {
    return print_usage_error("a table goes to standard output; use -o json, yaml, markdown or html with --out",
                             app.get_name());
  }
  return run(options);
}

}  // namespace sealgate::cli
