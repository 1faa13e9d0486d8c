#include "cli/password_input.h"

#include <termios.h>
#include <unistd.h>

#include <cstdio>

#include "cli/errors.h"
#include "cli/key_files.h"

namespace sealgate::cli {
namespace {

/// Nothing that is typed appears while it lives.
class NoEcho {
 public:
  NoEcho() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0;
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  ~NoEcho() {
    if (changed_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  bool works() const { return changed_; }

 private:
  termios before_{};
  bool changed_ = false;
};

/// One line of the terminal.
Result<Secret> read_silently(const std::string& prompt) {
  const NoEcho silence;
  if (!silence.works()) {
    return fail(kBadOption, "the terminal would show the password", "", "use --password-file");
  }
  std::fprintf(stderr, "%s: ", prompt.c_str());
  // A terminal gives at most 4096 bytes a line.
  Secret line(std::size_t{4096});
  const ssize_t size = ::read(STDIN_FILENO, line.data(), line.size());
  std::fputc('\n', stderr);
  if (size <= 0) return fail(kBadOption, "no password was typed", "", "type it, or use --password-file");
  std::size_t length = static_cast<std::size_t>(size);
  while (length > 0 && (line.data()[length - 1] == '\n' || line.data()[length - 1] == '\r')) --length;
  line.resize(length);
  return line;
}

bool is_terminal(const std::string& file) {
  return file == "-" && ::isatty(STDIN_FILENO) == 1;
}

}  // namespace

Result<Secret> ask_password(const std::string& file, const std::string& prompt) {
  return is_terminal(file) ? read_silently(prompt) : read_password_file(file);
}

Result<Secret> ask_new_password(const std::string& file) {
  if (!is_terminal(file)) return read_password_file(file);
  SG_TRY_ASSIGN(Secret password, read_silently("New password"));
  SG_TRY_ASSIGN(const Secret again, read_silently("Once more"));
  if (password.text() == again.text()) return password;
  return fail(kBadOption, "the two passwords differ", "", "try again");
}

}  // namespace sealgate::cli
