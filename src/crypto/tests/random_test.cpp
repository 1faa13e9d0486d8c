#include "crypto/random.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "crypto/tests/support.h"

namespace sealgate::crypto {
namespace {

using test::must;

TEST(Random, NeverGivesTheSameTwice) {
  std::set<Bytes> seen;
  std::mutex mutex;
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kEach = 500;
  {
    std::vector<std::jthread> threads;
    for (std::size_t thread = 0; thread < kThreads; ++thread) {
      threads.emplace_back([&] {
        for (std::size_t i = 0; i < kEach; ++i) {
          const std::size_t size = 12 + i % 30;
          const Bytes made = must(random_bytes(size));
          EXPECT_EQ(made.size(), size);
          const std::scoped_lock lock(mutex);
          // Of which the first octets tell.
          seen.emplace(made.begin(), made.begin() + 12);
        }
      });
    }
  }
  EXPECT_EQ(seen.size(), kThreads * kEach);
  EXPECT_TRUE(must(random_bytes(0)).empty());
}

TEST(Random, AChildDoesNotGiveWhatItsParentGives) {
  static_cast<void>(must(random_bytes(16)));
  int ends[2] = {};
  ASSERT_EQ(::pipe(ends), 0);
  const ::pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto made = random_bytes(16);
    const bool told = made && ::write(ends[1], made->data(), made->size()) == 16;
    ::_exit(told ? 0 : 1);
  }
  Bytes theirs(16);
  EXPECT_EQ(::read(ends[0], theirs.data(), theirs.size()), 16);
  EXPECT_NE(theirs, must(random_bytes(16)));
  int status = -1;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace sealgate::crypto
