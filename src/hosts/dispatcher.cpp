#include "hosts/dispatcher.h"

#include <pthread.h>

#include <algorithm>
#include <exception>
#include <new>
#include <set>

#include "base/log.h"
#include "hosts/answer_flow.h"
#include "hosts/as2_await.h"
#include "hosts/errors.h"
#include "hosts/receipt_caller.h"
#include "hosts/receive_flow.h"
#include "hosts/send_flow.h"

namespace sealgate::hosts {

namespace {

/// Claimed work that waits, for each worker: enough that a claim is worth its commit.
constexpr std::size_t kWaitingForEachWorker = 8;
constexpr std::size_t kLargestClaim = 512;
/// Of a port that has nothing in hand yet.
constexpr std::size_t kFirstOfPort = 16;
/// A dynamic port has a limit for each of its destinations; so many of them it may serve at a time.
constexpr std::size_t kDestinationsAtOnce = 16;

/// Receipts of one agreement.
constexpr std::size_t kReceiptsAtOnce = 4;

std::size_t at_once(const Configuration& configuration, const messaging::WorkItem& item) {
  const std::string& port = item.port;
  if (item.kind == messaging::WorkKind::Receipt) return kReceiptsAtOnce;
  const artifacts::SendPort* found = configuration.artifacts.set.find_send_port(port);
  const std::size_t limit = configuration.concurrency_of(port);
  return found != nullptr && found->dynamic ? limit * kDestinationsAtOnce : limit;
}

}  // namespace

Dispatcher::Dispatcher(DispatcherOptions options, const ConfigurationHolder& configuration,
                       messaging::MessageBox& box, const Clock& clock, Callers& callers)
    : options_(std::move(options)),
      configuration_(configuration),
      box_(box),
      clock_(clock),
      callers_(callers),
      resumer_(box, clock),
      completer_(box, clock, cut_, [this](const auto& item, const auto& result) { written_down(item, result); }) {}

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
  resumer_.start();
  completer_.start();
  dispatching_ = std::thread([this] { dispatch(); });
  return {};
}

void Dispatcher::wake() {
  {
    const std::lock_guard lock(mutex_);
    // Somebody has told it already, and it has not looked since: every commit comes by here.
    if (wake_) return;
    wake_ = true;
  }
  changed_.notify_one();
}

void Dispatcher::stop_claiming() {
  std::vector<messaging::WorkItem> unstarted;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    unstarted = lanes_.drain();
    for (const auto& item : unstarted) busy_.erase(item.claim.work.text());
    for (auto& [id, item] : again_) unstarted.push_back(std::move(item));
    again_.clear();
  }
  changed_.notify_all();
  // No answer is claimed any more, so nobody needs to wait for one.
  callers_.end();
  resumer_.stop();
  give_back(unstarted);
}

void Dispatcher::give_back(const std::vector<messaging::WorkItem>& items) {
  for (const auto& item : items) {
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
      cut_.set();
      options_.receipt_client->cancel();
      for (const ConfigurationRef& configuration : used) {
        for (const auto& [port, adapters] : configuration->send_adapters) adapters.cancel();
      }
    }
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  has_work_.notify_all();
  // The dispatching thread starts workers, so it ends first.
  if (dispatching_.joinable()) dispatching_.join();
  for (std::thread& worker : workers_) worker.join();
  workers_.clear();
  completer_.stop();
}

void Dispatcher::beat() {
  if (options_.pulse != nullptr) options_.pulse->beat();
}

void Dispatcher::dispatch() {
  ::pthread_setname_np(::pthread_self(), "dispatcher");
  std::unique_lock lock(mutex_);
  while (!stopping_ && !ended_) {
    wake_ = false;
    lock.unlock();
    beat();
    record_again();
    claim_some();
    extend_leases();
    callers_.expire(std::chrono::steady_clock::now());
    lock.lock();
    start_workers();
    const auto ready = [this] { return wake_ || stopping_ || ended_; };
    changed_.wait_for(lock, options_.idle, ready);
  }
  // Running work keeps its leases while it finishes.
  while (!ended_) {
    lock.unlock();
    beat();
    record_again();
    extend_leases();
    lock.lock();
    changed_.wait_for(lock, options_.idle, [this] { return ended_; });
  }
  if (options_.pulse != nullptr) options_.pulse->end();
}

