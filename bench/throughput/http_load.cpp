// Posts messages over kept connections, each with one request under way, as fast as they are acknowledged. One
// thread.
//
// usage: sealgate_bench_load --ports PORT[,PORT...] [--path /in] [--connections 64] [--size 10240]
//                            [--seconds 10] [--warmup 2] [--messages N]
//
// "window" on standard output when the warm-up is over, and one JSON line at the end. Latencies and rate are of what
// was acknowledged (2xx) inside the window; "total" counts everything that was.

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "bench/throughput/histogram.h"
#include "bench/throughput/loopback.h"
#include "bench/throughput/stamp.h"

namespace {

using namespace sealgate::bench;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kRest = kSecond / 50;  ///< of a connection that was refused or lost

struct Settings {
  std::vector<std::uint16_t> ports;
  std::string path;
  std::size_t connections;
  std::size_t size;
  std::uint64_t seconds;
  std::uint64_t warmup;
  std::uint64_t messages;  ///< 0: until the time is over
};

struct Connection {
  int fd = -1;
  std::uint16_t port = 0;
  std::size_t sent = 0;  ///< bytes of the request under way
  bool waits_for_room = false;
  bool busy = false;
  Stamp stamp;
  std::array<char, 4096> answer{};
  std::size_t answered = 0;
};

class Load {
 public:
  explicit Load(const Settings& settings) : settings_(settings), connections_(settings.connections) {
    head_ = "POST " + settings.path + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n" +
            "Content-Length: " + std::to_string(settings.size) + "\r\n\r\n";
    std::minstd_rand random(1);
    rest_.resize(settings.size - sizeof(Stamp));
    for (char& byte : rest_) byte = static_cast<char>(random());
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    if (epoll_ < 0) give_up("epoll_create1");
    for (std::size_t at = 0; at < connections_.size(); ++at) {
      connections_[at].port = settings.ports[at % settings.ports.size()];
    }
  }

  void run() {
    const std::uint64_t begin = monotonic_ns();
    window_from_ = begin + settings_.warmup * kSecond;
    window_to_ = settings_.messages > 0 ? ~std::uint64_t{0} : window_from_ + settings_.seconds * kSecond;
    for (Connection& connection : connections_) open(connection);
    std::array<epoll_event, 256> events{};
    for (std::uint64_t now = begin; goes_on(now); now = monotonic_ns()) {
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 10);
      if (count < 0 && errno != EINTR) give_up("epoll_wait");
      for (int at = 0; at < count; ++at) {
        serve(*static_cast<Connection*>(events[static_cast<std::size_t>(at)].data.ptr));
      }
      wake_resting();
    }
    window_to_ = std::min(window_to_, monotonic_ns());
  }

  void report() const {
    const double seconds = static_cast<double>(window_to_ - window_from_) / static_cast<double>(kSecond);
    std::printf(R"({"acknowledged":%llu,"total":%llu,"refused":%llu,"broken":%llu,"seconds":%.3f,"from_ns":%llu,)"
                R"("to_ns":%llu,"first_ns":%llu,"latency":%s,"cpu_seconds":%.2f})"
                "\n",
                wide(latencies_.total()), wide(acknowledged_), wide(refused_), wide(broken_), seconds,
                wide(window_from_), wide(window_to_), wide(first_), latencies_.to_json().c_str(),
                processor_seconds());
  }

 private:
  static unsigned long long wide(std::uint64_t value) { return value; }

  /// Ends when the time is over or the last message is acknowledged, and then waits for what is under way.
  bool goes_on(std::uint64_t now) {
    if (!announced_ && now >= window_from_) {
      announced_ = true;
      std::printf("window\n");
      std::fflush(stdout);
    }
    ending_ = now >= window_to_ || (settings_.messages > 0 && acknowledged_ >= settings_.messages);
    if (!ending_) return true;
    const bool any = std::ranges::any_of(connections_, [](const Connection& one) { return one.busy; });
    return any && now < window_to_ + 30 * kSecond;
  }

  void open(Connection& connection) {
    connection.fd = connect_to(connection.port);
    if (connection.fd < 0) return rest(connection);
    watch(epoll_, connection.fd, &connection, false, true);
    begin(connection);
  }

  void begin(Connection& connection) {
    const bool enough = settings_.messages > 0 && acknowledged_ + under_way_ >= settings_.messages;
    if (ending_ || enough) return;
    connection.stamp = {kStampMagic, next_++, monotonic_ns()};
    if (first_ == 0) first_ = connection.stamp.sent_ns;
    connection.sent = connection.answered = 0;
    connection.busy = true;
    ++under_way_;
    push(connection);
  }

