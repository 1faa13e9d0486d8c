// Preloaded into the gateway: while the file SEALGATE_KILL exists, the process dies at its first answer of 200,
// before a byte of it is sent or after all of it, as the file says.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

extern "C" ssize_t sendmsg(int socket, const msghdr* message, int flags) {
  static const auto real = reinterpret_cast<ssize_t (*)(int, const msghdr*, int)>(dlsym(RTLD_NEXT, "sendmsg"));
  const auto matches = [message] {
    for (std::size_t i = 0; i < message->msg_iovlen; ++i) {
      const iovec& piece = message->msg_iov[i];
      const std::string_view text(static_cast<const char*>(piece.iov_base), piece.iov_len);
      if (text.starts_with("HTTP/1.1 200")) return true;
    }
    return false;
  };
  char when = 0;
  if (const char* path = getenv("SEALGATE_KILL"); path != nullptr && matches()) {
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
      if (read(file, &when, 1) != 1) when = 0;
      close(file);
    }
  }
  if (when == 'b') kill(getpid(), SIGKILL);
  const ssize_t sent = real(socket, message, flags);
  if (when == 'a') kill(getpid(), SIGKILL);
  return sent;
}
