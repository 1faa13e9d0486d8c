#pragma once
// Requests for tests, and servers that misbehave.

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <thread>

#include "net/http_client.h"

namespace sealgate::net::tests {

inline HttpClientRequest post_of(const std::string& url, std::string body) {
  HttpClientRequest request;
  request.url = url;
  request.body_size = body.size();
  request.body = [body = std::move(body)](Sink& sink) -> Result<> {
    SG_TRY(sink.write(as_bytes(body)));
    return sink.finish();
  };
  return request;
}

/// A server of one connection that does what the test says with the socket.
class OddServer {
 public:
  explicit OddServer(std::function<void(int)> behave) : listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<const sockaddr*>(&address), size);
    ::listen(listener_, 8);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this, behave = std::move(behave)] {
      const int fd = ::accept(listener_, nullptr, nullptr);
      behave(fd);
      ::close(fd);
    });
  }
  ~OddServer() {
    thread_.join();
    ::close(listener_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  int listener_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

/// Reads a request to the end of the body it announces: a success told any earlier is no success
/// to the client, and which of the two came first would be left to the scheduler.
inline void read_request(int fd) {
  std::string text;
  char c = 0;
  while (!text.ends_with("\r\n\r\n") && ::recv(fd, &c, 1, 0) == 1) text.push_back(c);
  static constexpr std::string_view kLength = "Content-Length: ";
  const std::size_t at = text.find(kLength);
  if (at == std::string::npos) return;
  for (std::size_t left = std::stoul(text.substr(at + kLength.size())); left > 0; --left)
    if (::recv(fd, &c, 1, 0) != 1) return;
}

inline void say(int fd, std::string_view text) {
  ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
}

}  // namespace sealgate::net::tests
