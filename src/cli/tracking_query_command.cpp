// sealgate tracking list, show and body.

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "admin/tracking_words.h"
#include "base/hex.h"
#include "certificates/thumbprint.h"
#include "cli/audit_trail.h"
#include "cli/data_folder.h"
#include "cli/errors.h"
#include "cli/message_command.h"
#include "cli/output_guard.h"
#include "cli/parse.h"
#include "cli/terminal.h"
#include "cli/tracking_command.h"
#include "io/file.h"
#include "store/common/tracking/record_json.h"

namespace sealgate::cli {
namespace {

using namespace messaging;

struct ListOptions {
  std::string from, until, message, work, event, port, party, certificate, file, address, text;
  std::size_t limit = 200;
  bool oldest_first = false;
  bool details = false;
  std::string output = "table";
};

void add_list_options(CLI::App& app, ListOptions& options) {
  app.add_option("--from", options.from, "Not before: 2026-11-21T07:00:00Z")->type_name("TIME");
  app.add_option("--until", options.until, "Before this time")->type_name("TIME");
  app.add_option("--message", options.message, "Only this message")->type_name("ID");
  app.add_option("--delivery", options.work, "Only this delivery")->type_name("ID");
  app.add_option("--event", options.event, "Only this event: received, sent, ...")->type_name("EVENT");
  app.add_option("--port", options.port, "Only this port")->type_name("PORT");
  app.add_option("--party", options.party, "Only messages of this party")->type_name("PARTY");
  app.add_option("--certificate", options.certificate, "In which this certificate was used")->type_name("THUMBPRINT");
  app.add_option("--file", options.file, "With this file name")->type_name("NAME");
  app.add_option("--address", options.address, "From or to this address, as a whole")->type_name("ADDRESS");
  app.add_option("--text", options.text, "With this text anywhere; give a time as well, this reads everything")
      ->type_name("TEXT");
  app.add_option("--limit", options.limit, "At most so many")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  app.add_flag("--oldest-first", options.oldest_first, "The first ones instead of the last ones");
}

void add_form_options(CLI::App& app, std::string& output, bool& details) {
  app.add_flag("--details", details, "Everything that is known of each step");
  add_form_option(app, output);
}

Result<TrackingQuery> make_query(const ListOptions& options) {
  TrackingQuery query;
  SG_TRY_ASSIGN(query.from, optional_time(options.from, "--from"));
  SG_TRY_ASSIGN(query.until, optional_time(options.until, "--until"));
  if (!options.message.empty()) {
    SG_TRY_ASSIGN(std::string id, parse_uuid(options.message));
    query.message = MessageId(std::move(id));
  }
  if (!options.work.empty()) {
    SG_TRY_ASSIGN(std::string id, parse_uuid(options.work));
    query.work = WorkId(std::move(id));
  }
  if (!options.event.empty()) {
    query.event = parse_tracking_event(options.event);
    if (!query.event) {
      return fail(kBadOption, "there is no event '" + options.event + "'", "--event",
                  "see 'sealgate tracking --help' for them");
    }
  }
  query.port = options.port;
  query.party = options.party;
  if (!options.certificate.empty()) {
    SG_TRY_ASSIGN(const auto thumbprint, certificates::Thumbprint::parse(options.certificate));
    query.details.emplace_back("", thumbprint.to_hex());
  }
  if (!options.file.empty()) query.details.emplace_back("file", options.file);
  if (!options.address.empty()) query.details.emplace_back("address", options.address);
  query.text = options.text;
  query.newest_first = !options.oldest_first;
  return query;
}

Result<> write_body(TrackingLog& log, const std::string& digest, const std::string& output) {
  const auto sha256 = from_hex(digest);
  if (!sha256 || sha256->size() != 32) {
    return fail(kBadOption, "'" + digest + "' is no SHA-256", "SHA256",
                "give the 64 digits that 'sealgate tracking show --details' shows for the body");
  }
  SG_TRY_ASSIGN(const auto file, io::OutputFile::create(output, 0600));
  SG_TRY(log.read_body(*sha256, *file));
  return file->commit();
}

}  // namespace

Result<std::optional<Time>> optional_time(const std::string& text, const std::string& option) {
  if (text.empty()) return std::nullopt;
  auto time = parse_rfc3339(text);
  if (!time) return fail(std::move(time).error().at(option));
  return *time;
}

void print_records(const std::vector<TrackingRecord>& records, bool with_messages, bool details,
                   const std::string& output) {
  if (output == "table") return print_journey(records, with_messages, details);
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const TrackingRecord& record : records) all.push_back(store::tracking::record_json(record));
  print_document(all, output);
}

