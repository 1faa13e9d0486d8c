#include "adapters/file/removal.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <cerrno>

#include "base/log.h"

namespace sealgate::adapters::file {
namespace {

constexpr std::string_view kPrefix = ".sealgate-taken-";
constexpr std::size_t kMaxName = 255;

/// The inode keeps two files apart that had one name.
std::string hidden_name(const FolderEntry& entry) {
  return std::string(kPrefix) + std::to_string(entry.stamp.inode) + "-" + entry.name;
}

/// Empty when it is not a hidden name.
std::string original_name(const std::string& hidden) {
  const std::size_t dash = hidden.find('-', kPrefix.size());
  return dash == std::string::npos ? std::string() : hidden.substr(dash + 1);
}

bool rename_free(const Folder& folder, const std::string& from, const std::string& to) {
  return ::renameat2(folder.fd(), from.c_str(), folder.fd(), to.c_str(), RENAME_NOREPLACE) == 0;
}

Removal unlink_name(const Folder& folder, const std::string& name) {
  return ::unlinkat(folder.fd(), name.c_str(), 0) == 0 ? Removal::Removed : Removal::Failed;
}

Removal remove_in_place(const Folder& folder, const FolderEntry& entry) {
  const auto found = folder.status(entry.name);
  if (found && stamp_of(*found) != entry.stamp) return Removal::Another;
  const Removal removal = unlink_name(folder, entry.name);
  return removal == Removal::Failed && errno == ENOENT ? Removal::Removed : removal;
}

void put_back(const Folder& folder, const std::string& hidden, const std::string& name) {
  const int before = errno;
  if (!rename_free(folder, hidden, name)) {
    log(LogLevel::Warning, "a file waits under a hidden name until its own is free",
        {{"file", folder.full_name(name)}, {"kept as", hidden}});
  }
  errno = before;
}

}  // namespace

Removal remove_unchanged(const Folder& folder, const FolderEntry& entry) {
  const std::string hidden = hidden_name(entry);
  if (hidden.size() > kMaxName) return remove_in_place(folder, entry);
  if (!rename_free(folder, entry.name, hidden)) {
    if (errno == ENOENT) return Removal::Removed;
    const bool cannot = errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP || errno == EEXIST;
    return cannot ? remove_in_place(folder, entry) : Removal::Failed;
  }
  const auto found = folder.status(hidden);
  if (!found || stamp_of(*found) != entry.stamp) {
    put_back(folder, hidden, entry.name);
    return Removal::Another;
  }
  const Removal removal = unlink_name(folder, hidden);
  if (removal == Removal::Failed) put_back(folder, hidden, entry.name);
  return removal;
}

bool restore_hidden(const Folder& folder, Time now) {
  const auto names = folder.names_with(kPrefix);
  if (!names) return false;
  bool all = true;
  for (const std::string& hidden : *names) {
    const std::string name = original_name(hidden);
    const auto status = folder.status(hidden);
    if (name.empty() || !status) continue;
    // The change time, which the renaming set.
    const Time since(std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::seconds(status->st_ctim.tv_sec) + std::chrono::nanoseconds(status->st_ctim.tv_nsec)));
    if (now - since < kHiddenGrace || !rename_free(folder, hidden, name)) {
      all = false;
      continue;
    }
    log(LogLevel::Info, "a file that was left hidden has its name again", {{"file", folder.full_name(name)}});
  }
  return all;
}

}  // namespace sealgate::adapters::file
