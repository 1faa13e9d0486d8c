// sealgate cert list and show.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "admin/certificate_chain.h"
#include "base/clock.h"
#include "cli/cert_command.h"
#include "cli/cert_describe.h"
#include "cli/cert_uses.h"
#include "cli/errors.h"
#include "cli/foresight.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using namespace certificates;

std::string state_of(const StoredCertificate& entry, StoreName store, Time now) {
  const auto warnings = warnings_of(entry.certificate, store, entry.has_private_key, now);
  if (warnings.empty()) return "ok";
  return warnings.size() == 1 ? warnings.front() : warnings.front() + " (and more)";
}

std::string first_of(const std::vector<std::string>& uses) {
  if (uses.empty()) return "-";
  return uses.size() == 1 ? uses.front() : uses.front() + " (and " + std::to_string(uses.size() - 1) + " more)";
}

/// What `sealgate cert list` shows at a time.
struct ListOptions {
  std::size_t limit = 1000;
  std::string after;  ///< "STORE/THUMBPRINT", or THUMBPRINT with --store
};

/// Where a page begins: a store, and the certificate before.
struct PageStart {
  std::optional<StoreName> store;
  std::optional<Thumbprint> after;
};

Result<PageStart> page_start(const CertStores& stores, const std::string& text) {
  PageStart start;
  if (text.empty()) return start;
  const auto slash = text.find('/');
  if (slash == std::string::npos && !stores.chosen()) {
    return fail(kBadOption, "'" + text + "' does not say of which store", "--after",
                "write STORE/THUMBPRINT, as the page before says it, or give --store");
  }
  start.store = stores.chosen();
  if (slash != std::string::npos) {
    SG_TRY_ASSIGN(start.store, parse_store_name(text.substr(0, slash)));
  }
  SG_TRY_ASSIGN(start.after, Thumbprint::parse(text.substr(slash == std::string::npos ? 0 : slash + 1)));
  if (start.after->kind() != Thumbprint::Kind::Sha1) {
    return fail(kBadOption, "pages go on after a SHA-1 thumbprint (40 digits)", "--after",
                "copy it from the page before");
  }
  return start;
}

struct ListedCertificate {
  StoreName store;
  StoredCertificate entry;
};

/// At most `limit` and one more, by which it is known that there are more.
Result<std::vector<ListedCertificate>> page_of(const CertStores& stores, const ListOptions& paging) {
  SG_TRY_ASSIGN(const PageStart start, page_start(stores, paging.after));
  std::vector<ListedCertificate> found;
  bool begun = !start.store;
  for (const StoreName name : stores.names()) {
    const bool first = !begun && name == *start.store;
    begun = begun || first;
    if (!begun) continue;
    Page page{.limit = paging.limit + 1 - found.size()};
    if (first) page.after = start.after;
    SG_TRY_ASSIGN(auto entries, stores.store().page(stores.id(name), page));
    for (StoredCertificate& entry : entries) found.push_back({name, std::move(entry)});
    if (found.size() > paging.limit) break;
  }
  return found;
}

int list(const CertOptions& options, const ListOptions& paging) {
  auto stores = CertStores::open(options, false);
  if (!stores) return print_error(stores.error());
  auto listed = page_of(*stores, paging);
  if (!listed) return print_error(listed.error());
  const bool more = listed->size() > paging.limit;
  if (more) listed->pop_back();
  const Time now = SystemClock().now();
  const auto uses = uses_beside(*stores);
  if (!uses) return print_error(uses.error());
  nlohmann::json document = nlohmann::json::array();
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, entry] : *listed) {
    if (options.json()) {
      nlohmann::json json = admin::certificate_json(entry.certificate, name, entry.has_private_key, now);
      json["friendly_name"] = entry.friendly_name;
      json["used_by"] = used_by(*uses, entry.certificate, now);
      document.push_back(std::move(json));
    } else {
      rows.push_back({std::string(to_string(name)), entry.certificate.thumbprint().to_biztalk(),
                      entry.certificate.short_name(), date_of(entry.certificate.not_after()),
                      entry.has_private_key ? "yes" : "no", state_of(entry, name, now),
                      first_of(used_by(*uses, entry.certificate, now))});
    }
  }
  if (options.json()) {
    print_document(document, options.output);
  } else {
    print_table({"STORE", "THUMBPRINT", "NAME", "VALID UNTIL", "KEY", "STATE", "USED BY"}, rows);
  }
  if (more) {
    const ListedCertificate& last = listed->back();
    print_note("there are more; the next ones: --after " + std::string(to_string(last.store)) + "/" +
               last.entry.certificate.thumbprint().to_hex());
  }
  return 0;
}

