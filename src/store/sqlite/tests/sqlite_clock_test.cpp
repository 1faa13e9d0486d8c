// A clock that is turned back: what waits does so as long as it had to, whether somebody ran meanwhile or not.

#include "store/common/tests/suite/box_fixture.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::store {
namespace {

using namespace messaging;
using namespace testing_support;

constexpr std::int64_t kDay = 86400;

class ClockTurnedBack : public ::testing::TestWithParam<bool> {
 protected:
  ClockTurnedBack() { open(); }

  void open() {
    store_.reset();
    auto opened = SqliteStore::open({.data = folder_.path() / "data", .access = Access::Serve}, kClock);
    ASSERT_TRUE(opened) << opened.error().to_string();
    store_ = std::move(*opened);
  }
  /// In between, when the parameter says so, the process ends without a word.
  MessageBox& box() {
    if (GetParam()) open();
    return store_->box();
  }
  std::vector<WorkItem> claim(std::int64_t second) {
    auto items = box().claim(claim_at(at(second)));
    EXPECT_TRUE(items) << items.error().to_string();
    return items ? std::move(*items) : std::vector<WorkItem>();
  }
  WorkItem publish_and_claim(const std::string& port, std::int64_t second) {
    MessageBox& current = box();
    EXPECT_TRUE(current.publish(request_of(publication(current, content_of(9, 1), {port})), at(second)));
    auto items = claim(second);
    EXPECT_EQ(items.size(), 1U);
    return items.empty() ? WorkItem() : std::move(items.front());
  }

  ScratchFolder folder_;
  std::unique_ptr<SqliteStore> store_;
};

TEST_P(ClockTurnedBack, ARetryComesAfterItsInterval) {
  const WorkItem item = publish_and_claim("Out", 10 * kDay);
  const Failure failure{"test.failed", "it failed", "do better", true};
  ASSERT_TRUE(box().retry_later(item.claim, Retry{failure, at(10 * kDay + 300), 0, {}}, at(10 * kDay)));
  EXPECT_TRUE(claim(9 * kDay).empty());
  EXPECT_TRUE(claim(9 * kDay + 299).empty());
  EXPECT_EQ(claim(9 * kDay + 300).size(), 1U);
}

TEST_P(ClockTurnedBack, ALeaseEndsAfterItsTime) {
  publish_and_claim("Out", 10 * kDay);
  EXPECT_TRUE(claim(9 * kDay).empty());
  EXPECT_TRUE(claim(9 * kDay + 59).empty());
  EXPECT_EQ(claim(9 * kDay + 60).size(), 1U);
}

TEST_P(ClockTurnedBack, AgainAndAgainAndForwardOnce) {
  const WorkItem item = publish_and_claim("Out", 10 * kDay);
  ASSERT_TRUE(box().postpone(item.claim, at(10 * kDay + 100), at(10 * kDay)));
  EXPECT_TRUE(claim(9 * kDay).empty());
  EXPECT_TRUE(claim(8 * kDay).empty());
  EXPECT_TRUE(claim(0).empty());
  EXPECT_EQ(claim(5 * kDay).size(), 1U);
}

TEST_P(ClockTurnedBack, ThreadsThatAskedForTheTimeBeforeOthersChangeNothing) {
  const WorkItem item = publish_and_claim("Out", 100);
  ASSERT_TRUE(box().postpone(item.claim, at(200), at(100)));
  EXPECT_TRUE(claim(99).empty());
  EXPECT_TRUE(claim(199).empty());
  EXPECT_EQ(claim(200).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Lives, ClockTurnedBack, ::testing::Bool(),
                         [](const auto& life) { return life.param ? "Restarted" : "Running"; });

}  // namespace
}  // namespace sealgate::store
