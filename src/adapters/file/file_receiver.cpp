#include "adapters/file/file_receiver.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>
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
  std::string trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

 private:
  void run();
  milliseconds pause_after(const PollResult& result);
  Result<> refill(const Folder& folder, PollResult& result);
  bool is_settled(const FolderEntry& entry);
  void keep_settled(const FolderEntry& entry);
  std::vector<FolderEntry> next_batch();
  void take_batch(const Folder& folder, const std::vector<FolderEntry>& batch, PollResult& result);
  void count(const FolderEntry& entry, Taken taken, PollResult& result);
  void set_trouble(std::string trouble) {
    const std::lock_guard lock(mutex_);
    trouble_ = std::move(trouble);
  }
  milliseconds settling() const {
    return options_.stable_for.count() > 0 ? options_.stable_for : options_.settle_interval;
  }

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
  mutable std::mutex mutex_;
  std::string trouble_;
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
  if (result.waiting > 0) return std::min(settling(), options_.polling_interval);
  return options_.polling_interval;
}

/// Complete by the word of inotify, or unchanged since a look that is long enough ago.
bool FileReceiver::Impl::is_settled(const FolderEntry& entry) {
  if (watch_.take_closed(entry.name) && options_.stable_for.count() == 0) return true;
  if (intake_.was_refused(entry)) return true;
  const auto seen = unsettled_.find(entry.name);
  if (seen == unsettled_.end() || seen->second.stamp != entry.stamp) return false;
  return clock_.now() - seen->second.when >= settling();
}

Result<> FileReceiver::Impl::refill(const Folder& folder, PollResult& result) {
  watch_.refresh();
  intake_.restore(folder);
  SG_TRY_ASSIGN(auto entries, folder.list([&](std::string_view name) { return options_.names.fits(name); },
                                          [&](const FolderEntry& entry, const struct stat& status) {
                                            return intake_.wants(folder, entry, status);
                                          },
                                          kMaxBacklog));
  result.refused += intake_.end_listing();
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

void FileReceiver::Impl::count(const FolderEntry& entry, Taken taken, PollResult& result) {
  switch (taken) {
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
      break;
    case Taken::Failed:
      ++result.failed;
      keep_settled(entry);
      break;
  }
}

std::vector<FolderEntry> FileReceiver::Impl::next_batch() {
  std::vector<FolderEntry> batch;
  std::uint64_t bytes = 0;
  while (batch.size() < options_.batch_files && !backlog_.empty()) {
    FolderEntry& entry = backlog_.front();
    if (!batch.empty() && bytes + entry.stamp.size > options_.batch_bytes) break;
    bytes += entry.stamp.size;
    batch.push_back(std::move(entry));
    backlog_.pop_front();
  }
  return batch;
}

void FileReceiver::Impl::take_batch(const Folder& folder, const std::vector<FolderEntry>& batch, PollResult& result) {
  std::vector<std::optional<Taken>> taken(batch.size());
  std::atomic<std::size_t> next{0};
  std::atomic<bool> in_trouble{false};
  const auto read = [&] {
    while (!in_trouble && !stopping_) {
      const std::size_t mine = next++;
      if (mine >= batch.size()) return;
      taken[mine] = intake_.take(folder, batch[mine]);
      if (taken[mine] == Taken::Failed) in_trouble = true;  // the submitter's: later files would fare no better
    }
  };
  {
    std::vector<std::jthread> helpers;
    try {
      while (helpers.size() + 1 < std::min(options_.readers, batch.size())) helpers.emplace_back(read);
    } catch (const std::system_error&) {
      // No more threads now: those that there are read all of them.
    }
    read();
  }
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (taken[i]) {
      count(batch[i], *taken[i], result);
    } else {
      keep_settled(batch[i]);
    }
  }
  if (!in_trouble) return;
  for (const FolderEntry& later : backlog_) keep_settled(later);
  backlog_.clear();
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
    set_trouble(listed.error().to_string());
    watch_.forget();
    backlog_.clear();
    return result;
  }
  if (folder_lost_) log(LogLevel::Info, "the folder of a FILE location is back", {{"location", options_.location}});
  if (folder_lost_) set_trouble({});
  folder_lost_ = false;

  take_batch(*folder, next_batch(), result);
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
std::string FileReceiver::trouble() const {
  return impl_->trouble();
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
