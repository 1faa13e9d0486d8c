// The program `sealgate`: what surrounds whichever command runs.

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>

#include "cli/program.h"
#include "cli/terminal.h"

namespace sealgate::cli {

namespace {

// Private keys pass through this process: no core dump, no ptrace by other processes of the account. The hard limit
// stays, so that serve can allow core dumps when it is asked to.
void harden() {
  struct rlimit core {};
  if (::getrlimit(RLIMIT_CORE, &core) == 0) {
    core.rlim_cur = 0;
    ::setrlimit(RLIMIT_CORE, &core);
  }
#ifndef __SANITIZE_ADDRESS__  // the leak checker traces the process from a thread of its own
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), with a message
}

/// A backup that went to a full disk must not look like success. Whoever reads no further (a closed pipe) knows.
int flush_output(int status) {
  errno = 0;
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return status;
  if (errno == EPIPE) return status;
  std::fputs("sealgate: the output could not be written as a whole; free space where it goes [cli.output-failed]\n",
             stderr);
  return status == 0 ? 1 : status;
}

}  // namespace
}  // namespace sealgate::cli

int main(int argc, char** argv) {
  sealgate::cli::harden();
  try {
    return sealgate::cli::flush_output(sealgate::cli::run_program(sealgate::cli::Args(argv + 1, argv + argc)));
  } catch (const std::bad_alloc&) {
    std::fputs("sealgate: out of memory; give the process more memory or lower its limits [cli.out-of-memory]\n",
               stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sealgate: internal error: %s; please report it [cli.internal]\n",
                 sealgate::cli::printable(error.what()).c_str());
  }
  return 1;
}
