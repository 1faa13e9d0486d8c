// Puts messages into a store that nobody serves: what a stopped or absent partner leaves waiting.
//
// usage: sealgate_bench_backlog DATA STORE PORT COUNT SIZE suspended|scheduled
//
// STORE as in --store; suspended: as if PORT were stopped; scheduled: each waits for tomorrow.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>

#include "bench/must.h"
#include "messaging/property_names.h"
#include "store/backends/open_store.h"

namespace {

using namespace sealgate;
using bench::must;
using namespace sealgate::messaging;

constexpr std::size_t kTogether = 500;  ///< messages in one publish

Publication make_one(MessageBox& box, const std::string& port, ByteView content, bool suspended, Time now) {
  const auto writer = must(box.create_body());
  must(writer->write(content));
  must(writer->finish());
  Publication one;
  one.message.context.promote(names::kReceivePortName, std::string("In"));
  Part part;
  part.body = writer->take();
  one.message.parts.push_back(std::move(part));
  Delivery delivery;
  delivery.port = port;
  if (suspended) {
    delivery.suspended = Failure{"hosts.port-not-started", "the send port is stopped", "start the port", true};
  } else {
    delivery.not_before = now + std::chrono::hours(24);
  }
  one.deliveries.push_back(std::move(delivery));
  return one;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "usage: sealgate_bench_backlog DATA STORE PORT COUNT SIZE suspended|scheduled\n");
    return 2;
  }
  const SystemClock clock;
  store::StoreLocation location;
  location.data = argv[1];
  location.url = argv[2];
  const std::string port = argv[3];
  const bool suspended = std::string(argv[6]) == "suspended";
  const auto opened = must(store::open_store(location, clock));
  MessageBox& box = opened->box();
  Bytes content(std::strtoul(argv[5], nullptr, 10));
  std::minstd_rand random(1);
  for (std::size_t left = std::strtoul(argv[4], nullptr, 10); left > 0;) {
    PublishRequest request;
    for (std::size_t at = std::min(left, kTogether); at > 0; --at, --left) {
      std::generate(content.begin(), content.end(), [&random] { return static_cast<Byte>(random()); });
      request.publications.push_back(make_one(box, port, content, suspended, clock.now()));
    }
    (void)must(box.publish(std::move(request), clock.now()));
  }
  return 0;
}
