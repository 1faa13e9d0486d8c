#pragma once
// What commands show: a table for people, or a document whose field names are those of the API, as JSON or YAML;
// once, or again and again.

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace sealgate::cli {

/// Adds -o. `forms` that a command has besides table, json and yaml stand before these two; the first is the default.
void add_form_option(CLI::App& app, std::string& form, std::vector<std::string> forms = {"table"});

/// json, yaml
bool is_document(const std::string& form);

/// On standard output, whatever its texts hold. While a watch appends, only what was not there before: the elements
/// of a list one a line.
void print_document(const nlohmann::ordered_json& document, const std::string& form);
/// As YAML 1.2, which reads back as the same values.
std::string to_yaml(const nlohmann::ordered_json& document);
/// Indented JSON, also where text is not UTF-8.
std::string dump(const nlohmann::ordered_json& json);

/// --watch [SECONDS]
struct Watch {
  double seconds = 2;
};
void add_watch_option(CLI::App& app, Watch& watch);

/// Shows once, or again and again until SIGINT or SIGTERM, or until showing fails. On a terminal what is new takes
/// the place of what was there; else rows and elements that were not there the last time are appended. The exit
/// status; 0 when a signal ended it.
int run_watch(const CLI::App& app, const Watch& watch, const std::function<int()>& show);

/// Whether this line was among those of the last round of a watch that appends; it is remembered. False without one.
bool shown_before(const std::string& line);
/// True while a watch appends.
bool is_appending();

}  // namespace sealgate::cli
