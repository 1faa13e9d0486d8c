// Stores that earlier releases left behind still open, and what was in them goes on.

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "messaging/errors.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/sqlite/schema/migrations.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

namespace {

/// A data folder as the release left it, made from the text of its database and its bodies.
void restore_release(const std::string& release, const std::filesystem::path& data) {
  const std::filesystem::path kept =
      std::filesystem::path(SEALGATE_SOURCE_DIR) / "src/store/sqlite/tests/data" / ("release-" + release);
  std::filesystem::create_directories(data);
  std::filesystem::copy(kept / "bodies", data / "bodies", std::filesystem::copy_options::recursive);
  std::ifstream file(kept / "sealgate.sql");
  ASSERT_TRUE(file) << kept;
  std::stringstream sql;
  sql << file.rdbuf();
  auto connection = sql::Connection::open((data / kDatabaseName).string(), sql::Connection::Mode::ReadWrite).value();
  const auto made = connection->execute("PRAGMA foreign_keys=OFF;" + sql.str());
  ASSERT_TRUE(made) << made.error().to_string();
}

std::map<std::string, std::string> states_by_port(MessageBox& box) {
  std::map<std::string, std::string> states;
  const auto all = box.list({}).value();
  for (const WorkSummary& work : all) {
    std::string& words = states[work.port];
    words += (words.empty() ? "" : " ") + std::string(to_string(work.state));
  }
  return states;
}

TEST(OldStore, OfRelease010OpensAndGoesOn) {
  const ScratchFolder scratch;
  const auto data = scratch.path() / "data";
  restore_release("0.1.0", data);
  auto store = SqliteStore::open({.data = data, .access = Access::Serve}, kClock);
  ASSERT_TRUE(store) << store.error().to_string();
  MessageBox& box = (*store)->box();
  EXPECT_EQ(states_by_port(box), (std::map<std::string, std::string>{{"Done", "completed"},
                                                                     {"Retrying", "retrying"},
                                                                     {"Stopped", "terminated suspended suspended"},
                                                                     {"nobody", "suspended"},
                                                                     {"signed", "suspended"},
                                                                     {"Hanging", "active ready"}}));
  const Counts counts = box.counts().value();
  EXPECT_EQ(counts.ready, 1U);
  EXPECT_EQ(counts.active, 1U);
  EXPECT_EQ(counts.retrying, 1U);
  EXPECT_EQ(counts.suspended, 4U);
  EXPECT_EQ(counts.completed, 1U);
  EXPECT_EQ(counts.terminated, 1U);
  EXPECT_EQ((*store)->artifacts().load()->set.send_ports.size(), 4U);
  EXPECT_TRUE(box.was_received("file:2049:1234").value());
  std::size_t parts = 0;
  const auto all = box.list({}).value();
  for (const WorkSummary& work : all) {
    const auto message = box.load(work.message);
    ASSERT_TRUE(message) << message.error().to_string();
    for (const Part& part : message->parts) EXPECT_EQ(read(*part.body).size(), part.body->size());
    parts += message->parts.size();
  }
  EXPECT_EQ(parts, 10U) << "one of them has two";

  // Everything comes to its end.
  const Time now = (*store)->clock().now() + std::chrono::hours(24 * 365 * 10);
  ASSERT_EQ(box.release_all("", now).value(), 1U);
  const auto suspended = box.list({.states = {WorkState::Suspended}}).value();
  for (const WorkSummary& work : suspended) {
    EXPECT_TRUE(box.resume(work.id, false, now));
  }
  const auto items = box.claim(claim_at(now));
  ASSERT_EQ(items->size(), 7U);
  for (const WorkItem& item : *items) {
    EXPECT_EQ(item.priority, kDefaultPriority);
    EXPECT_TRUE(box.complete(item.claim, now));
  }
  EXPECT_EQ(box.counts()->completed, 8U);
  EXPECT_EQ(box.purge(now + std::chrono::hours(1), 100).value(), 9U);
  EXPECT_TRUE(box.list({})->empty());
  EXPECT_TRUE(std::filesystem::is_empty(data / "bodies"));
  publish_one(box, in_order("Out"), now);
  EXPECT_EQ(claimed(box, now).size(), 1U);
}

TEST(OldStore, WhatWasFinishedBeforeIsRemovedInItsTime) {
  const ScratchFolder scratch;
  const auto data = scratch.path() / "data";
  restore_release("0.1.0", data);
  auto store = SqliteStore::open({.data = data, .access = Access::Serve}, kClock);
  ASSERT_TRUE(store);
  const auto removed = (*store)->box().purge((*store)->clock().now() + std::chrono::hours(24 * 365 * 10), 100);
  EXPECT_EQ(removed.value(), 2U);
  EXPECT_EQ((*store)->box().list({})->size(), 7U);
}

TEST(OldStore, ReceiptsBesideTheirKeysAreStillTold) {
  const ScratchFolder scratch;
  auto store = SqliteStore::open({.data = scratch.path(), .access = Access::Serve}, kClock);
  ASSERT_TRUE(store);
  MessageBox& box = (*store)->box();
  // As schema 8 to 12 kept it.
  ASSERT_TRUE((*store)->database().write([](sql::Connection& connection) {
    return connection.execute(
        "INSERT INTO receive_keys (key, messages, received, receipt) "
        "VALUES ('as2:old', '', 0, x'0102')");
  }));
  EXPECT_EQ(box.receipt_of("as2:old").value(), (Bytes{1, 2}));
  auto request = request_of(publication(box, content_of(9, 1)), "as2:new");
  request.receipt = Bytes{3};
  ASSERT_TRUE(box.publish(std::move(request), at(0)));
  EXPECT_EQ(box.receipt_of("as2:new").value(), Bytes{3});

  // With the key goes what was told under it.
  ASSERT_TRUE(box.forget_received({"as2:old", "as2:new"}));
  std::int64_t left = -1;
  ASSERT_TRUE((*store)->database().read([&](sql::Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(auto select, connection.prepare("SELECT (SELECT count(*) FROM receipts) + "
                                                  "(SELECT count(*) FROM receive_keys)"));
    SG_TRY(select.step());
    left = select.integer(0);
    return {};
  }));
  EXPECT_EQ(left, 0);
}

TEST(OldStore, AMigrationThatIsCutShortChangesNothing) {
  const ScratchFolder scratch;
  const auto data = scratch.path() / "data";
  restore_release("0.1.0", data);
  {
    // A table of the new schema is in the way, as no release left it: the migration fails in its middle.
    auto connection =
        sql::Connection::open((data / kDatabaseName).string(), sql::Connection::Mode::ReadWrite).value();
    ASSERT_TRUE(connection->execute("CREATE TABLE work_counts (x)"));
  }
  EXPECT_FALSE(SqliteStore::open({.data = data}, kClock));
  auto connection = sql::Connection::open((data / kDatabaseName).string(), sql::Connection::Mode::ReadWrite).value();
  auto select = connection->prepare("SELECT count(*), max(state = 'active') FROM work");
  ASSERT_TRUE(select) << select.error().to_string();
  ASSERT_TRUE(select->step().value());
  EXPECT_EQ(select->integer(0), 9);
  EXPECT_EQ(select->integer(1), 1);
}

}  // namespace
}  // namespace sealgate::store
