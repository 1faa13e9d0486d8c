#include "cli/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/log.h"
#include "io/file.h"

namespace sealgate::cli {
namespace {

/// A variable of the environment; empty when it is not set. Read before there are threads.
std::string_view variable(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): never set here
  return value == nullptr ? std::string_view() : std::string_view(value);
}

template <typename Number>
std::optional<Number> number_of(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

ServiceManager::ServiceManager() : socket_(variable("NOTIFY_SOCKET")) {
  if (!socket_.empty() && socket_.front() == '@') socket_.front() = '\0';
  const auto usec = number_of<std::uint64_t>(variable("WATCHDOG_USEC"));
  const std::string_view pid = variable("WATCHDOG_PID");
  const bool ours = pid.empty() || number_of<pid_t>(pid) == ::getpid();
  if (usec && *usec > 0 && ours) watchdog_ = std::chrono::microseconds(*usec);
}

void ServiceManager::tell(std::string_view word) const {
  sockaddr_un address{};
  if (socket_.empty() || socket_.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_.data(), socket_.size());
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const io::FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  // A manager that does not listen any more must not hold up the gateway.
  const ssize_t sent = ::sendto(socket.get(), word.data(), word.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                                reinterpret_cast<const sockaddr*>(&address), length);
  if (sent < 0) {
    log(LogLevel::Debug, "the service manager does not hear", {{"reason", std::strerror(errno)}});
  }
}

void ServiceManager::reloading() const {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  const auto usec =
      static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
  tell("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(usec));
}

void ServiceManager::status(std::string line) {
  if (line == status_) return;
  tell("STATUS=" + line);
  status_ = std::move(line);
}

void ServiceManager::watch(const hosts::Pulses& pulses) {
  const hosts::Pulse* slowest = pulses.slowest();
  if (!watchdog_ || slowest == nullptr) return;
  const auto now = std::chrono::steady_clock::now();
  if (slowest->beaten() > fed_) {
    tell("WATCHDOG=1");
    fed_ = now;
    said_ = false;
  } else if (!said_ && now - fed_ > *watchdog_ / 2) {
    said_ = true;
    log(LogLevel::Error, "a loop stands still; the service manager will end this process unless it goes on",
        {{"loop", slowest->loop()}});
  }
}

std::optional<std::chrono::milliseconds> ServiceManager::turn() const {
  if (!watchdog_) return std::nullopt;
  return std::max(std::chrono::milliseconds(1),
                  std::chrono::duration_cast<std::chrono::milliseconds>(*watchdog_ / 8));
}

}  // namespace sealgate::cli
