// Kill -9 at any instant: what was acknowledged is there and whole, what was not is there whole or not at all, and
// nothing else remains.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <set>
#include <thread>

#include "store/common/errors.h"
#include "store/common/tests/suite/box_fixture.h"
#include "store/sqlite/sqlite_store.h"

namespace sealgate::store {

using namespace messaging;
using namespace testing_support;

namespace {

/// Sizes in the row and in files, so that both ways of storing are cut short.
std::size_t size_of(unsigned number) {
  return number % 3 == 0 ? 200'000 : 10'000;
}

std::string key_of(unsigned thread, unsigned number) {
  return "source:" + std::to_string(thread) + ":" + std::to_string(number);
}

/// Publishes for ever and writes the number of each acknowledged message to `pipe`. Runs in a child that gets killed.
[[noreturn]] void publish_until_killed(const std::filesystem::path& data, int pipe, unsigned first) {
  auto store = SqliteStore::open({.data = data, .access = Access::Serve}, kClock);
  if (!store) ::_exit(3);
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      MessageBox& box = (*store)->box();
      for (unsigned number = first;; ++number) {
        const unsigned seed = number * 4 + thread;
        const auto published = box.publish(
            request_of(publication(box, content_of(size_of(seed), seed), {"A", "B"}), key_of(thread, number)),
            at(static_cast<std::int64_t>(seed)));
        if (!published) ::_exit(4);
        if (::write(pipe, &seed, sizeof seed) != sizeof seed) ::_exit(5);
        if (number % 5 == 0) {
          const auto items = box.claim(claim_at(at(1'000'000)));
          if (!items) ::_exit(6);
          for (const WorkItem& item : *items) {
            if (!box.complete(item.claim, at(1'000'000))) ::_exit(7);
          }
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ::_exit(8);
}

std::vector<unsigned> read_acknowledged(int pipe) {
  std::vector<unsigned> all;
  unsigned number = 0;
  while (::read(pipe, &number, sizeof number) == sizeof number) all.push_back(number);
  return all;
}

TEST(Crash, KilledWhilePublishingNothingAcknowledgedIsLostAndNothingElseRemains) {
  const ScratchFolder scratch;
  const unsigned seed = std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  std::mt19937 random(seed);
  std::set<unsigned> acknowledged;
  unsigned first = 1;
  for (int round = 0; round < 12; ++round) {
    int pipe[2];
    ASSERT_EQ(::pipe2(pipe, O_CLOEXEC), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) publish_until_killed(scratch.path(), pipe[1], first);
    ::close(pipe[1]);
    // Killed at a random number of acknowledgements, and at a random moment after it.
    const int wanted = std::uniform_int_distribution<int>(0, 60)(random);
    for (int i = 0; i < wanted; ++i) {
      unsigned number = 0;
      if (::read(pipe[0], &number, sizeof number) == sizeof number) acknowledged.insert(number);
    }
    const auto moment = std::chrono::steady_clock::now() +
                        std::chrono::microseconds(std::uniform_int_distribution<int>(0, 3000)(random));
    while (std::chrono::steady_clock::now() < moment) std::this_thread::yield();
    ::kill(child, SIGKILL);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself with " << WEXITSTATUS(status) << ", seed " << seed;
    for (const unsigned number : read_acknowledged(pipe[0])) acknowledged.insert(number);
    ::close(pipe[0]);
    first += 1000;
  }
  ASSERT_GT(acknowledged.size(), 12U) << "seed " << seed;

  auto store = SqliteStore::open({.data = scratch.path(), .access = Access::Serve}, kClock);
  ASSERT_TRUE(store) << store.error().to_string();
  MessageBox& box = (*store)->box();
  const auto work = box.list({.limit = 1'000'000});
  ASSERT_TRUE(work);
  std::map<MessageId, unsigned> work_of_message;
  for (const WorkSummary& summary : *work) ++work_of_message[summary.message];
  std::set<unsigned> present;
  std::size_t files = 0;
  for (const auto& [id, count] : work_of_message) {
    EXPECT_EQ(count, 2U) << "a message with half of its work, seed " << seed;
    const auto message = box.load(id);
    ASSERT_TRUE(message);
    ASSERT_EQ(message->parts.size(), 1U);
    const auto summary = std::find_if(work->begin(), work->end(), [&](const auto& w) { return w.message == id; });
    const auto number = static_cast<unsigned>((summary->created - at(0)) / std::chrono::seconds(1));
    EXPECT_EQ(read(*message->parts[0].body), content_of(size_of(number), number)) << "seed " << seed;
    EXPECT_TRUE(box.was_received(key_of(number % 4, number / 4)).value());
    present.insert(number);
    if (size_of(number) > 100'000) ++files;
  }
  for (const unsigned number : acknowledged) {
    EXPECT_TRUE(present.contains(number)) << "message " << number << " was acknowledged and is lost, seed " << seed;
  }
  std::size_t remaining = 0;
  for (const auto& entry : std::filesystem::directory_iterator(scratch.path() / "bodies")) {
    ++remaining;
    EXPECT_FALSE(entry.path().filename().string().starts_with(".")) << entry.path();
  }
  EXPECT_EQ(remaining, files) << "seed " << seed;
  // Whatever was taken by the killed lives is due again once its owner starts anew.
  ASSERT_TRUE(box.release_all("host-1", at(2'000'000)));
  EXPECT_EQ(box.counts()->active, 0U);
}

}  // namespace
}  // namespace sealgate::store
