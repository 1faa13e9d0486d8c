// Our HTTP client with nothing before it: posts stamped messages from several threads as fast as they are taken. The
// limit of sending without a store; the partner (http_sink.cpp) measures.
//
// usage: sealgate_bench_posts URL [--threads 32] [--size 10240] [--seconds 5]

#include <atomic>
#include <cstdio>
#include <cstring>
#include <latch>

#include "bench/throughput/front.h"
#include "bench/throughput/histogram.h"
#include "bench/throughput/loopback.h"
#include "bench/throughput/stamp.h"

int main(int argc, char** argv) {
  using namespace sealgate::bench;
  const std::size_t size = number_option(argc, argv, "--size", 10240);
  if (argc < 2 || size < sizeof(Stamp)) give_up("give a URL, and a --size of 24 at least");
  const std::uint64_t end = monotonic_ns() + number_option(argc, argv, "--seconds", 5) * 1'000'000'000;
  const std::uint64_t threads = number_option(argc, argv, "--threads", 32);
  std::atomic<std::uint64_t> number{0};
  std::latch over(static_cast<std::ptrdiff_t>(threads));
  const auto next = [&](Deliveries::Item& item) {
    const Stamp stamp{kStampMagic, number++, monotonic_ns()};
    item.body.resize(size);
    std::memcpy(item.body.data(), &stamp, sizeof stamp);
    if (stamp.sent_ns >= end) over.count_down();
    return stamp.sent_ns < end;
  };
  const Deliveries deliveries(argv[1], threads, next, [](std::uint64_t) {});
  over.wait();
  return 0;
}
