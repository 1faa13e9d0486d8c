#include "hosts/dispatcher.h"

#include <algorithm>
#include <exception>
#include <new>
#include <set>

#include "base/log.h"
#include "hosts/errors.h"
#include "hosts/receive_flow.h"
#include "hosts/send_flow.h"

namespace sealgate::hosts {

Dispatcher::Dispatcher(DispatcherOptions options, const ConfigurationHolder& configuration,
                       messaging::MessageBox& box, const Clock& clock)
    : options_(std::move(options)), configuration_(configuration), box_(box), clock_(clock) {}

Dispatcher::~Dispatcher() {
  stop_claiming();
  stop(std::chrono::steady_clock::now());
}

Result<> Dispatcher::start() {
  SG_TRY_ASSIGN(const std::uint64_t released,
                box_.release_all(options_.alone ? std::string() : options_.owner, clock_.now()));
  if (released != 0) {
    log(LogLevel::Info, "work of an earlier run taken up again", {{"count", std::to_string(released)}});
  }
  threads_.emplace_back([this] { dispatch(); });
  for (std::size_t i = 0; i < options_.workers; ++i) threads_.emplace_back([this] { work(); });
  return {};
}

void Dispatcher::wake() {
  {
    const std::lock_guard lock(mutex_);
    wake_ = true;
  }
  changed_.notify_one();
}

void Dispatcher::stop_claiming() {
  std::deque<messaging::WorkItem> unstarted;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    unstarted.swap(queue_);
  }
  changed_.notify_all();
  for (const auto& item : unstarted) {
    // If this fails, release_all() of the next start or the end of the lease gives it back.
    if (const auto released = box_.release(item.claim, clock_.now()); !released) {
      log(LogLevel::Warning, "claimed work could not be given back", {{"reason", released.error().to_string()}});
    }
  }
}

