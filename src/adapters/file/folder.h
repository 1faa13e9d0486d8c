#pragma once
// A folder held open: everything in it is named relative to the descriptor, so that nothing leads out of it.

#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <functional>
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
  /// With `create` it is made when it is missing, with those above it, mode 0750. adapter.file.no-folder.
  static Result<Folder> open(const std::filesystem::path& path, bool create = false);

  int fd() const { return fd_.get(); }
  const std::filesystem::path& path() const { return path_; }
  std::string full_name(const std::string& name) const { return (path_ / name).string(); }

  /// Not following links; nullopt when there is no such name (or it cannot be seen).
  std::optional<struct stat> status(const std::string& name) const;
  using ByName = std::function<bool(std::string_view)>;
  using ByFile = std::function<bool(const FolderEntry&, const struct stat&)>;
  /// Regular files that both choose, oldest first, equal times by name; at most `limit`, which are then the oldest
  /// ones.
  Result<std::vector<FolderEntry>> list(const ByName& by_name, const ByFile& by_file, std::size_t limit) const;
  /// Names, hidden ones, too, that are chosen; at most a thousand.
  Result<std::vector<std::string>> names(const ByName& by_name) const;
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
