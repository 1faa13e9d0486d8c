#pragma once
// --data, --store and what they lead to, for serve and for the commands that work beside it.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "store/backends/open_store.h"

namespace sealgate::cli {

struct StoreChoice {
  std::string data = {};  ///< folder of keys and spools, and of the database when it is SQLite
  std::string url = {};   ///< "sqlite", or where a shared database is; may hold a password: never print it
};

/// $SEALGATE_DATA, else /var/lib/sealgate; $SEALGATE_STORE, else sqlite.
StoreChoice default_store_choice();

/// Adds --data and --store, with their defaults.
void add_store_options(CLI::App& app, StoreChoice& choice);
/// The first of them alone.
void add_data_option(CLI::App& app, std::string& data);

/// True when the store lies in the data folder.
bool is_embedded(const StoreChoice& choice);

/// Opens the store as a tool. `create`: make it when it is not there; else a missing one is store.cannot-open.
Result<std::unique_ptr<store::Store>> open_chosen_store(const StoreChoice& choice, bool create);

}  // namespace sealgate::cli
