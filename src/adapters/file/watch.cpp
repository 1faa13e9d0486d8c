#include "adapters/file/watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "adapters/common/file_name.h"
#include "adapters/common/name_filter.h"
#include "adapters/file/errors.h"
#include "adapters/file/removal.h"
#include "base/log.h"

namespace sealgate::adapters::file {

namespace {

/// Names we remember; past it they only lose their hint.
constexpr std::size_t kMaxNames = 10'000;

}  // namespace

Result<> Watch::open() {
  bell_ = io::FileDescriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (bell_.valid()) return {};
  return fail(kFailed, std::string("no event descriptor: ") + std::strerror(errno), folder_.string(),
              "raise the limit of open files");
}

void Watch::ring() {
  const std::uint64_t one = 1;
  static_cast<void>(!::write(bell_.get(), &one, sizeof one));  // full means that it rings already
}

void Watch::wait(std::chrono::milliseconds longest, bool hints) {
  std::array<pollfd, 2> sources{{{bell_.get(), POLLIN, 0}, {inotify_.get(), POLLIN, 0}}};
  // A day at most: poll() counts in an int, and a negative time is for ever.
  const auto wait =
      std::clamp<std::chrono::milliseconds>(longest, std::chrono::milliseconds(0), std::chrono::hours(24));
  ::poll(sources.data(), hints && inotify_.valid() ? 2 : 1, static_cast<int>(wait.count()));
  std::uint64_t rung = 0;
  static_cast<void>(!::read(bell_.get(), &rung, sizeof rung));
}

void Watch::forget() {
  inotify_.close();
  closed_.clear();
}

void Watch::begin() {
  if (inotify_.valid()) return;
  inotify_ = io::FileDescriptor(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  constexpr std::uint32_t kEvents =
      IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;
  int error = 0;
  if (!inotify_.valid() || ::inotify_add_watch(inotify_.get(), folder_.c_str(), kEvents) < 0) {
    error = errno;
    inotify_.close();
  }
  // A folder that is gone since it was listed is told by whoever lists it again.
  if (error == 0 || error == ENOENT || error == ENOTDIR || std::exchange(told_, true)) return;
  log(LogLevel::Warning, "changes in a folder are not announced; it is looked at every polling interval",
      {{"folder", folder_.string()}, {"reason", std::strerror(error)}});
}

void Watch::refresh() {
  begin();
  if (inotify_.valid()) read_events();
  begin();  // the folder may have been replaced by another one of its name
}

void Watch::read_events() {
  alignas(inotify_event) std::array<char, 16384> buffer{};
  bool lost = false;
  while (true) {
    const ssize_t size = ::read(inotify_.get(), buffer.data(), buffer.size());
    if (size <= 0) break;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      inotify_event event{};
      std::memcpy(&event, buffer.data() + at, sizeof event);
      const char* name = buffer.data() + at + sizeof event;
      at += sizeof event + event.len;
      if ((event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_Q_OVERFLOW)) != 0) lost = true;
      const std::string_view closed(name, event.len == 0 ? 0 : ::strnlen(name, event.len));
      if ((event.mask & IN_MOVED_FROM) != 0 && is_hidden_name(closed)) given_back_ = event.cookie;
      if ((event.mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) == 0 || event.len == 0) continue;
      // That we gave a file its name back says nothing about its writer.
      if ((event.mask & IN_MOVED_TO) != 0 && event.cookie == given_back_) continue;
      if (is_reserved_name(closed)) continue;  // our own hidden names, too
      if (closed_.size() >= kMaxNames) closed_.clear();
      closed_.emplace(closed);
    }
  }
  if (lost) forget();
}

}  // namespace sealgate::adapters::file
