// Preloaded into a contestant: counts its fsync and fdatasync calls in the file that SEALGATE_SYNCS names
// (eight bytes), so that the messages that share one flush of the disk are known from outside.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

using Counter = std::atomic<std::uint64_t>;

Counter* open_counter() {
  const char* path = std::getenv("SEALGATE_SYNCS");
  const int fd = path == nullptr ? -1 : open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return nullptr;
  void* memory = mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  return memory == MAP_FAILED ? nullptr : static_cast<Counter*>(memory);
}

int counted(const char* name, int fd) {
  static Counter* const counter = open_counter();
  if (counter != nullptr) counter->fetch_add(1, std::memory_order_relaxed);
  using Sync = int (*)(int);
  return reinterpret_cast<Sync>(dlsym(RTLD_NEXT, name))(fd);
}

}  // namespace

extern "C" int fsync(int fd) {
  return counted("fsync", fd);
}
extern "C" int fdatasync(int fd) {
  return counted("fdatasync", fd);
}
