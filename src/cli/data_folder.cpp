#include "cli/data_folder.h"

#include <cstdlib>

namespace sealgate::cli {

void add_data_option(CLI::App& app, std::string& data) {
  const char* configured = std::getenv("SEALGATE_DATA");  // NOLINT(concurrency-mt-unsafe): no threads yet
  data = configured != nullptr && *configured != '\0' ? configured : "/var/lib/sealgate";
  app.add_option("--data", data, "Data folder ($SEALGATE_DATA)")->type_name("DIR")->capture_default_str();
}

Result<std::unique_ptr<store::SqliteStore>> open_data_folder(const std::string& data, bool create) {
  return store::SqliteStore::open({.data = data, .access = store::Access::Tool, .create = create, .readers = 1});
}

}  // namespace sealgate::cli
