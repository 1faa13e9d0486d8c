#include "adapters/sample/line.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "adapters/sample/errors.h"

namespace sealgate::adapters::sample {
namespace {

constexpr std::size_t kLongestLine = 512;
constexpr int kWaiting = 64;  ///< callers that are not yet accepted

std::string reason() {
  return std::strerror(errno);
}

struct Address {
  sockaddr_un at{};
  const sockaddr* generic() const { return reinterpret_cast<const sockaddr*>(&at); }
};

Result<Address> address_of(const std::string& path) {
  Address address;
  address.at.sun_family = AF_UNIX;
  if (!path.starts_with('/') || path.size() >= sizeof address.at.sun_path) {
    return fail(kBadAddress, "this is no path of a socket", path, "give an absolute path of at most 107 bytes");
  }
  path.copy(address.at.sun_path, path.size());
  return address;
}

io::FileDescriptor new_socket() {
  return io::FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

}  // namespace

Signal::Signal() : event_(::eventfd(0, EFD_CLOEXEC)) {}

void Signal::set() const {
  (void)::eventfd_write(event_.get(), 1);  // fails only when it is set 2^64 times
}

Result<io::FileDescriptor> listen_at(const std::string& path) {
  SG_TRY_ASSIGN(const Address address, address_of(path));
  io::FileDescriptor fd = new_socket();
  ::unlink(path.c_str());  // what a life before left; nobody can connect to it any more
  if (::bind(fd.get(), address.generic(), sizeof address.at) != 0 || ::listen(fd.get(), kWaiting) != 0) {
    return fail(kCannotListen, "the socket cannot be opened: " + reason(), path, "look at the folder's permissions");
  }
  return fd;
}

Result<io::FileDescriptor> connect_to(const std::string& path) {
  SG_TRY_ASSIGN(const Address address, address_of(path));
  io::FileDescriptor fd = new_socket();
  if (::connect(fd.get(), address.generic(), sizeof address.at) != 0) {
    return fail(kNotReached, "nobody can be reached: " + reason(), path, "start the program that listens there");
  }
  return fd;
}

Result<> wait_for(int fd, short events, const Signal& stop, std::chrono::milliseconds patience) {
  std::array<pollfd, 2> watched{{{fd, events, 0}, {stop.fd(), POLLIN, 0}}};
  int ready = 0;
  do {
    ready = ::poll(watched.data(), watched.size(), static_cast<int>(patience.count()));
  } while (ready < 0 && errno == EINTR);
  if (watched[1].revents != 0) return fail(kCancelled, "the gateway stops");
  if (ready <= 0) return fail(kLost, "the other end took too long", {}, "see what it does");
  return {};
}

Result<> Line::write(ByteView bytes) {
  while (!bytes.empty()) {
    SG_TRY(wait_for(fd_.get(), POLLOUT, stop_, patience_));
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) continue;
    if (sent < 0) return fail(kLost, "the connection broke: " + reason());
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<std::size_t> Line::read(std::span<Byte> into) {
  SG_TRY(wait_for(fd_.get(), POLLIN, stop_, patience_));
  const ssize_t got = ::recv(fd_.get(), into.data(), into.size(), 0);
  if (got <= 0) return fail(kLost, got == 0 ? "the connection was closed" : "the connection broke: " + reason());
  return static_cast<std::size_t>(got);
}

Result<std::string> Line::read_line() {
  std::string line;
  while (line.size() <= kLongestLine) {
    Byte next{};
    SG_TRY(read({&next, 1}));  // lines are short, and what follows one is somebody else's
    const auto letter = static_cast<char>(next);
    if (letter == '\n') return line;
    line.push_back(letter);
  }
  return fail(kLost, "a line has no end");
}

}  // namespace sealgate::adapters::sample
