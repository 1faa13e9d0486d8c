#include "io/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "io/errors.h"

namespace sealgate::io {
namespace {

class FileTest : public testing::Test {
 protected:
  FileTest() {
    std::string pattern = testing::TempDir() + "sealgate-io-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~FileTest() override { std::filesystem::remove_all(folder_); }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::size_t entries() const {
    std::size_t count = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) count += entry.path().empty() ? 0 : 1;
    return count;
  }
  std::string folder_;
};

TEST_F(FileTest, OutputAppearsOnlyOnCommit) {
  {
    auto file = OutputFile::create(path("out"));
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->write(as_bytes("half")));
    EXPECT_EQ(entries(), 0U);
  }
  EXPECT_EQ(entries(), 0U);
  auto file = OutputFile::create(path("out"));
  ASSERT_TRUE(file);
  ASSERT_TRUE((*file)->write(as_bytes("whole")));
  ASSERT_TRUE((*file)->commit(true));
  EXPECT_EQ(as_text(*read_file(path("out"))), "whole");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(FileTest, CommitReplacesAndSetsTheMode) {
  ASSERT_TRUE(write_file_atomically(path("key"), as_bytes("old"), 0644));
  ASSERT_TRUE(write_file_atomically(path("key"), as_bytes("new"), 0600));
  EXPECT_EQ(as_text(*read_file(path("key"))), "new");
  struct stat status {};
  ASSERT_EQ(::stat(path("key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  EXPECT_EQ(entries(), 1U);
}

TEST_F(FileTest, NamesWhatCannotBeOpened) {
  const auto missing = open_input(path("absent"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, kCannotOpen);
  EXPECT_EQ(missing.error().where, path("absent"));
  const auto directory = open_input(folder_);
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().code, kIsDirectory);
  const auto into_directory = OutputFile::create(folder_);
  ASSERT_FALSE(into_directory);
  EXPECT_EQ(into_directory.error().code, kIsDirectory);
  const auto into_nowhere = OutputFile::create(path("no/such/folder"));
  ASSERT_FALSE(into_nowhere);
  EXPECT_EQ(into_nowhere.error().code, kCannotOpen);
}

TEST_F(FileTest, ReadFileKeepsItsLimit) {
  ASSERT_TRUE(write_file_atomically(path("big"), Bytes(1000, 'x'), 0644));
  const auto refused = read_file(path("big"), 999);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, kFileTooLarge);
  EXPECT_TRUE(read_file(path("big"), 1000));
}

TEST_F(FileTest, AFullDiskIsNamed) {
  const FileDescriptor full(::open("/dev/full", O_WRONLY));
  ASSERT_TRUE(full.valid());
  const auto result = write_all(full.get(), as_bytes("x"), "/dev/full");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, kDiskFull);
}

TEST_F(FileTest, SpoolReplaysFromMemoryAndFromDiskWithoutAName) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{100}, std::size_t{3000000}}) {
    Spool spool(folder_, 1000);
    Bytes content(size);
    for (std::size_t i = 0; i < size; ++i) content[i] = static_cast<Byte>(i * 7);
    ASSERT_TRUE(spool.write(content));
    EXPECT_EQ(spool.size(), size);
    for (int round = 0; round < 2; ++round) {
      BufferSink sink;
      ASSERT_TRUE(spool.replay(sink));
      EXPECT_EQ(sink.bytes(), content);
    }
    EXPECT_EQ(entries(), 0U);
  }
}

}  // namespace
}  // namespace sealgate::io
