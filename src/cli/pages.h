#pragma once
// Every command as data: made from the declarations that parse its options, so that help, manual pages, the reference
// and the completion of shells say the same. parse() and run_family() hand over what they were given while a page is
// being made, and run nothing.

#include <CLI/CLI.hpp>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/subcommands.h"

namespace sealgate::cli {

inline constexpr std::string_view kProgramSummary =
    "Sealgate: a gateway for signed and encrypted messages between businesses";

struct ExitStatus {
  int number;
  std::string_view meaning;
};
/// The contract of base/error.h's exit_status(), in words.
inline constexpr std::array kExitStatuses = {
    ExitStatus{0, "success"},
    ExitStatus{1, "the system failed: disk full, database or network unavailable"},
    ExitStatus{2, "usage: a wrong option, a file that cannot be read, a name that does not exist"},
    ExitStatus{3, "the input is malformed"},
    ExitStatus{4, "cannot decrypt: no key fits, or the ciphertext is damaged"},
    ExitStatus{5, "a signature is invalid, or a log was changed"},
    ExitStatus{6, "a certificate is not trusted, expired, or made for another purpose"},
    ExitStatus{7, "revoked, or revocation unknown where required"},
    ExitStatus{8, "refused by policy: weak algorithm, not signed, not encrypted, over a limit, no permission"},
};

struct Variable {
  std::string_view name;
  std::string_view meaning;
};
/// What the environment decides.
inline constexpr std::array kEnvironment = {
    Variable{"SEALGATE_DATA", "The data folder, where --data is not given; else /var/lib/sealgate"},
    Variable{"SEALGATE_STORE", "The store, where --store is not given; else sqlite"},
    Variable{"SEALGATE_API", "The API to work through, where --api is not given; for serve, where to serve it"},
    Variable{"SEALGATE_TOKEN_FILE", "The file with the API token, where --token-file is not given"},
    Variable{"SEALGATE_CA_FILE", "The certificate to trust the API by, where --ca-file is not given"},
    Variable{"NO_COLOR", "Not empty: no colours, even on a terminal"},
    Variable{"COLUMNS", "The width of tables, where the terminal does not tell"},
};

struct OptionPage {
  std::vector<std::string> names = {};    ///< "-f", "--file"; empty: an argument by its place
  std::string value = {};                 ///< "FILE"; empty: a flag
  std::string optional_value = {};        ///< "[=SECONDS]", of a flag that may have a value
  std::string text = {};                  ///< what it is for
  std::string default_value = {};         ///< "" when there is none
  std::vector<std::string> choices = {};  ///< the only values that it takes; empty: any
  bool required = false;
  bool repeated = false;  ///< may be given, or hold, several

  bool positional() const { return names.empty(); }
  bool flag() const { return value.empty(); }
  /// "-f,--file FILE", "KIND".
  std::string spelling() const;
};

/// What the type name of a flag begins with that may have a value: "[=SECONDS]".
inline constexpr std::string_view kOptionalValue = "[=";

/// As it was declared to CLI11.
OptionPage option_page(const CLI::Option& declared);

struct Page {
  std::string name = {};         ///< "cert list"; empty: the program
  std::string summary = {};      ///< one line
  std::string description = {};  ///< more, where there is more
  std::string notes = {};        ///< of a family
  std::vector<std::string> examples = {};
  std::vector<OptionPage> options = {};  ///< arguments by their place first; without --help
  std::vector<Page> members = {};        ///< of a family

  std::string command() const { return name.empty() ? "sealgate" : "sealgate " + name; }
  /// "sealgate get [OPTIONS] KIND [NAME]"
  std::string usage() const;
};

/// The whole program.
Page describe_program();
/// The page of the command itself and of all below it, depth first.
void each_page(const Page& page, const std::function<void(const Page&)>& visit);

/// Called by parse() and run_family(): true when a page was being made, and nothing shall run.
bool record_page(const CLI::App& app);
bool record_page(const Family& family);

}  // namespace sealgate::cli
