#include "cli/data_folder.h"

#include <cstdlib>

namespace sealgate::cli {

void add_data_option(CLI::App& app, std::string& data) {
  const char* configured = std::getenv("SEALGATE_DATA");  // NOLINT(concurrency-mt-unsafe): no threads yet
  data = configured != nullptr && *configured != '\0' ? configured : "/var/lib/sealgate";
  app.add_option("--data", data, "Data folder ($SEALGATE_DATA)")->type_name("DIR")->capture_default_str();
}

Result<std::unique_ptr<store::Store>> open_data_folder(const std::string& data, bool create) {
  static const SystemClock clock;
  store::StoreLocation location;
  location.data = data;
  location.create = create;
  return store::open_store(location, clock);
}

}  // namespace sealgate::cli
