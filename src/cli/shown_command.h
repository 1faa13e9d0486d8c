#pragma once
// Commands that show something of a gateway and take nothing but where it is, in which form, and how often.

#include <functional>
#include <string>

#include "cli/command.h"
#include "cli/place.h"

namespace sealgate::cli {

/// Shows it on standard output, in the form of -o; the exit status.
using Show = std::function<int(const Place& place, const std::string& form)>;

/// `name`: with its family, "host list". The exit status.
int run_shown(const Args& args, const std::string& summary, const std::string& name, const std::string& examples,
              const Show& show);

}  // namespace sealgate::cli