namespace {

int list(const StoreChoice& where, const ListOptions& options) {
  const auto query = make_query(options);
  if (!query) return print_error(query.error());
  const auto store = open_chosen_store(where, false);
  if (!store) return print_error(store.error());
  auto found = admin::find_records((*store)->tracking(), *query,
                                   options.limit + 1);  // one more, to know whether there are more
  if (!found) return print_error(found.error());
  const bool more = found->size() > options.limit;
  if (more) found->pop_back();
  if (query->newest_first) std::ranges::reverse(*found);
  print_records(*found, true, options.details, options.output);
  if (more && !is_appending())
    print_note("there are more; use --limit, --from and --until, or other options to see them");
  return 0;
}

}  // namespace

int run_tracking_list(const Args& args) {
  CLI::App app("Search the tracking log; the newest records are at the end");
  configure_app(app, "sealgate tracking list",
                "  sealgate tracking list --party Contoso --from 2026-11-01T00:00:00Z\n"
                "  sealgate tracking list --certificate 0123456789abcdef0123456789abcdef01234567 -o json\n"
                "  sealgate tracking list --event refused --limit 20\n");
  ListOptions options;
  StoreChoice where;
  add_list_options(app, options);
  Watch watch;
  add_form_options(app, options.output, options.details);
  add_watch_option(app, watch);
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  return run_watch(app, watch, [&] { return list(where, options); });
}

int run_tracking_show(const Args& args) {
  CLI::App app("Show the journey of a message: everything that happened to it and to what it was made of");
  configure_app(app, "sealgate tracking show", "  sealgate tracking show 0190163d-8694-739b-aea5-966c26f8ad91\n");
  std::string id;
  std::string output = "table";
  bool details = false;
  StoreChoice where;
  app.add_option("ID", id, "Id of a message or of a delivery")->required();
  add_form_options(app, output, details);
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  const auto store = open_chosen_store(where, false);
  if (!store) return print_error(store.error());
  const auto records = admin::find_journey((*store)->tracking(), id);
  if (!records) return print_error(records.error());
  const bool several = std::ranges::any_of(
      *records, [&](const TrackingRecord& record) { return record.message != records->front().message; });
  print_records(*records, several, details, output);
  return 0;
}

int run_tracking_body(const Args& args) {
  CLI::App app("Write a tracked body to a file, readable by its owner alone");
  configure_app(
      app, "sealgate tracking body",
      "  sealgate tracking show --details 0190163d-8694-739b-aea5-966c26f8ad91\n"
      "  sealgate tracking body f2ca1bb6c7e907d06dafe4687e579fce76b37e4e93b7605022da52e6ccc26fd2 -o order.xml\n");
  std::string digest;
  std::string output = "-";
  StoreChoice where;
  app.add_option("SHA256", digest, "Digest of the body, as shown by 'tracking show --details'")->required();
  app.add_option("-o", output, "Output file, - for standard output")->type_name("FILE")->capture_default_str();
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  const auto store = open_chosen_store(where, false);
  const auto written = [&]() -> Result<> {
    if (!store) return fail(store.error());
    // Before anybody sees it.
    SG_TRY(record(**store, {{"tracking.body", "tracked body " + digest, {}, {}, {}}}));
    return write_body((*store)->tracking(), digest, output);
  }();
  if (written) return 0;
  if (output != "-") remove_output(output);
  return print_error(written.error());
}

}  // namespace sealgate::cli
