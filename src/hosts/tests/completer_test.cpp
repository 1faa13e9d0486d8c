// What was sent is written down many at a time, until the box has it or patience ends.

#include "hosts/completer.h"

#include <gtest/gtest.h>

#include <set>

#include "messaging/errors.h"
#include "messaging/tests/refusing_message_box.h"
#include "store/common/errors.h"

namespace sealgate::hosts {
namespace {

using messaging::Completion;
using messaging::WorkItem;

constexpr auto kPatience = std::chrono::seconds(30);

WorkItem item(int number) {
  WorkItem made;
  made.claim.work = messaging::WorkId(std::to_string(number));
  made.port = "Out";
  return made;
}

/// Holds the first call back until it is let go, and fails as it is told.
class Box final : public messaging::testing::RefusingMessageBox {
 public:
  std::vector<Result<>> complete_all(std::span<const Completion> completions, Time) override {
    std::unique_lock lock(mutex_);
    sizes.push_back(completions.size());
    changed_.notify_all();
    changed_.wait_for(lock, kPatience, [this] { return !held; });
    std::vector<Result<>> results;
    for (const Completion& one : completions) {
      Result<> result;
      if (trouble) result = fail(store::kDiskFull, "the disk is full");
      if (lost.contains(one.claim.work.text())) result = fail(messaging::kLeaseLost, "lost");
      results.push_back(std::move(result));
    }
    return results;
  }
  template <typename Holds>
  bool wait(const Holds& holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, holds);
  }
  template <typename Change>
  void change(const Change& change) {
    {
      const std::lock_guard lock(mutex_);
      change();
    }
    changed_.notify_all();
  }
  // Under the mutex.
  std::vector<std::size_t> sizes;
  bool held = false;
  bool trouble = false;
  std::set<std::string> lost;
  std::map<std::string, std::string> ended;  ///< the code of the error by work

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

class CompleterTest : public ::testing::Test {
 protected:
  Box box_;
  SystemClock clock_;
  Cut cut_;
  Completer completer_{
      box_, clock_, cut_, [this](const WorkItem& work, const Result<>& result) {
        box_.change([&] { box_.ended[work.claim.work.text()] = result ? "" : std::string(result.error().code.id); });
      }};
};

TEST_F(CompleterTest, WhatComesDuringACommitIsOneCommit) {
  box_.held = true;
  completer_.start();
  ASSERT_TRUE(completer_.hand_over(item(0), {}));
  ASSERT_TRUE(box_.wait([this] { return box_.sizes.size() == 1; }));
  for (int i = 1; i <= 20; ++i) ASSERT_TRUE(completer_.hand_over(item(i), {}));
  box_.change([this] { box_.held = false; });
  ASSERT_TRUE(box_.wait([this] { return box_.ended.size() == 21; }));
  EXPECT_EQ(box_.sizes, (std::vector<std::size_t>{1, 20}));
}

TEST_F(CompleterTest, TakesNoMoreThanItMayHold) {
  EXPECT_FALSE(completer_.hand_over(item(0), {})) << "it does not run";
  box_.held = true;
  completer_.start();
  ASSERT_TRUE(completer_.hand_over(item(0), {}));
  ASSERT_TRUE(box_.wait([this] { return box_.sizes.size() == 1; }));
  const int most = static_cast<int>(Completer::kMaximumWaiting);
  for (int i = 1; i <= most; ++i) ASSERT_TRUE(completer_.hand_over(item(i), {}));
  EXPECT_FALSE(completer_.hand_over(item(most + 1), {}));
  box_.change([this] { box_.held = false; });
  completer_.stop();
  EXPECT_EQ(box_.ended.size(), Completer::kMaximumWaiting + 1) << "a stop waits for what was taken";
  EXPECT_FALSE(completer_.hand_over(item(0), {}));
}

TEST_F(CompleterTest, TriesUntilTheBoxIsWellAgainAndSaysWhatWasLost) {
  box_.trouble = true;
  box_.lost = {"1"};
  completer_.start();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(completer_.hand_over(item(i), {}));
  ASSERT_TRUE(box_.wait([this] { return box_.sizes.size() > 3; }));
  box_.change([this] { box_.trouble = false; });
  completer_.stop();
  EXPECT_EQ(box_.ended,
            (std::map<std::string, std::string>{{"0", ""}, {"1", std::string(messaging::kLeaseLost.id)}, {"2", ""}}));
}

TEST_F(CompleterTest, ACutEndsTheTries) {
  box_.trouble = true;
  completer_.start();
  ASSERT_TRUE(completer_.hand_over(item(0), {}));
  ASSERT_TRUE(box_.wait([this] { return box_.sizes.size() > 1; }));
  cut_.set();
  completer_.stop();
  EXPECT_EQ(box_.ended, (std::map<std::string, std::string>{{"0", std::string(store::kDiskFull.id)}}));
}

}  // namespace
}  // namespace sealgate::hosts
