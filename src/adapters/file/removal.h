#pragma once
// Taking a file out of sight and removing it, and no other one that somebody put under its name in between: the file
// is renamed to a hidden name first and looked at there, where nobody replaces it.

#include <optional>
#include <string>
#include <string_view>

#include "adapters/file/folder.h"
#include "base/clock.h"

namespace sealgate::adapters::file {

enum class Removal {
  Removed,  ///< or gone already
  Another,  ///< under that name is another file by now, which stays
  Failed    ///< errno tells why; the file stays
};

/// Removes `entry.name` if it is the file of `entry.stamp`. On file systems that cannot rename without replacing, the
/// file is looked at under its own name, which leaves an instant for a mistake.
Removal remove_unchanged(const Folder& folder, const FolderEntry& entry);

/// A name that a file has only while it is read or removed.
bool is_hidden_name(std::string_view name);

/// How long a hidden file is left to its remover while that runs; one that was killed is not waited for, one that
/// keeps the file locked is waited for as long as it does.
inline constexpr std::chrono::minutes kHiddenGrace{1};

/// Gives back their names to files that were left hidden by a remover that was killed, unless the name is taken. True
/// when none remains hidden.
bool restore_hidden(const Folder& folder, Time now);

/// A file that is being read under a hidden name, so that nobody else finds it. It has its own name again at the end
/// unless it was removed or given another name.
class FileInUse {
 public:
  /// Under its own name.
  FileInUse(const Folder& folder, const FolderEntry& entry) : folder_(folder), entry_(entry), name_(entry.name) {}
  FileInUse(const FileInUse&) = delete;
  FileInUse& operator=(const FileInUse&) = delete;
  ~FileInUse();

  enum class Hiding {
    Hidden,
    InPlace,  ///< impossible here: the name is too long, or the file system cannot rename without replacing
    Another,  ///< under that name is another file by now
    Failed    ///< errno tells why
  };
  Hiding hide();
  Removal remove();
  /// Gives it the name `name`, for good; errno tells why not.
  bool rename(const std::string& name);

 private:
  bool is_hidden() const { return name_ != entry_.name; }
  const Folder& folder_;
  const FolderEntry& entry_;
  std::string name_;  ///< that it has now
};

}  // namespace sealgate::adapters::file
