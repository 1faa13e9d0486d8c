// Preloaded into a serving gateway: kills it (SIGKILL, no clean-up of any kind) before or after one system call on
// one path, as the file says that SEALGATE_KILL names (struct Control); and takes inotify away where
// SEALGATE_NO_INOTIFY is set.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

struct Point {
  char call[32];   ///< "renameat2"; empty: none
  char path[224];  ///< a part of the path
};

struct Control {
  Point armed_by;  ///< the point of death counts only after this
  Point death;
  char when[8];            ///< "before" or "after"
  volatile char armed[8];  ///< "yes"
};

Control* control() {
  static Control* const shared = []() -> Control* {
    const char* path = std::getenv("SEALGATE_KILL");
    const int fd = path == nullptr ? -1 : static_cast<int>(open(path, O_RDWR | O_CLOEXEC));
    if (fd < 0) return nullptr;
    void* memory = mmap(nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return memory == MAP_FAILED ? nullptr : static_cast<Control*>(memory);
  }();
  return shared;
}

std::string path_of(int fd) {
  char link[64];
  char path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  return size <= 0 ? std::string() : std::string(path, static_cast<std::size_t>(size));
}

std::string path_at(int folder, const char* name) {
  return name[0] == '/' ? std::string(name) : path_of(folder) + "/" + name;
}

/// Ends the process when this is its point. The path is looked up only when the call is the right one.
template <typename Path>
void pass(const char* call, const char* when, const Path& path) {
  Control* const now = control();
  if (now == nullptr) return;
  const bool after = std::strcmp(when, "after") == 0;
  if (after && std::strcmp(now->armed_by.call, call) == 0 && path().find(now->armed_by.path) != std::string::npos) {
    std::strcpy(const_cast<char*>(now->armed), "yes");
    return;
  }
  if (now->armed[0] != 'y' || std::strcmp(now->when, when) != 0 || std::strcmp(now->death.call, call) != 0) return;
  if (path().find(now->death.path) != std::string::npos) raise(SIGKILL);
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

template <typename Path, typename Call>
auto around(const char* name, const Path& path, const Call& call) {
  const std::string known = path();  // afterwards it may be gone
  const auto same = [&] { return known; };
  pass(name, "before", same);
  const auto result = call();
  const int error = errno;
  pass(name, "after", same);
  errno = error;
  return result;
}

}  // namespace

extern "C" {

int renameat2(int from_folder, const char* from, int folder, const char* to, unsigned flags) noexcept {
  return around(
      "renameat2", [&] { return path_at(folder, to); },
      [&] {
        return next<int (*)(int, const char*, int, const char*, unsigned)>("renameat2")(from_folder, from, folder, to,
                                                                                        flags);
      });
}

int renameat(int from_folder, const char* from, int folder, const char* to) noexcept {
  return around(
      "renameat", [&] { return path_at(folder, to); },
      [&] { return next<int (*)(int, const char*, int, const char*)>("renameat")(from_folder, from, folder, to); });
}

int unlinkat(int folder, const char* path, int flags) noexcept {
  return around(
      "unlinkat", [&] { return path_at(folder, path); },
      [&] { return next<int (*)(int, const char*, int)>("unlinkat")(folder, path, flags); });
}

int flock(int fd, int operation) noexcept {
  return around(
      "flock", [&] { return path_of(fd); }, [&] { return next<int (*)(int, int)>("flock")(fd, operation); });
}

int fsync(int fd) {
  return around(
      "fsync", [&] { return path_of(fd); }, [&] { return next<int (*)(int)>("fsync")(fd); });
}

int fdatasync(int fd) {
  return around(
      "fdatasync", [&] { return path_of(fd); }, [&] { return next<int (*)(int)>("fdatasync")(fd); });
}

int ftruncate(int fd, off_t size) noexcept {
  return around(
      "ftruncate", [&] { return path_of(fd); }, [&] { return next<int (*)(int, off_t)>("ftruncate")(fd, size); });
}

ssize_t write(int fd, const void* bytes, size_t size) {
  return around(
      "write", [&] { return path_of(fd); },
      [&] { return next<ssize_t (*)(int, const void*, size_t)>("write")(fd, bytes, size); });
}

int fsetxattr(int fd, const char* name, const void* value, size_t size, int flags) noexcept {
  // The value is part of the path: "…/all.txt?writing 12 …".
  return around(
      "fsetxattr", [&] { return path_of(fd) + "?" + std::string(static_cast<const char*>(value), size); },
      [&] {
        return next<int (*)(int, const char*, const void*, size_t, int)>("fsetxattr")(fd, name, value, size, flags);
      });
}

int inotify_init1(int flags) noexcept {
  if (std::getenv("SEALGATE_NO_INOTIFY") != nullptr) {
    errno = EMFILE;
    return -1;
  }
  return next<int (*)(int)>("inotify_init1")(flags);
}

}  // extern "C"
