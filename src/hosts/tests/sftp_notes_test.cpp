// The notes of SFTP deliveries in the store.

#include "hosts/sftp_notes.h"

#include <gtest/gtest.h>

#include <map>

namespace sealgate::hosts {
namespace {

class TestMemos final : public store::Memos {
 public:
  Result<std::vector<store::Memo>> list(const std::string& prefix) override {
    std::vector<store::Memo> found;
    for (const auto& [key, memo] : memos) {
      if (key.starts_with(prefix)) found.push_back(memo);
    }
    return found;
  }
  Result<> put(const store::Memo& memo) override {
    SG_TRY(store::check_memo(memo));
    memos[memo.key] = memo;
    return {};
  }
  Result<> forget(const std::string& prefix, Time before) override {
    std::erase_if(memos,
                  [&](const auto& one) { return one.first.starts_with(prefix) && one.second.written < before; });
    return {};
  }
  std::map<std::string, store::Memo> memos;
};

TEST(SftpNotes, AreFoundByTheirDeliveryAlone) {
  TestMemos memos;
  ManualClock clock(SystemClock().now());
  SftpNotes notes(memos, clock);
  ASSERT_TRUE(notes.keep("a.port2", {3, "two words.xml"}));
  EXPECT_FALSE(*notes.find("a.port"));
  const auto found = notes.find("a.port2");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->serial, 3);
  EXPECT_EQ((*found)->target, "two words.xml");
  ASSERT_TRUE(notes.keep("a.port2", {4, "other.xml"}));
  EXPECT_EQ((*notes.find("a.port2"))->serial, 4);
  ASSERT_TRUE(notes.keep(std::string(200, 'd'), {0, std::string(255, 'n')})) << "the longest there are";
}

TEST(SftpNotes, OldOnesAreForgottenWithTheNextStart) {
  TestMemos memos;
  ManualClock clock(SystemClock().now());
  ASSERT_TRUE(SftpNotes(memos, clock).keep("old", {0, "a.xml"}));
  ASSERT_TRUE(memos.put({"expiry/other", "x", clock.now()}));
  clock.advance(std::chrono::hours(24 * 31));
  SftpNotes notes(memos, clock);
  EXPECT_FALSE(*notes.find("old"));
  EXPECT_EQ(memos.memos.size(), 1U);
}

TEST(SftpNotes, ABrokenOneIsAnErrorAndNotNone) {
  TestMemos memos;
  ManualClock clock(SystemClock().now());
  ASSERT_TRUE(memos.put({"sftp/a", "x", clock.now()}));
  EXPECT_FALSE(SftpNotes(memos, clock).find("a"));
}

}  // namespace
}  // namespace sealgate::hosts
