#include "probe/reach.h"

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <memory>
#include <system_error>
#include <thread>
#include <utility>

#include "net/addresses.h"
#include "probe/errors.h"

namespace sealgate::probe {
namespace {

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};
using AddressList = std::unique_ptr<addrinfo, FreeAddresses>;

struct Found {
  int failure = 0;  ///< EAI_…
  std::vector<std::string> addresses;
};

Found look_up(const std::string& host) {
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* raw = nullptr;
  Found found;
  found.failure = ::getaddrinfo(host.c_str(), nullptr, &wanted, &raw);
  const AddressList list(found.failure == 0 ? raw : nullptr);
  for (const addrinfo* each = list.get(); each != nullptr; each = each->ai_next) {
    std::string text = net::numeric_address(*each->ai_addr);
    if (text.empty() || found.addresses.size() == kMaxAddresses) continue;
    if (std::ranges::find(found.addresses, text) == found.addresses.end()) found.addresses.push_back(std::move(text));
  }
  return found;
}

tl::unexpected<Error> connect_failure(int error, const std::string& where) {
  const std::string said = std::generic_category().message(error);
  if (error == ECONNREFUSED) {
    return fail(kConnectionRefused, "nothing listens at this address and port", where,
                "check the port; ask the partner whether the server runs");
  }
  if (error == ETIMEDOUT) {
    return fail(kConnectTimeout, "no answer to the attempt to connect", where,
                "a firewall may drop it: have this address and port opened, ask the partner to do the same");
  }
  return fail(kUnreachable, "cannot connect: " + said, where, "check routes and firewalls on the way to it");
}

}  // namespace

int left_until(Deadline deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 3'600'000));
}

Result<std::vector<std::string>> resolve(const std::string& host, Deadline deadline) {
  // The resolver knows no deadline: a thread of its own waits for it, and is left behind when it takes too long.
  auto promise = std::make_shared<std::promise<Found>>();
  auto answer = promise->get_future();
  std::thread([promise, host] { promise->set_value(look_up(host)); }).detach();
  if (answer.wait_until(deadline) != std::future_status::ready) {
    return fail(kUnknownHost, "the name server does not answer", host, "check the resolver of this computer");
  }
  Found found = answer.get();
  if (found.addresses.empty()) {
    const std::string said = found.failure == 0 ? "it has no address" : ::gai_strerror(found.failure);
    return fail(kUnknownHost, "the name cannot be resolved: " + said, host,
                "check the spelling and the resolver of this computer");
  }
  return std::move(found.addresses);
}

Result<io::FileDescriptor> connect_to(const std::string& numeric, const std::string& port, Deadline deadline) {
  const std::string where = numeric + " port " + port;
  addrinfo wanted{};
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  addrinfo* raw = nullptr;
  if (::getaddrinfo(numeric.c_str(), port.c_str(), &wanted, &raw) != 0) return connect_failure(EINVAL, where);
  const AddressList list(raw);
  io::FileDescriptor socket(::socket(list->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return connect_failure(errno, where);
  if (::connect(socket.get(), list->ai_addr, list->ai_addrlen) == 0) return socket;
  if (errno != EINPROGRESS) return connect_failure(errno, where);
  pollfd watched{socket.get(), POLLOUT, 0};
  int ready = 0;
  do {
    ready = ::poll(&watched, 1, left_until(deadline));
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) return connect_failure(ready == 0 ? ETIMEDOUT : errno, where);
  int error = 0;
  socklen_t size = sizeof(error);
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return connect_failure(error, where);
  return socket;
}

}  // namespace sealgate::probe
