#pragma once
// What the subcommands of `sealgate tls` share.

#include "cli/command.h"
#include "probe/report.h"

namespace sealgate::cli {

int run_tls_probe(const Args& args);

/// The story of a probe, in the order of its steps.
void print_probe(const probe::Report& report);
void print_probe_document(const probe::Report& report, const std::string& form);

}  // namespace sealgate::cli
