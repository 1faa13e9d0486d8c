// sealgate evidence export.

#include <array>
#include <optional>

#include "admin/sealing.h"
#include "cli/audit_trail.h"
#include "cli/data_folder.h"
#include "cli/parse.h"
#include "cli/progress.h"
#include "cli/subcommands.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "evidence/export.h"

namespace sealgate::cli {
namespace {

int run_evidence_export(const Args& args) {
  CLI::App app("Write everything that proves one message to a folder or a zip file that openssl can verify");
  configure_app(app, "sealgate evidence export",
                "  sealgate evidence export 0190163d-8694-739b-aea5-966c26f8ad91\n"
                "  sealgate evidence export '<20261121-17@acme.example>' -o order-4711.zip\n"
                "  cd evidence-... && sed -n '/^```sh/,/^```$/{/^```/!p}' README.md | sh -e\n");
  evidence::ExportRequest request;
  bool without_seals = false;
  StoreChoice where;
  app.add_option("MESSAGE", request.message, "Id of a message or a delivery, or an AS2 Message-ID")->required();
  app.add_option("-o", request.target, "A folder, or a file that ends with .zip; without it evidence-ID here")
      ->type_name("TARGET");
  app.add_flag("--without-seals", without_seals,
               "Leave out what proves the log: it holds records of other messages of the same moment");
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  request.with_seals = !without_seals;
  const auto store = open_chosen_store(where, false);
  if (!store) return print_error(store.error());
  messaging::TrackingLog& log = (*store)->tracking();
  if (const auto waited = admin::wait_for_seal(log, request.message); !waited) return print_error(waited.error());
  const auto recorded = record(**store, {{"evidence.export", "message " + request.message, {}, {}, {}}});
  if (!recorded) return print_error(recorded.error());
  std::optional<Progress> progress(std::in_place, "Exporting");
  const auto exported = evidence::export_evidence(log, request, (*store)->clock().now());
  progress.reset();
  if (!exported) return print_error(exported.error());
  print_field("Evidence", printable(exported->target));
  print_field("Files", std::to_string(exported->files));
  print_field("SHA256SUMS", exported->hash);
  for (const std::string& one : exported->missing) print_note(printable(one));
  return 0;
}

constexpr std::array kMembers = {
    Command{"export", "Write everything that proves one message, with the commands that verify it",
            run_evidence_export},
};

constexpr Family kFamily{"evidence", "Proof of what was exchanged", kMembers,
                         "What is in it depends on the archive of the agreement: see docs/evidence.md."};

}  // namespace

int run_evidence(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
