// A rival: one log file, one fdatasync for each batch, deliveries out of the log. What a durable store-and-forward
// costs at least: no index, no state of a message, no way to look at one. How far the deliveries are goes into a file
// beside the log that nobody waits for.
//
// usage: sealgate_bench_plain_log FOLDER URL [--workers 32] [--senders 8]

#include <fcntl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "bench/throughput/front.h"
#include "bench/throughput/loopback.h"
#include "io/file.h"

namespace {

using namespace sealgate;
using namespace sealgate::bench;

class PlainLog {
 public:
  explicit PlainLog(const std::string& folder)
      : path_(folder + "/log"),
        log_(open((folder + "/log").c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)),
        progress_(open((folder + "/delivered").c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
    if (!log_.valid() || !progress_.valid()) give_up("cannot make the log in " + folder);
    writer_ = std::thread([this] { write_batches(); });
  }
  ~PlainLog() { writer_.join(); }
  PlainLog(const PlainLog&) = delete;
  PlainLog& operator=(const PlainLog&) = delete;

  /// Returns when the batch that the message went into is on the disk.
  bool keep(Bytes body) {
    std::unique_lock lock(mutex_);
    const std::shared_ptr<Batch> batch = filling_;
    batch->bodies.push_back(std::move(body));
    has_work_.notify_one();
    batch->durable.wait(lock, [&] { return batch->done || ended_; });
    return batch->done;
  }

  bool next(Deliveries::Item& item) {
    Place place;
    {
      std::unique_lock lock(mutex_);
      has_deliveries_.wait(lock, [this] { return !to_deliver_.empty() || ended_; });
      if (ended_) return false;
      place = to_deliver_.front();
      to_deliver_.pop_front();
    }
    item.id = place.offset;
    item.body.resize(place.size);
    if (pread(log_.get(), item.body.data(), place.size, static_cast<off_t>(place.offset)) !=
        static_cast<ssize_t>(place.size)) {
      give_up("cannot read the log");
    }
    return true;
  }

  void delivered(std::uint64_t offset) {
    const std::lock_guard lock(mutex_);
    ++delivered_;
    if (pwrite(progress_.get(), &offset, sizeof offset, 0) != sizeof offset) give_up("cannot write the progress");
  }

  std::string stats() {
    const std::lock_guard lock(mutex_);
    return "{\"commits\":" + std::to_string(commits_) + ",\"committed\":" + std::to_string(committed_) +
           ",\"delivered\":" + std::to_string(delivered_) + "}";
  }

  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    has_work_.notify_all();
    has_deliveries_.notify_all();
    filling_->durable.notify_all();
  }

 private:
  struct Batch {
    std::vector<Bytes> bodies;
    std::condition_variable durable;
    bool done = false;
  };
  struct Place {
    std::uint64_t offset = 0;
    std::uint32_t size = 0;
  };

  void write_batches() {
    std::uint64_t end = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
      has_work_.wait(lock, [this] { return !filling_->bodies.empty() || ended_; });
      if (ended_) return;
      const std::shared_ptr<Batch> batch = std::exchange(filling_, std::make_shared<Batch>());
      lock.unlock();
      const std::vector<Place> places = append(*batch, end);
      if (fdatasync(log_.get()) != 0) give_up("fdatasync");
      lock.lock();
      batch->done = true;
      batch->durable.notify_all();
      to_deliver_.insert(to_deliver_.end(), places.begin(), places.end());
      has_deliveries_.notify_all();
      ++commits_;
      committed_ += places.size();
    }
  }

  /// A record is its size and its bytes.
  std::vector<Place> append(const Batch& batch, std::uint64_t& end) const {
    Bytes record;
    std::vector<Place> places;
    for (const Bytes& body : batch.bodies) {
      const auto size = static_cast<std::uint32_t>(body.size());
      places.push_back({end + record.size() + sizeof size, size});
      const auto* bytes = reinterpret_cast<const Byte*>(&size);
      record.insert(record.end(), bytes, bytes + sizeof size);
      record.insert(record.end(), body.begin(), body.end());
    }
    if (const auto written = io::write_all(log_.get(), record, path_); !written) give_up(written.error().to_string());
    end += record.size();
    return places;
  }

  std::string path_;
  io::FileDescriptor log_;
  io::FileDescriptor progress_;
  std::mutex mutex_;
  std::condition_variable has_work_;
  std::condition_variable has_deliveries_;
  std::shared_ptr<Batch> filling_ = std::make_shared<Batch>();
  std::deque<Place> to_deliver_;
  std::uint64_t commits_ = 0;
  std::uint64_t committed_ = 0;
  std::uint64_t delivered_ = 0;
  bool ended_ = false;
  std::thread writer_;
};

}  // namespace

int main(int argc, char** argv) {
  errno = 0;
  if (argc < 3) give_up("usage: sealgate_bench_plain_log FOLDER URL [--workers N] [--senders N]");
  block_stop_signals();
  PlainLog log(argv[1]);
  Front front([&log](Bytes body) { return log.keep(std::move(body)); }, [&log] { return log.stats(); });
  const Deliveries deliveries(
      argv[2], number_option(argc, argv, "--senders", 8), [&log](Deliveries::Item& item) { return log.next(item); },
      [&log](std::uint64_t id) { log.delivered(id); });
  const int status = serve_front(front, number_option(argc, argv, "--workers", 32));
  log.end();
  return status;
}
