#pragma once
// What commands print: errors in one form, colours only on a terminal.

#include <cstdio>
#include <string>
#include <string_view>

#include "base/error.h"

namespace sealgate::cli {

/// "sealgate: what (where); remedy [code]" on standard error. Returns the exit status of the error's class.
int print_error(const Error& error);

/// A usage error: says what is wrong and which help to read. The exit status is 2.
int print_usage_error(std::string_view what, std::string_view command);

/// A remark that does not stop the work, "sealgate: note: …" on standard error.
void print_note(std::string_view text);

enum class Colour { None, Bold, Dim, Red, Green, Yellow, Blue, Cyan };

/// Wraps text in escape sequences when `enabled`; see use_colours().
std::string coloured(std::string_view text, Colour colour, bool enabled);

/// True when `stream` is a terminal whose cursor can be moved.
bool is_terminal(std::FILE* stream);
/// Columns of the terminal that `stream` is, or $COLUMNS; 0 when it is no terminal.
std::size_t terminal_width(std::FILE* stream);

/// True when `stream` is a terminal that is not "dumb", and NO_COLOR is unset or empty (no-color.org).
bool use_colours(std::FILE* stream);

/// Text of unknown origin made safe for a terminal: control characters become \xNN, invalid UTF-8 becomes '?'.
std::string printable(std::string_view text);

}  // namespace sealgate::cli
