// Connections that are lost, servers that restart, transactions whose end nobody heard: each change happens once.

#include "store/postgres/sql/database.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <thread>
#include <utility>

#include "messaging/cluster.h"
#include "store/common/commit_point.h"
#include "store/common/errors.h"
#include "store/postgres/schema/migrations.h"
#include "store/postgres/tests/cutting_proxy.h"
#include "store/postgres/tests/test_server.h"

namespace sealgate::store::postgres {
namespace {

using testing_support::CuttingProxy;
using testing_support::TestSchema;
using testing_support::TestServer;

class PostgresDatabase : public testing::Test {
 protected:
  void SetUp() override {
    database_ = open();
    run("CREATE TABLE numbers (number bigint)");
  }
  void TearDown() override { commit_point_hook = nullptr; }

  std::unique_ptr<Database> open(const std::string& more = {}) const {
    auto opened = Database::open(parse_address(schema_.url(more)).value(), true);
    EXPECT_TRUE(opened) << opened.error().to_string();
    return std::move(*opened);
  }
  void run(const std::string& sql) const {
    const auto done = database_->write([&](Connection& connection) -> Result<> {
      SG_TRY(connection.run(sql));
      return {};
    });
    EXPECT_TRUE(done) << done.error().to_string();
  }
  static Result<> insert(Connection& connection, std::int64_t number) {
    Parameters parameters;
    parameters.add(number);
    SG_TRY(connection.run("INSERT INTO numbers VALUES ($1)", std::move(parameters)));
    return {};
  }
  std::int64_t count() const {
    return TestServer::get().number("SELECT count(*) FROM " + schema_.name() + ".numbers");
  }
  static void kill(int backend) {
    TestServer::get().execute("SELECT pg_terminate_backend(" + std::to_string(backend) + ", 10000)");
  }

