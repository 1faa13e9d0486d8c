#include "hosts/completer.h"

#include <algorithm>

#include "base/log.h"

namespace sealgate::hosts {

void log_sent(const messaging::WorkItem& item) {
  log(LogLevel::Info, "message sent",
      {{"message", item.message.text()}, {"work", item.claim.work.text()}, {"port", item.port}});
}

Completer::Completer(messaging::MessageBox& box, const Clock& clock, const Cut& cut, Ended ended)
    : box_(box), clock_(clock), cut_(cut), ended_(std::move(ended)) {}

Completer::~Completer() {
  stop();
}

void Completer::start() {
  running_ = true;
  thread_ = std::thread([this] { work(); });
}

bool Completer::hand_over(const messaging::WorkItem& item, const messaging::TrackingDetails& tracking) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (!running_ || waiting_.size() >= kMaximumWaiting) return false;
    waiting_.push_back({item, tracking});
    wake = std::exchange(idle_, false);
  }
  if (wake) has_work_.notify_one();
  return true;
}

void Completer::stop() {
  {
    const std::lock_guard lock(mutex_);
    running_ = false;
  }
  has_work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Completer::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    idle_ = true;
    has_work_.wait(lock, [this] { return !waiting_.empty() || !running_; });
    idle_ = false;
    if (waiting_.empty()) return;
    std::vector<Sent> sent;
    sent.swap(waiting_);
    lock.unlock();
    write_down(std::move(sent));
    lock.lock();
  }
}

void Completer::write_down(std::vector<Sent> sent) {
  for (auto wait = kFirstRetry; !sent.empty(); wait = std::min(wait * 2, kLongestRetry)) {
    std::vector<messaging::Completion> completions;
    completions.reserve(sent.size());
    for (const Sent& one : sent) completions.push_back({one.item.claim, one.tracking});
    const auto results = box_.complete_all(completions, clock_.now());
    std::vector<Sent> again;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      const bool passes_by = !results[i] && results[i].error().code.error_class == ErrorClass::Environment;
      if (passes_by && !cut_.is_set()) {
        if (wait == kFirstRetry && again.empty()) {
          log(LogLevel::Error, "messages sent, but that cannot be recorded yet",
              {{"count", std::to_string(sent.size())}, {"reason", results[i].error().to_string()}});
        }
        again.push_back(std::move(sent[i]));
        continue;
      }
      if (results[i]) log_sent(sent[i].item);
      ended_(sent[i].item, results[i]);
    }
    sent = std::move(again);
    if (!sent.empty()) cut_.wait(wait);
  }
}

}  // namespace sealgate::hosts
