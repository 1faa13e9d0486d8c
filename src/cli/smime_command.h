#pragma once
// sealgate smime encode|decode|inspect, and the options that decode and inspect share.

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "cli/command.h"
#include "smime/decoder.h"

namespace sealgate::cli {

int run_smime_decode(const Args& args);
int run_smime_encode(const Args& args);
int run_smime_inspect(const Args& args);

/// Keys, certificates and rules for opening a message, as they stand on the command line.
struct DecodeArguments {
  std::vector<std::string> keys;
  std::vector<std::string> certificates;
  std::vector<std::string> trusted;
  std::vector<std::string> intermediates;
  std::vector<std::string> crls;
  std::string password_file;
  std::string message_password_file;
  std::string at;
  std::string purpose = "email";
  std::string crl_check;
  bool partial_chain = false;
  bool no_chain = false;
  std::vector<std::string> weak;
  bool weak_given = false;
  bool allow_partial = false;
  bool accept_gcm = false;
  bool tolerate_line_ends = false;
  std::uint64_t max_expansion = 0;

  void add_to(CLI::App& app);
  /// Reads the files.
  Result<smime::DecodeOptions> load() const;
};

/// "sha1,3des" or nothing at all, which allows everything.
Result<smime::WeakPolicy> parse_weak(bool given, const std::vector<std::string>& names);
/// An RFC 3339 time; the clock's when empty.
Result<Time> parse_time(const std::string& text);

}  // namespace sealgate::cli
