// sealgate audit-log: who did what, and the proof that nobody changed it.

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "access/begun.h"
#include "access/errors.h"
#include "base/hex.h"
#include "cli/audit_trail.h"
#include "cli/data_folder.h"
#include "cli/errors.h"
#include "cli/foresight.h"
#include "cli/parse.h"
#include "cli/sso_command.h"
#include "cli/subcommands.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/tracking_command.h"
#include "cli/user_command.h"

namespace sealgate::cli {
namespace {

using access::AuditLog;
using access::AuditRecord;
using access::ListedAudit;
using nlohmann::ordered_json;

struct AuditOptions {
  StoreChoice where;
  access::AuditFilter filter;
  std::string from, until;
  std::size_t limit = 100;
  std::string output = "table";
  std::int64_t sequence = 0;
  std::string anchor;
};

struct OpenLog {
  std::unique_ptr<store::Store> store;
  AuditLog log;
};
Result<OpenLog> open_log(const StoreChoice& where) {
  SG_TRY_ASSIGN(auto store, open_chosen_store(where, false));
  AuditLog log(store->access(), store->clock());
  return OpenLog{std::move(store), log};
}

ordered_json json_of(std::int64_t sequence, const AuditRecord& record) {
  ordered_json details = ordered_json::object();
  for (const auto& [name, value] : record.details) details[name] = value;
  return {{"sequence", sequence},         {"at", to_rfc3339(record.at)}, {"who", record.who},
          {"from", record.from},          {"action", record.action},     {"object", record.object},
          {"before", record.before},      {"after", record.after},       {"outcome", record.outcome},
          {"details", std::move(details)}};
}

Result<> list(AuditOptions options) {
  SG_TRY_ASSIGN(options.filter.from, optional_time(options.from, "--from"));
  SG_TRY_ASSIGN(options.filter.until, optional_time(options.until, "--until"));
  SG_TRY_ASSIGN(auto open, open_log(options.where));
  std::vector<ListedAudit> found;
  std::int64_t before = 0;
  do {
    SG_TRY_ASSIGN(auto page, open.log.list(options.filter, before, options.limit - found.size()));
    for (ListedAudit& one : page.records) found.push_back(std::move(one));
    before = page.next;
  } while (before != 0 && found.size() < options.limit);
  if (is_document(options.output)) {
    auto document = ordered_json::array();
    for (const ListedAudit& one : found) document.push_back(json_of(one.sequence, one.record));
    print_document(document, options.output);
    return {};
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& [sequence, record] : found) {
    rows.push_back({std::to_string(sequence), to_rfc3339(record.at), record.who.empty() ? "-" : record.who,
                    record.from, record.action, record.object, record.outcome});
  }
  print_table({"NUMBER", "TIME", "WHO", "FROM", "ACTION", "OBJECT", "OUTCOME"}, rows);
  return {};
}

Result<> show(const AuditOptions& options) {
  SG_TRY_ASSIGN(auto open, open_log(options.where));
  SG_TRY_ASSIGN(const auto entry, open.log.show(options.sequence));
  SG_TRY_ASSIGN(const AuditRecord record, access::decode_audit_record(entry.record));
  if (is_document(options.output)) {
    ordered_json json = json_of(entry.sequence, record);
    json["hash"] = to_hex(entry.hash);
    json["record"] = entry.record;
    print_document(json, options.output);
    return {};
  }
  print_field("Number", std::to_string(entry.sequence));
  print_field("Time", to_rfc3339(record.at));
  print_field("Who", record.who.empty() ? "-" : record.who);
  print_field("From", record.from);
  print_field("Action", record.action);
  print_field("Object", record.object);
  if (!record.before.empty()) print_field("Before", record.before);
  if (!record.after.empty()) print_field("After", record.after);
  print_field("Outcome", record.outcome,
              record.outcome == "ok" || record.outcome == access::kBegun ? Colour::None : Colour::Red);
  for (const auto& [name, value] : record.details) print_field(name, value);
  print_field("Hash", to_hex(entry.hash));
  return {};
}

Result<> verify(const AuditOptions& options) {
  Bytes anchor;
  if (!options.anchor.empty()) {
    auto hash = from_hex(options.anchor);
    if (!hash || hash->size() != 32) {
      return fail(kBadOption, "'" + options.anchor + "' is no hash of 64 hexadecimal digits", "--anchor",
                  "give a hash that 'sealgate audit-log head' printed");
    }
    anchor = std::move(*hash);
  }
  SG_TRY_ASSIGN(auto open, open_log(options.where));
  SG_TRY_ASSIGN(const auto verdict, open.log.verify(anchor));
  print_field("Records", std::to_string(verdict.records));
  print_field("Head", verdict.head.hash.empty() ? "-" : to_hex(verdict.head.hash));
  if (verdict.first_bad != 0) {
    return fail(access::kAuditBroken, "the audit log was changed: " + verdict.reason,
                "record " + std::to_string(verdict.first_bad) + "; it and all after it are not proven",
                "keep the database as it is, find out who changed it, and compare it with a backup");
  }
  if (!anchor.empty() && !verdict.found_anchor) {
    return fail(access::kAuditBroken, "no record of the audit log has the hash of the anchor", to_hex(anchor),
                "the log was cut short or written anew: compare it with a backup");
  }
  print_field("Log", "holds", Colour::Green);
  return {};
}

Result<> head(const AuditOptions& options) {
  SG_TRY_ASSIGN(auto open, open_log(options.where));
  SG_TRY_ASSIGN(const auto last, open.log.head());
  if (last.sequence == 0) return fail(access::kNoSuchAuditRecord, "nothing was recorded yet", "audit log", "");
  std::printf("%s\n", to_hex(last.hash).c_str());
  return {};
}

int run_audit_log_list(const Args& args) {
  CLI::App app{"List what was done, the newest first"};
  configure_app(app, "sealgate audit-log list",
                "  sealgate audit-log list --who alice --from 2026-11-01T00:00:00Z\n"
                "  sealgate audit-log list --action artifact --object 'SendPort Orders'\n"
                "  sealgate audit-log list --action message.body -o json\n");
  AuditOptions options;
  app.add_option("--who", options.filter.who, "This user, also through tokens of his")->type_name("USER");
  app.add_option("--action", options.filter.action, "user.add; or user, for everything of users")
      ->type_name("ACTION");
  app.add_option("--object", options.filter.object, "A piece of what it was done to")->type_name("TEXT");
  app.add_option("--from", options.from, "From then on (RFC 3339)")->type_name("TIME");
  app.add_option("--until", options.until, "Before then")->type_name("TIME");
  app.add_option("--limit", options.limit, "At most so many")
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, std::size_t{100'000}))
      ->capture_default_str();
  Watch watch;
  add_form_option(app, options.output);
  add_watch_option(app, watch);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return run_watch(app, watch, [&] { return finish(list(options)); });
}

int run_audit_log_show(const Args& args) {
  CLI::App app{"Show one record"};
  configure_app(app, "sealgate audit-log show", "  sealgate audit-log show 1234\n");
  AuditOptions options;
  app.add_option("NUMBER", options.sequence, "As it is listed")->required();
  add_form_option(app, options.output);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(show(options));
}

int run_audit_log_verify(const Args& args) {
  CLI::App app{"Recompute every hash of the audit log and name the first record that does not hold"};
  configure_app(app, "sealgate audit-log verify",
                "  sealgate audit-log verify --anchor $(cat /mnt/elsewhere/audit-head)\n");
  AuditOptions options;
  app.add_option("--anchor", options.anchor, "A hash that was noted earlier and must be in the log")
      ->type_name("HASH");
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(verify(options));
}

int run_audit_log_head(const Args& args) {
  CLI::App app{"Print the hash of the last record; noted elsewhere, it is an anchor for verify"};
  configure_app(app, "sealgate audit-log head", "  sealgate audit-log head > /mnt/elsewhere/audit-head\n");
  AuditOptions options;
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return finish(head(options));
}

constexpr std::array kMembers = {
    Command{"list", "List what was done, by whom, from where", run_audit_log_list},
    Command{"show", "Show one record", run_audit_log_show},
    Command{"verify", "Prove that nothing was changed", run_audit_log_verify},
    Command{"head", "Print the hash that the log ends with", run_audit_log_head},
};

constexpr Family kFamily{
    "audit-log", "Who did what", kMembers,
    "Every change of the configuration, of certificates, users and messages, and every look at\n"
    "the content of a message. 'sealgate audit' is something else: it checks the configuration."};

}  // namespace

int run_audit_log(const Args& args) {
  return run_family(kFamily, args);
}

}  // namespace sealgate::cli