void print_chain(const admin::ChainStatus& status) {
  if (status.path.ok()) {
    print_field("Chain", "trusted", Colour::Green);
  } else {
    print_field("Chain", std::string(status.path.outcome) + ": " + status.path.text, Colour::Red);
    print_field("Remedy", status.path.remedy);
  }
  for (std::size_t index = 0; index < status.path.chain.size(); ++index) {
    const Certificate& link = status.path.chain[index];
    print_field("  " + std::to_string(index), link.thumbprint().to_biztalk() + "  " + link.short_name());
  }
  print_field("Revocation", admin::revocation_state(status));
}

/// "yes", or why the stored key is of no use.
std::string private_key_state(const CertStores& stores, const FoundCertificate& found) {
  if (!found.entry.has_private_key) return "no";
  const auto account_key = stores.account_key(false);
  if (!account_key) return "stored, but cannot be opened: " + account_key.error().what;
  const auto key = open_private_key(stores.store(), *account_key, found.entry.certificate.thumbprint_sha256());
  return key ? "yes" : "stored, but cannot be opened: " + key.error().what;
}

int show(const CertOptions& options, const std::vector<std::string>& words) {
  const auto thumbprint = thumbprint_of(words);
  if (!thumbprint) return print_error(thumbprint.error());
  auto stores = CertStores::open(options, false);
  if (!stores) return print_error(stores.error());
  const auto found = find_certificate(*stores, *thumbprint);
  if (!found) return print_error(found.error());
  const Certificate& certificate = found->front().entry.certificate;
  const Time now = SystemClock().now();
  const auto chain = admin::check_chain(stores->store(), certificate, now);
  if (!chain) return print_error(chain.error());
  const auto uses = uses_beside(*stores);
  if (!uses) return print_error(uses.error());
  if (options.json()) {
    nlohmann::json document = admin::details_json(certificate);
    document["used_by"] = used_by(*uses, certificate, now);
    document["chain"] = admin::chain_json(*chain);
    document["stores"] = nlohmann::json::array();
    for (const FoundCertificate& place : *found) {
      document["stores"].push_back(
          {{"store", to_string(place.store)},
           {"friendly_name", place.entry.friendly_name},
           {"private_key", private_key_state(*stores, place)},
           {"warnings", warnings_of(certificate, place.store, place.entry.has_private_key, now)}});
    }
    print_document(document, options.output);
    return 0;
  }
  std::fputs((coloured(printable(certificate.short_name()), Colour::Bold, use_colours(stdout)) + "\n").c_str(),
             stdout);
  print_details(certificate);
  for (const FoundCertificate& place : *found) {
    print_field("Store", stores->id(place.store).description());
    if (!place.entry.friendly_name.empty()) print_field("Friendly name", place.entry.friendly_name);
    if (place.store == StoreName::Personal) print_field("Private key", private_key_state(*stores, place));
    for (const auto& warning : warnings_of(certificate, place.store, place.entry.has_private_key, now)) {
      print_field("Warning", warning, Colour::Yellow);
    }
  }
  for (const std::string& use : used_by(*uses, certificate, now)) print_field("Used by", use);
  print_chain(*chain);
  return 0;
}

}  // namespace

int run_cert_list(const Args& args) {
  CLI::App app{"List the certificates of the stores"};
  configure_app(app, "sealgate cert list",
                "  sealgate cert list --store OtherPeople\n  sealgate cert list -o json\n");
  CertOptions options;
  ListOptions paging;
  add_cert_options(app, options, "Only this store");
  app.add_option("--limit", paging.limit, "At most so many")
      ->check(CLI::Range(std::size_t{1}, CertificateStore::kMaxCertificates))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--after", paging.after, "Those that follow this one, as the page before says it")
      ->type_name("STORE/THUMBPRINT");
  Watch watch;
  add_watch_option(app, watch);
  if (const auto status = parse(app, args)) return *status;
  return run_watch(app, watch, [&] { return list(options, paging); });
}

int run_cert_show(const Args& args) {
  CLI::App app{"Show one certificate: names, validity, usages, chain"};
  configure_app(app, "sealgate cert show",
                "  sealgate cert show 04A2 8E1D 96C3 7F05 B1E2 8E1D 96C3 7F05 B1E2 00DC\n");
  CertOptions options;
  std::vector<std::string> words;
  app.add_option("THUMBPRINT", words, "SHA-1 (40 digits) or SHA-256 (64); blanks and colons do not matter")
      ->required()
      ->type_name("THUMBPRINT");
  add_cert_options(app, options, "Only this store");
  if (const auto status = parse(app, args)) return *status;
  return show(options, words);
}

}  // namespace sealgate::cli
