// Posts AS2 messages that were made before, each under a new Message-ID, and reads the receipts. One thread for each
// connection, one request at a time; a connection that the server closes is opened again.
//
// usage: sealgate_bench_as2_load --port PORT --requests FOLDER [--path /as2] [--connections 8] [--seconds 10]
//                                [--warmup 3] [--rate 0] [--close 0]
//
// FOLDER holds pairs of files, N.head (the header fields, CRLF, "@ID@" where the Message-ID goes) and N.body. With a
// rate, requests begin evenly at so many a second, and a time counts from when its request should have begun: one
// that waits for a slow one before it is late, too. Prints one JSON line at the end: what was acknowledged by a
// receipt that says "processed" inside the window, and the times.

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>

#include "bench/throughput/histogram.h"
#include "bench/throughput/loopback.h"

namespace {

using namespace sealgate::bench;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::string_view kId = "@ID@";

struct Template {
  std::string before;  ///< the head up to the Message-ID
  std::string after;   ///< the rest of it, with Host and Content-Length, the empty line, the body
};

struct Settings {
  std::uint16_t port;
  std::size_t connections;
  std::uint64_t seconds;
  std::uint64_t warmup;
  std::uint64_t rate;
  bool close;
  std::vector<Template> requests;
};

struct Totals {
  std::uint64_t acknowledged = 0;
  std::uint64_t total = 0;
  std::uint64_t refused = 0;
  std::uint64_t broken = 0;
  Histogram latencies;
  std::vector<std::uint64_t> all;
};

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) give_up("cannot read " + path.string());
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Template> templates_in(const std::string& folder, const std::string& path, bool close) {
  std::vector<Template> all;
  for (std::size_t number = 0;; ++number) {
    const auto head_file = std::filesystem::path(folder) / (std::to_string(number) + ".head");
    if (!std::filesystem::exists(head_file)) break;
    const std::string body = content_of(std::filesystem::path(folder) / (std::to_string(number) + ".body"));
    const std::string head = "POST " + path +
                             " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
                             (close ? "\r\nConnection: close\r\n" : "\r\n") + content_of(head_file) + "\r\n";
    const std::size_t at = head.find(kId);
    if (at == std::string::npos) give_up("no @ID@ in " + head_file.string());
    all.push_back({head.substr(0, at), head.substr(at + kId.size()) + body});
  }
  return all;
}

/// One connection: sends a request whole and reads one answer whole.
class Line {
 public:
  Line(std::uint16_t port, bool close) : port_(port), close_(close) {}
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() { hang_up(); }

  /// nullopt: the connection broke.
  std::optional<std::string> exchange(const std::string& head, const std::string& rest) {
    if (fd_ < 0 && !dial()) return std::nullopt;
    if (!push(head, rest)) return hang_up(), std::nullopt;
    std::string answer;
    for (;;) {
      const auto end = end_of(answer);
      if (end && answer.size() >= *end) break;
      const std::size_t old = answer.size();
      answer.resize(old + kPiece);
      const ssize_t got = recv(fd_, answer.data() + old, kPiece, 0);
      answer.resize(old + (got > 0 ? static_cast<std::size_t>(got) : 0));
      if (got == 0 && until_close_) {
        hang_up();
        return answer;
      }
      if (got <= 0) return hang_up(), std::nullopt;
    }
    if (closes_ || close_) hang_up();
    return answer;
  }

 private:
  static constexpr std::size_t kPiece = 16384;

