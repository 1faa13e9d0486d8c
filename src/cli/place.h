#pragma once
// Where a command does its work: in the store, as its owner; or through the API of a running gateway, as the owner of
// a token.

#include <CLI/CLI.hpp>
#include <string>

#include "cli/data_folder.h"

namespace sealgate::cli {

struct ApiChoice {
  std::string url = {};          ///< "https://gateway.example:8443"; empty: none
  std::string token_file = {};   ///< its first line is the token
  std::string ca_file = {};      ///< PEM: who signed the gateway's certificate, or that itself
  std::string fingerprint = {};  ///< SHA-256 of the gateway's certificate, instead
};

struct Place {
  StoreChoice store = {};
  ApiChoice api = {};
};

/// --data, --store, --api, --token-file, --ca-file and --fingerprint, with what the environment says.
void add_place_options(CLI::App& app, Place& place);

/// --api, --token-file, --ca-file and --fingerprint alone.
void add_api_options(CLI::App& app, ApiChoice& api);

/// After parsing: clears what does not count. --api goes before $SEALGATE_API, and so do --data and --store.
void settle(const CLI::App& app, Place& place);
/// The same; `names_store`: the line says that a store is meant.
void settle(const CLI::App& app, Place& place, bool names_store);

/// What the environment says of the API. $SEALGATE_API counts when it is a URL; `serve` takes an address from it.
ApiChoice default_api_choice();

inline bool is_remote(const Place& place) {
  return !place.api.url.empty();
}

}  // namespace sealgate::cli
