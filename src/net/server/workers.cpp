#include "net/server/workers.h"

#include <pthread.h>

#include <algorithm>
#include <system_error>

namespace sealgate::net::server {

Workers::Workers(std::size_t most) : most_(std::max<std::size_t>(most, 1)) {
  const std::lock_guard lock(mutex_);
  workers_.push_back(std::make_unique<Worker>());
  Worker& first = *workers_.back();
  first.thread = std::thread([this, &first] { serve(first); });
}

Workers::~Workers() {
  join();
}

void Workers::hand_over(std::unique_ptr<Call> call) {
  std::condition_variable* wake = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      Worker& worker = *idle_.back();
      idle_.pop_back();
      worker.call = std::move(call);
      wake = &worker.wake;
    } else if (!start(call)) {
      waiting_.push_back({std::move(call), std::chrono::steady_clock::now()});
    }
  }
  if (wake != nullptr) wake->notify_one();
}

// Without another thread to be had (the system's limit), the call waits for one that there is.
bool Workers::start(std::unique_ptr<Call>& call) {
  if (workers_.size() >= most_) return false;
  auto worker = std::make_unique<Worker>();
  Worker& started = *worker;
  started.call = std::move(call);
  try {
    started.thread = std::thread([this, &started] { serve(started); });
  } catch (const std::system_error&) {
    call = std::move(started.call);
    return false;
  }
  workers_.push_back(std::move(worker));
  return true;
}

void Workers::serve(Worker& self) {
  ::pthread_setname_np(::pthread_self(), "http-worker");
  while (const auto call = next(self)) (*call)();
}

std::unique_ptr<Workers::Call> Workers::next(Worker& self) {
  std::unique_lock lock(mutex_);
  if (self.call) return std::move(self.call);  // it started with one
  if (!waiting_.empty()) {
    auto call = std::move(waiting_.front().call);
    waiting_.pop_front();
    return call;
  }
  if (!ending_) idle_.push_back(&self);
  self.wake.wait(lock, [&] { return self.call != nullptr || ending_; });
  return std::move(self.call);
}

void Workers::join() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    for (const auto& worker : workers_) worker->wake.notify_one();
  }
  for (const auto& worker : workers_) {
    if (worker->thread.joinable()) worker->thread.join();
  }
}

std::chrono::steady_clock::duration Workers::longest_wait() const {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return {};
  return std::chrono::steady_clock::now() - waiting_.front().since;
}

std::size_t Workers::threads() const {
  const std::lock_guard lock(mutex_);
  return workers_.size();
}

std::size_t Workers::idle() const {
  const std::lock_guard lock(mutex_);
  return idle_.size();
}

}  // namespace sealgate::net::server
