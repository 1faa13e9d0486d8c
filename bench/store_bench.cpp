// The message box: durable publishes a second, messages taken, read and completed a second, and both at once as a
// gateway does it, by the number of threads. Threads that wait at the same time share a commit.
//
// usage: sealgate_bench_store [FOLDER [SIZE [SECONDS]]]    (a scratch folder on the disk to measure)

#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <mutex>
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

void publish_one(MessageBox& box, const Clock& clock, ByteView content) {
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
  one.deliveries.push_back({"Out", {}, {}});
  PublishRequest request;
  request.publications.push_back(std::move(one));
  (void)must(box.publish(std::move(request), clock.now()));
}

/// False when nothing is left.
bool take_some(MessageBox& box, const Clock& clock, const std::string& owner, std::atomic<std::uint64_t>& count) {
  ClaimRequest request;
  request.owner = owner;
  request.now = clock.now();
  const auto items = must(box.claim(request));
  for (const WorkItem& item : items) {
    const Message message = must(box.load(item.message));
    CountingSink sink;
    must(message.parts.at(0).body->copy_to(sink));
    must(box.complete(item.claim, clock.now()));
    ++count;
  }
  return !items.empty();
}

/// What one thread claims, many workers read and complete.
class Workers {
 public:
  Workers(MessageBox& box, const Clock& clock, unsigned threads) : box_(box), clock_(clock) {
    threads_.emplace_back([this] { claim(); });
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() {
    {
      const std::scoped_lock lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  std::uint64_t done() const { return done_; }

 private:
  static constexpr std::size_t kAhead = 256;
  void claim() {
    for (;;) {
      ClaimRequest request;
      request.owner = "bench";
      request.now = clock_.now();
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ended_ || queue_.size() < kAhead / 2; });
        if (ended_) return;
        request.limit = kAhead - queue_.size();
      }
      auto items = must(box_.claim(request));
      if (items.empty()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const std::scoped_lock lock(mutex_);
      for (WorkItem& item : items) queue_.push_back(std::move(item));
      changed_.notify_all();
    }
  }
  void work() {
    for (;;) {
      WorkItem item;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return ended_ || !queue_.empty(); });
        if (ended_) return;
        item = std::move(queue_.front());
        queue_.pop_front();
        if (queue_.size() < kAhead / 2) changed_.notify_one();
      }
      const Message message = must(box_.load(item.message));
      CountingSink sink;
      must(message.parts.at(0).body->copy_to(sink));
      must(box_.complete(item.claim, clock_.now()));
      ++done_;
    }
  }

  MessageBox& box_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<WorkItem> queue_;
  bool ended_ = false;
  std::atomic<std::uint64_t> done_{0};
  std::vector<std::thread> threads_;
};

double cpu_seconds() {
  rusage use{};
  ::getrusage(RUSAGE_SELF, &use);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(use.ru_utime) + seconds(use.ru_stime);
}

template <typename Step>
double measure(unsigned threads, double seconds, std::atomic<std::uint64_t>& count, const Step& step) {
  count = 0;
  const auto start = std::chrono::steady_clock::now();
  const auto end = start + std::chrono::duration<double>(seconds);
  std::vector<std::thread> workers;
  for (unsigned number = 0; number < threads; ++number) {
    workers.emplace_back([&, number] {
      while (std::chrono::steady_clock::now() < end && step(number)) {
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  return static_cast<double>(count) / std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int main(int argc, char** argv) {
  std::string scratch = argc > 1 ? std::string(argv[1]) + "/sealgate-bench-XXXXXX" : "/var/tmp/sealgate-bench-XXXXXX";
  const std::size_t size = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : std::size_t{10} * 1024;
  const double seconds = argc > 3 ? std::strtod(argv[3], nullptr) : 3;
  if (::mkdtemp(scratch.data()) == nullptr) return 1;
  {
    const SystemClock clock;
    const auto store = must(store::SqliteStore::open({.data = scratch, .access = store::Access::Serve}, clock));
    MessageBox& box = store->box();
    const Bytes content(size, 'x');
    std::atomic<std::uint64_t> count{0};
    for (const unsigned threads : {1U, 8U, 64U}) {
      const auto before = store->database().statistics();
      const double rate = measure(threads, seconds, count, [&](unsigned) {
        publish_one(box, clock, content);
        ++count;
        return true;
      });
      const auto after = store->database().statistics();
      std::printf(
          "publish, %zu bytes, %2u threads: %6.0f/s, %.1f in a commit\n", size, threads, rate,
          static_cast<double>(after.jobs - before.jobs) / static_cast<double>(after.commits - before.commits));
    }
    for (const unsigned threads : {1U, 8U, 32U}) {
      const double rate = measure(threads, seconds, count, [&](unsigned number) {
        return take_some(box, clock, "worker-" + std::to_string(number), count);
      });
      std::printf("take, read and complete, %2u threads: %6.0f/s\n", threads, rate);
    }
    {
      constexpr unsigned kThreads = 64;
      const double cpu = cpu_seconds();
      const auto before = store->database().statistics();
      const Workers workers(box, clock, kThreads);
      const double rate = measure(kThreads, seconds, count, [&](unsigned) {
        publish_one(box, clock, content);
        ++count;
        return true;
      });
      const auto messages = static_cast<double>(count + workers.done()) / 2;
      const auto commits = static_cast<double>(store->database().statistics().commits - before.commits);
      std::printf(
          "both at once, %u threads each: %6.0f/s in, %6.0f/s out, %.0f commits/s, %.0f us of CPU a message\n",
          kThreads, rate, static_cast<double>(workers.done()) / seconds, commits / seconds,
          (cpu_seconds() - cpu) / messages * 1e6);
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(scratch, ignored);
  return 0;
}