  TestSchema schema_;
  std::unique_ptr<Database> database_;
};

TEST_F(PostgresDatabase, ParametersAndRowsKeepEveryByte) {
  Bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<Byte>(i);
  const std::vector<std::string> texts{"", "a", "zwölf \"'{},\\", std::string(5000, 'x')};
  const std::vector<std::int64_t> numbers{0, -1, INT64_MAX, INT64_MIN};
  const std::vector<std::optional<ByteView>> contents{ByteView(all), std::nullopt, ByteView(),
                                                      ByteView(all).first(1)};
  const auto done = database_->read([&](Connection& connection) -> Result<> {
    Parameters parameters;
    parameters.add(std::int64_t{-42}).add(std::string_view("")).add(ByteView(all)).add_flag(true).add_null_text();
    SG_TRY_ASSIGN(const Rows one, connection.run("SELECT $1::bigint, $2::text, $3::bytea, $4::boolean, $5::text",
                                                 std::move(parameters)));
    EXPECT_EQ(one.integer(0, 0), -42);
    EXPECT_FALSE(one.is_null(0, 1));
    EXPECT_EQ(one.text(0, 1), "");
    EXPECT_EQ(Bytes(one.bytes(0, 2).begin(), one.bytes(0, 2).end()), all);
    EXPECT_TRUE(one.flag(0, 3));
    EXPECT_TRUE(one.is_null(0, 4));
    Parameters arrays;
    arrays.add(std::span<const std::string>(texts)).add(std::span<const std::int64_t>(numbers));
    arrays.add(std::span<const std::optional<ByteView>>(contents));
    SG_TRY_ASSIGN(const Rows many,
                  connection.run("SELECT * FROM unnest($1::text[], $2::bigint[], $3::bytea[])", std::move(arrays)));
    EXPECT_EQ(many.size(), 4U);
    for (std::size_t row = 0; row < many.size(); ++row) {
      EXPECT_EQ(many.text(row, 0), texts[row]);
      EXPECT_EQ(many.integer(row, 1), numbers[row]);
      EXPECT_EQ(many.is_null(row, 2), !contents[row]);
      if (contents[row]) {
        EXPECT_TRUE(std::ranges::equal(many.bytes(row, 2), *contents[row]));
      }
    }
    Parameters none;
    none.add(std::span<const std::string>());
    SG_TRY_ASSIGN(const Rows empty, connection.run("SELECT unnest($1::text[])", std::move(none)));
    EXPECT_TRUE(empty.empty());
    return {};
  });
  EXPECT_TRUE(done) << done.error().to_string();
}

TEST_F(PostgresDatabase, AFailedPipelineLeavesNothingAndTheConnectionUsable) {
  const auto failed = database_->write([&](Connection& connection) -> Result<> {
    const std::array<Command, 3> commands{Command{"INSERT INTO numbers VALUES (1)"}, Command{"SELECT 1::bigint / 0"},
                                          Command{"INSERT INTO numbers VALUES (2)"}};
    SG_TRY(connection.pipeline(commands));
    return {};
  });
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, kSqlFailed);
  EXPECT_NE(failed.error().what.find("division by zero"), std::string::npos);
  run("INSERT INTO numbers VALUES (3)");
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(database_->pool().open_connections(), 1U);
}

TEST_F(PostgresDatabase, AJobThatFailsLeavesNothing) {
  const auto failed = database_->write([&](Connection& connection) -> Result<> {
    SG_TRY(insert(connection, 1));
    return fail(kBadUrl, "no");
  });
  EXPECT_EQ(failed.error().code, kBadUrl);
  const auto thrown = database_->write([&](Connection& connection) -> Result<> {
    SG_TRY(insert(connection, 1));
    throw std::runtime_error("no memory");
  });
  EXPECT_EQ(thrown.error().code, kSqlFailed);
  EXPECT_EQ(count(), 0);
}

TEST_F(PostgresDatabase, KilledInTheMiddleItRunsAgainOnAnotherConnection) {
  int tries = 0;
  const auto done = database_->write([&](Connection& connection) -> Result<> {
    SG_TRY(insert(connection, ++tries));
    if (tries == 1) kill(connection.backend());
    return insert(connection, tries);
  });
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(tries, 2);
  EXPECT_EQ(count(), 2);
}

TEST_F(PostgresDatabase, AConnectionThatDiedWhileItWasIdleIsNotGivenToAnybody) {
  int backend = 0;
  ASSERT_TRUE(database_->read([&](Connection& connection) -> Result<> {
    backend = connection.backend();
    return {};
  }));
  kill(backend);
  int tries = 0;
  ASSERT_TRUE(database_->read([&](Connection& connection) -> Result<> {
    ++tries;
    SG_TRY(connection.run("SELECT 1::bigint"));
    return {};
  }));
  EXPECT_EQ(tries, 1);
}

/// The process of the server that runs our transaction, killed at the named point.
struct Victim {
  std::string point;
  int backend = 0;
  int kills = 0;
};
Victim victim;

void kill_at(std::string_view name) {
  if (name != victim.point || victim.kills > 0 || victim.backend == 0) return;
  ++victim.kills;
  TestServer::get().execute("SELECT pg_terminate_backend(" + std::to_string(victim.backend) + ", 10000)");
}

TEST_F(PostgresDatabase, LostBeforeTheCommitArrivedItHappensOnce) {
  victim = {"transaction.before-commit"};
  commit_point_hook = kill_at;
  const auto done = database_->write([&](Connection& connection) -> Result<> {
    victim.backend = connection.backend();
    return insert(connection, 7);
  });
  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_EQ(victim.kills, 1);
  EXPECT_EQ(count(), 1);
}

/// Cuts the wire when COMMIT is the next that goes over it.
class CutCommit {
 public:
  CutCommit(CuttingProxy& proxy, CuttingProxy::Cut cut) {
    proxy_ = &proxy;
    cut_ = cut;
    commit_point_hook = [](std::string_view name) {
      if (name == "transaction.before-commit" && proxy_ != nullptr) std::exchange(proxy_, nullptr)->cut_next(cut_);
    };
  }
  CutCommit(const CutCommit&) = delete;
  CutCommit& operator=(const CutCommit&) = delete;
  ~CutCommit() { commit_point_hook = nullptr; }

 private:
  static inline CuttingProxy* proxy_ = nullptr;
  static inline CuttingProxy::Cut cut_ = CuttingProxy::Cut::None;
};

class PostgresCutCommit : public PostgresDatabase, public testing::WithParamInterface<CuttingProxy::Cut> {};

TEST_P(PostgresCutCommit, HappensOnceWhateverWasLost) {
  CuttingProxy proxy(TestServer::get().folder());
  auto opened = Database::open(parse_address(TestServer::url_in(proxy.folder(), schema_.name())).value(), false);
  ASSERT_TRUE(opened) << opened.error().to_string();
  int tries = 0;
  {
    // The first COMMIT of a connection also has to prepare its statements: one goes before.
    ASSERT_TRUE((*opened)->write([&](Connection& connection) { return insert(connection, 1); }));
    const CutCommit cut(proxy, GetParam());
    const auto done = (*opened)->write([&](Connection& connection) {
      ++tries;
      return insert(connection, 2);
    });
    ASSERT_TRUE(done) << done.error().to_string();
  }
  EXPECT_EQ(proxy.cuts(), 1);
  EXPECT_EQ(tries, GetParam() == CuttingProxy::Cut::Request ? 2 : 1);
  EXPECT_EQ(count(), 2);
}

INSTANTIATE_TEST_SUITE_P(Cut, PostgresCutCommit,
                         testing::Values(CuttingProxy::Cut::Request, CuttingProxy::Cut::Answer));

TEST_F(PostgresDatabase, ATransactionThatWasGivenUpCanNeverCommit) {
  // The old server process still lives and is about to commit, while its client has lost it and asks.
  auto old = database_->pool().open_another();
  ASSERT_TRUE(old);
  ASSERT_TRUE((*old)->execute("BEGIN"));
  ASSERT_TRUE(insert(**old, 1));
  ASSERT_TRUE((*old)->execute("INSERT INTO commits VALUES ('the token', 0)"));
  std::atomic<bool> asked = false;
  std::thread asking([&] {
    run("INSERT INTO commits VALUES ('the token', 0) ON CONFLICT DO NOTHING");
    asked = true;
  });
  // It waits for the old one to end.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (TestServer::get().number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == 0) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
  }
  EXPECT_FALSE(asked);
  ASSERT_TRUE((*old)->execute("ROLLBACK"));
  asking.join();
  ASSERT_TRUE((*old)->execute("BEGIN"));
  EXPECT_EQ((*old)->execute("INSERT INTO commits VALUES ('the token', 0)").error().code, kConstraint);
}