std::optional<messaging::ClaimRequest> Dispatcher::next_claim() const {
  const std::size_t room = kWaitingForEachWorker * options_.workers;
  // While every worker has something to go on with, claims wait for each other and bring more.
  const bool enough = workers_.size() >= options_.workers && free_workers_ == 0 && lanes_.can_run();
  if (stopping_ || lanes_.waiting() >= room || enough) return std::nullopt;
  messaging::ClaimRequest request;
  request.owner = options_.owner;
  request.lease = options_.lease;
  request.limit = std::min(room - lanes_.waiting(), kLargestClaim);
  request.per_port = kFirstOfPort;
  lanes_.limit(request);
  const auto closed = breakers_.closed(std::chrono::steady_clock::now());
  request.skip_ports.insert(request.skip_ports.end(), closed.paused.begin(), closed.paused.end());
  for (const std::string& port : closed.probing) request.port_limits[port] = 1;
  return request;
}

void Dispatcher::claim_some() {
  const auto configuration = configuration_.get();
  if (configuration != followed_) {
    resumer_.follow(*configuration);
    foreign_ports_ = options_.hosts.foreign_ports(configuration->artifacts.set);
    followed_ = configuration;
  }
  do {
    beat();
  } while (claim_once(*configuration));
}

bool Dispatcher::claim_once(const Configuration& configuration) {
  std::optional<messaging::ClaimRequest> request;
  {
    const std::lock_guard lock(mutex_);
    request = next_claim();
    held_back_ = !request.has_value();
  }
  if (!request) return false;
  request->skip_ports.insert(request->skip_ports.end(), foreign_ports_.begin(), foreign_ports_.end());
  request->now = clock_.now();
  auto claimed = box_.claim(*request);
  if (!claimed) {
    // Once for each trouble, not four times a second while it lasts.
    std::string reason = claimed.error().to_string();
    if (reason != trouble_) log(LogLevel::Error, "the message box gives no work", {{"reason", reason}});
    trouble_ = std::move(reason);
    return false;
  }
  trouble_.clear();
  if (claimed->empty()) return false;
  const bool more = claimed->size() == request->limit;
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) {
      take_in(configuration, *request, std::move(*claimed));
      return more;
    }
  }
  give_back(*claimed);
  return false;
}

void Dispatcher::take_in(const Configuration& configuration, const messaging::ClaimRequest& request,
                         std::vector<messaging::WorkItem> claimed) {
  std::map<std::string, std::size_t> of_port;
  for (messaging::WorkItem& item : claimed) {
    if (const auto running = busy_.find(item.claim.work.text()); running != busy_.end()) {
      // Its next attempt is due before the last one has cleaned up behind itself, or the clock leapt over the lease
      // (a machine that slept). Two attempts at once could disturb each other: this one begins when that one has
      // ended.
      log(LogLevel::Info, "work that still runs is due again; its next attempt waits for that",
          {{"work", item.claim.work.text()}, {"port", item.port}});
      running->second.claim = item.claim;
      again_.insert_or_assign(item.claim.work.text(), std::move(item));
      continue;
    }
    if (item.kind == messaging::WorkKind::Send) ++of_port[item.port];
    line_up(configuration, std::move(item));
  }
  lanes_.note_claimed(request, of_port);
  start_workers();
  for (std::size_t i = std::min(free_workers_, claimed.size()); i > 0; --i) has_work_.notify_one();
}

void Dispatcher::line_up(const Configuration& configuration, messaging::WorkItem item) {
  busy_.emplace(item.claim.work.text(), Busy{item.claim, std::chrono::steady_clock::now(), nullptr});
  const std::size_t most = at_once(configuration, item);
  lanes_.add(std::move(item), most);
}

void Dispatcher::start_workers() {
  for (std::size_t wanted = lanes_.waiting(); wanted > free_workers_ && lanes_.can_run(); --wanted) {
    if (workers_.size() >= options_.workers) return;
    workers_.emplace_back([this] { work(); });
  }
}

void Dispatcher::leave_lane(const messaging::WorkItem& item) {
  const bool wants_more = lanes_.done(item);
  const bool can_run = lanes_.can_run();
  if (can_run && free_workers_ > 0) has_work_.notify_one();
  const bool wants_worker = can_run && free_workers_ == 0 && workers_.size() < options_.workers;
  if (wants_more || wants_worker || (held_back_ && !can_run)) {
    wake_ = true;
    changed_.notify_one();
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
    beat();
    if (const auto extended = box_.extend(claim, clock_.now() + options_.lease); !extended) {
      log(LogLevel::Warning, "a lease could not be extended",
          {{"work", claim.work.text()}, {"reason", extended.error().to_string()}});
    }
  }
}

