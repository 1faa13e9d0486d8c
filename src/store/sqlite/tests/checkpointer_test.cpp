// The write-ahead log is folded into the database beside the writer, and does not grow without end.

#include "store/sqlite/sql/checkpointer.h"

#include <filesystem>
#include <fstream>

#include "store/common/tests/suite/box_fixture.h"

namespace sealgate::store {

using sql::Checkpointer;
using sql::Connection;
using namespace testing_support;

namespace {

constexpr int kPage = 8192;

class CheckpointerTest : public ::testing::Test {
 protected:
  std::string path(const std::string& name = "test.db") const { return (folder_.path() / name).string(); }

  std::unique_ptr<Connection> open(Connection::Mode mode = Connection::Mode::ReadWrite) const {
    return Connection::open(path(), mode).value();
  }

  /// A commit of about one page each.
  static void insert(Connection& connection, int rows) {
    const Bytes content(7000, 0x20);
    for (int i = 0; i < rows; ++i) {
      auto statement = connection.prepare("INSERT INTO rows (content) VALUES (?1)").value();
      ASSERT_TRUE(statement.bind(1, ByteView(content)).run());
    }
  }

  static std::int64_t count(Connection& connection) {
    auto statement = connection.prepare("SELECT count(*) FROM rows").value();
    EXPECT_TRUE(statement.step().value());
    return statement.integer(0);
  }

  /// Another one with every log that begins anew (its salts), and no fold is needed to ask.
  std::string log_header() const {
    std::string header(32, '\0');
    std::ifstream(path("test.db-wal"), std::ios::binary).read(header.data(), 32);
    return header;
  }

  ScratchFolder folder_;
};

TEST_F(CheckpointerTest, TheThreadFoldsWhatTheWriterCommits) {
  const auto writer = open();
  ASSERT_TRUE(writer->execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, content BLOB) STRICT"));
  {
    const Checkpointer checkpointer(*writer, {.fold_every = 10, .limit = 1'000'000});
    insert(*writer, 40);
  }
  // What the file holds without its log.
  std::filesystem::copy_file(path(), path("alone.db"));
  const auto alone = Connection::open(path("alone.db"), Connection::Mode::ReadOnly).value();
  EXPECT_GE(count(*alone), 3)
      << "the first fold comes after ten pages, and a row of the table's beginning writes three";
  EXPECT_EQ(count(*writer), 40);
}

TEST_F(CheckpointerTest, TheWriterFoldsItselfWhenTheLogHasGrownLong) {
  const auto writer = open();
  ASSERT_TRUE(writer->execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, content BLOB) STRICT"));
  const Checkpointer checkpointer(*writer, {.fold_every = 1'000'000, .limit = 50});
  insert(*writer, 300);
  EXPECT_LT(std::filesystem::file_size(path("test.db-wal")), 60 * (kPage + 24));
  EXPECT_EQ(count(*writer), 300);
}

TEST_F(CheckpointerTest, AReaderHoldsTheLogBackOnlyWhileItReads) {
  const auto writer = open();
  ASSERT_TRUE(writer->execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, content BLOB) STRICT"));
  const auto reader = open(Connection::Mode::ReadOnly);
  const Checkpointer checkpointer(*writer, {.fold_every = 10, .limit = 50});
  insert(*writer, 1);
  ASSERT_TRUE(reader->execute("BEGIN"));
  EXPECT_EQ(count(*reader), 1);
  insert(*writer, 199);
  EXPECT_EQ(count(*reader), 1);
  EXPECT_GT(std::filesystem::file_size(path("test.db-wal")), 199 * kPage);
  ASSERT_TRUE(reader->execute("COMMIT"));
  // The thread may be at a fold when the writer wants to, and then it is the writer's turn ten pages later.
  const std::string held = log_header();
  int tries = 0;
  while (log_header() == held && tries < 1000) {
    insert(*writer, 1);
    ++tries;
  }
  EXPECT_LT(tries, 1000);
  EXPECT_EQ(count(*reader), 200 + tries);
}

TEST_F(CheckpointerTest, AFoldThatFailsHindersNoCommit) {
  const auto writer = open();
  ASSERT_TRUE(writer->execute("CREATE TABLE rows (number INTEGER PRIMARY KEY, content BLOB) STRICT"));
  {
    const Checkpointer checkpointer(*writer, {.fold_every = 10, .limit = 1'000'000});
    std::filesystem::rename(path(), path("away.db"));
    insert(*writer, 40);
    EXPECT_FALSE(std::filesystem::exists(path())) << "nothing is created in its place";
    std::filesystem::rename(path("away.db"), path());
  }
  EXPECT_EQ(count(*writer), 40);
}

}  // namespace
}  // namespace sealgate::store
