// Takes POSTs, counts them and answers 200: the partner at the other end. One thread.
//
// usage: sealgate_bench_sink [--messages 50000000]      highest number that a message may carry
//
// Prints its port. GET /count?FROM-TO gives what arrived between two moments of CLOCK_MONOTONIC (nanoseconds) as
// JSON; "distinct" counts each message of the load generator once since the start or since the last POST /reset.

#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/throughput/histogram.h"
#include "bench/throughput/loopback.h"
#include "bench/throughput/stamp.h"

namespace {

using namespace sealgate::bench;

constexpr std::uint64_t kSlot = 10'000'000;  ///< arrivals are counted in slots of 10 ms

/// What arrived, and when.
class Tally {
 public:
  explicit Tally(std::uint64_t highest) : seen_(highest / 64 + 1), start_(monotonic_ns()) {}

  void arrived(const Stamp& stamp) {
    const std::uint64_t now = monotonic_ns();
    const std::size_t slot = (now - start_) / kSlot;
    if (slot >= slots_.size()) slots_.resize(slot + 1024);
    ++slots_[slot];
    ++arrived_;
    last_ = now;
    if (stamp.magic != kStampMagic || stamp.number / 64 >= seen_.size()) return;
    std::uint64_t& word = seen_[stamp.number / 64];
    const std::uint64_t bit = std::uint64_t{1} << (stamp.number % 64);
    if ((word & bit) == 0) ++distinct_;
    word |= bit;
    latencies_.add((now - stamp.sent_ns) / 1000);
  }

  void reset() {
    std::fill(seen_.begin(), seen_.end(), 0);
    arrived_ = distinct_ = 0;
    latencies_ = {};
  }

  std::string to_json(std::uint64_t from, std::uint64_t to) const {
    std::uint64_t inside = 0;
    for (std::size_t slot = 0; slot < slots_.size(); ++slot) {
      const std::uint64_t at = start_ + slot * kSlot;
      if (at >= from && at < to) inside += slots_[slot];
    }
    std::array<char, 512> text{};
    std::snprintf(text.data(), text.size(),
                  R"({"inside":%llu,"arrived":%llu,"distinct":%llu,"last_ns":%llu,"latency":%s,"cpu_seconds":%.2f})",
                  wide(inside), wide(arrived_), wide(distinct_), wide(last_), latencies_.to_json().c_str(),
                  processor_seconds());
    return text.data();
  }

 private:
  static unsigned long long wide(std::uint64_t value) { return value; }

  std::vector<std::uint64_t> seen_;
  std::vector<std::uint32_t> slots_;
  std::uint64_t start_;
  std::uint64_t arrived_ = 0;
  std::uint64_t distinct_ = 0;
  std::uint64_t last_ = 0;
  Histogram latencies_;
};

/// One connection. Requests are small enough to be held as a whole: what is measured is the sender.
class Client {
 public:
  Client(int fd, Tally& tally) : fd_(fd), tally_(tally) { buffer_.resize(std::size_t{256} * 1024); }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  int fd() const { return fd_; }

