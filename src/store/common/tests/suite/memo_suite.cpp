// Small facts that outlive a restart. For every backend.

#include "store/common/errors.h"
#include "store/common/memos.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"

namespace sealgate::store {
namespace {

using namespace testing_support;

std::string listed(Memos& memos, const std::string& prefix) {
  const auto found = memos.list(prefix);
  EXPECT_TRUE(found) << found.error().to_string();
  std::string text;
  for (const Memo& memo : *found) text += memo.key + "=" + memo.value + ";";
  return text;
}

TEST_P(BoxSuite, MemosAreFoundByPrefixReplacedAndForgotten) {
  const auto memos = [this]() -> Memos& {
    step();
    return backend().store().memos();
  };
  EXPECT_EQ(listed(memos(), ""), "");
  ASSERT_TRUE(memos().put({"expiry/a/30/log", "1", at(0)}));
  ASSERT_TRUE(memos().put({"expiry/a/60/log", "2", at(1)}));
  ASSERT_TRUE(memos().put({"expiry_b", "3", at(2)}));
  ASSERT_TRUE(memos().put({"expiry%", "wörter 'und' %_", at(2)}));
  EXPECT_EQ(listed(memos(), "expiry/"), "expiry/a/30/log=1;expiry/a/60/log=2;");
  EXPECT_EQ(listed(memos(), "expiry%"), "expiry%=wörter 'und' %_;") << "a prefix is no pattern";
  ASSERT_TRUE(memos().put({"expiry/a/30/log", "again", at(5)}));
  EXPECT_EQ(listed(memos(), "expiry/a/30"), "expiry/a/30/log=again;");
  ASSERT_TRUE(memos().forget("expiry/", at(5)));
  EXPECT_EQ(listed(memos(), "expiry/"), "expiry/a/30/log=again;");
  EXPECT_EQ(listed(memos(), "expiry_"), "expiry_b=3;");
  EXPECT_EQ(memos().list("expiry/")->front().written, at(5));
}

TEST_P(BoxSuite, MemosHaveLimits) {
  step();
  Memos& memos = backend().store().memos();
  for (const Memo& bad : {Memo{"", "x", at(0)}, Memo{std::string(kMaxMemoKey + 1, 'k'), "x", at(0)},
                          Memo{"k", std::string(kMaxMemoValue + 1, 'v'), at(0)}}) {
    const auto kept = memos.put(bad);
    ASSERT_FALSE(kept);
    EXPECT_EQ(kept.error().code, kBadMemo);
  }
  EXPECT_TRUE(memos.put({std::string(kMaxMemoKey, 'k'), std::string(kMaxMemoValue, 'v'), at(0)}));
}

}  // namespace
}  // namespace sealgate::store