void Dispatcher::stop(std::chrono::steady_clock::time_point deadline) {
  {
    std::unique_lock lock(mutex_);
    if (!idle_.wait_until(lock, deadline, [this] { return running_ == 0; })) {
      // Each by the configuration it began under: its adapter may have been replaced since.
      std::set<ConfigurationRef> used;
      for (const auto& [id, busy] : busy_) {
        if (busy.configuration != nullptr) used.insert(busy.configuration);
      }
      lock.unlock();
      log(LogLevel::Warning, "stop deadline reached: cutting off running transmissions");
      cut_ = true;
      for (const ConfigurationRef& configuration : used) {
        for (const auto& [port, adapter] : configuration->send_adapters) adapter->cancel();
      }
    }
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  has_work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void Dispatcher::dispatch() {
  std::unique_lock lock(mutex_);
  while (!stopping_ && !ended_) {
    wake_ = false;
    lock.unlock();
    claim_some();
    extend_leases();
    lock.lock();
    const auto ready = [this] { return wake_ || stopping_ || ended_; };
    changed_.wait_for(lock, options_.idle, ready);
  }
  // Running work keeps its leases while it finishes.
  while (!ended_) {
    lock.unlock();
    extend_leases();
    lock.lock();
    changed_.wait_for(lock, options_.idle, [this] { return ended_; });
  }
}

void Dispatcher::limit_claim(const Configuration& configuration, messaging::ClaimRequest& request) const {
  request.limit = options_.workers - (queue_.size() + running_);
  for (const artifacts::SendPort& port : configuration.artifacts.set.send_ports) {
    const artifacts::Host* host = configuration.artifacts.set.find_host(port.host);
    const std::size_t limit = host == nullptr ? options_.workers : static_cast<std::size_t>(host->send_threads);
    const auto found = in_flight_.find(port.name);
    const std::size_t count = found == in_flight_.end() ? 0 : found->second;
    if (count >= limit) {
      request.skip_ports.push_back(port.name);
    } else {
      // All that is claimed may be of this one port.
      request.limit = std::min(request.limit, limit - count);
    }
  }
}

void Dispatcher::claim_some() {
  const auto configuration = configuration_.get();
  for (;;) {
    messaging::ClaimRequest request;
    {
      const std::lock_guard lock(mutex_);
      if (stopping_ || queue_.size() + running_ >= options_.workers) return;
      limit_claim(*configuration, request);
    }
    request.owner = options_.owner;
    request.now = clock_.now();
    request.lease = options_.lease;
    auto claimed = box_.claim(request);
    if (!claimed) {
      log(LogLevel::Error, "the message box gives no work", {{"reason", claimed.error().to_string()}});
      return;
    }
    if (claimed->empty()) return;
    bool given_back = false;
    {
      const std::lock_guard lock(mutex_);
      given_back = stopping_;
      if (!given_back) {
        for (messaging::WorkItem& item : *claimed) {
          if (busy_.contains(item.claim.work.text())) {
            // The clock leapt over the lease (a machine that slept). Two attempts at once could disturb each other;
            // the one that runs finishes, and the work comes again when this lease is over.
            log(LogLevel::Warning, "work was claimed while it still runs",
                {{"work", item.claim.work.text()}, {"port", item.port}});
            continue;
          }
          ++in_flight_[item.port];
          busy_[item.claim.work.text()] = Busy{item.claim, std::chrono::steady_clock::now(), nullptr};
          queue_.push_back(std::move(item));
        }
      }
    }
    if (given_back) {
      for (const auto& item : *claimed) {
        if (const auto released = box_.release(item.claim, clock_.now()); !released) {
          log(LogLevel::Warning, "claimed work could not be given back", {{"reason", released.error().to_string()}});
        }
      }
      return;
    }
    has_work_.notify_all();
  }
}

void Dispatcher::extend_leases() {
  const auto now = std::chrono::steady_clock::now();
  std::vector<messaging::Claim> due;
  {
    const std::lock_guard lock(mutex_);
    for (auto& [id, busy] : busy_) {
      if (now - busy.extended < options_.lease / 3) continue;
      busy.extended = now;
      due.push_back(busy.claim);
    }
  }
  for (const messaging::Claim& claim : due) {
    if (const auto extended = box_.extend(claim, clock_.now() + options_.lease); !extended) {
      log(LogLevel::Warning, "a lease could not be extended",
          {{"work", claim.work.text()}, {"reason", extended.error().to_string()}});
    }
  }
}

void Dispatcher::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    has_work_.wait(lock, [this] { return ended_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const messaging::WorkItem item = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    const ConfigurationRef configuration = configuration_.get();
    busy_[item.claim.work.text()].configuration = configuration;
    lock.unlock();
    run(*configuration, item);
    lock.lock();
    --running_;
    busy_.erase(item.claim.work.text());
    if (--in_flight_[item.port] == 0) in_flight_.erase(item.port);
    wake_ = true;
    changed_.notify_one();
    if (running_ == 0) idle_.notify_all();
  }
}

Result<> Dispatcher::attempt(const Configuration& configuration, const messaging::WorkItem& item) {
  switch (item.kind) {
    case messaging::WorkKind::Send:
      return send(SendEnvironment{configuration, box_, clock_, options_.spool, cut_}, item);
    case messaging::WorkKind::Receive:
      return receive_again(configuration, box_, item, clock_.now());
    case messaging::WorkKind::Route:
      return route_again(configuration, box_, item, clock_.now());
    case messaging::WorkKind::Respond:
      return box_.complete(item.claim, clock_.now());
  }
  return {};
}

void Dispatcher::run(const Configuration& configuration, const messaging::WorkItem& item) {
  Result<> result;
  try {
    result = attempt(configuration, item);
  } catch (const std::bad_alloc&) {
    result = fail(kInternal, "out of memory", "work " + item.claim.work.text(), "give the process more memory");
  } catch (const std::exception& problem) {
    const Error error{kInternal, std::string("internal error: ") + problem.what(), "work " + item.claim.work.text(),
                      "report it; resume the message with a program that mends it"};
    log(LogLevel::Error, "message suspended", {{"port", item.port}, {"reason", error.to_string()}});
    result = box_.suspend(item.claim, messaging::Failure::from(error), clock_.now());
  }
  if (result) return;
  log(LogLevel::Error, "work could not be recorded and will be taken again",
      {{"work", item.claim.work.text()}, {"port", item.port}, {"reason", result.error().to_string()}});
  // Our own trouble (disk full, database away): give it back a little later instead of spinning on it.
  const Time now = clock_.now();
  const auto retried = box_.retry_later(
      item.claim,
      messaging::Retry{messaging::Failure::from(result.error()), now + std::chrono::seconds(5), item.transport, {}},
      now);
  if (!retried) {
    log(LogLevel::Warning, "work waits for the end of its lease", {{"reason", retried.error().to_string()}});
  }
}

}  // namespace sealgate::hosts