TEST_F(PostgresDatabase, AServerThatRestartsIsWaitedFor) {
  TestServer::get().stop(SIGQUIT);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    const auto written = database_->write([&](Connection& connection) { return insert(connection, 1); });
    EXPECT_TRUE(written) << written.error().to_string();
    done = true;
  });
  TestServer::get().start();
  writer.join();
  EXPECT_EQ(count(), 1);
}

TEST_F(PostgresDatabase, OfTwoThatDeadlockBothHappen) {
  run("INSERT INTO numbers VALUES (1), (2)");
  std::atomic<int> locked{0};
  const auto in_order = [&](int first, int second) {
    int tries = 0;
    return database_->write([&, first, second, tries](Connection& connection) mutable -> Result<> {
      const auto add = [&](int number) {
        return connection.execute("UPDATE numbers SET number = number WHERE number = " + std::to_string(number));
      };
      SG_TRY(connection.run("SELECT 1::bigint"));
      SG_TRY(add(first));
      if (++tries == 1) {
        ++locked;
        while (locked < 2) std::this_thread::yield();
      }
      return add(second);
    });
  };
  Result<> other;
  std::thread thread([&] { other = in_order(2, 1); });
  const auto one = in_order(1, 2);
  thread.join();
  EXPECT_TRUE(one) << one.error().to_string();
  EXPECT_TRUE(other) << other.error().to_string();
}

TEST_F(PostgresDatabase, AStatementThatTakesTooLongIsEnded) {
  const auto impatient = open("&statement_timeout=1");
  auto blocker = database_->pool().open_another();
  ASSERT_TRUE((*blocker)->execute("BEGIN; LOCK TABLE numbers"));
  const auto late = impatient->write([&](Connection& connection) { return insert(connection, 1); });
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, kTimedOut);
  ASSERT_TRUE((*blocker)->execute("ROLLBACK"));
  // Its connection is of use again; a busy machine may need more than the one second for it.
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  bool written = false;
  while (!written && std::chrono::steady_clock::now() < deadline) {
    written = impatient->write([&](Connection& connection) { return insert(connection, 1); }).has_value();
  }
  EXPECT_TRUE(written);
  EXPECT_EQ(count(), 1);
}

TEST_F(PostgresDatabase, WhatAProcessThatHangsHasLockedIsFreeBeforeItIsDeclaredDead) {
  static_assert(kLongestSilence < messaging::kInstanceTimeout);
  auto hanging = database_->pool().open_another();
  ASSERT_TRUE((*hanging)->execute("BEGIN; LOCK TABLE numbers"));
  EXPECT_TRUE(database_->write([&](Connection& connection) { return insert(connection, 1); }));
  EXPECT_EQ((*hanging)->execute("SELECT 1").error().code, kConnectionLost);
  EXPECT_EQ(count(), 1);
}