void Dispatcher::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ++free_workers_;
    has_work_.wait(lock, [this] { return ended_ || lanes_.can_run(); });
    --free_workers_;
    const auto item = lanes_.next();
    if (!item) {
      if (ended_) return;
      continue;
    }
    ++running_;
    const ConfigurationRef configuration = configuration_.get();
    busy_[item->claim.work.text()].configuration = configuration;
    bool left = false;
    lock.unlock();
    const bool handed_over = run(*configuration, *item, [this, &item, &left] {
      const std::lock_guard guard(mutex_);
      left = true;
      leave_lane(*item);
    });
    lock.lock();
    if (!handed_over) end(*item);
    if (!left) leave_lane(*item);
    if (item->ordered) {
      // What it held back can be claimed only now.
      wake_ = true;
      changed_.notify_one();
    }
  }
}

void Dispatcher::written_down(const messaging::WorkItem& item, const Result<>& result) {
  if (!result) take_again(item, result.error());
  const std::lock_guard lock(mutex_);
  end(item);
}

void Dispatcher::end(const messaging::WorkItem& item) {
  busy_.erase(item.claim.work.text());
  if (--running_ == 0) idle_.notify_all();
  auto again = again_.extract(item.claim.work.text());
  if (again.empty()) return;
  line_up(*configuration_.get(), std::move(again.mapped()));
  has_work_.notify_one();
}

Result<> Dispatcher::attempt(const Configuration& configuration, const messaging::WorkItem& item,
                             std::function<void()> transmitted, bool& handed_over) {
  const SendEnvironment environment{configuration,
                                    box_,
                                    clock_,
                                    options_.spool,
                                    cut_,
                                    breakers_,
                                    std::move(transmitted),
                                    [this, &handed_over](const auto& sent, const auto& tracking) {
                                      return handed_over = completer_.hand_over(sent, tracking);
                                    }};
  switch (item.kind) {
    case messaging::WorkKind::Send:
      return send(environment, item);
    case messaging::WorkKind::Receive:
      return receive_again(configuration, box_, item, clock_.now());
    case messaging::WorkKind::Route:
      return route_again(configuration, box_, item, clock_.now());
    case messaging::WorkKind::Respond:
      return respond(environment, callers_, item);
    case messaging::WorkKind::Receipt:
      return call_for_receipt(environment, *options_.receipt_client, item);
    case messaging::WorkKind::Await:
      return await_receipt(environment, item);
  }
  return {};
}

bool Dispatcher::run(const Configuration& configuration, const messaging::WorkItem& item,
                     std::function<void()> transmitted) {
  Result<> result;
  bool handed_over = false;
  try {
    result = attempt(configuration, item, std::move(transmitted), handed_over);
  } catch (const std::bad_alloc&) {
    result = fail(kInternal, "out of memory", "work " + item.claim.work.text(), "give the process more memory");
  } catch (const std::exception& problem) {
    const Error error{kInternal, std::string("internal error: ") + problem.what(), "work " + item.claim.work.text(),
                      "report it; resume the message with a program that mends it"};
    log(LogLevel::Error, "message suspended",
        {{"message", item.message.text()}, {"port", item.port}, {"reason", error.to_string()}});
    result = box_.suspend(item.claim, messaging::Failure::from(error), clock_.now());
  }
  if (!result) take_again(item, result.error());
  return handed_over;
}

void Dispatcher::take_again(const messaging::WorkItem& item, const Error& error) {
  log(LogLevel::Error, "work could not be recorded and will be taken again",
      {{"work", item.claim.work.text()}, {"port", item.port}, {"reason", error.to_string()}});
  // Our own trouble (disk full, database away): give it back a little later instead of spinning on it.
  put_off(
      {item.claim, messaging::Retry{
                       messaging::Failure::from(error), clock_.now() + std::chrono::seconds(5), item.transport, {}}});
}

void Dispatcher::put_off(Unrecorded work) {
  const auto recorded = box_.retry_later(work.claim, work.retry, clock_.now());
  if (recorded) return;
  if (recorded.error().code.error_class == ErrorClass::Environment) {
    const std::lock_guard lock(mutex_);
    unrecorded_.push_back(std::move(work));
    return;
  }
  log(LogLevel::Warning, "work waits for the end of its lease",
      {{"work", work.claim.work.text()}, {"reason", recorded.error().to_string()}});
}

void Dispatcher::record_again() {
  std::deque<Unrecorded> again;
  {
    const std::lock_guard lock(mutex_);
    again.swap(unrecorded_);
  }
  for (Unrecorded& work : again) {
    beat();
    put_off(std::move(work));
  }
}

}  // namespace sealgate::hosts
