#include "adapters/file/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <utility>

#include "adapters/common/file_name.h"
#include "adapters/file/errors.h"

namespace sealgate::adapters::file {

namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

bool older(const FolderEntry& a, const FolderEntry& b) {
  return a.stamp.modified_ns != b.stamp.modified_ns ? a.stamp.modified_ns < b.stamp.modified_ns : a.name < b.name;
}

tl::unexpected<Error> no_folder(const std::filesystem::path& path, int error) {
  return fail(kNoFolder, std::string("the folder cannot be used: ") + std::strerror(error), path.string(),
              "create the folder, mount the share, and give the service's account access to it");
}

}  // namespace

FileStamp stamp_of(const struct stat& status) {
  return {status.st_dev, status.st_ino,
          static_cast<std::int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec,
          static_cast<std::uint64_t>(status.st_size)};
}

std::optional<bool> is_open_for_writing(int fd) {
  // A read lease is granted only while nobody has the file open for writing. It is given back at once; should a
  // writer come in between, the kernel would tell us by a signal, so it is told to use one that is ignored by
  // default.
  if (::fcntl(fd, F_SETSIG, SIGURG) != 0) return std::nullopt;
  if (::fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
    ::fcntl(fd, F_SETLEASE, F_UNLCK);
    return false;
  }
  if (errno == EAGAIN) return true;
  return std::nullopt;
}

namespace {

/// Those that are missing, durably; that another one makes them at the same time is no matter.
void create_folders(const std::filesystem::path& path) {
  std::filesystem::path so_far;
  for (const auto& part : path) {
    const std::filesystem::path parent = std::exchange(so_far, so_far / part);
    if (::mkdir(so_far.c_str(), 0750) != 0) continue;
    const io::FileDescriptor above(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (above.valid()) ::fsync(above.get());
  }
}

}  // namespace

Result<Folder> Folder::open(const std::filesystem::path& path, bool create) {
  Folder folder;
  folder.path_ = path;
  folder.fd_ = io::FileDescriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.fd_.valid() && errno == ENOENT && create) {
    create_folders(path);
    return open(path);
  }
  if (!folder.fd_.valid()) return no_folder(path, errno);
  // A folder that was removed stays open; its link count says so.
  struct stat status {};
  if (::fstat(folder.fd(), &status) != 0 || status.st_nlink == 0) return no_folder(path, ENOENT);
  return folder;
}

std::optional<struct stat> Folder::status(const std::string& name) const {
  struct stat status {};
  if (::fstatat(fd(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return status;
}

namespace {

using Directory = std::unique_ptr<DIR, CloseDirectory>;

Result<Directory> open_directory(const Folder& folder) {
  const int copy = ::openat(folder.fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return no_folder(folder.path(), errno);
  Directory directory(::fdopendir(copy));
  if (!directory) return no_folder(folder.path(), errno);
  return directory;
}

}  // namespace

Result<std::vector<FolderEntry>> Folder::list(const ByName& by_name, const ByFile& by_file, std::size_t limit) const {
  SG_TRY_ASSIGN(const Directory directory, open_directory(*this));
  std::vector<FolderEntry> entries;  // a heap with the youngest on top, so that the oldest ones stay
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) {
      if (errno != 0) return no_folder(path_, errno);
      break;
    }
    if (!by_name(entry->d_name)) continue;
    const auto found = status(entry->d_name);
    if (!found || !S_ISREG(found->st_mode)) continue;
    FolderEntry file{entry->d_name, stamp_of(*found)};
    if (!by_file(file, *found)) continue;
    entries.push_back(std::move(file));
    std::push_heap(entries.begin(), entries.end(), older);
    if (entries.size() > limit) {
      std::pop_heap(entries.begin(), entries.end(), older);
      entries.pop_back();
    }
  }
  std::sort_heap(entries.begin(), entries.end(), older);
  return entries;
}

Result<std::vector<std::string>> Folder::names(const ByName& by_name) const {
  constexpr std::size_t kMost = 1000;
  SG_TRY_ASSIGN(const Directory directory, open_directory(*this));
  std::vector<std::string> names;
  while (names.size() < kMost) {
    const dirent* entry = ::readdir(directory.get());
    if (entry == nullptr) break;
    if (by_name(entry->d_name)) names.emplace_back(entry->d_name);
  }
  return names;
}

Result<> Folder::sync() const {
  if (::fsync(fd()) == 0) return {};
  return fail(kFailed, std::string("the folder cannot be made durable: ") + std::strerror(errno), path_.string(),
              "check the disk");
}

}  // namespace sealgate::adapters::file
