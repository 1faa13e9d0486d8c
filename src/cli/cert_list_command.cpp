// sealgate cert list: the certificates of the stores, or those that have something in them; on the store and through
// the API.

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "cli/api_client.h"
#include "cli/cert_command.h"
#include "cli/cert_describe.h"
#include "cli/cert_uses.h"
#include "cli/errors.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

using namespace certificates;

constexpr const char* kExamples =
    "  sealgate cert list --store OtherPeople\n"
    "  sealgate cert list --search fabrikam            # in names, mail addresses and thumbprints\n"
    "  sealgate cert list --search '04A2 8E1D' -o json\n";

/// What `sealgate cert list` shows at a time.
struct ListOptions {
  CertOptions common;
  ApiChoice api;
  std::size_t limit = 1000;
  std::string after;  ///< "STORE/THUMBPRINT", or THUMBPRINT with --store; a cursor of the API
  std::string search;
};

struct Listed {
  std::vector<Json> items;
  std::string next;  ///< what --after takes for the next ones; empty: there are none
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

/// As the API tells it.
Json item_of(const StoredCertificate& entry, const StoreId& id, std::vector<std::string> uses, Time now) {
  Json item = admin::certificate_json(entry.certificate, id.name, entry.has_private_key, now);
  if (id.name == StoreName::Personal) item["account"] = id.account;
  item["friendly_name"] = entry.friendly_name;
  item["used_by"] = std::move(uses);
  return item;
}

Result<Listed> list_here(const ListOptions& options) {
  SG_TRY_ASSIGN(const CertStores stores, CertStores::open(options.common, false));
  SG_TRY_ASSIGN(const PageStart start, page_start(stores, options.after));
  SG_TRY_ASSIGN(const auto uses, uses_beside(stores));
  const Time now = SystemClock().now();
  Listed listed;
  std::string last;
  bool begun = !start.store;
  for (const StoreName name : stores.names()) {
    const bool first = !begun && name == *start.store;
    begun = begun || first;
    if (!begun) continue;
    // One more, by which it is known that there are more.
    Page page{.limit = options.limit + 1 - listed.items.size(), .search = {.part = options.search}};
    if (first) page.after = start.after;
    SG_TRY_ASSIGN(const auto entries, stores.store().page(stores.id(name), page));
    for (const StoredCertificate& entry : entries) {
      if (listed.items.size() == options.limit) {
        listed.next = last;
        return listed;
      }
      listed.items.push_back(item_of(entry, stores.id(name), used_by(uses, entry.certificate, now), now));
      last = std::string(to_string(name)) + "/" + entry.certificate.thumbprint().to_hex();
    }
  }
  return listed;
}

Result<Listed> list_by_api(const ListOptions& options) {
  SG_TRY_ASSIGN(const auto api, ApiClient::open({options.common.where, options.api}));
  ApiRequest request{"GET", "/certificates"};
  request.query.emplace_back("account", options.common.account);
  if (!options.common.stores.empty()) {
    SG_TRY_ASSIGN(const StoreName chosen, parse_store_name(options.common.stores.back()));
    request.query.emplace_back("store", to_string(chosen));
  }
  if (!options.search.empty()) request.query.emplace_back("search", options.search);
  Listed listed{{}, options.after};
  SG_TRY_ASSIGN(listed.items, api->items(request, options.limit, listed.next));
  return listed;
}

/// The first of a list of texts, and that there are others.
std::string first_of(const Json& item, const char* name, const std::string& none, bool counted) {
  const Json texts = item.value(name, Json::array());
  if (texts.empty()) return none;
  const std::string first = texts.front().get<std::string>();
  if (texts.size() == 1) return first;
  return first + (counted ? " (and " + std::to_string(texts.size() - 1) + " more)" : " (and more)");
}

int list(const ListOptions& options) {
  const auto listed = options.api.url.empty() ? list_here(options) : list_by_api(options);
  if (!listed) return print_error(listed.error());
  if (is_document(options.common.output)) {
    print_document(listed->items, options.common.output);
  } else {
    std::vector<std::vector<std::string>> rows;
    for (const Json& item : listed->items) {
      rows.push_back({item.value("store", ""), item.value("thumbprint", ""), item.value("name", ""),
                      item.value("not_after", "").substr(0, 10), item.value("private_key", false) ? "yes" : "no",
                      first_of(item, "warnings", "ok", false), first_of(item, "used_by", "-", true)});
    }
    print_table({"STORE", "THUMBPRINT", "NAME", "VALID UNTIL", "KEY", "STATE", "USED BY"}, rows);
  }
  if (!listed->next.empty()) print_note("there are more; the next ones: --after " + listed->next);
  return 0;
}

}  // namespace

int run_cert_list(const Args& args) {
  CLI::App app{"List the certificates of the stores"};
  configure_app(app, "sealgate cert list", kExamples);
  ListOptions options;
  add_cert_options(app, options.common, "Only this store");
  app.add_option(
         "--search", options.search,
         "Only those with this in the subject, the friendly name, a mail address or the thumbprint, in any case")
      ->type_name("TEXT");
  app.add_option("--limit", options.limit, "At most so many")
      ->check(CLI::Range(std::size_t{1}, CertificateStore::kMaxCertificates))
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--after", options.after, "Those that follow this one, as the page before says it")
      ->type_name("STORE/THUMBPRINT");
  Watch watch;
  add_watch_option(app, watch);
  add_cert_api_options(app, options.api);
  if (const auto status = parse(app, args)) return *status;
  settle(app, options.common, options.api);
  return run_watch(app, watch, [&] { return list(options); });
}

}  // namespace sealgate::cli
