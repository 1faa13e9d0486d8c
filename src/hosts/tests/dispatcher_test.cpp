// The dispatcher on a box in memory: many ports at once, slow ones and paused ones beside fast ones, and the stop.

#include "hosts/dispatcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "hosts/tests/recording_box.h"

namespace sealgate::hosts {
namespace {

using messaging::ClaimRequest;
using messaging::WorkItem;

constexpr auto kPatience = std::chrono::seconds(30);

/// Work in memory, claimed by the rules of a box.
class QueueBox final : public messaging::testing::RefusingMessageBox {
 public:
  void add(const std::string& port, int count) {
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < count; ++i) {
      waiting_.push_back(item_of(port, messaging::WorkId(port + " " + std::to_string(next_++))));
    }
  }
  /// Waits until this holds.
  template <typename Holds>
  bool wait(const Holds& holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, holds);
  }
  // Under the mutex, inside of wait().
  std::map<std::string, int> completed;
  int released = 0;
  /// Called when an attempt is put off, which is due again at once, and has been claimed when retry_later() returns.
  std::function<void()> due_again;
  std::set<std::string> skipped;  ///< by the last claim

  Result<std::vector<WorkItem>> claim(const ClaimRequest& request) override {
    const std::lock_guard lock(mutex_);
    skipped = {request.skip_ports.begin(), request.skip_ports.end()};
    std::vector<WorkItem> claimed;
    std::map<std::string, std::size_t> of_port;
    for (auto at = waiting_.begin(); at != waiting_.end() && claimed.size() < request.limit;) {
      const auto limit = request.port_limits.find(at->port);
      const std::size_t most = limit == request.port_limits.end() ? request.per_port : limit->second;
      if (skipped.contains(at->port) || of_port[at->port] >= most) {
        ++at;
        continue;
      }
      ++of_port[at->port];
      claimed.push_back(*at);
      at = waiting_.erase(at);
    }
    changed_.notify_all();
    return claimed;
  }
  Result<messaging::Message> load(const messaging::MessageId& id) override {
    messaging::Message message;
    message.id = id;
    message.parts.emplace_back();
    message.parts[0].body = std::make_shared<testing::MemoryBody>("ab");
    return message;
  }
  Result<> complete(const messaging::Claim& claim, Time, const messaging::TrackingDetails&) override {
    const std::lock_guard lock(mutex_);
    ++completed[claim.work.text().substr(0, claim.work.text().find(' '))];
    changed_.notify_all();
    return {};
  }
  Result<> retry_later(const messaging::Claim& claim, const messaging::Retry&, Time) override {
    if (!due_again) return {};
    {
      const std::lock_guard lock(mutex_);
      waiting_.push_back(item_of(claim.work.text().substr(0, claim.work.text().find(' ')), claim.work));
    }
    due_again();
    if (!wait([this] { return waiting_.empty(); })) ADD_FAILURE() << "nobody claims it";
    return {};
  }
  Result<> postpone(const messaging::Claim&, Time, Time) override { return {}; }
  Result<> release(const messaging::Claim&, Time) override {
    const std::lock_guard lock(mutex_);
    ++released;
    return {};
  }
  Result<std::uint64_t> release_all(const std::string&, Time) override { return 0; }
  Result<std::uint64_t> resume_all(messaging::WorkKind, const std::string&, std::string_view, Time,
                                   std::size_t) override {
    return 0;
  }
  Result<std::vector<messaging::WorkSummary>> list(const messaging::ListQuery&) override {
    return std::vector<messaging::WorkSummary>();
  }

 private:
  static WorkItem item_of(const std::string& port, const messaging::WorkId& work) {
    WorkItem item;
    item.port = port;
    item.claim.work = work;
    item.message = messaging::MessageId(work.text());
    return item;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<WorkItem> waiting_;
  int next_ = 0;
};

/// Blocks until told to go on.
class BlockingAdapter final : public adapters::SendAdapter {
 public:
  adapters::SendOutcome outcome = adapters::SendOutcome::delivered();
  int refused = 0;  ///< so many come first
  adapters::SendOutcome send(adapters::OutboundMessage&) override {
    std::unique_lock lock(mutex_);
    if (refused > 0) {
      --refused;
      return adapters::SendOutcome::retry({{"test.refused", ErrorClass::Transport}, "no", "there", ""});
    }
    most_ = std::max(most_, ++running_);
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    --running_;
    return outcome;
  }
  void cancel() override { open(); }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool wait_for_running(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return running_ >= count; });
  }
  int most() {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int running_ = 0;
  int most_ = 0;
  bool open_ = false;
};

