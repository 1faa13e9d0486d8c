// What the table of work refuses, and that it costs nothing but comparisons.

#include <array>

#include "store/common/errors.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::store {

using sql::Connection;
using sql::Statement;
using namespace testing_support;

namespace {

constexpr std::string_view kInsert =
    "INSERT INTO work (slot, id, kind, state, port, instance, priority, ordered, transport, attempts, forced, "
    "created, "
    "changed, rank, due, owner, lease, resumable) VALUES (?1, ?2, 'send', ?3, 'Out', '', 5, 0, 0, 0, 0, 1, 1, ?4, "
    "?5, "
    "'', 0, 1)";

struct WorkChecks : ::testing::Test {
  void SetUp() override { store = SqliteStore::open({.data = folder.path()}, kClock).value(); }

  Result<> insert(std::string_view state, bool rank, bool due) {
    return store->database().write([&](Connection& connection) -> Result<> {
      const std::string id = "id-" + std::to_string(++number);
      SG_TRY_ASSIGN(Statement statement, connection.prepare(kInsert));
      statement.bind(1, number).bind(2, id).bind(3, state);
      statement.bind(4, rank ? std::optional<std::int64_t>(1) : std::nullopt);
      return statement.bind(5, due ? std::optional<std::int64_t>(1) : std::nullopt).run();
    });
  }

  ScratchFolder folder;
  std::unique_ptr<SqliteStore> store;
  std::int64_t number = 0;
};

TEST_F(WorkChecks, EveryStateHasItsRankAndItsTimer) {
  const std::array states{"ready", "active", "retrying", "scheduled", "suspended", "completed", "terminated"};
  for (const std::string state : states) {
    const bool timed = state == "active" || state == "retrying" || state == "scheduled";
    EXPECT_TRUE(insert(state, false, timed)) << state;
    EXPECT_EQ(insert(state, true, timed).has_value(), state == "ready") << state;
    const auto refused = insert(state, false, !timed);
    ASSERT_FALSE(refused) << state;
    EXPECT_EQ(refused.error().code, kConstraint);
  }
}

TEST_F(WorkChecks, OtherStatesAreRefused) {
  for (const std::string_view state : {"", "Ready", "ready ", "done", "read"}) {
    EXPECT_FALSE(insert(state, false, false)) << state;
    EXPECT_FALSE(insert(state, false, true)) << state;
  }
}

TEST_F(WorkChecks, WritingARowBuildsNoTable) {
  for (const std::string& sql :
       {std::string(kInsert), std::string("UPDATE work SET state = 'ready', due = NULL, rank = "
                                          "?2 WHERE slot = ?1")}) {
    ASSERT_TRUE(store->database().read([&](Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(Statement explain, connection.prepare("EXPLAIN " + sql));
      std::size_t steps = 0;
      for (;; ++steps) {
        SG_TRY_ASSIGN(const bool more, explain.step());
        if (!more) break;
        EXPECT_NE(explain.text(1), "OpenEphemeral") << sql;
      }
      EXPECT_GT(steps, 20U);
      return {};
    }));
  }
}

}  // namespace
}  // namespace sealgate::store
