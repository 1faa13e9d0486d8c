// sealgate cert show: one certificate, and what is known of it.

#include <cstdio>
#include <nlohmann/json.hpp>

#include "admin/certificate_chain.h"
#include "base/clock.h"
#include "cli/cert_command.h"
#include "cli/cert_describe.h"
#include "cli/cert_uses.h"
#include "cli/foresight.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using namespace certificates;

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
