#include "probe/tunnel.h"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>

#include "mime/base64.h"
#include "probe/errors.h"

namespace sealgate::probe {
namespace {

/// Of the head of its answer.
constexpr std::size_t kMaxHead = std::size_t{16} * 1024;

tl::unexpected<Error> fails(const Proxy& proxy, const std::string& why) {
  return fail(kProxyFails, "the proxy does not answer as one: " + why, proxy.url,
              "check the address of the proxy in the send port");
}

bool wait_for(const io::FileDescriptor& socket, short events, Deadline deadline) {
  pollfd watched{socket.get(), events, 0};
  int ready = 0;
  do {
    ready = ::poll(&watched, 1, left_until(deadline));
  } while (ready < 0 && errno == EINTR);
  return ready > 0;
}

std::string request_for(const Proxy& proxy, const std::string& host, const std::string& port) {
  const std::string authority = (host.find(':') != std::string::npos ? "[" + host + "]" : host) + ":" + port;
  std::string request = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
  if (!proxy.user.empty()) {
    const std::string login = proxy.user + ":" + std::string(proxy.password ? proxy.password->text() : "");
    request += "Proxy-Authorization: Basic " + mime::base64_encode(as_bytes(login)) + "\r\n";
  }
  return request + "\r\n";
}

}  // namespace

Result<> open_tunnel(const io::FileDescriptor& socket, const Proxy& proxy, const std::string& host,
                     const std::string& port, Deadline deadline) {
  const std::string request = request_for(proxy, host, port);
  for (std::size_t sent = 0; sent < request.size();) {
    if (!wait_for(socket, POLLOUT, deadline)) return fails(proxy, "it takes nothing in time");
    const ssize_t done = ::send(socket.get(), request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
    if (done < 0 && errno != EAGAIN) return fails(proxy, "it ends the connection");
    if (done > 0) sent += static_cast<std::size_t>(done);
  }
  std::string head;
  // One byte after the other: what comes after the head is not ours.
  while (!head.ends_with("\r\n\r\n")) {
    if (head.size() == kMaxHead) return fails(proxy, "its answer has no end");
    if (!wait_for(socket, POLLIN, deadline)) return fails(proxy, "it says nothing in time");
    char next = 0;
    if (::recv(socket.get(), &next, 1, 0) <= 0) return fails(proxy, "it ends the connection");
    head.push_back(next);
  }
  if (!head.starts_with("HTTP/1.") || head.size() < 12) return fails(proxy, "it does not speak HTTP");
  const std::string status = head.substr(9, 3);
  if (status.starts_with('2')) return {};
  return fail(kProxyRefuses, "the proxy does not let us through: HTTP status " + status, proxy.url,
              status == "407" ? "check proxy_user and proxy_password_source of the send port"
                              : "ask whoever runs the proxy to allow " + host + " port " + port);
}

}  // namespace sealgate::probe
