// sealgate tracking verify, head and archive.

#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/hex.h"
#include "cli/audit_trail.h"
#include "cli/data_folder.h"
#include "cli/errors.h"
#include "cli/message_command.h"
#include "cli/output.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"
#include "cli/tracking_command.h"
#include "messaging/errors.h"
#include "store/common/tracking/archive_folder.h"
#include "store/common/tracking/record_json.h"

namespace sealgate::cli {
namespace {

using namespace messaging;
using store::tracking::CheckedArchive;

Result<Bytes> parse_hash(const std::string& text, const std::string& option) {
  if (text.empty()) return Bytes();
  auto hash = from_hex(text);
  if (hash && hash->size() == 32) return std::move(*hash);
  return fail(kBadOption, "'" + text + "' is no hash of 64 hexadecimal digits", option,
              "give a hash that 'sealgate tracking head' printed");
}

int show_archive(const std::string& path, const Bytes& anchor) {
  const auto checked = store::tracking::check_archive_file(path);
  if (!checked) return print_error(checked.error());
  const TrackingArchive& archive = checked->archive;
  print_field("Archive", "holds", Colour::Green);
  print_field("Records", std::to_string(archive.first) + " to " + std::to_string(archive.last));
  print_field("From", to_rfc3339(archive.earliest));
  print_field("To", to_rfc3339(archive.latest));
  print_field("Follows", to_hex(checked->previous));
  print_field("Ends with", to_hex(archive.hash));
  if (anchor.empty() || anchor == archive.hash || anchor == checked->previous) return 0;
  return print_error(Error{kTrackingBroken, "the anchor is not what the archive begins or ends with", path,
                           "check the archives before and after it, and the log itself"});
}

int show_verification(const Verification& result, const Bytes& anchor) {
  print_field("Seals", std::to_string(result.seals));
  print_field("Records", std::to_string(result.records));
  print_field("Head", result.head.empty() ? "-" : to_hex(result.head));
  if (result.broken) {
    return print_error(Error{kTrackingBroken, "the tracking log was changed: " + result.broken->what,
                             "seal " + std::to_string(result.broken->seal) + ", record " +
                                 std::to_string(result.broken->first) + " and all after it are not proven",
                             "keep the database as it is, find out who changed it, and compare it with a backup"});
  }
  if (!result.anchored) {
    return print_error(Error{kTrackingBroken, "no seal of the log has the hash of the anchor", to_hex(anchor),
                             "the log was cut short or written anew; or the anchor is older than what was archived: "
                             "then verify the archives with --archive"});
  }
  print_field("Log", "holds", Colour::Green);
  return 0;
}

}  // namespace

int run_tracking_verify(const Args& args) {
  CLI::App app("Recompute every hash of the tracking log and say whether something was changed");
  configure_app(app, "sealgate tracking verify",
                "  sealgate tracking verify --anchor $(cat /mnt/elsewhere/head)\n"
                "  sealgate tracking verify --archive /var/lib/sealgate/archive/tracking-000000000001.jsonl.gz\n");
  std::string anchor_text;
  std::string archive;
  StoreChoice where;
  app.add_option("--anchor", anchor_text, "A hash that was noted earlier and must be in the log")->type_name("HASH");
  app.add_option("--archive", archive, "Verify this archive instead of the log")->type_name("FILE");
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  const auto anchor = parse_hash(anchor_text, "--anchor");
  if (!anchor) return print_error(anchor.error());
  if (!archive.empty()) return show_archive(archive, *anchor);
  const auto store = open_chosen_store(where, false);
  if (!store) return print_error(store.error());
  const bool tells = ::isatty(STDERR_FILENO) == 1;
  const auto result = (*store)->tracking().verify(*anchor, [tells](std::int64_t records) {
    if (tells) std::fprintf(stderr, "\r%lld records", static_cast<long long>(records));
    return true;
  });
  if (tells) std::fprintf(stderr, "\r");
  return result ? show_verification(*result, *anchor) : print_error(result.error());
}

int run_tracking_head(const Args& args) {
  CLI::App app("Print the hash that the tracking log ends with; noted elsewhere, it is an anchor for verify");
  configure_app(app, "sealgate tracking head", "  sealgate tracking head > /mnt/elsewhere/head\n");
  std::string output = "hash";
  StoreChoice where;
  add_form_option(app, output, {"hash"});
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  const auto store = open_chosen_store(where, false);
  if (!store) return print_error(store.error());
  const auto state = (*store)->tracking().state();
  if (!state) return print_error(state.error());
  if (!state->head) {
    return print_error(Error{kNoSuchMessage, "nothing was sealed yet", "tracking log",
                             "the gateway seals every second while it runs"});
  }
  if (output == "hash") {
    std::printf("%s\n", to_hex(state->head->hash).c_str());
    return 0;
  }
  nlohmann::ordered_json json;
  json["seal"] = store::tracking::seal_json(*state->head);
  json["oldest_record"] = state->first;
  json["unsealed"] = state->unsealed;
  json["bytes"] = state->bytes;
  print_document(json, output);
  return 0;
}

int run_tracking_archive(const Args& args) {
  CLI::App app("Move the old part of the tracking log to compressed files that prove themselves");
  configure_app(app, "sealgate tracking archive",
                "  sealgate tracking archive --before 2026-01-01T00:00:00Z\n"
                "  sealgate tracking archive --keep-bytes 10000000000 --folder /mnt/archive\n");
  std::string before;
  TrackingPart part;
  std::string folder;
  StoreChoice where;
  app.add_option("--before", before, "Everything before this time")->type_name("TIME");
  app.add_option("--keep-bytes", part.maximum_bytes, "As much as makes the rest fit into so many bytes")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 50U));
  app.add_option("--folder", folder, "Where the files go; without it DATA/archive")->type_name("DIR");
  add_store_options(app, where);
  if (const auto status = parse(app, args)) return *status;
  if (before.empty() && part.maximum_bytes == 0) {
    return print_usage_error("say what to archive: --before or --keep-bytes", "sealgate tracking archive");
  }
  if (!before.empty()) {
    const auto time = parse_rfc3339(before);
    if (!time) return print_error(time.error());
    part.before = *time;
  }
  const auto store = open_chosen_store(where, false);
  if (!store) return print_error(store.error());
  const std::filesystem::path target =
      folder.empty() ? store::tracking::archive_folder(where.data) : std::filesystem::path(folder);
  int files = 0;
  for (;;) {
    const auto done = store::tracking::archive_and_cut((*store)->tracking(), part, target, (*store)->clock().now());
    if (!done) return print_error(done.error());
    if (!*done) break;
    ++files;
    const TrackingArchive& archive = (*done)->archive;
    const auto recorded = record(**store, {{"tracking.archive", (*done)->path, {}, to_hex(archive.hash), {}}});
    if (!recorded) return print_error(recorded.error());
    std::printf("%s: records %lld to %lld, ends with %s\n", (*done)->path.c_str(),
                static_cast<long long>(archive.first), static_cast<long long>(archive.last),
                to_hex(archive.hash).c_str());
  }
  if (files == 0) print_note("nothing is that old; the log stays as it is");
  return 0;
}

}  // namespace sealgate::cli
