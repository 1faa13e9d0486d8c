// sealgate cert forecast: what expires when, and who is hit.

#include <nlohmann/json.hpp>

#include "audit/forecast.h"
#include "base/clock.h"
#include "cli/cert_command.h"
#include "cli/cert_describe.h"
#include "cli/foresight.h"
#include "cli/parse.h"
#include "cli/table.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

struct ForecastOptions {
  StoreChoice where;
  std::string within;
  std::string output = "table";
};

void print_rows(const std::vector<audit::Expiry>& all, Time now) {
  std::vector<std::vector<std::string>> rows;
  for (const audit::Expiry& expiry : all) {
    for (const audit::AffectedUse& use : expiry.uses) {
      std::string hits;
      for (const std::string& port : use.ports) hits += (hits.empty() ? "" : ", ") + port;
      rows.push_back({date_of(expiry.expires()), std::to_string(expiry.days_left(now)),
                      expiry.certificate.thumbprint().to_biztalk(), expiry.certificate.short_name(), use.where,
                      use.party.empty() ? "-" : use.party, hits.empty() ? "-" : hits, use.covered ? "yes" : "no"});
    }
  }
  print_table({"EXPIRES", "DAYS", "THUMBPRINT", "NAME", "USED BY", "PARTY", "HITS", "REPLACED"}, rows);
}

int forecast(const ForecastOptions& options) {
  const Time now = SystemClock().now();
  const auto end = options.within.empty() ? Result<Time>(Time::max()) : time_within(options.within, now);
  if (!end) return print_error(end.error());
  const auto store = open_chosen_store(options.where, false);
  if (!store) return print_error(store.error());
  const auto foresight = admin::look_ahead(**store, {});
  if (!foresight) return print_error(foresight.error());
  auto all = audit::forecast(foresight->uses->places(), foresight->holdings, now);
  std::erase_if(all, [&](const audit::Expiry& expiry) { return expiry.expires() > *end; });
  if (is_document(options.output)) {
    print_document(admin::forecast_json(all, now), options.output);
  } else {
    print_rows(all, now);
  }
  return 0;
}

}  // namespace

int run_cert_forecast(const Args& args) {
  CLI::App app{
      "List the certificates in use by the date of their expiry, with the ports and parties that depend on them"};
  configure_app(app, "sealgate cert forecast", "  sealgate cert forecast --within 90d\n");
  ForecastOptions options;
  app.add_option("--within", options.within, "Only those that expire so soon: 90d")->type_name("TIME");
  add_form_option(app, options.output);
  add_store_options(app, options.where);
  if (const auto status = parse(app, args)) return *status;
  return forecast(options);
}

}  // namespace sealgate::cli
