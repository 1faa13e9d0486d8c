#pragma once
// Members of a store in a scratch folder, a clock that is set by hand, and a way to cut a member off from the store.

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>

#include "hosts/membership.h"
#include "store/common/errors.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::hosts::testing_support {

class SetClock final : public Clock {
 public:
  Time now() const override { return Time(std::chrono::milliseconds(now_)); }
  void advance(std::chrono::milliseconds by) { now_ += by.count(); }

 private:
  std::atomic<std::int64_t> now_{1'700'000'000'000};
};

/// The cluster as one member sees it: cut off, every call fails.
class ClusterLine final : public messaging::Cluster {
 public:
  explicit ClusterLine(messaging::Cluster& inner) : inner_(inner) {}
  std::atomic<bool> cut{false};

  Result<> join(const messaging::Instance& instance, bool alone, Time now) override {
    return call([&] { return inner_.join(instance, alone, now); });
  }
  Result<> heartbeat(const messaging::Instance& instance, Time now) override {
    return call([&] { return inner_.heartbeat(instance, now); });
  }
  Result<> leave(const std::string& life, Time now) override {
    return call([&] { return inner_.leave(life, now); });
  }
  Result<std::vector<messaging::Instance>> members() override {
    return call([&] { return inner_.members(); });
  }
  Result<std::vector<std::string>> take_over(Time now) override {
    return call([&] { return inner_.take_over(now); });
  }
  Result<std::optional<messaging::NamedLease>> acquire(const std::string& name, const std::string& life) override {
    return call([&] { return inner_.acquire(name, life); });
  }
  Result<> release(const messaging::NamedLease& lease) override {
    return call([&] { return inner_.release(lease); });
  }
  Result<std::vector<messaging::NamedLease>> leases() override {
    return call([&] { return inner_.leases(); });
  }

 private:
  template <typename Call>
  std::invoke_result_t<Call> call(const Call& made) {
    if (cut) return fail(store::kBusy, "cut off from the store");
    return made();
  }
  messaging::Cluster& inner_;
};

class MemberTest : public testing::Test {
 protected:
  MemberTest() {
    std::string pattern = testing::TempDir() + "sealgate-members-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    auto opened = store::SqliteStore::open({.data = folder_ / "data"}, clock_);
    EXPECT_TRUE(opened) << opened.error().to_string();
    store_ = std::move(*opened);
  }
  ~MemberTest() override {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// Beats a hundred times as often as in earnest.
  static MembershipOptions options(std::string name) {
    MembershipOptions quick;
    quick.name = std::move(name);
    quick.heartbeat = std::chrono::milliseconds(20);
    quick.self_timeout = std::chrono::milliseconds(200);
    quick.name_patience = std::chrono::milliseconds(300);
    return quick;
  }

  /// Until `met`, which is asked again after a few milliseconds.
  static testing::AssertionResult eventually(const std::function<bool()>& met) {
    std::mutex mutex;
    std::condition_variable pause;
    std::unique_lock lock(mutex);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!met()) {
      if (std::chrono::steady_clock::now() > deadline) return testing::AssertionFailure() << "not within 20 s";
      pause.wait_for(lock, std::chrono::milliseconds(5));
    }
    return testing::AssertionSuccess();
  }

  SetClock clock_;
  std::filesystem::path folder_;
  std::unique_ptr<store::SqliteStore> store_;
};

}  // namespace sealgate::hosts::testing_support
