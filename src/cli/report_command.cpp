// sealgate report as2.

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "admin/as2_rows.h"
#include "cli/data_folder.h"
#include "cli/errors.h"
#include "cli/message_command.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/subcommands.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/tracking_command.h"
#include "evidence/status_report.h"

namespace sealgate::cli {
namespace {

using evidence::As2Row;

struct As2Options {
  std::string since, until, direction, status;
  evidence::As2Filter filter;
  std::size_t limit = 0;
  std::string output = "table";
};

/// What fits on a screen, unless somebody says how much it shall be.
constexpr std::size_t kTableLimit = 200;

void add_options(CLI::App& app, As2Options& options) {
  app.add_option("--since", options.since, "Not before: 2026-11-21T07:00:00Z")->type_name("TIME");
  app.add_option("--until", options.until, "Before this time")->type_name("TIME");
  app.add_option("--partner", options.filter.partner, "Only messages of this party")->type_name("PARTY");
  app.add_option("--agreement", options.filter.agreement, "Only under this agreement")->type_name("AGREEMENT");
  app.add_option("--from", options.filter.from, "Only with this AS2-From")->type_name("NAME");
  app.add_option("--to", options.filter.to, "Only with this AS2-To")->type_name("NAME");
  app.add_option("--message-id", options.filter.message_id, "Only with this Message-ID")->type_name("ID");
  app.add_option("--direction", options.direction, "Only: received or sent")
      ->type_name("DIRECTION")
      ->check(CLI::IsMember({"received", "sent"}));
  app.add_option("--status", options.status, "Only with this status: waiting, acknowledged, refused, ...")
      ->type_name("STATUS");
  app.add_option("--limit", options.limit, "At most so many rows; without it 200 in a table, all of them else")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{10'000'000}));
  app.add_option("--before", options.filter.before_record, "The next page: older than the row of this record")
      ->type_name("RECORD")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 60));
  add_form_option(app, options.output, {"table", "csv"});
}

Result<> read_options(As2Options& options) {
  SG_TRY_ASSIGN(options.filter.since, optional_time(options.since, "--since"));
  SG_TRY_ASSIGN(options.filter.until, optional_time(options.until, "--until"));
  if (!options.direction.empty()) options.filter.sent = options.direction == "sent";
  if (options.status.empty()) return {};
  options.filter.status = evidence::parse_as2_status(options.status);
  if (options.filter.status) return {};
  return fail(kBadOption, "there is no status '" + options.status + "'", "--status",
              "see 'sealgate report --help' for them");
}

/// Rows as they come; only a table waits for its last one, to know how wide its columns are.
class Printer {
 public:
  explicit Printer(std::string form) : form_(std::move(form)) {
    if (form_ == "csv") put(admin::as2_csv_heading());
    if (form_ == "json") put("[");
  }
  void add(const As2Row& row) {
    if (form_ == "csv") return put(admin::as2_csv_line(row));
    if (form_ == "json") return put((count_++ == 0 ? "\n" : ",\n") + dump(admin::as2_json(row)));
    ++count_;
    if (form_ == "yaml") return put(to_yaml(nlohmann::ordered_json::array({admin::as2_json(row)})));
    rows_.push_back({to_rfc3339(row.time), row.sent ? "sent" : "received", row.from, row.to, row.message_id, row.file,
                     row.bytes, std::string(explain(row.status)), std::to_string(row.record)});
  }
  void finish() const {
    if (form_ == "json") put(count_ == 0 ? "]\n" : "\n]\n");
    if (form_ == "yaml" && count_ == 0) put("[]\n");
    if (form_ == "table") {
      print_table({"TIME", "DIRECTION", "FROM", "TO", "MESSAGE-ID", "FILE", "BYTES", "STATUS", "RECORD"}, rows_);
    }
  }

 private:
  static void put(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }
  std::string form_;
  std::size_t count_ = 0;
  std::vector<std::vector<std::string>> rows_;
};

Result<> report(store::Store& store, const As2Options& options) {
  SG_TRY_ASSIGN(const auto hidden, admin::agreements_left_out(store.artifacts()));
  const std::size_t limit = options.limit > 0 ? options.limit : options.output == "table" ? kTableLimit : SIZE_MAX;
  Printer printer(options.output);
  std::size_t count = 0;
  std::int64_t last = 0;
  bool more = false;
  SG_TRY(evidence::report_as2(store.tracking(), options.filter, hidden, [&](const As2Row& row) {
    if (count == limit) {
      more = true;
      return false;
    }
    ++count;
    last = row.record;
    printer.add(row);
    return true;
  }));
  printer.finish();
  if (more) print_note("there are more: the next page is --before " + std::to_string(last));
  return {};
}

int run_report_as2(const Args& args) {
  CLI::App app("AS2 messages and their receipts, the newest first: what came, what was sent, what became of it");
  configure_app(app, "sealgate report as2",
                "  sealgate report as2 --partner Contoso --since 2026-11-01T00:00:00Z\n"
                "  sealgate report as2 --status waiting\n"
                "  sealgate report as2 --since 2026-11-01T00:00:00Z -o csv > november.csv\n");
  As2Options options;
  StoreChoice where;
  add_options(app, options);
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  if (const auto read = read_options(options); !read) return print_error(read.error());
  const auto store = open_chosen_store(where, false);
  if (!store) return print_error(store.error());
  const auto reported = report(**store, options);
  return reported ? 0 : print_error(reported.error());
}

constexpr std::array kMembers = {
    Command{"as2", "AS2 messages and their receipts: what became of each", run_report_as2},
};

constexpr Family kFamily{
    "report", "What was exchanged, as tables", kMembers,
    "Status of AS2 messages: received, receipt-sent, receipt-pending, receipt-failed, refused; sending, not-sent,\n"
    "sent, waiting, acknowledged, failed, check-differs, resends-exhausted."};

}  // namespace

int run_report(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