std::int64_t waiting_for_replica() {
  return TestServer::get().number(
      "SELECT coalesce(max(pid), 0)::bigint FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
}

/// From here on commits wait for a replica that is not there. The server's checkpointer decides when that begins,
/// some time after the settings were read: commits are tried until one waits.
void let_commits_wait() {
  TestServer& server = TestServer::get();
  server.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
  server.execute("SELECT pg_reload_conf()");
  std::atomic<bool> over = false;
  std::thread trying([&] {
    while (!over) server.execute("SELECT pg_logical_emit_message(true, 'test', '')");
  });
  std::int64_t waiting = 0;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (waiting == 0 && std::chrono::steady_clock::now() < deadline) waiting = waiting_for_replica();
  over = true;
  server.execute("SELECT pg_cancel_backend(" + std::to_string(waiting) + ")");
  trying.join();
  ASSERT_NE(waiting, 0) << "no commit waits for a replica";
}

TEST_F(PostgresDatabase, ACommitThatDidNotReachTheReplicaIsNotTakenForOne) {
  TestServer& server = TestServer::get();
  ASSERT_NO_FATAL_FAILURE(let_commits_wait());
  std::atomic<bool> done = false;
  std::thread writer([&] {
    const auto written = database_->write([&](Connection& connection) { return insert(connection, 1); });
    EXPECT_TRUE(written) << written.error().to_string();
    done = true;
  });
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  const auto other_than = [&](std::int64_t known) {
    std::int64_t waiting = known;
    while (!done && std::chrono::steady_clock::now() < deadline && (waiting == known || waiting == 0)) {
      waiting = waiting_for_replica();
    }
    return waiting;
  };
  const std::int64_t first = other_than(0);
  // It is told to stop waiting, and succeeds with a warning only.
  server.execute("SELECT pg_cancel_backend(" + std::to_string(first) + ")");
  // That is not believed: another connection asks, and waits in turn.
  EXPECT_NE(other_than(first), first);
  EXPECT_FALSE(done);
  server.execute("ALTER SYSTEM RESET synchronous_standby_names");
  server.execute("SELECT pg_reload_conf()");
  writer.join();
  EXPECT_EQ(count(), 1);
}

TEST_F(PostgresDatabase, ThereAreNeverMoreConnectionsThanAllowed) {
  const auto small = open("&connections=3");
  std::vector<std::thread> threads;
  std::atomic<std::size_t> most{0};
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] {
      for (int k = 0; k < 10; ++k) {
        EXPECT_TRUE(small->write([&](Connection& connection) { return insert(connection, k); }));
        const std::size_t now = small->pool().open_connections();
        for (std::size_t before = most; before < now && !most.compare_exchange_weak(before, now);) {
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(most, 3U);
  EXPECT_EQ(count(), 160);
}

TEST_F(PostgresDatabase, ManyProcessesMayStartAtOnceOnAnEmptyDatabase) {
  const TestSchema fresh;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto opened = Database::open(parse_address(fresh.url()).value(), true);
      EXPECT_TRUE(opened) << opened.error().to_string();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(TestServer::get().number("SELECT count(*) FROM " + fresh.name() + ".schema_version"),
            schema::current_version());
}

TEST_F(PostgresDatabase, WhatIsNotThereIsMadeOnlyWhenItMay) {
  const TestSchema fresh;
  EXPECT_EQ(Database::open(parse_address(fresh.url()).value(), false).error().code, kCannotOpen);
  EXPECT_EQ(TestServer::get().number("SELECT count(*) FROM information_schema.schemata WHERE schema_name = '" +
                                     fresh.name() + "'"),
            0);
}

TEST_F(PostgresDatabase, ADatabaseOfANewerProgramIsRefused) {
  const std::int64_t next = schema::current_version() + 1;
  run("INSERT INTO schema_version VALUES (" + std::to_string(next) + ", " + std::to_string(next) + ")");
  const auto opened = Database::open(parse_address(schema_.url()).value(), true);
  EXPECT_EQ(opened.error().code, kTooNew);
}

TEST_F(PostgresDatabase, WhoIsNotThereOrRefusesIsToldApart) {
  auto nobody = parse_address("postgresql://sealgate:s3cret@%2Fvar%2Ftmp%2Fno-such-folder/postgres").value();
  const auto unreachable = Database::open(nobody, true);
  EXPECT_EQ(unreachable.error().code, kConnectionLost);
  EXPECT_EQ(unreachable.error().to_string().find("s3cret"), std::string::npos);
  auto wrong = parse_address(schema_.url()).value();
  wrong.uri.replace(wrong.uri.find("/postgres", 13), 9, "/nowhere");
  EXPECT_EQ(Database::open(wrong, true).error().code, kCannotOpen);
}

TEST_F(PostgresDatabase, OfSeveralHostsTheOneThatTakesWritesIsFound) {
  // The first is not there at all; the second is.
  auto several = parse_address(TestServer::url_in("/var/tmp/no-such-folder", schema_.name())).value();
  const std::string host = parse_address(schema_.url()).value().uri;
  const std::size_t at = several.uri.find('@') + 1, end = several.uri.find('/', at);
  const std::size_t from = host.find('@') + 1, to = host.find('/', from);
  several.uri.replace(at, end - at, several.uri.substr(at, end - at) + "," + host.substr(from, to - from));
  const auto opened = Database::open(several, false);
  ASSERT_TRUE(opened) << opened.error().to_string();
}

}  // namespace
}  // namespace sealgate::store::postgres
