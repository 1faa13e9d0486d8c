// Group commit: jobs of many threads in few commits, each job whole or not at all.

#include "store/sqlite/sql/database.h"

#include <atomic>
#include <latch>
#include <new>
#include <thread>

#include "store/common/errors.h"
#include "store/common/tests/suite/box_fixture.h"

namespace sealgate::store {

using sql::Connection;
using sql::Database;
using namespace testing_support;

namespace {

std::unique_ptr<Database> open(const ScratchFolder& folder) {
  auto opened = Database::open((folder.path() / "test.db").string());
  EXPECT_TRUE(opened) << opened.error().to_string();
  EXPECT_TRUE((*opened)->write([](Connection& connection) {
    return connection.execute("CREATE TABLE numbers (n INTEGER PRIMARY KEY) STRICT");
  }));
  return std::move(*opened);
}

Result<> insert(Connection& connection, std::int64_t number) {
  SG_TRY_ASSIGN(auto statement, connection.prepare("INSERT INTO numbers VALUES (?1)"));
  return statement.bind(1, number).run();
}

std::int64_t count(Database& database) {
  std::int64_t number = -1;
  EXPECT_TRUE(database.read([&](Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(auto statement, connection.prepare("SELECT count(*) FROM numbers"));
    SG_TRY(statement.step());
    number = statement.integer(0);
    return {};
  }));
  return number;
}

TEST(Database, ManyThreadsShareCommitsAndEachKnowsItsOwnOutcome) {
  const ScratchFolder folder;
  const auto database = open(folder);
  constexpr int kThreads = 16;
  constexpr int kJobs = 50;
  const auto before = database->statistics();
  std::atomic<int> failures = 0;
  std::latch start(kThreads);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      start.arrive_and_wait();
      for (int job = 0; job < kJobs; ++job) {
        const std::int64_t number = thread * 1000 + job;
        const auto done = database->write([&](Connection& connection) -> Result<> {
          SG_TRY(insert(connection, number));
          // Every fifth changes its mind after it wrote, every seventh breaks a constraint.
          if (job % 5 == 4) return fail(kConstraint, "changed its mind");
          if (job % 7 == 6) return insert(connection, number);
          return {};
        });
        const bool should_fail = job % 5 == 4 || job % 7 == 6;
        EXPECT_EQ(done.has_value(), !should_fail);
        if (!done) ++failures;
        if (done) {
          EXPECT_GE(count(*database), 1);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count(*database), kThreads * kJobs - failures);
  const auto after = database->statistics();
  EXPECT_EQ(after.jobs - before.jobs, static_cast<std::uint64_t>(kThreads * kJobs));
  EXPECT_LT(after.commits - before.commits, after.jobs - before.jobs);
}

TEST(Database, AFailingHookBeforeTheCommitUndoesAllOfIt) {
  const ScratchFolder folder;
  const auto database = open(folder);
  bool refuse = true;
  database->before_commit([&]() -> Result<> {
    if (refuse) return fail(kDiskFull, "no space");
    return {};
  });
  EXPECT_EQ(database->write([](Connection& c) { return insert(c, 1); }).error().code, kDiskFull);
  EXPECT_EQ(count(*database), 0);
  refuse = false;
  EXPECT_TRUE(database->write([](Connection& c) { return insert(c, 1); }));
  EXPECT_EQ(count(*database), 1);
}

TEST(Database, WhatAJobThrowsIsItsFailureAlone) {
  const ScratchFolder folder;
  const auto database = open(folder);
  const auto throwing = [](Connection& c) -> Result<> {
    (void)insert(c, 1);
    throw std::bad_alloc();
  };
  for (int round = 0; round < 10; ++round) {  // more often than there are readers
    EXPECT_EQ(database->write(throwing).error().code, kSqlFailed);
    EXPECT_EQ(database->read(throwing).error().code, kSqlFailed);
  }
  EXPECT_TRUE(database->write([](Connection& c) { return insert(c, 2); }));
  EXPECT_EQ(count(*database), 1);
}

TEST(Database, ReadersCannotWrite) {
  const ScratchFolder folder;
  const auto database = open(folder);
  EXPECT_FALSE(database->read([](Connection& c) { return insert(c, 1); }));
  EXPECT_EQ(count(*database), 0);
}

TEST(Database, ValuesComeBackAsTheyWere) {
  const ScratchFolder folder;
  const auto database = open(folder);
  const Bytes blob = content_of(100'000, 1);
  const std::string text("a\0b", 3);
  ASSERT_TRUE(database->write([&](Connection& connection) -> Result<> {
    SG_TRY(connection.execute("CREATE TABLE kinds (i INTEGER, t TEXT, b BLOB, e BLOB, n TEXT) STRICT"));
    SG_TRY_ASSIGN(auto insert_all, connection.prepare("INSERT INTO kinds VALUES (?1, ?2, ?3, ?4, ?5)"));
    insert_all.bind(1, std::int64_t{INT64_MIN})
        .bind(2, text)
        .bind(3, ByteView(blob))
        .bind(4, ByteView())
        .bind_null(5);
    return insert_all.run();
  }));
  ASSERT_TRUE(database->read([&](Connection& connection) -> Result<> {
    SG_TRY_ASSIGN(auto select, connection.prepare("SELECT i, t, b, e, n FROM kinds"));
    SG_TRY_ASSIGN(const bool row, select.step());
    EXPECT_TRUE(row);
    EXPECT_EQ(select.integer(0), INT64_MIN);
    EXPECT_EQ(select.text(1), text);
    EXPECT_EQ(Bytes(select.bytes(2).begin(), select.bytes(2).end()), blob);
    EXPECT_TRUE(select.bytes(3).empty());
    EXPECT_FALSE(select.is_null(3));
    EXPECT_TRUE(select.is_null(4));
    return {};
  }));
}

TEST(Database, BadSqlNamesItselfAndLeavesNothing) {
  const ScratchFolder folder;
  const auto database = open(folder);
  const auto done = database->write([](Connection& connection) -> Result<> {
    SG_TRY(insert(connection, 1));
    return connection.execute("INSERT INTO nowhere VALUES (1)");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, kSqlFailed);
  EXPECT_NE(done.error().what.find("nowhere"), std::string::npos);
  EXPECT_EQ(count(*database), 0);
}

}  // namespace
}  // namespace sealgate::store
