#include "adapters/file/file_receiver.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <thread>

#include "adapters/file/errors.h"
#include "adapters/file/folder.h"
#include "adapters/file/intake.h"
#include "adapters/file/watch.h"
#include "base/log.h"

namespace sealgate::adapters::file {

using std::chrono::milliseconds;

namespace {

/// Entries of one listing that are kept for the following batches: a folder of a million files is listed once per
/// this many, and memory stays bounded.
constexpr std::size_t kMaxBacklog = 10'000;

}  // namespace

class FileReceiver::Impl {
 public:
  Impl(FileReceiveOptions options, Submitter& submitter, const Clock& clock)
      : options_(std::move(options)),
        clock_(clock),
        watch_(options_.folder),
        intake_(options_, submitter, clock, cut_) {}

  Result<> start();
  void stop_accepting();
  void stop(std::chrono::steady_clock::time_point deadline);
  PollResult poll_once();

 private:
  void run();
  milliseconds pause_after(const PollResult& result);
  Result<> refill(const Folder& folder, PollResult& result);
  bool is_settled(const FolderEntry& entry);
  void keep_settled(const FolderEntry& entry);
  void take(const Folder& folder, const FolderEntry& entry, PollResult& result);

  const FileReceiveOptions options_;
  const Clock& clock_;
  Watch watch_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> cut_{false};
  Intake intake_;

