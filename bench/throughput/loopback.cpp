#include "bench/throughput/loopback.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace sealgate::bench {

namespace {

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

sockaddr* generic(sockaddr_in& address) {
  return reinterpret_cast<sockaddr*>(&address);
}

void no_delay(int fd) {
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

void give_up(const std::string& why) {
  std::fprintf(stderr, "%s%s%s\n", why.c_str(), errno != 0 ? ": " : "", errno != 0 ? std::strerror(errno) : "");
  std::exit(1);
}

int connect_to(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(port);
  if (fd < 0) give_up("socket");
  if (connect(fd, generic(address), sizeof address) != 0) {
    close(fd);
    return -1;
  }
  no_delay(fd);
  if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) give_up("fcntl");
  return fd;
}

int listen_anywhere(std::uint16_t& port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  sockaddr_in address = loopback(0);
  socklen_t size = sizeof address;
  if (fd < 0 || bind(fd, generic(address), size) != 0 || listen(fd, 1024) != 0 ||
      getsockname(fd, generic(address), &size) != 0) {
    give_up("cannot listen");
  }
  port = ntohs(address.sin_port);
  return fd;
}

int accept_one(int listener) {
  const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (fd >= 0) no_delay(fd);
  return fd;
}

void watch(int epoll, int fd, void* tag, bool writing, bool is_new) {
  epoll_event event{};
  event.events = EPOLLIN | (writing ? static_cast<std::uint32_t>(EPOLLOUT) : 0U);
  event.data.ptr = tag;
  if (epoll_ctl(epoll, is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event) != 0) give_up("epoll_ctl");
}

std::string text_option(int argc, char** argv, const std::string& name, const std::string& fallback) {
  for (int at = 1; at + 1 < argc; ++at) {
    if (name == argv[at]) return argv[at + 1];
  }
  return fallback;
}

std::uint64_t number_option(int argc, char** argv, const std::string& name, std::uint64_t fallback) {
  const std::string text = text_option(argc, argv, name, "");
  return text.empty() ? fallback : std::strtoull(text.c_str(), nullptr, 10);
}

double processor_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace sealgate::bench
