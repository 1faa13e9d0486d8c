#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/bytes.h"

namespace sealgate::cli {
namespace {

std::string_view sequence(Colour colour) {
  switch (colour) {
    case Colour::None:
      return "";
    case Colour::Bold:
      return "\x1b[1m";
    case Colour::Dim:
      return "\x1b[2m";
    case Colour::Red:
      return "\x1b[31m";
    case Colour::Green:
      return "\x1b[32m";
    case Colour::Yellow:
      return "\x1b[33m";
    case Colour::Blue:
      return "\x1b[34m";
    case Colour::Cyan:
      return "\x1b[36m";
  }
  return "";
}

void print_line(std::string_view prefix, std::string_view text) {
  const std::string line = std::string(prefix) + printable(text) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

// Length of the well-formed UTF-8 sequence at the start of `text`, 0 when it is not one.
std::size_t utf8_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first >= 0xc2 && first < 0xe0   ? 2
                             : (first & 0xf0U) == 0xe0       ? 3
                             : first >= 0xf0 && first < 0xf5 ? 4
                                                             : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80) return 0;
  }
  return length;
}

}  // namespace

int print_error(const Error& error) {
  print_line("sealgate: ", error.to_string());
  return exit_status(error.code.error_class);
}

int print_usage_error(std::string_view what, std::string_view command) {
  print_line("sealgate: ", std::string(what) + "; see '" + std::string(command) + " --help' [cli.usage]");
  return exit_status(ErrorClass::Usage);
}

void print_note(std::string_view text) {
  print_line("sealgate: note: ", text);
}

std::string coloured(std::string_view text, Colour colour, bool enabled) {
  if (!enabled || colour == Colour::None) return std::string(text);
  return std::string(sequence(colour)) + std::string(text) + "\x1b[0m";
}

bool is_terminal(std::FILE* stream) {
  const char* terminal = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe)
  if (terminal == nullptr || std::string_view(terminal) == "dumb") return false;
  return ::isatty(::fileno(stream)) == 1;
}

std::size_t terminal_width(std::FILE* stream) {
  if (!is_terminal(stream)) return 0;
  struct winsize size {};
  if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  const char* columns = std::getenv("COLUMNS");  // NOLINT(concurrency-mt-unsafe)
  return columns == nullptr ? 0 : std::strtoul(columns, nullptr, 10);
}

bool use_colours(std::FILE* stream) {
  const char* no_color = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): read before threads start
  if (no_color != nullptr && *no_color != '\0') return false;
  return is_terminal(stream);
}

std::string printable(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x80) {
      const std::size_t length = utf8_length(text.substr(i));
      // U+0080..U+009F are control characters too; terminals obey some of them.
      const bool control = length == 2 && c == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0;
      if (length == 0 || control) {
        safe += '?';
        i += length == 0 ? 1 : length;
      } else {
        safe += text.substr(i, length);
        i += length;
      }
      continue;
    }
    if (c < 0x20 || c == 0x7f) {
      safe += "\\x";
      const std::array<Byte, 1> one{c};
      safe += to_hex(one);
    } else {
      safe += static_cast<char>(c);
    }
    ++i;
  }
  return safe;
}

}  // namespace sealgate::cli