  struct FirstSight {
    FileStamp stamp;
    Time when;
  };
  std::map<std::string, FirstSight> unsettled_;  ///< of the last listing
  std::deque<FolderEntry> backlog_;
  bool folder_lost_ = false;
  milliseconds backoff_{0};

  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable ended_;
  bool running_ = false;
};

Result<> FileReceiver::Impl::start() {
  for (const auto& part : options_.folder) {
    if (part == "..") return fail(kBadFolder, "the folder's path holds ..", options_.folder.string(), "write it out");
  }
  if (!options_.folder.is_absolute()) {
    return fail(kBadFolder, "the folder's path is not absolute", options_.folder.string(), "start it with /");
  }
  SG_TRY(watch_.open());
  running_ = true;
  thread_ = std::thread([this] {
    run();
    const std::lock_guard lock(mutex_);
    running_ = false;
    ended_.notify_all();
  });
  return {};
}

void FileReceiver::Impl::run() {
  while (!stopping_) {
    const PollResult result = poll_once();
    const bool in_trouble = result.folder_lost || result.failed > 0;  // new files would only make it worse
    if (!stopping_) watch_.wait(pause_after(result), !in_trouble);
  }
}

milliseconds FileReceiver::Impl::pause_after(const PollResult& result) {
  if (result.folder_lost || result.failed > 0) {
    backoff_ = std::max(options_.first_backoff, std::min(backoff_ * 2, options_.longest_pause));
    return backoff_;
  }
  backoff_ = milliseconds(0);
  if (result.more) return milliseconds(0);
  if (result.waiting > 0) return std::min(options_.settle_interval, options_.polling_interval);
  return options_.polling_interval;
}

/// Complete by the word of inotify, or unchanged since a look that is long enough ago.
bool FileReceiver::Impl::is_settled(const FolderEntry& entry) {
  if (watch_.take_closed(entry.name)) return true;
  const auto seen = unsettled_.find(entry.name);
  if (seen == unsettled_.end() || seen->second.stamp != entry.stamp) return false;
  return clock_.now() - seen->second.when >= options_.settle_interval;
}

Result<> FileReceiver::Impl::refill(const Folder& folder, PollResult& result) {
  watch_.refresh();
  intake_.restore(folder);
  SG_TRY_ASSIGN(auto entries, folder.list(options_.masks, kMaxBacklog));
  intake_.keep_only(entries);
  std::map<std::string, FirstSight> unsettled;
  for (FolderEntry& entry : entries) {
    if (is_settled(entry)) {
      backlog_.push_back(std::move(entry));
      continue;
    }
    ++result.waiting;
    const auto seen = unsettled_.find(entry.name);
    const bool same =
        seen != unsettled_.end() && seen->second.stamp == entry.stamp && seen->second.when <= clock_.now();
    unsettled.emplace(entry.name, FirstSight{entry.stamp, same ? seen->second.when : clock_.now()});
  }
  unsettled_ = std::move(unsettled);
  return {};
}

/// Complete once, complete as long as it does not change: the next listing need not watch it again.
void FileReceiver::Impl::keep_settled(const FolderEntry& entry) {
  unsettled_[entry.name] = {entry.stamp, Time{}};
}

void FileReceiver::Impl::take(const Folder& folder, const FolderEntry& entry, PollResult& result) {
  switch (intake_.take(folder, entry)) {
    case Taken::Submitted:
      ++result.submitted;
      break;
    case Taken::Empty:
      ++result.empty;
      break;
    case Taken::SetAside:
      ++result.set_aside;
      break;
    case Taken::NotComplete:
      ++result.waiting;
      unsettled_[entry.name] = {entry.stamp, clock_.now()};
      break;
    case Taken::Skipped:
      break;
    case Taken::Refused:
      ++result.refused;
      keep_settled(entry);
      break;
    case Taken::Failed:
      ++result.failed;
      keep_settled(entry);
      break;
  }
}

PollResult FileReceiver::Impl::poll_once() {
  PollResult result;
  const auto folder = Folder::open(options_.folder);
  Result<> listed;
  if (!folder) {
    listed = fail(folder.error());
  } else if (backlog_.empty()) {
    listed = refill(*folder, result);
  }
  if (!listed) {
    if (!folder_lost_) {
      log(LogLevel::Warning, "the folder of a FILE location is lost; it is looked for again",
          {{"location", options_.location}, {"reason", listed.error().to_string()}});
    }
    folder_lost_ = result.folder_lost = true;
    watch_.forget();
    backlog_.clear();
    return result;
  }
  if (folder_lost_) log(LogLevel::Info, "the folder of a FILE location is back", {{"location", options_.location}});
  folder_lost_ = false;

  std::uint64_t bytes = 0;
  for (std::size_t files = 0; files < options_.batch_files && !backlog_.empty() && !stopping_; ++files) {
    const FolderEntry entry = backlog_.front();
    if (files > 0 && bytes + entry.stamp.size > options_.batch_bytes) break;
    backlog_.pop_front();
    bytes += entry.stamp.size;
    take(*folder, entry, result);
    if (result.failed > 0) {  // the submitter is in trouble: later files wait too
      for (const FolderEntry& later : backlog_) keep_settled(later);
      backlog_.clear();
    }
  }
  intake_.forget_removed(*folder);
  result.more = !backlog_.empty();
  return result;
}

void FileReceiver::Impl::stop_accepting() {
  stopping_ = true;
  if (thread_.joinable()) watch_.ring();
}

void FileReceiver::Impl::stop(std::chrono::steady_clock::time_point deadline) {
  stop_accepting();
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    ended_.wait_until(lock, deadline, [this] { return !running_; });
  }
  cut_ = true;  // a file that is still being read is given up; it stays where it is
  thread_.join();
}

FileReceiver::FileReceiver(FileReceiveOptions options, Submitter& submitter, const Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(options), submitter, clock)) {}
FileReceiver::~FileReceiver() {
  impl_->stop(std::chrono::steady_clock::now());
}

Result<> FileReceiver::start() {
  return impl_->start();
}
void FileReceiver::stop_accepting() {
  impl_->stop_accepting();
}
void FileReceiver::stop(std::chrono::steady_clock::time_point deadline) {
  impl_->stop(deadline);
}
PollResult FileReceiver::poll_once() {
  return impl_->poll_once();
}

}  // namespace sealgate::adapters::file
