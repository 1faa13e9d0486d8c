#include "adapters/sftp/sftp_receiver.h"

#include <algorithm>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "adapters/common/poller.h"
#include "adapters/sftp/intake.h"
#include "adapters/sftp/remote_path.h"
#include "base/log.h"

namespace sealgate::adapters::sftp {

using std::chrono::milliseconds;

namespace {

/// Names of one listing that are kept for the following batches: memory stays bounded, whatever the server lists.
constexpr std::size_t kMaxBacklog = 10'000;
/// Files that are only looked at in one batch: each costs some round trips.
constexpr std::size_t kMaxLooks = 200;
/// A connection is kept over shorter pauses than this.
constexpr std::chrono::seconds kLongestIdle{30};

}  // namespace

class SftpReceiver::Impl {
 public:
  Impl(SftpReceiveOptions options, Submitter& submitter, const Clock& clock)
      : options_(std::move(options)), intake_(options_, submitter, clock) {}
  ~Impl() { poller_.stop(std::chrono::steady_clock::now()); }

  Poller& poller() { return poller_; }
  milliseconds look();
  PollResult poll_once();
  std::string trouble() const {
    const std::lock_guard lock(mutex_);
    return trouble_;
  }

 private:
  Result<> refill();
  Result<> connect();
  void take_batch(PollResult& result);
  static void count(Taken taken, PollResult& result);
  void report(const Result<>& listed);

  const SftpReceiveOptions options_;
  Poller poller_;
  Intake intake_;
  std::unique_ptr<Remote> remote_;
  std::deque<Listed> backlog_;
  bool waited_ = false;  ///< something of this round is not complete yet
  milliseconds backoff_{0};
  mutable std::mutex mutex_;
  std::string trouble_;  ///< why the folder cannot be read; under mutex_
};

milliseconds SftpReceiver::Impl::look() {
  const PollResult result = poll_once();
  waited_ = waited_ || result.waiting > 0;
  if (result.failed) {
    backoff_ = std::max(options_.first_backoff, std::min(backoff_ * 2, options_.longest_pause));
    return backoff_;
  }
  backoff_ = milliseconds(0);
  if (result.more) return milliseconds(0);
  const milliseconds pause =
      waited_ ? std::min(options_.settle_time, options_.polling_interval) : options_.polling_interval;
  waited_ = false;
  if (pause > kLongestIdle) remote_.reset();
  return pause;
}

Result<> SftpReceiver::Impl::connect() {
  if (remote_) return {};
  SG_TRY_ASSIGN(Login login, options_.login());
  SG_TRY_ASSIGN(remote_, options_.connect(login, poller_.cut()));
  return {};
}

Result<> SftpReceiver::Impl::refill() {
  std::vector<Listed> listed;
  bool whole = true;
  const auto keep = [&](std::string_view name) {
    whole = whole && listed.size() < kMaxBacklog;
    if (!whole) return;
    if (auto one = intake_.judge(name)) listed.push_back(std::move(*one));
  };
  const bool kept = remote_ != nullptr;
  SG_TRY(connect());
  auto done = remote_->list(options_.folder, keep);
  if (!done && kept) {  // the connection may have been closed while it stood idle
    remote_.reset();
    listed.clear();
    SG_TRY(connect());
    done = remote_->list(options_.folder, keep);
  }
  SG_TRY(done);
  // A name with a line feed in it comes in pieces, and may come to nothing or to a name that is there already.
  std::ranges::sort(listed);
  listed.erase(std::ranges::unique(listed).begin(), listed.end());
  intake_.keep_only(listed, whole);
  backlog_.assign(std::make_move_iterator(listed.begin()), std::make_move_iterator(listed.end()));
  return {};
}

void SftpReceiver::Impl::count(Taken taken, PollResult& result) {
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
    case Taken::Waiting:
      ++result.waiting;
      break;
    case Taken::Skipped:
      break;
    case Taken::Refused:
      ++result.refused;
      break;
    case Taken::Failed:
      result.failed = true;
      break;
  }
}

void SftpReceiver::Impl::take_batch(PollResult& result) {
  std::uint64_t bytes = 0;
  std::size_t taken = 0;
  for (std::size_t looks = 0; looks < kMaxLooks && !backlog_.empty() && !poller_.stopping(); ++looks) {
    if (taken >= options_.batch_files || bytes > options_.batch_bytes) break;
    const Listed listed = std::move(backlog_.front());
    backlog_.pop_front();
    std::uint64_t size = 0;
    count(intake_.take(*remote_, listed, size), result);
    bytes += size;
    if (size > 0) ++taken;
    if (result.failed) backlog_.clear();  // later files would fare no better
  }
}

void SftpReceiver::Impl::report(const Result<>& listed) {
  const std::lock_guard lock(mutex_);
  if (listed && !trouble_.empty()) {
    log(LogLevel::Info, "the folder of an SFTP location is back", {{"location", options_.location}});
  } else if (!listed && trouble_.empty()) {
    log(LogLevel::Warning, "the folder of an SFTP location cannot be read; it is tried again",
        {{"location", options_.location}, {"reason", listed.error().to_string()}});
  }
  trouble_ = listed ? std::string() : listed.error().to_string();
}

PollResult SftpReceiver::Impl::poll_once() {
  PollResult result;
  if (backlog_.empty() || !remote_) {
    const auto listed = refill();
    if (!poller_.cut()) report(listed);
    result.failed = !listed;
  }
  if (!result.failed) take_batch(result);
  if (result.failed) remote_.reset();
  intake_.forget_removed();
  result.more = !backlog_.empty();
  return result;
}

SftpReceiver::SftpReceiver(SftpReceiveOptions options, Submitter& submitter, const Clock& clock)
    : impl_(std::make_unique<Impl>(std::move(options), submitter, clock)) {}
SftpReceiver::~SftpReceiver() = default;

Result<> SftpReceiver::start() {
  impl_->poller().start([this] { return impl_->look(); });
  return {};
}
void SftpReceiver::stop_accepting() {
  impl_->poller().stop_accepting();
}
void SftpReceiver::stop(std::chrono::steady_clock::time_point deadline) {
  impl_->poller().stop(deadline);
}
std::string SftpReceiver::trouble() const {
  return impl_->trouble();
}
PollResult SftpReceiver::poll_once() {
  return impl_->poll_once();
}

}  // namespace sealgate::adapters::sftp
