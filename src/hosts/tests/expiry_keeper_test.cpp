// Warnings of an expiry: once for each mark, whoever is the keeper, and never by one who is not.

#include "hosts/expiry_keeper.h"

#include <gtest/gtest.h>

#include "artifacts/documents.h"
#include "certificates/tests/test_certificates.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::hosts {
namespace {

using certificates::testing::kNow;

class ExpiryKeeperTest : public ::testing::Test {
 protected:
  ExpiryKeeperTest() {
    std::string pattern = testing::TempDir() + "sealgate-expiry-XXXXXX";
    root_ = ::mkdtemp(pattern.data());
    reopen();
    const auto partner =
        certificates::testing::issue({.subject = {{"CN", "Partner"}}, .not_after = kNow + std::chrono::days(40)});
    EXPECT_TRUE(store_->certificates().add({certificates::StoreName::OtherPeople, {}}, {partner.certificate}));
    configure("kind: Group\nname: G\n---\nkind: Party\nname: Fabrikam\nverification_certificates: ['" +
              partner.certificate.thumbprint().to_hex() + "']\n");
  }
  ~ExpiryKeeperTest() override {
    store_.reset();
    std::filesystem::remove_all(root_);
  }

  void reopen() {
    store_.reset();
    auto opened = store::SqliteStore::open({.data = root_ / "data"}, clock_);
    ASSERT_TRUE(opened) << opened.error().to_string();
    store_ = std::move(*opened);
  }
  void configure(const std::string& yaml) {
    const auto documents = artifacts::parse_documents(yaml, "test.yaml");
    ASSERT_TRUE(documents) << documents.error().to_string();
    auto configuration = std::make_shared<Configuration>();
    for (const auto& document : *documents) configuration->artifacts.set.put(document.artifact);
    holder_.set(std::move(configuration));
  }
  /// One round of a process; the marks that the group remembers afterwards.
  std::string look(bool is_keeper) {
    ExpiryKeeperOptions options;
    options.is_keeper = [is_keeper] { return is_keeper; };
    ExpiryKeeper keeper(*store_, holder_, clock_, options);
    testing::internal::CaptureStderr();
    keeper.look();
    lines_ += testing::internal::GetCapturedStderr();
    const auto memos = store_->memos().list("expiry/");
    EXPECT_TRUE(memos);
    std::string marks;
    for (const store::Memo& memo : *memos) {
      marks += (marks.empty() ? "" : " ") + memo.key.substr(memo.key.find('/', 7) + 1);
    }
    return marks;
  }
  std::size_t said() const {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = lines_.find("certificate 'Partner'", at)) != std::string::npos; ++at) ++count;
    return count;
  }

  ManualClock clock_{kNow};
  std::filesystem::path root_;
  std::unique_ptr<store::SqliteStore> store_;
  ConfigurationHolder holder_;
  std::string lines_;
};

TEST_F(ExpiryKeeperTest, EachMarkOnceForTheGroupAcrossRestarts) {
  EXPECT_EQ(look(false), "") << "another process is the keeper";
  EXPECT_EQ(look(true), "60/log");
  EXPECT_EQ(look(true), "60/log");
  EXPECT_EQ(said(), 1U);
  reopen();
  EXPECT_EQ(look(true), "60/log");
  EXPECT_EQ(said(), 1U);
  clock_.advance(std::chrono::days(10));
  EXPECT_EQ(look(true), "30/log 60/log");
  clock_.advance(std::chrono::days(31));
  EXPECT_EQ(look(true), "0/log 30/log 60/log") << "it has expired; the marks between are past";
  EXPECT_EQ(look(true), "0/log 30/log 60/log");
  EXPECT_EQ(said(), 3U);
}

TEST_F(ExpiryKeeperTest, MetricsAreThereWithoutBeingTheKeeper) {
  ExpiryKeeperOptions options;
  options.is_keeper = [] { return false; };
  ExpiryKeeper keeper(*store_, holder_, clock_, options);
  EXPECT_EQ(keeper.metrics(), "") << "nothing is known before the first round";
  keeper.look();
  const std::string text = keeper.metrics();
  EXPECT_NE(
      text.find("usage=\"verify\",place=\"Party Fabrikam, verification_certificates\",covered=\"false\"} 40.00"),
      std::string::npos)
      << text;
}

TEST_F(ExpiryKeeperTest, NoGroupNoWarnings) {
  configure("kind: Host\nname: H\n");
  EXPECT_EQ(look(true), "");
}

}  // namespace
}  // namespace sealgate::hosts
