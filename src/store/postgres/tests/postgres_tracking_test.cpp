// The behaviour suite of the tracking log on PostgreSQL, and the order that only PostgreSQL can disturb.

#include "store/common/tests/suite/tracking_fixture.h"
#include "store/postgres/postgres_tracking_log.h"
#include "store/postgres/tests/test_server.h"

namespace sealgate::store {
namespace {

using namespace messaging;
using namespace testing_support;
using postgres::testing_support::TestSchema;
using postgres::testing_support::TestServer;

class PostgresTrackingBackend final : public TrackingBackend {
 public:
  PostgresTrackingBackend() { open(); }
  tracking::TrackingStorage& storage() override { return *storage_; }
  void reopen() override {
    storage_.reset();
    database_.reset();
    open();
  }
  void run(const std::string& sql) override {
    const auto done = database_->write([&](postgres::Connection& connection) { return connection.execute(sql); });
    ASSERT_TRUE(done) << done.error().to_string();
  }
  const std::filesystem::path& folder() const override { return folder_.path(); }
  const TestSchema& schema() const { return schema_; }

 private:
  void open() {
    const auto address = postgres::parse_address(schema_.url());
    ASSERT_TRUE(address) << address.error().to_string();
    auto opened = postgres::Database::open(*address, true);
    ASSERT_TRUE(opened) << opened.error().to_string();
    database_ = std::move(*opened);
    storage_ = std::make_unique<postgres::PostgresTrackingStorage>(*database_);
  }
  ScratchFolder folder_;
  TestSchema schema_;
  std::unique_ptr<postgres::Database> database_;
  std::unique_ptr<postgres::PostgresTrackingStorage> storage_;
};

std::unique_ptr<TrackingBackend> make_postgres() {
  return std::make_unique<PostgresTrackingBackend>();
}

INSTANTIATE_TEST_SUITE_P(Postgres, TrackingSuite,
                         testing::Values(TrackingMode{"Plain", make_postgres, false},
                                         TrackingMode{"Reopened", make_postgres, true}),
                         [](const auto& mode) { return mode.param.name; });

TEST(PostgresTracking, NothingIsSealedThatAnOlderTransactionCouldStillPrecede) {
  PostgresTrackingBackend backend;
  const auto log = tracking::make_tracking_log(backend.storage(), backend.folder() / "key");
  const auto address = postgres::parse_address(backend.schema().url());
  auto slow = postgres::Connection::open(*address);
  ASSERT_TRUE(slow);
  ASSERT_TRUE((*slow)->execute("BEGIN; SET LOCAL search_path TO " + backend.schema().name() +
                               "; SELECT pg_current_xact_id()"));
  append(backend.storage(), {record_at(2, TrackingEvent::Received, "m2")});
  EXPECT_EQ(log->seal(at(2)).value(), 0U);
  EXPECT_EQ(messages_of(log->search({})->records), "m2") << "seen, but not settled";
  const std::string hex = to_hex(encode_record(record_at(1, TrackingEvent::Received, "m1")));
  ASSERT_TRUE((*slow)->execute("INSERT INTO tracking (record) VALUES ('\\x" + hex + "'); COMMIT"));
  EXPECT_EQ(log->seal(at(3)).value(), 2U);
  EXPECT_EQ(messages_of(log->search({})->records), "m1 m2") << "in the order of their transactions";
  EXPECT_FALSE(verified(*log).broken);
}

TEST(PostgresTracking, RecordsFromBeforeARestoreAreSealed) {
  PostgresTrackingBackend backend;
  const auto log = tracking::make_tracking_log(backend.storage(), backend.folder() / "key");
  append(backend.storage(), {record_at(1, TrackingEvent::Received, "old")});
  // A dump keeps transaction ids, which the restored database has yet to reach.
  backend.run("UPDATE tracking SET xid = '123456789012'");
  append(backend.storage(), {record_at(2, TrackingEvent::Received, "new")});
  EXPECT_EQ(log->seal(at(3)).value(), 2U);
  append(backend.storage(), {record_at(3, TrackingEvent::Received, "newer")});
  EXPECT_EQ(log->seal(at(4)).value(), 1U);
  EXPECT_EQ(log->search({})->records.size(), 3U);
  EXPECT_EQ(log->state()->unsealed, 0U);
}

}  // namespace
}  // namespace sealgate::store
