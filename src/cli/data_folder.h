#pragma once
// --data and the store behind it, for the commands that work beside a running gateway.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "store/backends/open_store.h"

namespace sealgate::cli {

/// Adds --data with $SEALGATE_DATA, else /var/lib/sealgate, as its default.
void add_data_option(CLI::App& app, std::string& data);

/// Opens the store as a tool. `create`: make the data folder and the database when they are not there; else a missing
/// one is store.cannot-open.
Result<std::unique_ptr<store::Store>> open_data_folder(const std::string& data, bool create);

}  // namespace sealgate::cli
