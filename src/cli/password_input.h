#pragma once
// Passwords that people type or programs pipe in; never from the command line, where everybody on the computer sees
// them.

#include <string>

#include "base/error.h"
#include "base/secret.h"

namespace sealgate::cli {

/// The first line of `file`; for "-" that of standard input, which is asked for without echo when it is a terminal.
Result<Secret> ask_password(const std::string& file, const std::string& prompt);
/// The same for one that is being set: a terminal is asked twice. cli.bad-option when the two differ.
Result<Secret> ask_new_password(const std::string& file);

}  // namespace sealgate::cli
