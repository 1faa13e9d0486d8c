// Preloaded into a serving gateway: a wall clock that jumps and a disk that fails, both switched from outside through
// the file that SEALGATE_FAULTS names (struct Control), for paths below SEALGATE_FAULTS_FOLDER.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace {

struct Control {
  volatile std::int64_t clock_offset;  ///< seconds added to the wall clock
  volatile std::int32_t write_error;   ///< errno of everything that changes a file; 0: none
  volatile std::int32_t sync_error;    ///< errno of fsync and fdatasync; 0: none
};

const Control& control() {
  static const Control* const shared = [] {
    static Control none{};
    const char* path = std::getenv("SEALGATE_FAULTS");
    const int fd = path == nullptr ? -1 : static_cast<int>(open(path, O_RDONLY | O_CLOEXEC));
    if (fd < 0) return static_cast<const Control*>(&none);
    void* memory = mmap(nullptr, sizeof(Control), PROT_READ, MAP_SHARED, fd, 0);
    close(fd);
    return memory == MAP_FAILED ? static_cast<const Control*>(&none) : static_cast<const Control*>(memory);
  }();
  return *shared;
}

bool below_folder(const char* path) {
  const char* folder = std::getenv("SEALGATE_FAULTS_FOLDER");
  return folder != nullptr && std::strncmp(path, folder, std::strlen(folder)) == 0;
}

bool fd_below_folder(int fd) {
  char link[64];
  char path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  return below_folder(path);
}

/// True, with errno set, when this call is to fail.
bool fails(std::int32_t error, int fd) {
  if (error == 0 || !fd_below_folder(fd)) return false;
  errno = error;
  return true;
}

bool fails_at(std::int32_t error, int folder, const char* path) {
  if (error == 0) return false;
  const bool hit = path[0] == '/' || folder == AT_FDCWD ? below_folder(path) : fd_below_folder(folder);
  if (hit) errno = error;
  return hit;
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

int open_at(const char* name, int folder, const char* path, int flags, unsigned mode) {
  const bool writes = (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0;
  // A file that is there already still opens for reading and writing on a full disk, not on a read-only one.
  const std::int32_t error = control().write_error;
  const bool creates = (flags & (O_CREAT | O_TRUNC)) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  if (writes && (creates || error == EROFS) && fails_at(error, folder, path)) return -1;
  return next<int (*)(int, const char*, int, unsigned)>(name)(folder, path, flags, mode);
}

unsigned mode_of(int flags, va_list arguments) {
  const bool has_mode = (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
  return has_mode ? va_arg(arguments, unsigned) : 0U;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const unsigned mode = mode_of(flags, arguments);
  va_end(arguments);
  static thread_local bool inside = false;  // control() opens its own file
  if (inside) return next<int (*)(int, const char*, int, unsigned)>("openat")(AT_FDCWD, path, flags, mode);
  inside = true;
  const int fd = open_at("openat", AT_FDCWD, path, flags, mode);
  inside = false;
  return fd;
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const unsigned mode = mode_of(flags, arguments);
  va_end(arguments);
  return open(path, flags, mode);
}

int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const unsigned mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at("openat", folder, path, flags, mode);
}

int openat64(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const unsigned mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_at("openat", folder, path, flags, mode);
}

ssize_t write(int fd, const void* bytes, size_t size) {
  if (fails(control().write_error, fd)) return -1;
  return next<ssize_t (*)(int, const void*, size_t)>("write")(fd, bytes, size);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  if (fails(control().write_error, fd)) return -1;
  return next<ssize_t (*)(int, const iovec*, int)>("writev")(fd, parts, count);
}

ssize_t pwrite64(int fd, const void* bytes, size_t size, off64_t offset) {
  if (fails(control().write_error, fd)) return -1;
  return next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64")(fd, bytes, size, offset);
}

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  return pwrite64(fd, bytes, size, offset);
}

int ftruncate64(int fd, off64_t size) noexcept {
  if (fails(control().write_error, fd)) return -1;
  return next<int (*)(int, off64_t)>("ftruncate64")(fd, size);
}

int ftruncate(int fd, off_t size) noexcept {
  return ftruncate64(fd, size);
}

int fsync(int fd) {
  if (fails(control().sync_error, fd)) return -1;
  return next<int (*)(int)>("fsync")(fd);
}

int fdatasync(int fd) {
  if (fails(control().sync_error, fd)) return -1;
  return next<int (*)(int)>("fdatasync")(fd);
}

int linkat(int old_folder, const char* old_path, int folder, const char* path, int flags) noexcept {
  if (fails_at(control().write_error, folder, path)) return -1;
  return next<int (*)(int, const char*, int, const char*, int)>("linkat")(old_folder, old_path, folder, path, flags);
}

int rename(const char* from, const char* to) noexcept {
  if (fails_at(control().write_error, AT_FDCWD, to)) return -1;
  return next<int (*)(const char*, const char*)>("rename")(from, to);
}

int unlink(const char* path) noexcept {
  const std::int32_t error = control().write_error;
  if (error != ENOSPC && fails_at(error, AT_FDCWD, path)) return -1;
  return next<int (*)(const char*)>("unlink")(path);
}

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  const int status = next<int (*)(clockid_t, timespec*)>("clock_gettime")(clock, time);
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) time->tv_sec += control().clock_offset;
  return status;
}

int gettimeofday(timeval* time, void* zone) noexcept {
  const int status = next<int (*)(timeval*, void*)>("gettimeofday")(time, zone);
  time->tv_sec += control().clock_offset;
  return status;
}

time_t time(time_t* into) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (into != nullptr) *into = now.tv_sec;
  return now.tv_sec;
}

}  // extern "C"
