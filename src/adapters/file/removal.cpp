#include "adapters/file/removal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>

#include "base/log.h"

namespace sealgate::adapters::file {
namespace {

constexpr std::string_view kPrefix = ".sealgate-taken-";
constexpr std::size_t kMaxName = 255;

/// The inode keeps two files apart that had one name; the process tells who would have removed it.
std::string hidden_name(const FolderEntry& entry) {
  return std::string(kPrefix) + std::to_string(::getpid()) + "-" + std::to_string(entry.stamp.inode) + "-" +
         entry.name;
}

struct Hidden {
  pid_t remover = 0;
  std::string name;  ///< its own; empty when this is not a hidden name
};

Hidden parse_hidden(const std::string& hidden) {
  const std::size_t first = hidden.find('-', kPrefix.size());
  if (first == std::string::npos) return {};
  const std::size_t second = hidden.find('-', first + 1);
  if (second == std::string::npos) return {};
  Hidden parsed;
  std::from_chars(hidden.data() + kPrefix.size(), hidden.data() + first, parsed.remover);
  parsed.name = hidden.substr(second + 1);
  return parsed;
}

/// Killed, as far as this computer knows. One on another computer that shares the folder may be taken for dead; then
/// it finds the file gone, and its message is known by its identity.
bool is_gone(pid_t remover) {
  return remover > 0 && remover != ::getpid() && ::kill(remover, 0) != 0 && errno == ESRCH;
}

bool rename_free(const Folder& folder, const std::string& from, const std::string& to) {
  return ::renameat2(folder.fd(), from.c_str(), folder.fd(), to.c_str(), RENAME_NOREPLACE) == 0;
}

Removal remove_in_place(const Folder& folder, const FolderEntry& entry) {
  const auto found = folder.status(entry.name);
  if (found && stamp_of(*found) != entry.stamp) return Removal::Another;
  const bool removed = ::unlinkat(folder.fd(), entry.name.c_str(), 0) == 0 || errno == ENOENT;
  return removed ? Removal::Removed : Removal::Failed;
}

void put_back(const Folder& folder, const std::string& hidden, const std::string& name) {
  const int before = errno;
  if (!rename_free(folder, hidden, name)) {
    log(LogLevel::Warning, "a file waits under a hidden name until its own is free",
        {{"file", folder.full_name(name)}, {"kept as", hidden}});
  }
  errno = before;
}

/// Somebody reads it under this name.
bool is_locked(int fd) {
  return fd >= 0 && ::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

}  // namespace

bool is_hidden_name(std::string_view name) {
  return name.starts_with(kPrefix);
}

FileInUse::~FileInUse() {
  if (is_hidden()) put_back(folder_, name_, entry_.name);
}

FileInUse::Hiding FileInUse::hide() {
  const std::string hidden = hidden_name(entry_);
  if (hidden.size() > kMaxName) return Hiding::InPlace;
  if (!rename_free(folder_, entry_.name, hidden)) {
    const bool cannot = errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP || errno == EEXIST;
    return cannot ? Hiding::InPlace : Hiding::Failed;
  }
  name_ = hidden;
  const auto found = folder_.status(hidden);
  if (found && stamp_of(*found) == entry_.stamp) return Hiding::Hidden;
  put_back(folder_, name_, entry_.name);
  name_ = entry_.name;
  return Hiding::Another;
}

Removal FileInUse::remove() {
  if (!is_hidden()) {
    switch (hide()) {
      case Hiding::Hidden:
        break;
      case Hiding::InPlace:
        return remove_in_place(folder_, entry_);
      case Hiding::Another:
        return Removal::Another;
      case Hiding::Failed:
        return errno == ENOENT ? Removal::Removed : Removal::Failed;
    }
  }
  if (::unlinkat(folder_.fd(), name_.c_str(), 0) != 0 && errno != ENOENT) {
    put_back(folder_, name_, entry_.name);
    name_ = entry_.name;
    return Removal::Failed;
  }
  name_ = entry_.name;
  return Removal::Removed;
}

bool FileInUse::rename(const std::string& name) {
  if (::renameat(folder_.fd(), name_.c_str(), folder_.fd(), name.c_str()) != 0) return false;
  name_ = entry_.name;
  return true;
}

Removal remove_unchanged(const Folder& folder, const FolderEntry& entry) {
  return FileInUse(folder, entry).remove();
}

bool restore_hidden(const Folder& folder, Time now) {
  const auto names = folder.names(is_hidden_name);
  if (!names) return false;
  bool all = true;
  for (const std::string& hidden : *names) {
    const auto [remover, name] = parse_hidden(hidden);
    const auto status = folder.status(hidden);
    if (name.empty() || !status) continue;
    // The change time, which the renaming set.
    const Time since(std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::seconds(status->st_ctim.tv_sec) + std::chrono::nanoseconds(status->st_ctim.tv_nsec)));
    const io::FileDescriptor fd(
        ::openat(folder.fd(), hidden.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    const bool abandoned = (is_gone(remover) || now - since >= kHiddenGrace) && !is_locked(fd.get());
    if (!abandoned || !rename_free(folder, hidden, name)) {
      all = false;
      continue;
    }
    log(LogLevel::Info, "a file that was left hidden has its name again", {{"file", folder.full_name(name)}});
  }
  return all;
}

}  // namespace sealgate::adapters::file
