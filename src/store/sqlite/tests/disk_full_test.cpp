// A full disk: an error that says so, nothing accepted, and everything works again when there is space.

#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "store/common/errors.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

namespace {

/// A small file system of its own; absent without the right to mount.
class SmallDisk {
 public:
  explicit SmallDisk(const std::filesystem::path& path) : path_(path) {
    std::filesystem::create_directory(path);
    mounted_ = ::mount("none", path.c_str(), "tmpfs", 0, "size=4m") == 0;
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }

 private:
  std::filesystem::path path_;
  bool mounted_ = false;
};

struct Outcome {
  std::size_t accepted = 0;
  std::optional<Error> error;
};

/// Publishes until the first failure.
Outcome fill(MessageBox& box, std::size_t size) {
  Outcome outcome;
  for (unsigned number = 0; number < 10'000; ++number) {
    auto writer = box.create_body();
    if (!writer) return {outcome.accepted, writer.error()};
    auto written = (*writer)->write(content_of(size, number));
    if (written) written = (*writer)->finish();
    if (!written) return {outcome.accepted, written.error()};
    Publication one;
    Part part;
    part.body = (*writer)->take();
    one.message.parts.push_back(std::move(part));
    one.deliveries.push_back({"Out", {}, {}});
    const auto published = box.publish(request_of(std::move(one)), at(number));
    if (!published) return {outcome.accepted, published.error()};
    ++outcome.accepted;
  }
  return outcome;
}

void expect_whole(MessageBox& box, std::size_t accepted, std::size_t size) {
  const auto work = box.list({.limit = 100'000});
  ASSERT_TRUE(work);
  EXPECT_EQ(work->size(), accepted);
  for (const WorkSummary& summary : *work) {
    const auto number = static_cast<unsigned>((summary.created - at(0)) / std::chrono::seconds(1));
    EXPECT_EQ(read(*box.load(summary.message)->parts[0].body), content_of(size, number));
  }
}

/// On a small file system; false where mounting is not possible.
bool try_on_small_disk(std::size_t size) {
  const ScratchFolder scratch;
  const SmallDisk disk(scratch.path() / "disk");
  if (!disk.mounted()) return false;
  std::size_t accepted = 0;
  {
    auto store = SqliteStore::open({.data = scratch.path() / "disk" / "data", .access = Access::Serve}, kClock);
    EXPECT_TRUE(store) << store.error().to_string();
    const Outcome outcome = fill((*store)->box(), size);
    accepted = outcome.accepted;
    EXPECT_GT(accepted, 3U);
    EXPECT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, kDiskFull) << outcome.error->to_string();
    EXPECT_FALSE(outcome.error->remedy.empty());
    expect_whole((*store)->box(), accepted, size);
    EXPECT_EQ(::mount("none", (scratch.path() / "disk").c_str(), "tmpfs", MS_REMOUNT, "size=32m"), 0);
    EXPECT_EQ((*store)
                  ->box()
                  .publish(request_of(publication((*store)->box(), content_of(size, 20'000))), at(20'000))
                  ->messages.size(),
              1U);
    ++accepted;
  }
  auto store = SqliteStore::open({.data = scratch.path() / "disk" / "data", .access = Access::Serve}, kClock);
  EXPECT_TRUE(store) << store.error().to_string();
  expect_whole((*store)->box(), accepted, size);
  return true;
}

/// With a limit on the size of files, in a child, where mounting is not possible. The exit status is the verdict.
[[noreturn]] void run_with_file_limit(const std::filesystem::path& data, std::size_t size) {
  std::signal(SIGXFSZ, SIG_IGN);
  auto store = SqliteStore::open({.data = data, .access = Access::Serve}, kClock);
  if (!store) ::_exit(2);
  const struct rlimit limit {
    1'000'000, RLIM_INFINITY
  };
  ::setrlimit(RLIMIT_FSIZE, &limit);
  const Outcome outcome = fill((*store)->box(), size);
  if (!outcome.error || outcome.error->code.error_class != ErrorClass::Environment) ::_exit(3);
  const auto work = (*store)->box().list({.limit = 100'000});
  if (!work || work->size() != outcome.accepted) ::_exit(4);
  const struct rlimit none {
    RLIM_INFINITY, RLIM_INFINITY
  };
  ::setrlimit(RLIMIT_FSIZE, &none);
  if (!(*store)->box().publish(request_of(publication((*store)->box(), content_of(size, 1))), at(1))) ::_exit(5);
  ::_exit(0);
}

TEST(DiskFull, NothingIsAcceptedThatIsNotStored) {
  for (const std::size_t size : {2'000U, 60'000U, 300'000U}) {
    if (try_on_small_disk(size)) continue;
    RecordProperty("how", "RLIMIT_FSIZE");
  }
}

TEST(DiskFull, AFileThatMayNotGrowIsAnErrorToo) {
  for (const std::size_t size : {10'000U, 1'500'000U}) {
    const ScratchFolder scratch;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) run_with_file_limit(scratch.path(), size);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0) << "size " << size;
    EXPECT_TRUE(SqliteStore::open({.data = scratch.path(), .access = Access::Serve}, kClock));
  }
}

TEST(DiskFull, AReadOnlyDiskIsSaidToBeOne) {
  const ScratchFolder scratch;
  const SmallDisk disk(scratch.path() / "disk");
  if (!disk.mounted()) return;  // not allowed here; the full disk is tried without a mount as well
  const auto data = scratch.path() / "disk" / "data";
  {
    auto store = SqliteStore::open({.data = data, .access = Access::Serve}, kClock);
    ASSERT_TRUE(store) << store.error().to_string();
    EXPECT_EQ(fill((*store)->box(), 10).accepted > 0, true);
  }
  ASSERT_EQ(::mount("none", (scratch.path() / "disk").c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  const auto refused = SqliteStore::open({.data = data, .access = Access::Serve}, kClock);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, kCannotOpen);
}

}  // namespace
}  // namespace sealgate::store
