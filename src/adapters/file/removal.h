#pragma once
// Removing the file that was read, and no other one that somebody put under its name in between: the file is renamed
// to a hidden name first and looked at there, where nobody replaces it.

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

/// How long a hidden file is left to its remover while that runs; one that was killed is not waited for.
inline constexpr std::chrono::minutes kHiddenGrace{1};

/// Gives back their names to files that were left hidden by a remover that was killed, unless the name is taken. True
/// when none remains hidden.
bool restore_hidden(const Folder& folder, Time now);

}  // namespace sealgate::adapters::file