  void push(Connection& connection) {
    std::array<iovec, 3> parts{
        {{head_.data(), head_.size()}, {&connection.stamp, sizeof(Stamp)}, {rest_.data(), rest_.size()}}};
    std::size_t skip = connection.sent;
    for (iovec& part : parts) {
      const std::size_t cut = std::min(skip, part.iov_len);
      part.iov_base = static_cast<char*>(part.iov_base) + cut;
      part.iov_len -= cut;
      skip -= cut;
    }
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = parts.size();
    const ssize_t done = sendmsg(connection.fd, &message, MSG_NOSIGNAL);
    if (done < 0 && errno != EAGAIN) return lose(connection);
    if (done > 0) connection.sent += static_cast<std::size_t>(done);
    const bool more = connection.sent < head_.size() + settings_.size;
    if (more != connection.waits_for_room) watch(epoll_, connection.fd, &connection, more, false);
    connection.waits_for_room = more;
  }

  void serve(Connection& connection) {
    if (connection.fd < 0) return;
    if (connection.waits_for_room) push(connection);
    if (connection.fd < 0) return;
    const ssize_t got = recv(connection.fd, connection.answer.data() + connection.answered,
                             connection.answer.size() - connection.answered, 0);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return lose(connection);
    connection.answered += static_cast<std::size_t>(got);
    const std::string_view text(connection.answer.data(), connection.answered);
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return;
    const std::size_t field = text.find("\r\nContent-Length: ");
    if (field == std::string_view::npos || field > end) give_up("an answer without Content-Length");
    const std::size_t length = std::strtoul(connection.answer.data() + field + 18, nullptr, 10);
    if (connection.answered < end + 4 + length) return;
    answered(connection, std::atoi(connection.answer.data() + 9));
  }

  void answered(Connection& connection, int status) {
    connection.busy = false;
    --under_way_;
    if (status < 200 || status > 299) {
      ++refused_;
      // The server may close after a refusal, and a stranger's backlog is not helped by haste.
      close_line(connection);
      return rest(connection);
    }
    ++acknowledged_;
    const std::uint64_t now = monotonic_ns();
    if (now >= window_from_ && now < window_to_) latencies_.add((now - connection.stamp.sent_ns) / 1000);
    begin(connection);
  }

  void lose(Connection& connection) {
    if (connection.busy) {
      ++broken_;
      --under_way_;
    }
    connection.busy = false;
    close_line(connection);
    rest(connection);
  }

  static void close_line(Connection& connection) {
    close(connection.fd);
    connection.fd = -1;
    connection.waits_for_room = false;
  }

  void rest(Connection& connection) { resting_.push_back({monotonic_ns() + kRest, &connection}); }

  void wake_resting() {
    while (!resting_.empty() && resting_.front().first <= monotonic_ns() && !ending_) {
      Connection* connection = resting_.front().second;
      resting_.pop_front();
      open(*connection);
    }
  }

  Settings settings_;
  std::vector<Connection> connections_;
  std::deque<std::pair<std::uint64_t, Connection*>> resting_;
  std::string head_;
  std::vector<char> rest_;
  int epoll_ = -1;
  std::uint64_t next_ = 0;
  std::uint64_t first_ = 0;
  std::uint64_t under_way_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t broken_ = 0;
  std::uint64_t window_from_ = 0;
  std::uint64_t window_to_ = 0;
  bool announced_ = false;
  bool ending_ = false;
  Histogram latencies_;
};

std::vector<std::uint16_t> ports_of(const std::string& list) {
  std::vector<std::uint16_t> ports;
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t comma = std::min(list.find(',', at), list.size());
    ports.push_back(static_cast<std::uint16_t>(std::strtoul(list.substr(at, comma - at).c_str(), nullptr, 10)));
    at = comma + 1;
  }
  return ports;
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  settings.ports = ports_of(text_option(argc, argv, "--ports", ""));
  settings.path = text_option(argc, argv, "--path", "/in");
  settings.connections = number_option(argc, argv, "--connections", 64);
  settings.size = number_option(argc, argv, "--size", 10240);
  settings.seconds = number_option(argc, argv, "--seconds", 10);
  settings.warmup = number_option(argc, argv, "--warmup", 2);
  settings.messages = number_option(argc, argv, "--messages", 0);
  errno = 0;
  if (settings.ports.empty() || settings.size < sizeof(Stamp)) give_up("give --ports, and a --size of 24 at least");
  Load load(settings);
  load.run();
  load.report();
  return 0;
}
