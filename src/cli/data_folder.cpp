#include "cli/data_folder.h"

#include <cstdlib>

namespace sealgate::cli {
namespace {

std::string configured(const char* variable, const char* otherwise) {
  const char* value = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): no threads yet
  return value != nullptr && *value != '\0' ? value : otherwise;
}

}  // namespace

StoreChoice default_store_choice() {
  return {configured("SEALGATE_DATA", "/var/lib/sealgate"), configured("SEALGATE_STORE", "sqlite")};
}

void add_data_option(CLI::App& app, std::string& data) {
  data = default_store_choice().data;
  app.add_option("--data", data, "Folder of the keys and the spools, and of the SQLite database ($SEALGATE_DATA)")
      ->type_name("DIR")
      ->capture_default_str();
}

void add_store_options(CLI::App& app, StoreChoice& choice) {
  add_data_option(app, choice.data);
  choice.url = default_store_choice().url;
  // Its default is not shown: it may hold a password.
  app.add_option("--store", choice.url,
                 "sqlite, in the data folder, or postgresql://USER@HOST/DATABASE ($SEALGATE_STORE)")
      ->type_name("STORE");
}

bool is_embedded(const StoreChoice& choice) {
  return choice.url.empty() || choice.url == "sqlite";
}

Result<std::unique_ptr<store::Store>> open_chosen_store(const StoreChoice& choice, bool create) {
  static const SystemClock clock;
  store::StoreLocation location;
  location.data = choice.data;
  location.url = choice.url;
  location.create = create;
  return store::open_store(location, clock);
}

}  // namespace sealgate::cli
