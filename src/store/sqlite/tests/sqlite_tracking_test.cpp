// The behaviour suite of the tracking log on SQLite.

#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/tracking_suite.h"
#include "store/sqlite/sqlite_tracking_log.h"

namespace sealgate::store {
namespace {

class SqliteTrackingBackend final : public TrackingBackend {
 public:
  SqliteTrackingBackend() { open(); }
  tracking::TrackingStorage& storage() override { return *storage_; }
  void reopen() override {
    storage_.reset();
    database_.reset();
    open();
  }
  void run(const std::string& sql) override {
    const auto done = database_->write([&](sql::Connection& connection) { return connection.execute(sql); });
    ASSERT_TRUE(done) << done.error().to_string();
  }
  const std::filesystem::path& folder() const override { return folder_.path(); }

 private:
  void open() {
    auto opened = sql::Database::open((folder_.path() / "test.db").string());
    ASSERT_TRUE(opened) << opened.error().to_string();
    database_ = std::move(*opened);
    storage_ = std::make_unique<SqliteTrackingStorage>(*database_);
  }
  testing_support::ScratchFolder folder_;
  std::unique_ptr<sql::Database> database_;
  std::unique_ptr<SqliteTrackingStorage> storage_;
};

std::unique_ptr<TrackingBackend> make_sqlite() {
  return std::make_unique<SqliteTrackingBackend>();
}

INSTANTIATE_TEST_SUITE_P(Sqlite, TrackingSuite,
                         testing::Values(TrackingMode{"Plain", make_sqlite, false},
                                         TrackingMode{"Reopened", make_sqlite, true}),
                         [](const auto& mode) { return mode.param.name; });

}  // namespace
}  // namespace sealgate::store
