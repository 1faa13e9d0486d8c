// The behaviour suite on SQLite, and what only SQLite has: files, modes, the lock, damage.

#include <sys/stat.h>

#include <fstream>

#include "messaging/errors.h"
#include "store/common/errors.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/common/tests/suite/box_suite.h"
#include "store/sqlite/body_spool.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

namespace {

class SqliteBackend final : public Backend {
 public:
  SqliteBackend() { open(); }
  Store& store() override { return *store_; }
  void close() override { store_.reset(); }
  void reopen() override { open(); }

 private:
  void open() {
    auto opened =
        SqliteStore::open({.data = folder_.path() / "data", .access = Access::Serve, .instance = "suite"}, kClock);
    ASSERT_TRUE(opened) << opened.error().to_string();
    store_ = std::move(*opened);
  }
  ScratchFolder folder_;
  std::unique_ptr<SqliteStore> store_;
};

std::unique_ptr<Backend> make_sqlite() {
  return std::make_unique<SqliteBackend>();
}

std::unique_ptr<SqliteStore> open(const std::filesystem::path& data, Access access = Access::Serve) {
  auto opened = SqliteStore::open({.data = data, .access = access}, kClock);
  EXPECT_TRUE(opened) << opened.error().to_string();
  return std::move(*opened);
}

std::size_t files_in(const std::filesystem::path& folder) {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777;
}

TEST(SqliteStore, NobodyElseMayReadTheDataFolder) {
  const mode_t before = ::umask(0);
  const ScratchFolder scratch;
  const auto data = scratch.path() / "deep" / "data";
  const auto store = open(data);
  ASSERT_TRUE(store->box().publish(request_of(publication(store->box(), content_of(100'000, 1))), at(0)));
  ::umask(before);
  EXPECT_EQ(mode_of(data), 0700U);
  EXPECT_EQ(mode_of(data / "bodies"), 0700U);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
    if (entry.is_regular_file()) {
      EXPECT_EQ(mode_of(entry.path()), 0600U) << entry.path();
    }
  }
}

TEST(SqliteStore, OneProcessServesOthersWorkBesideIt) {
  const ScratchFolder scratch;
  auto serving = open(scratch.path());
  EXPECT_EQ(SqliteStore::open({.data = scratch.path(), .access = Access::Serve}, kClock).error().code,
            kAlreadyServing);
  const auto tool = open(scratch.path(), Access::Tool);
  ASSERT_TRUE(serving->box().publish(request_of(publication(serving->box(), content_of(9, 1), {})), at(0)));
  const auto listed = tool->box().list({});
  ASSERT_EQ(listed->size(), 1U);
  ASSERT_TRUE(tool->box().resume(listed->front().id, true, at(1)));
  EXPECT_EQ(serving->box().claim(claim_at(at(1)))->size(), 1U);
  serving.reset();
  EXPECT_TRUE(SqliteStore::open({.data = scratch.path(), .access = Access::Serve}, kClock));
}

TEST(SqliteStore, AToolMayInsistOnAnExistingDatabase) {
  const ScratchFolder scratch;
  const auto opened =
      SqliteStore::open({.data = scratch.path() / "absent", .access = Access::Tool, .create = false}, kClock);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, kCannotOpen);
  EXPECT_FALSE(std::filesystem::exists(scratch.path() / "absent"));
}

TEST(SqliteStore, ForeignAndDamagedDatabasesAreRefused) {
  const ScratchFolder scratch;
  std::ofstream(scratch.path() / "sealgate.db") << std::string(8192, 'x');
  EXPECT_EQ(SqliteStore::open({.data = scratch.path()}, kClock).error().code, kCorrupt);
  std::filesystem::remove(scratch.path() / "sealgate.db");
  std::filesystem::create_directory(scratch.path() / "sealgate.db");
  EXPECT_EQ(SqliteStore::open({.data = scratch.path()}, kClock).error().code, kCannotOpen);
}

TEST(SqliteStore, ADatabaseOfANewerProgramIsRefused) {
  const ScratchFolder scratch;
  {
    const auto store = open(scratch.path());
    ASSERT_TRUE(store->database().write([](sql::Connection& connection) {
      return connection.execute("INSERT INTO schema_version VALUES (99, 99)");
    }));
  }
  EXPECT_EQ(SqliteStore::open({.data = scratch.path()}, kClock).error().code, kTooNew);
}

TEST(SqliteStore, ANewerButCompatibleDatabaseIsUsed) {
  const ScratchFolder scratch;
  {
    const auto store = open(scratch.path());
    ASSERT_TRUE(store->database().write(
        [](sql::Connection& connection) { return connection.execute("INSERT INTO schema_version VALUES (99, 1)"); }));
  }
  EXPECT_TRUE(SqliteStore::open({.data = scratch.path()}, kClock));
}

TEST(SqliteStore, BodiesOfNobodyAreRemovedAtTheStartOthersStay) {
  const ScratchFolder scratch;
  MessageId id;
  {
    const auto store = open(scratch.path());
    id = store->box().publish(request_of(publication(store->box(), content_of(100'000, 1))), at(0))->messages[0];
  }
  std::ofstream(scratch.path() / "bodies" / "orphan") << "x";
  std::ofstream(scratch.path() / "bodies" / ".writing-abcdef") << "x";
  {
    const auto tool = open(scratch.path(), Access::Tool);
    EXPECT_EQ(files_in(scratch.path() / "bodies"), 3U);
  }
  const auto store = open(scratch.path());
  EXPECT_EQ(files_in(scratch.path() / "bodies"), 1U);
  EXPECT_EQ(read(*store->box().load(id)->parts[0].body), content_of(100'000, 1));
}

TEST(SqliteStore, FilesComeAndGoWithTheirMessages) {
  const ScratchFolder scratch;
  const auto store = open(scratch.path());
  MessageBox& box = store->box();
  const auto bodies = scratch.path() / "bodies";
  auto writer = box.create_body();
  ASSERT_TRUE((*writer)->write(content_of(1'000'000, 1)));
  EXPECT_EQ(files_in(bodies), 0U);
  writer->reset();
  ASSERT_TRUE(box.publish(request_of(publication(box, content_of(65'536, 1))), at(0)));
  EXPECT_EQ(files_in(bodies), 0U);
  ASSERT_TRUE(box.publish(request_of(publication(box, content_of(65'537, 1)), "key"), at(0)));
  EXPECT_EQ(files_in(bodies), 1U);
  ASSERT_TRUE(box.publish(request_of(publication(box, content_of(65'537, 1)), "key"), at(0)));
  EXPECT_EQ(files_in(bodies), 1U);
  const auto items = box.claim(claim_at(at(1)));
  for (const WorkItem& item : *items) ASSERT_TRUE(box.complete(item.claim, at(2)));
  EXPECT_EQ(box.purge(at(3), 10).value(), 2U);
  EXPECT_EQ(files_in(bodies), 0U);
}

TEST(SqliteStore, StagedBodiesWithAHiddenNameVanishWithTheirMaker) {
  const ScratchFolder scratch;
  const auto store = open(scratch.path());
  const auto bodies = scratch.path() / "bodies";
  std::vector<BodyRef> staged;
  for (unsigned i = 0; i < 100; ++i) {
    staged.push_back(body_of(store->box(), content_of(StagedBody::kMaximumStaged + 1, i)));
  }
  const std::size_t named = files_in(bodies);
  EXPECT_GT(named, 30U);
  EXPECT_LT(named, 40U);
  Publication one = publication(store->box(), content_of(9, 1));
  for (const BodyRef& body : staged) {
    one.message.parts.push_back(Part{});
    one.message.parts.back().body = body;
  }
  ASSERT_TRUE(store->box().publish(request_of(std::move(one)), at(0)));
  EXPECT_EQ(files_in(bodies), 100 + named);
  staged.clear();
  EXPECT_EQ(files_in(bodies), 100U);
}

TEST(SqliteStore, ManySmallBodiesDoNotUseUpTheMemory) {
  const ScratchFolder scratch;
  const auto store = open(scratch.path());
  const auto in_memory = [](const BodyRef& body) { return dynamic_cast<const StagedBody&>(*body).in_memory(); };
  const Bytes content = content_of(65'536, 1);
  const std::size_t fit = StagedBody::kMaximumMemory / content.size();
  std::vector<BodyRef> staged;
  for (std::size_t i = 0; i < fit; ++i) staged.push_back(body_of(store->box(), content));
  EXPECT_TRUE(in_memory(staged.back()));
  auto dropped = store->box().create_body();
  ASSERT_TRUE((*dropped)->write(content_of(10, 2)));
  dropped->reset();
  const Bytes more = content_of(20, 3);
  staged.push_back(body_of(store->box(), more));
  EXPECT_FALSE(in_memory(staged.back()));
  EXPECT_EQ(read(*staged.back()), more);
  Publication one = publication(store->box(), content_of(9, 4));
  one.message.parts[0].body = staged.back();
  const auto published = store->box().publish(request_of(std::move(one)), at(0));
  ASSERT_TRUE(published) << published.error().to_string();
  EXPECT_EQ(read(*store->box().load(published->messages[0])->parts[0].body), more);
  staged.clear();
  EXPECT_TRUE(in_memory(body_of(store->box(), content))) << "what is gone takes no memory";
}

TEST(SqliteStore, WhatWasJustPublishedIsThereWithoutTheDatabaseUntilItEnds) {
  const ScratchFolder scratch;
  const auto store = open(scratch.path());
  MessageBox& box = store->box();
  const Bytes content = content_of(5000, 1);
  const auto published = box.publish(request_of(publication(box, content, {"A", "B"})), at(0));
  ASSERT_TRUE(published);
  const MessageId id = published->messages[0];
  const auto items = box.claim(claim_at(at(1)));
  ASSERT_EQ(items->size(), 2U);
  // Once for each delivery from memory, then from the rows: nobody sees a difference.
  const Message first = *box.load(id), second = *box.load(id), third = *box.load(id);
  for (const Message* message : {&first, &second, &third}) {
    EXPECT_EQ(message->id, id);
    EXPECT_EQ(message->context, third.context);
    ASSERT_EQ(message->parts.size(), 1U);
    EXPECT_EQ(message->parts[0].body->sha256(), third.parts[0].body->sha256());
    EXPECT_EQ(message->parts[0].body->size(), content.size());
    EXPECT_EQ(read(*message->parts[0].body), content);
  }
  for (const WorkItem& item : *items) ASSERT_TRUE(box.complete(item.claim, at(2)));
  EXPECT_EQ(read(*first.parts[0].body), content) << "let go, and read from the database";
  ASSERT_EQ(box.purge(at(10), 10).value(), 1U);
  BufferSink sink;
  EXPECT_EQ(first.parts[0].body->copy_to(sink).error().code, kNoSuchMessage);
}

TEST(SqliteStore, TheMemoryOfRecentMessagesIsBounded) {
  const ScratchFolder scratch;
  const auto store = open(scratch.path());
  MessageBox& box = store->box();
  const Bytes content = content_of(60'000, 1);
  // More than fits, published and not sent: further ones still stay in memory on their way in.
  for (int i = 0; i < 600; ++i) {
    Publication one = publication(box, content);
    EXPECT_TRUE(dynamic_cast<const StagedBody&>(*one.message.parts[0].body).in_memory());
    const auto published = box.publish(request_of(std::move(one)), at(i));
    ASSERT_TRUE(published);
    if (i % 100 == 0) {
      EXPECT_EQ(read(*box.load(published->messages[0])->parts[0].body), content);
    }
  }
}

TEST(SqliteStore, OneBodyMayBelongToSeveralMessages) {
  const ScratchFolder scratch;
  const auto store = open(scratch.path());
  MessageBox& box = store->box();
  Publication one = publication(box, content_of(100'000, 1));
  PublishRequest request;
  request.publications = {one, one};
  const auto published = box.publish(std::move(request), at(0));
  ASSERT_TRUE(published);
  EXPECT_EQ(files_in(scratch.path() / "bodies"), 2U);
  EXPECT_EQ(read(*box.load(published->messages[1])->parts[0].body), content_of(100'000, 1));
}

TEST(SqliteStore, ADamagedOrMissingBodyIsNoticed) {
  const ScratchFolder scratch;
  const auto store = open(scratch.path());
  MessageBox& box = store->box();
  const auto published = box.publish(request_of(publication(box, content_of(100'000, 1))), at(0));
  const auto small = box.publish(request_of(publication(box, content_of(100, 1))), at(0));
  const auto file = std::filesystem::directory_iterator(scratch.path() / "bodies")->path();
  for (const std::int64_t offset : {0, 50'000, 99'999}) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(offset);
    const char byte = static_cast<char>(stream.get());
    stream.seekp(offset);
    stream.put(static_cast<char>(byte ^ 1));
    stream.close();
    BufferSink sink;
    EXPECT_EQ(box.load(published->messages[0])->parts[0].body->copy_to(sink).error().code, kBodyDamaged) << offset;
    std::fstream repair(file, std::ios::in | std::ios::out | std::ios::binary);
    repair.seekp(offset);
    repair.put(byte);
  }
  EXPECT_EQ(read(*box.load(published->messages[0])->parts[0].body), content_of(100'000, 1));
  for (const std::uintmax_t length : {99'999U, 65'536U, 0U}) {
    std::filesystem::resize_file(file, length);
    BufferSink sink;
    EXPECT_EQ(box.load(published->messages[0])->parts[0].body->copy_to(sink).error().code, kBodyDamaged);
  }
  std::filesystem::remove(file);
  BufferSink sink;
  EXPECT_EQ(box.load(published->messages[0])->parts[0].body->copy_to(sink).error().code, kBodyMissing);
  ASSERT_TRUE(store->database().write([](sql::Connection& connection) {
    return connection.execute("UPDATE messages SET content = zeroblob(100) WHERE content IS NOT NULL");
  }));
  ASSERT_TRUE(box.load(small->messages[0])) << "the first time from memory";
  EXPECT_EQ(box.load(small->messages[0])->parts[0].body->copy_to(sink).error().code, kBodyDamaged);
  ASSERT_TRUE(store->database().write(
      [](sql::Connection& connection) { return connection.execute("UPDATE messages SET context = x'00'"); }));
  EXPECT_EQ(box.load(small->messages[0]).error().code, kBadContext);
}

TEST(SqliteStore, ADamagedDatabaseAcceptsNothingAnyMore) {
  const ScratchFolder scratch;
  std::int64_t page = 0;
  std::int64_t page_size = 0;
  {
    const auto store = open(scratch.path());
    for (int i = 0; i < 200; ++i) publish_one(store->box(), to_port("Out"), at(i));
    ASSERT_TRUE(store->database().read([&](sql::Connection& connection) -> Result<> {
      SG_TRY_ASSIGN(auto select, connection.prepare("SELECT rootpage, (SELECT page_size FROM pragma_page_size) "
                                                    "FROM sqlite_schema WHERE name = 'work_ready'"));
      SG_TRY(select.step());
      page = select.integer(0);
      page_size = select.integer(1);
      return {};
    }));
  }
  {
    std::fstream stream(scratch.path() / kDatabaseName, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp((page - 1) * page_size);
    stream << std::string(static_cast<std::size_t>(page_size), '\xab');
  }
  const auto store = open(scratch.path());
  MessageBox& box = store->box();
  EXPECT_TRUE(box.list({})) << "what does not touch the page is still read";
  const auto claimed = box.claim(claim_at(at(1000)));
  ASSERT_FALSE(claimed);
  EXPECT_EQ(claimed.error().code, kCorrupt);
  const auto refused = box.publish(request_of(publication(box, content_of(9, 1))), at(2000));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, kCorrupt);
  EXPECT_NE(refused.error().remedy.find("backup"), std::string::npos);
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Sqlite, BoxSuite,
                         testing::Values(BoxMode{"Plain", make_sqlite, false},
                                         BoxMode{"Reopened", make_sqlite, true}),
                         [](const auto& mode) { return mode.param.name; });

}  // namespace sealgate::store
