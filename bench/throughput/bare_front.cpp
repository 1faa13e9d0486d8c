// Our HTTP server with nothing behind it: what is taken is forgotten. The limit of receiving without a store.

#include "bench/throughput/front.h"

int main() {
  sealgate::bench::block_stop_signals();
  sealgate::bench::Front front([](sealgate::Bytes) { return true; }, [] { return std::string("{}"); });
  constexpr std::size_t kWorkers = 32;  // as the gateway has
  return sealgate::bench::serve_front(front, kWorkers);
}
