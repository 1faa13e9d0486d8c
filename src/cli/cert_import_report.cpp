#include "cli/cert_import_report.h"

#include <algorithm>
#include <cstdio>

#include "certificates/certificate_store.h"
#include "cli/output.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

std::string text_of(const Json& json, const char* name) {
  const auto field = json.find(name);
  return field != json.end() && field->is_string() ? field->get<std::string>() : std::string();
}

std::vector<std::string> texts_of(const Json& json, const char* name) {
  std::vector<std::string> texts;
  for (const Json& one : json.value(name, Json::array())) {
    if (one.is_string()) texts.push_back(one.get<std::string>());
  }
  return texts;
}

/// "Personal of account default, with private key: would be added"
std::string title_of(const Json& entry, bool dry_run) {
  const auto store = certificates::parse_store_name(text_of(entry, "store"));
  std::string title =
      store ? certificates::StoreId{*store, text_of(entry, "account")}.description() : text_of(entry, "store");
  if (entry.value("private_key", false)) title += ", with private key";
  const std::string outcome = text_of(entry, "outcome");
  if (!dry_run || outcome == "already there") return title + ": " + outcome;
  return title + (outcome == "added" ? ": would be added" : ": its private key would be added");
}

void print_entry(const Json& entry, bool dry_run) {
  const bool colours = use_colours(stdout);
  std::fputs((coloured(printable(title_of(entry, dry_run)), Colour::Green, colours) + "\n").c_str(), stdout);
  print_field("Thumbprint", text_of(entry, "thumbprint"));
  print_field("Subject", text_of(entry, "subject"));
  print_field("Valid",
              text_of(entry, "not_before").substr(0, 10) + " to " + text_of(entry, "not_after").substr(0, 10));
  print_field("Usages", entry.value("authority", false) ? "authority" : text_of(entry, "usages"));
  for (const std::string& warning : texts_of(entry, "warnings")) print_field("Warning", warning, Colour::Yellow);
  const Json chain = entry.value("chain", Json::object());
  if (const std::string reason = text_of(chain, "reason"); !reason.empty()) {
    print_field("Chain", text_of(chain, "status") + ": " + reason, Colour::Yellow);
  }
  for (const std::string& use : texts_of(entry, "fits")) print_field("Used by", use);
  for (const std::string& misfit : texts_of(entry, "misfits")) print_field("Does not fit", misfit, Colour::Red);
  for (const Json& old : entry.value("replaces", Json::array())) {
    print_field("Could replace", text_of(old, "thumbprint") + " '" + text_of(old, "name") + "', until " +
                                     text_of(old, "not_after").substr(0, 10));
    for (const std::string& use : texts_of(old, "used_by")) print_field("", use);
  }
}

}  // namespace

Json empty_import_report(bool dry_run) {
  return {{"dry_run", dry_run},    {"imported", Json::array()}, {"untrusted_roots", Json::array()},
          {"revocation_lists", 0}, {"lists", Json::array()},    {"notes", Json::array()}};
}

void join_reports(Json& all, Json part) {
  for (const char* list : {"imported", "untrusted_roots", "lists", "notes"}) {
    for (Json& one : part[list]) all[list].push_back(std::move(one));
  }
  all["revocation_lists"] =
      all.value("revocation_lists", std::int64_t{0}) + part.value("revocation_lists", std::int64_t{0});
}

void print_import_report(const Json& report, const std::string& form) {
  if (is_document(form)) {
    print_document(report, form);
    return;
  }
  const bool dry_run = report.value("dry_run", false);
  for (const Json& entry : report.value("imported", Json::array())) print_entry(entry, dry_run);
  if (const auto lists = report.value("revocation_lists", std::int64_t{0}); lists > 0) {
    std::printf("Revocation lists: %lld\n", static_cast<long long>(lists));
  }
  if (dry_run) std::puts("dry run: nothing was stored");
  for (const std::string& note : texts_of(report, "notes")) print_note(note);
}

}  // namespace sealgate::cli
