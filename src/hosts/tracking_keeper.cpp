#include "hosts/tracking_keeper.h"

#include "base/log.h"
#include "messaging/errors.h"
#include "store/common/tracking/archive_folder.h"

namespace sealgate::hosts {
namespace {

constexpr std::chrono::hours kNoteEvery{1};
/// Between storing a body and committing the record that mentions it lies a pipeline, not a day.
constexpr std::chrono::hours kBodyGrace{24};

}  // namespace

TrackingKeeper::TrackingKeeper(messaging::TrackingLog& log, const Clock& clock, TrackingKeeperOptions options)
    : log_(log), clock_(clock), options_(std::move(options)) {}

TrackingKeeper::~TrackingKeeper() {
  stop();
}

void TrackingKeeper::start() {
  next_retention_ = std::chrono::steady_clock::now() + options_.retention_every;
  thread_ = std::thread([this] { run(); });
}

void TrackingKeeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  if (!thread_.joinable()) return;
  thread_.join();
  if (options_.is_keeper()) seal_once();
}

bool TrackingKeeper::stopping() {
  const std::lock_guard lock(mutex_);
  return ends_;
}

void TrackingKeeper::run() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, options_.every, [this] { return ends_; })) {
    lock.unlock();
    if (options_.is_keeper()) {
      seal_once();
      const auto now = std::chrono::steady_clock::now();
      if (now >= next_note_) note_head();
      if (now >= next_retention_) {
        retain_once();
        next_retention_ = std::chrono::steady_clock::now() + options_.retention_every;
      }
    }
    lock.lock();
  }
}

void TrackingKeeper::seal_once() {
  const auto sealed = log_.seal(clock_.now());
  if (sealed) {
    trouble_.clear();
    if (options_.sealed) options_.sealed();
  } else if (sealed.error().code != messaging::kTrackingChanged) {
    // Otherwise the lease went to somebody else meanwhile, who does it.
    say("the tracking log cannot be sealed", sealed.error());
  }
}

void TrackingKeeper::note_head() {
  const auto state = log_.state();
  if (!state) return say("the tracking log cannot be read", state.error());
  if (!state->head) return;
  next_note_ = std::chrono::steady_clock::now() + kNoteEvery;
  log(LogLevel::Info, "head of the tracking log",
      {{"seal", std::to_string(state->head->number)},
       {"records", std::to_string(state->head->last())},
       {"hash", to_hex(state->head->hash)}});
}

void TrackingKeeper::retain_once() {
  while (!stopping()) {
    const auto archived = store::tracking::archive_and_cut(log_, options_.expired(), options_.archive, clock_.now());
    if (!archived) {
      say("the old part of the tracking log cannot be archived", archived.error());
      break;
    }
    if (!*archived) break;
    log(LogLevel::Info, "tracking log archived",
        {{"file", (*archived)->path.string()},
         {"first", std::to_string((*archived)->archive.first)},
         {"last", std::to_string((*archived)->archive.last)},
         {"hash", to_hex((*archived)->archive.hash)}});
  }
  const auto swept = log_.sweep_bodies(clock_.now() - kBodyGrace);
  if (!swept) return say("tracked bodies cannot be swept", swept.error());
  if (*swept > 0) {
    log(LogLevel::Info, "removed tracked bodies that no record mentions", {{"bodies", std::to_string(*swept)}});
  }
}

void TrackingKeeper::say(const std::string& what, const Error& error) {
  std::string reason = error.to_string();
  if (reason == trouble_) return;
  log(LogLevel::Error, what, {{"reason", reason}});
  trouble_ = std::move(reason);
}

}  // namespace sealgate::hosts
