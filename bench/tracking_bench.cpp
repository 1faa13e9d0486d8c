// What the tracking log costs: messages published, taken, read and completed a second, with the log and without it,
// in turns on one store. With it, a thread seals every second as a gateway does; its time counts.
//
// usage: sealgate_bench_tracking [FOLDER [SIZE [SECONDS [ROUNDS]]]]    (a scratch folder on the disk to measure)

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "bench/must.h"
#include "messaging/property_names.h"
#include "store/sqlite/sqlite_store.h"

namespace {

using namespace sealgate;
using bench::must;
using namespace sealgate::messaging;

constexpr unsigned kPublishers = 16;
constexpr unsigned kWorkers = 8;

/// As the receive flow makes them for a signed message.
TrackingDetails received_details(std::string sha256) {
  return {{"location", "Orders by HTTP"},
          {"transport", "HTTP"},
          {"address", "/orders"},
          {"remote_address", "192.0.2.17"},
          {"bytes", "10240"},
          {"sha256", std::move(sha256)},
          {"layer", "signed opaque"},
          {"signer", "CN=Contoso AS2, O=Contoso Ltd, C=DE"},
          {"signer.thumbprint", "0123456789ABCDEF0123456789ABCDEF01234567"},
          {"signer.digest", "sha256"},
          {"signer.result", "ok"}};
}

TrackingDetails sent_details(std::string sha256) {
  return {{"transport", "HTTP"},
          {"address", "https://partner.example/in"},
          {"attempt", "1"},
          {"bytes", "10240"},
          {"sha256", std::move(sha256)},
          {"status", "200"}};
}

/// No two messages are the same, else the log would be smaller than it is.
void publish_one(MessageBox& box, const Clock& clock, Bytes content) {
  static std::atomic<std::uint64_t> number{0};
  const std::string different = std::to_string(++number);
  std::ranges::copy(different, content.begin());
  const auto writer = must(box.create_body());
  must(writer->write(content));
  must(writer->finish());
  Publication one;
  one.message.context.promote(names::kReceivePortName, std::string("Orders"));
  one.message.context.promote(names::kPartyName, std::string("Contoso"));
  one.message.context.write(names::kInboundTransportLocation, std::string("/orders"));
  Part part;
  part.body = writer->take();
  one.message.parts.push_back(std::move(part));
  one.deliveries.emplace_back();
  one.deliveries.back().port = "Out";
  one.tracking = received_details(to_hex(one.message.parts.front().body->sha256()));
  PublishRequest request;
  request.publications.push_back(std::move(one));
  (void)must(box.publish(std::move(request), clock.now()));
}

std::size_t take_some(MessageBox& box, const Clock& clock, const std::string& owner) {
  ClaimRequest request;
  request.owner = owner;
  request.now = clock.now();
  const auto items = must(box.claim(request));
  for (const WorkItem& item : items) {
    const Message message = must(box.load(item.message));
    CountingSink sink;
    must(message.parts.at(0).body->copy_to(sink));
    must(box.complete(item.claim, clock.now(), sent_details(to_hex(message.parts.at(0).body->sha256()))));
  }
  return items.size();
}

struct Rate {
  double messages = 0;  ///< that went all the way, a second
  double cpu = 0;       ///< microseconds of processor time for each: says more than the rate on a busy machine
};

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

Rate measure(store::SqliteStore& store, const Clock& clock, const Bytes& content, double seconds, bool tracked) {
  MessageBox& box = store.box();
  box.tracking_switch().leave_out(tracked ? TrackingSwitch::Ports{} : TrackingSwitch::Ports{{"Orders"}, {"Out"}});
  std::atomic<std::uint64_t> published{0};
  std::atomic<std::uint64_t> completed{0};
  std::atomic<bool> publishing{true};
  std::atomic<bool> sealing{true};
  const double cpu = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  const auto end = start + std::chrono::duration<double>(seconds);
  std::vector<std::thread> threads;
  for (unsigned number = 0; number < kPublishers; ++number) {
    threads.emplace_back([&] {
      while (std::chrono::steady_clock::now() < end) {
        publish_one(box, clock, content);
        ++published;
      }
    });
  }
  std::vector<std::thread> workers;
  for (unsigned number = 0; number < kWorkers; ++number) {
    workers.emplace_back([&, number] {
      for (;;) {
        const bool more = publishing;
        const std::size_t taken = take_some(box, clock, "worker-" + std::to_string(number));
        completed += taken;
        if (taken == 0 && !more) return;
        if (taken == 0) std::this_thread::yield();
      }
    });
  }
  std::thread sealer([&] {
    while (sealing) {
      std::this_thread::sleep_for(std::chrono::seconds(1));
      must(store.tracking().seal(clock.now()));
    }
  });
  for (std::thread& thread : threads) thread.join();
  publishing = false;
  for (std::thread& worker : workers) worker.join();
  const double took = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  sealing = false;
  sealer.join();
  const Rate rate{static_cast<double>(completed) / took,
                  1e6 * (cpu_seconds() - cpu) / static_cast<double>(completed)};
  while (must(box.purge(clock.now() + std::chrono::hours(1), 1000)) == 1000) {
  }
  return rate;
}

double median(std::vector<Rate>& rates, double Rate::*what) {
  std::ranges::sort(rates, {}, what);
  return rates[rates.size() / 2].*what;
}

}  // namespace

int main(int argc, char** argv) {
  std::string scratch = argc > 1 ? std::string(argv[1]) + "/sealgate-bench-XXXXXX" : "/var/tmp/sealgate-bench-XXXXXX";
  const std::size_t size = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : std::size_t{10} * 1024;
  const double seconds = argc > 3 ? std::strtod(argv[3], nullptr) : 3;
  const int rounds = argc > 4 ? std::atoi(argv[4]) : 5;
  if (::mkdtemp(scratch.data()) == nullptr) return 1;
  {
    const SystemClock clock;
    const auto store = must(store::SqliteStore::open({.data = scratch, .access = store::Access::Serve}, clock));
    const Bytes content(size, 'x');
    std::vector<Rate> without;
    std::vector<Rate> with;
    (void)measure(*store, clock, content, seconds, false);  // warms up the files
    for (int round = 0; round < rounds; ++round) {
      without.push_back(measure(*store, clock, content, seconds, false));
      with.push_back(measure(*store, clock, content, seconds, true));
    }
    const double off = median(without, &Rate::messages);
    const double on = median(with, &Rate::messages);
    const double off_cpu = median(without, &Rate::cpu);
    const double on_cpu = median(with, &Rate::cpu);
    const auto state = must(store->tracking().state());
    std::printf("without tracking, %zu bytes: %6.0f/s, %5.0f us of processor each\n", size, off, off_cpu);
    std::printf("with tracking, %zu bytes: %6.0f/s, %5.0f us of processor each\n", size, on, on_cpu);
    std::printf("cost of tracking: %.1f%% of the rate, %.1f%% of processor time\n", 100 * (1 - on / off),
                100 * (on_cpu / off_cpu - 1));
    std::printf("bytes of the sealed log for each message: %.0f\n",
                static_cast<double>(state.bytes) / (static_cast<double>(state.head ? state.head->last() : 1) / 2));
  }
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
  return 0;
}