  bool dial() {
    fd_ = connect_to(port_);
    if (fd_ < 0) return false;
    fcntl(fd_, F_SETFL, 0);
    const timeval patience{60, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return true;
  }

  void hang_up() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

  /// Both in one call, as clients do: a server that is called for each of two would pay for the generator's habits.
  bool push(const std::string& head, const std::string& rest) {
    std::array<iovec, 2> pieces{
        {{const_cast<char*>(head.data()), head.size()}, {const_cast<char*>(rest.data()), rest.size()}}};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    for (std::size_t left = head.size() + rest.size(); left > 0;) {
      const ssize_t sent = sendmsg(fd_, &message, MSG_NOSIGNAL);
      if (sent <= 0) return false;
      auto gone = static_cast<std::size_t>(sent);
      left -= gone;
      for (iovec& piece : pieces) {
        const std::size_t taken = std::min(gone, piece.iov_len);
        piece.iov_base = static_cast<char*>(piece.iov_base) + taken;
        piece.iov_len -= taken;
        gone -= taken;
      }
    }
    return true;
  }

  /// How long the answer is; nullopt while that cannot be told.
  std::optional<std::size_t> end_of(const std::string& answer) {
    until_close_ = false;
    const std::size_t head_end = answer.find("\r\n\r\n");
    if (head_end == std::string::npos) return std::nullopt;
    std::string head = answer.substr(0, head_end + 2);
    std::ranges::transform(head, head.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    closes_ = head.find("\r\nconnection: close\r\n") != std::string::npos;
    if (const std::size_t at = head.find("\r\ncontent-length:"); at != std::string::npos) {
      return head_end + 4 + std::strtoul(head.c_str() + at + 17, nullptr, 10);
    }
    if (head.find("\r\ntransfer-encoding: chunked") != std::string::npos) {
      std::size_t at = head_end + 4;
      for (;;) {
        const std::size_t line = answer.find("\r\n", at);
        if (line == std::string::npos) return std::nullopt;
        const std::size_t length = std::strtoul(answer.c_str() + at, nullptr, 16);
        at = line + 2 + length + 2;
        if (length == 0) return at;
        if (at > answer.size()) return std::nullopt;
      }
    }
    until_close_ = true;
    return std::nullopt;
  }

  std::uint16_t port_;
  bool close_;
  int fd_ = -1;
  bool closes_ = false;
  bool until_close_ = false;
};

class Load {
 public:
  explicit Load(const Settings& settings) : settings_(settings) {}

  void run() {
    begin_ = monotonic_ns();
    window_from_ = begin_ + settings_.warmup * kSecond;
    window_to_ = window_from_ + settings_.seconds * kSecond;
    std::vector<std::jthread> threads;
    for (std::size_t at = 0; at < settings_.connections; ++at) {
      threads.emplace_back([this, at] { work(at); });
    }
    wait_until(window_from_);
    std::printf("window\n");
    std::fflush(stdout);
  }

  void report() const {
    std::printf(R"({"acknowledged":%llu,"total":%llu,"refused":%llu,"broken":%llu,"seconds":%llu,"latency":%s,)"
                R"("cpu_seconds":%.2f,"first_refusal":"%s"})"
                "\n",
                wide(totals_.acknowledged), wide(totals_.total), wide(totals_.refused), wide(totals_.broken),
                wide(settings_.seconds), totals_.latencies.to_json().c_str(), processor_seconds(),
                first_refusal_.c_str());
  }

 private:
  static unsigned long long wide(std::uint64_t value) { return value; }

  static void wait_until(std::uint64_t moment) {
    const timespec until{static_cast<time_t>(moment / kSecond), static_cast<long>(moment % kSecond)};
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
    }
  }

  void work(std::size_t who) {
    Line line(settings_.port, settings_.close);
    Totals mine;
    std::string head;
    for (std::uint64_t round = 0;; ++round) {
      const std::uint64_t number = next_++;
      std::uint64_t from = monotonic_ns();
      if (settings_.rate > 0) {
        from = begin_ + number * kSecond / settings_.rate;
        if (from < window_to_) wait_until(from);
      }
      if (from >= window_to_ || monotonic_ns() >= window_to_ + 30 * kSecond) break;
      const Template& one = settings_.requests[number % settings_.requests.size()];
      head = one.before + "<" + std::to_string(begin_) + "." + std::to_string(who) + "." + std::to_string(round) +
             "@bench.example>";
      const auto answer = line.exchange(head, one.after);
      const std::uint64_t now = monotonic_ns();
      if (!answer) {
        ++mine.broken;
        // A server that closes its connections between requests is met again on a new one.
        continue;
      }
      const bool good = answer->starts_with("HTTP/1.1 200") && answer->find("processed\r\n") != std::string::npos;
      if (!good) {
        ++mine.refused;
        note(*answer);
        continue;
      }
      ++mine.total;
      if (now < window_from_ || now >= window_to_) continue;
      ++mine.acknowledged;
      mine.all.push_back((now - from) / 1000);
    }
    const std::lock_guard lock(mutex_);
    totals_.acknowledged += mine.acknowledged;
    totals_.total += mine.total;
    totals_.refused += mine.refused;
    totals_.broken += mine.broken;
    for (const std::uint64_t time : mine.all) totals_.latencies.add(time);
  }

  void note(const std::string& answer) {
    const std::lock_guard lock(mutex_);
    if (!first_refusal_.empty()) return;
    for (const char c : answer.substr(0, 1500)) {
      if (c == '\n') {
        first_refusal_ += "|";
      } else if (c >= ' ' && c != '"' && c != '\\') {
        first_refusal_ += c;
      }
    }
  }

  const Settings& settings_;
  std::uint64_t begin_ = 0, window_from_ = 0, window_to_ = 0;
  std::atomic<std::uint64_t> next_{0};
  std::mutex mutex_;
  Totals totals_;
  std::string first_refusal_;
};

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  settings.port = static_cast<std::uint16_t>(number_option(argc, argv, "--port", 0));
  settings.connections = number_option(argc, argv, "--connections", 8);
  settings.seconds = number_option(argc, argv, "--seconds", 10);
  settings.warmup = number_option(argc, argv, "--warmup", 3);
  settings.rate = number_option(argc, argv, "--rate", 0);
  settings.close = number_option(argc, argv, "--close", 0) != 0;
  settings.requests = templates_in(text_option(argc, argv, "--requests", "."),
                                   text_option(argc, argv, "--path", "/as2"), settings.close);
  errno = 0;
  if (settings.port == 0 || settings.requests.empty()) {
    give_up("give --port, and a --requests folder with 0.head and 0.body");
  }
  Load load(settings);
  load.run();
  load.report();
  return 0;
}
