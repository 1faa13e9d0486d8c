#pragma once
// A folder held open: everything in it is named relative to the descriptor, so that nothing leads out of it.

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "io/file.h"

namespace sealgate::adapters::file {

/// What makes a file the same file, unchanged.
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t modified_ns = 0;
  std::uint64_t size = 0;
  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};
FileStamp stamp_of(const struct stat& status);

struct FolderEntry {
  std::string name;
  FileStamp stamp;
};

class Folder {
 public:
  /// adapter.file.no-folder.
  static Result<Folder> open(const std::filesystem::path& path);

  int fd() const { return fd_.get(); }
  const std::filesystem::path& path() const { return path_; }
  std::string full_name(const std::string& name) const { return (path_ / name).string(); }

  /// Not following links; nullopt when there is no such name (or it cannot be seen).
  std::optional<struct stat> status(const std::string& name) const;
  /// Regular files whose name fits, oldest first, equal times by name; at most `limit`, which are then the oldest
  /// ones.
  Result<std::vector<FolderEntry>> list(const std::vector<std::string>& masks, std::size_t limit) const;
  /// Names, hidden ones, too, that start with `prefix`; at most a thousand.
  Result<std::vector<std::string>> names_with(std::string_view prefix) const;
  /// Makes renames and removals durable.
  Result<> sync() const;

 private:
  std::filesystem::path path_;
  io::FileDescriptor fd_;
};

/// Whether some process has the file open for writing. nullopt when the system cannot tell (network folders, files of
/// other owners without CAP_LEASE). `fd` must be open for reading only.
std::optional<bool> is_open_for_writing(int fd);

}  // namespace sealgate::adapters::file