  /// False when the connection is over.
  bool serve() {
    if (filled_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
    const ssize_t got = recv(fd_, buffer_.data() + filled_, buffer_.size() - filled_, 0);
    if (got < 0 && errno == EAGAIN) return true;
    if (got <= 0) return false;
    filled_ += static_cast<std::size_t>(got);
    for (std::size_t used = take(); used > 0; used = take()) {
      filled_ -= used;
      std::memmove(buffer_.data(), buffer_.data() + used, filled_);
    }
    return true;
  }

 private:
  std::string_view text() const { return {buffer_.data(), filled_}; }

  /// Answers the request at the front of the buffer; how long it was, 0 when it is not complete.
  std::size_t take() {
    const std::size_t blank = text().find("\r\n\r\n");
    if (blank == std::string_view::npos) return 0;
    const std::string_view head = text().substr(0, blank + 2);
    const std::size_t body = blank + 4;
    if (head.starts_with("GET ")) {
      count(head);
      return body;
    }
    const std::string_view length = field(head, "Content-Length");
    std::size_t end = 0;
    std::size_t first = body;  // where the content begins
    if (length.data() != nullptr) {
      end = body + std::strtoul(length.data(), nullptr, 10);
    } else {
      first = text().find("\r\n", body) + 2;  // after the size of the first chunk
      end = end_of_chunks(body);
      if (end == 0) return 0;
    }
    if (filled_ < end) {
      if (!told_to_go_on_ && field(head, "Expect").data() != nullptr) {
        answer("HTTP/1.1 100 Continue\r\n\r\n");
        told_to_go_on_ = true;
      }
      return 0;
    }
    told_to_go_on_ = false;
    if (head.starts_with("POST /reset ")) {
      tally_.reset();
    } else {
      Stamp stamp{0, 0, 0};
      if (end - first >= sizeof stamp) std::memcpy(&stamp, buffer_.data() + first, sizeof stamp);
      tally_.arrived(stamp);
    }
    answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    return end;
  }

  static std::string_view field(std::string_view head, std::string_view name) {
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos && at + 2 < head.size();
         at = head.find("\r\n", at + 2)) {
      const std::string_view line = head.substr(at + 2);
      if (line.size() > name.size() && line[name.size()] == ':' &&
          strncasecmp(line.data(), name.data(), name.size()) == 0) {
        return line.substr(name.size() + 1);
      }
    }
    return {};
  }

  /// Where the chunked body that begins at `at` ends; 0 when it is not all there.
  std::size_t end_of_chunks(std::size_t at) const {
    for (;;) {
      const std::size_t line = text().find("\r\n", at);
      if (line == std::string_view::npos) return 0;
      const std::size_t size = std::strtoul(buffer_.data() + at, nullptr, 16);
      at = line + 2 + size + 2;
      if (at > filled_) return 0;
      if (size == 0) return at;
    }
  }

  void count(std::string_view head) {
    std::uint64_t from = 0;
    std::uint64_t to = ~std::uint64_t{0};
    const std::size_t query = head.substr(0, head.find("\r\n")).find('?');
    if (query != std::string_view::npos) {
      char* after = nullptr;
      from = std::strtoull(head.data() + query + 1, &after, 10);
      to = std::strtoull(after + 1, nullptr, 10);
    }
    const std::string body = tally_.to_json(from, to);
    answer("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  }

  void answer(std::string_view text) const {
    if (send(fd_, text.data(), text.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(text.size())) {
      shutdown(fd_, SHUT_RDWR);  // nobody reads a few hundred bytes: gone
    }
  }

  int fd_;
  Tally& tally_;
  std::vector<char> buffer_;
  std::size_t filled_ = 0;
  bool told_to_go_on_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  Tally tally(number_option(argc, argv, "--messages", 50'000'000));
  std::uint16_t port = 0;
  const int listener = listen_anywhere(port);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  watch(epoll, listener, nullptr, false, true);
  std::printf("%u\n", unsigned{port});
  std::fflush(stdout);
  std::array<epoll_event, 256> events{};
  for (;;) {
    const int count = epoll_wait(epoll, events.data(), static_cast<int>(events.size()), -1);
    if (count < 0 && errno != EINTR) give_up("epoll_wait");
    for (int at = 0; at < count; ++at) {
      auto* client = static_cast<Client*>(events[static_cast<std::size_t>(at)].data.ptr);
      if (client == nullptr) {
        for (int fd = accept_one(listener); fd >= 0; fd = accept_one(listener)) {
          auto* fresh = std::make_unique<Client>(fd, tally).release();  // owned by epoll until it is over
          watch(epoll, fd, fresh, false, true);
        }
      } else if (!client->serve()) {
        delete client;
      }
    }
  }
}
