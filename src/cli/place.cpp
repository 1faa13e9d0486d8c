#include "cli/place.h"

#include <cstdlib>

namespace sealgate::cli {
namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): no threads yet
  return value != nullptr ? value : "";
}

}  // namespace

ApiChoice default_api_choice() {
  ApiChoice choice{variable("SEALGATE_API"), variable("SEALGATE_TOKEN_FILE"), variable("SEALGATE_CA_FILE"), {}};
  if (choice.url.find("://") == std::string::npos) choice.url.clear();
  return choice;
}

void add_place_options(CLI::App& app, Place& place) {
  add_store_options(app, place.store);
  add_api_options(app, place.api);
  app.get_option("--api")->excludes("--data")->excludes("--store");
}

void add_api_options(CLI::App& app, ApiChoice& api) {
  app.add_option("--api", api.url,
                 "Work through the API of a gateway, https://HOST:PORT, instead of the store ($SEALGATE_API)")
      ->type_name("URL");
  app.add_option("--token-file", api.token_file,
                 "With --api: file whose first line is the token ($SEALGATE_TOKEN_FILE)")
      ->type_name("FILE");
  auto* ca =
      app.add_option("--ca-file", api.ca_file,
                     "With --api: PEM file of who signed the gateway's certificate, or of that itself; without "
                     "it the system's ($SEALGATE_CA_FILE)")
          ->type_name("FILE");
  app.add_option("--fingerprint", api.fingerprint,
                 "With --api: SHA-256 of the gateway's certificate, as its log tells it, instead of --ca-file")
      ->type_name("HASH")
      ->excludes(ca);
}

void settle(const CLI::App& app, Place& place) {
  settle(app, place, app.count("--data") > 0 || app.count("--store") > 0);
}

void settle(const CLI::App& app, Place& place, bool names_store) {
  const ApiChoice from_environment = default_api_choice();
  if (app.count("--api") == 0) place.api.url = names_store ? std::string() : from_environment.url;
  if (place.api.token_file.empty()) place.api.token_file = from_environment.token_file;
  if (place.api.ca_file.empty() && place.api.fingerprint.empty()) place.api.ca_file = from_environment.ca_file;
}

}  // namespace sealgate::cli