class DispatcherTest : public ::testing::Test {
 protected:
  void add_port(const std::string& name, int at_once, std::optional<artifacts::CircuitBreaker> breaker = {}) {
    artifacts::SendPort port;
    port.name = name;
    port.host = "Default";
    port.maximum_concurrency = at_once;
    port.circuit_breaker = breaker;
    port.retry.count = 1000;
    port.transport = artifacts::HttpSendSettings{.url = "http://" + name + "/"};
    snapshot_.set.put(port);
  }
  void start() {
    artifacts::Host host;
    host.name = "Default";
    snapshot_.set.put(host);
    configuration_.set(make_configuration(
        snapshot_, std::make_shared<pipeline::CertificateView>(),
        [this](const artifacts::SendTransport& transport, const Sender&) -> std::shared_ptr<adapters::SendAdapter> {
          return artifacts::address(transport) == "http://Slow/" ? slow_ : fast_;
        }));
    DispatcherOptions options;
    options.workers = 16;
    options.spool = std::filesystem::temp_directory_path();
    options.idle = std::chrono::milliseconds(20);
    dispatcher_ = std::make_unique<Dispatcher>(options, configuration_, box_, clock_, callers_);
    fast_->open();
    ASSERT_TRUE(dispatcher_->start());
  }
  void TearDown() override {
    slow_->open();
    dispatcher_.reset();
  }

  artifacts::Snapshot snapshot_;
  std::shared_ptr<BlockingAdapter> slow_ = std::make_shared<BlockingAdapter>();
  std::shared_ptr<BlockingAdapter> fast_ = std::make_shared<BlockingAdapter>();
  ConfigurationHolder configuration_;
  QueueBox box_;
  SystemClock clock_;
  Callers callers_{"local"};
  std::unique_ptr<Dispatcher> dispatcher_;
};

TEST_F(DispatcherTest, ASlowPortRunsWhatItMayAndTheOthersDoNotNotice) {
  add_port("Slow", 3);
  add_port("Fast", 4);
  box_.add("Slow", 500);
  box_.add("Fast", 500);
  start();
  EXPECT_TRUE(box_.wait([this] { return box_.completed["Fast"] == 500; }));
  EXPECT_TRUE(slow_->wait_for_running(3));
  EXPECT_LE(fast_->most(), 4);
  slow_->open();
  EXPECT_TRUE(box_.wait([this] { return box_.completed["Slow"] == 500; }));
  EXPECT_EQ(slow_->most(), 3);
}

TEST_F(DispatcherTest, ThousandsOfPortsAreServed) {
  constexpr int kPorts = 3000;
  for (int i = 0; i < kPorts; ++i) add_port("P" + std::to_string(i), 1);
  for (int i = 0; i < kPorts; ++i) box_.add("P" + std::to_string(i), 2);
  start();
  EXPECT_TRUE(box_.wait([this] { return box_.completed.size() == kPorts; }));
  EXPECT_TRUE(box_.wait(
      [this] { return std::ranges::all_of(box_.completed, [](const auto& entry) { return entry.second == 2; }); }));
}

TEST_F(DispatcherTest, APausedDestinationIsNotClaimedFor) {
  add_port("Slow", 1, artifacts::CircuitBreaker{2, std::chrono::hours(1)});
  add_port("Fast", 4);
  slow_->outcome = adapters::SendOutcome::retry({{"test.refused", ErrorClass::Transport}, "no", "there", ""});
  slow_->open();
  box_.add("Slow", 1000);
  start();
  EXPECT_TRUE(box_.wait([this] { return box_.skipped.contains("Slow"); }));
  box_.add("Fast", 100);
  dispatcher_->wake();
  EXPECT_TRUE(box_.wait([this] { return box_.completed["Fast"] == 100; }));
}

TEST_F(DispatcherTest, WhatIsDueAgainBeforeItsLastAttemptHasEndedComesRightAfterIt) {
  add_port("Fast", 1);
  fast_->refused = 3;
  box_.due_again = [this] { dispatcher_->wake(); };
  box_.add("Fast", 1);
  start();
  EXPECT_TRUE(box_.wait([this] { return box_.completed["Fast"] == 1; })) << "it waits for the end of its lease";
  EXPECT_EQ(fast_->most(), 1);
}

TEST_F(DispatcherTest, AStopGivesBackWhatHasNotBegunAndCutsTheRest) {
  add_port("Slow", 2);
  box_.add("Slow", 50);
  start();
  EXPECT_TRUE(slow_->wait_for_running(2));
  dispatcher_->stop_claiming();
  // All that was claimed but the two that run.
  EXPECT_TRUE(box_.wait([this] { return box_.released > 0; }));
  dispatcher_->stop(std::chrono::steady_clock::now());
  EXPECT_TRUE(box_.wait([this] { return box_.completed["Slow"] == 2; }));
  EXPECT_EQ(slow_->most(), 2);
}

}  // namespace
}  // namespace sealgate::hosts
